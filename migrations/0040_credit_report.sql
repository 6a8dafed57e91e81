-- Every credit report that was drawn, so that anyone who holds one can see whether it is genuine and still valid.
-- The texts themselves are files; a row here and its files in both languages come into being together.
create table credit_report (
    report_no text primary key,
    subject_key text not null,
    edition text not null check (edition in ('public', 'self', 'financing', 'compliance')),
    reader text not null,
    purpose text not null,
    permit text not null,
    name_masked text not null,
    generated_at bigint not null,
    valid_until text not null,
    state text not null check (state in ('valid', 'superseded', 'revoked')),
    state_reason text,
    state_changed_at bigint not null,
    lake_version bigint not null
);
create index credit_report_subject on credit_report (subject_key, generated_at);

create table credit_report_file (
    report_no text not null references credit_report (report_no),
    lang text not null check (lang in ('zh-CN', 'en')),
    content_sm3 text not null,
    pdf_sm3 text not null,
    pages bigint not null check (pages > 0),
    primary key (report_no, lang)
);
create index credit_report_file_pdf on credit_report_file (pdf_sm3);
