-- A firm agrees to an item and leaves fields of it out; a bank asks for an item and can do without some of them.
alter table consent_grant add column left_out text not null default '[]';
alter table consent_request add column left_out text not null default '[]';

-- One more kind of no. SQLite widens a check only by a new table.
create table consent_refused_look_wider (
    look_id text primary key,
    at bigint not null,
    reader text not null,
    role text not null,
    bank_id text not null,
    subject_key text not null,
    purpose text not null check (purpose in
        ('report_self', 'prequal', 'pre_loan', 'in_loan', 'post_loan', 'model_test', 'public')),
    items text not null,
    denial text not null check (denial in
        ('no_consent', 'withdrawn', 'expired', 'suspended', 'superseded', 'item_not_granted', 'field_not_granted',
         'other_purpose', 'other_order', 'other_reader', 'quota_used', 'day_quota_used', 'officer_quota_used',
         'subject_closed'))
);
insert into consent_refused_look_wider
    (look_id, at, reader, role, bank_id, subject_key, purpose, items, denial)
    select look_id, at, reader, role, bank_id, subject_key, purpose, items, denial from consent_refused_look;
drop table consent_refused_look;
alter table consent_refused_look_wider rename to consent_refused_look;
create index consent_refused_look_subject on consent_refused_look (subject_key, at);
create index consent_refused_look_bank on consent_refused_look (bank_id, at);
