-- How often one person reads on a day; unusual reading; and readings in an emergency, which a second person approves.
create table consent_officer_day (
    bank_id text not null,
    reader text not null,
    day text not null,
    readings bigint not null check (readings >= 0),
    primary key (bank_id, reader)
);

create index consent_permit_issued on consent_permit (issued_at);

create table consent_alert (
    alert_id text primary key,
    rule_id text not null,
    bank_id text not null,
    reader text not null,
    role text not null,
    about text not null,
    day text not null,
    count bigint not null,
    found_at bigint not null,
    answer text,
    answered_by text,
    answered_at bigint,
    check ((answered_at is null) = (answer is null)),
    unique (rule_id, bank_id, reader, about, day)
);
create index consent_alert_bank on consent_alert (bank_id, found_at);
create index consent_alert_found on consent_alert (found_at);

create table consent_emergency (
    emergency_id text primary key,
    bank_id text not null,
    subject_key text not null,
    subject_name text not null,
    order_id text not null,
    purpose text not null check (purpose in ('pre_loan', 'in_loan', 'post_loan')),
    items text not null,
    reason text not null,
    asked_by text not null,
    asked_at bigint not null,
    approve_by bigint not null,
    approved text check (approved in ('yes', 'no')),
    decided_by text,
    decided_at bigint,
    ends_at bigint,
    readings_max bigint not null check (readings_max >= 1),
    readings_used bigint not null check (readings_used between 0 and readings_max),
    announced_at bigint,
    check ((approved is null) = (decided_by is null)),
    check (approved is null or decided_at is not null),
    check (approved <> 'yes' or ends_at is not null),
    check (decided_by <> asked_by)
);
create index consent_emergency_bank on consent_emergency (bank_id, asked_at);
create index consent_emergency_subject on consent_emergency (subject_key, asked_at);
