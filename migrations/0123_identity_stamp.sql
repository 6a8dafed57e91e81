-- Whether anything changed among a bank's people and branches, without reading them.
create index identity_staff_stamp on identity_staff (institution, active, changed_at);
create index identity_institution_stamp on identity_institution (parent_id, kind, active, changed_at);
