-- Complaints of firms about a look at their records, for the service desk to look into and answer.
create table supervision_complaint (
    complaint_id text primary key,
    subject_key text not null,
    subject_name text not null,
    made_by text not null,
    bank_id text,
    look_id text not null,
    look_at bigint not null,
    reader text not null,
    purpose text not null,
    granted bigint not null check (granted in (0, 1)),
    complaint_text text not null,
    made_at bigint not null,
    answer_by bigint,
    answer_text text,
    answered_by text,
    answered_at bigint,
    check ((answer_text is null) = (answered_at is null) and (answer_text is null) = (answered_by is null))
);
create unique index supervision_complaint_open on supervision_complaint (subject_key, look_id) where answered_at is null;
create index supervision_complaint_subject on supervision_complaint (subject_key, made_at);
create index supervision_complaint_made on supervision_complaint (made_at);
