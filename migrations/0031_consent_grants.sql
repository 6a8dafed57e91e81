-- Consents a subject gives to banks, what banks asked for, and every look a bank took or was refused. States that
-- follow from the time (expired, lapsed) are not kept: they are computed when a row is read.
create table consent_grant (
    consent_id text primary key,
    subject_key text not null,
    subject_name text not null,
    grantor text not null,
    grantor_role text not null check (grantor_role in ('legal_rep', 'agent', 'self')),
    bank_id text not null,
    bank_zh text not null,
    bank_en text not null,
    items text not null,
    purpose text not null check (purpose in ('pre_loan', 'in_loan', 'post_loan', 'model_test')),
    product_id text,
    order_id text,
    valid_from bigint not null,
    valid_to bigint not null check (valid_to > valid_from),
    queries_max bigint not null check (queries_max >= 1),
    queries_used bigint not null check (queries_used between 0 and queries_max),
    queries_day_max bigint not null check (queries_day_max >= 1),
    day text not null,
    day_used bigint not null check (day_used between 0 and queries_day_max),
    text_version text not null,
    text_hash text not null,
    withdrawn_at bigint,
    withdraw_reason text,
    superseded_at bigint,
    check ((withdrawn_at is null) = (withdraw_reason is null)),
    check (withdrawn_at is null or superseded_at is null)
);
create index consent_grant_subject on consent_grant (subject_key, bank_id, valid_from);
create index consent_grant_bank on consent_grant (bank_id, valid_from);
-- Of consents for the same thing only the newest stands.
create unique index consent_grant_standing on consent_grant
    (subject_key, bank_id, purpose, coalesce(product_id, ''), coalesce(order_id, ''))
    where withdrawn_at is null and superseded_at is null;

-- What a permit of a bank rests on, and who of the bank reads.
alter table consent_permit add column consent_id text;
alter table consent_permit add column bank_id text;
alter table consent_permit add column role text;

-- Looks that were refused: the subject sees them beside the permits.
create table consent_refused_look (
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
        ('no_consent', 'withdrawn', 'expired', 'item_not_granted', 'other_purpose', 'other_order', 'quota_used',
         'day_quota_used', 'subject_closed'))
);
create index consent_refused_look_subject on consent_refused_look (subject_key, at);
create index consent_refused_look_bank on consent_refused_look (bank_id, at);

create table consent_request (
    request_id text primary key,
    subject_key text not null,
    subject_name text not null,
    bank_id text not null,
    bank_zh text not null,
    bank_en text not null,
    asked_by text not null,
    items text not null,
    purpose text not null check (purpose in ('pre_loan', 'in_loan', 'post_loan', 'model_test')),
    product_id text,
    order_id text,
    days bigint not null check (days >= 1),
    queries_max bigint not null check (queries_max >= 1),
    note text not null,
    asked_at bigint not null,
    answer_by bigint not null check (answer_by > asked_at),
    state text not null check (state in ('asked', 'granted', 'refused', 'lapsed')),
    answered_at bigint,
    answered_by text,
    answer_reason text,
    consent_id text references consent_grant (consent_id),
    check ((state = 'granted') = (consent_id is not null)),
    check ((state in ('granted', 'refused')) = (answered_at is not null))
);
create index consent_request_subject on consent_request (subject_key, asked_at);
create index consent_request_bank on consent_request (bank_id, asked_at);
create unique index consent_request_open on consent_request (subject_key, bank_id, purpose) where state = 'asked';

-- Subjects that are no more: no bank reads them, whatever was granted.
create table consent_closed_subject (
    subject_key text primary key,
    why text not null,
    closed_by text not null,
    closed_at bigint not null
);
