-- Who is who: people who act for firms, staff of institutions, their sessions, and the programs of institutions.
-- Passwords, codes and tokens are kept as hashes only; a mobile number that belongs to nobody here is never kept.
create table identity_person (
    account_id text primary key,
    mobile text not null unique,
    person_name text not null,
    kyc text not null check (kyc in ('pending', 'verified', 'refused')),
    created_at bigint not null,
    changed_at bigint not null
);

-- For whom a person may act; a relation that has ended stays on record.
create table identity_relation (
    account_id text not null references identity_person (account_id),
    subject_key text not null,
    subject_name text not null,
    role text not null check (role in ('legal_rep', 'agent', 'self')),
    since bigint not null,
    ended_at bigint,
    primary key (account_id, subject_key)
);
create index identity_relation_subject on identity_relation (subject_key);

-- The latest one-time code of a mobile number, known or not, by the number's keyed hash.
create table identity_code (
    mobile_hash text primary key,
    code_hash text not null,
    sent_at bigint not null,
    expires_at bigint not null,
    tries bigint not null check (tries >= 0),
    used_at bigint,
    day text not null,
    day_count bigint not null check (day_count >= 1)
);
create index identity_code_expires on identity_code (expires_at);

create table identity_staff (
    account_id text primary key,
    login text not null unique,
    password_hash text not null,
    person_name text not null,
    institution text not null,
    role text not null check (role in
        ('unit', 'officer', 'approver', 'bank_admin', 'operator', 'supervisor', 'regulator')),
    tries bigint not null check (tries >= 0),
    locked_until bigint not null,
    active bigint not null check (active in (0, 1)),
    created_at bigint not null,
    changed_at bigint not null
);

create table identity_session (
    token_hash text primary key,
    session_id text not null unique,
    holder text not null check (holder in ('firm', 'staff')),
    account_id text not null,
    subject_key text,
    opened_at bigint not null,
    seen_at bigint not null,
    expires_at bigint not null,
    closed_at bigint
);
create index identity_session_account on identity_session (account_id);
create index identity_session_expires on identity_session (expires_at);

create table identity_client (
    client_id text primary key,
    secret_hash text not null,
    institution text not null,
    kind text not null check (kind in ('bank', 'unit', 'node')),
    active bigint not null check (active in (0, 1)),
    created_at bigint not null
);

create table identity_bearer (
    token_hash text primary key,
    client_id text not null references identity_client (client_id),
    issued_at bigint not null,
    expires_at bigint not null
);
create index identity_bearer_expires on identity_bearer (expires_at);
