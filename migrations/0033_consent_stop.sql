-- Stop notices: a bank is told that it must not read any longer, and says that it has taken note; the firm sees which
-- bank has not.
create table consent_stop_notice (
    notice_id text primary key,
    consent_id text not null references consent_grant (consent_id),
    subject_key text not null,
    bank_id text not null,
    why text not null check (why in ('withdrawn', 'legal_rep_changed', 'abnormal_listing', 'deregistered')),
    sent_at bigint not null,
    acknowledged_at bigint,
    acknowledged_by text,
    check ((acknowledged_at is null) = (acknowledged_by is null))
);
create index consent_stop_notice_subject on consent_stop_notice (subject_key, sent_at);
create index consent_stop_notice_bank on consent_stop_notice (bank_id, sent_at);
create index consent_stop_notice_consent on consent_stop_notice (consent_id, sent_at);
