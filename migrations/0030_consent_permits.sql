-- Every permit to read credit records: who may read which items of whom, for what, on which basis, from when.
create table consent_permit (
    permit_id text primary key,
    reader text not null,
    purpose text not null check (purpose in
        ('report_self', 'prequal', 'pre_loan', 'in_loan', 'post_loan', 'model_test', 'public')),
    subject_key text not null,
    items text not null,
    basis text not null,
    issued_at bigint not null
);
create index consent_permit_subject on consent_permit (subject_key, issued_at);
create index consent_permit_reader on consent_permit (reader, issued_at);
