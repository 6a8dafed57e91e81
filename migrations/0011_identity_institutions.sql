-- Whom people and staff belong to: banks with their branches, source units, the platform and those who watch it;
-- and how a person comes to act for a firm: the real-name check against the register, or a mandate.
create table identity_institution (
    institution_id text primary key,
    kind text not null check (kind in ('bank', 'branch', 'unit', 'platform', 'supervisor', 'regulator')),
    parent_id text references identity_institution (institution_id),
    name_zh text not null,
    name_en text not null,
    district text,
    active bigint not null check (active in (0, 1)),
    created_at bigint not null,
    changed_at bigint not null,
    check ((kind = 'branch') = (parent_id is not null))
);
create index identity_institution_kind on identity_institution (kind, institution_id);
create index identity_institution_parent on identity_institution (parent_id);

-- The branch of a bank an employee belongs to; none for the head office and for other institutions.
alter table identity_staff add column branch text;
create index identity_staff_institution on identity_staff (institution, role);

-- The keyed hash of the identity number the person was verified with; none for who was verified another way.
alter table identity_person add column id_hash text;
create index identity_person_id_hash on identity_person (id_hash);

-- Checks of real names of one day, by account and by firm, so that nobody guesses numbers.
create table identity_check (
    counted text primary key,
    day text not null,
    tries bigint not null check (tries >= 0)
);

-- Mandates: a legal representative lets somebody act for the firm. The agent's number is kept as its keyed hash and
-- masked, because nobody may be known here yet who holds it.
create table identity_mandate (
    mandate_id text primary key,
    subject_key text not null,
    subject_name text not null,
    grantor_id text not null references identity_person (account_id),
    agent_name text not null,
    mobile_hash text not null,
    mobile_shown text not null,
    scopes text not null,
    granted_at bigint not null,
    ends_at bigint not null,
    state text not null check (state in ('offered', 'held', 'declined', 'revoked', 'ended')),
    agent_id text references identity_person (account_id),
    changed_at bigint not null,
    check (ends_at > granted_at),
    check (state <> 'held' or agent_id is not null)
);
create index identity_mandate_subject on identity_mandate (subject_key, granted_at);
create index identity_mandate_agent on identity_mandate (agent_id, subject_key);
create index identity_mandate_mobile on identity_mandate (mobile_hash);
