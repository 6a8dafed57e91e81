-- Receipts of consents, signed by the platform: one for each way in which a consent has stood when its subject wanted it
-- on paper. Their files lie beside the credit reports.
create table consent_receipt (
    receipt_no text primary key,
    consent_id text not null references consent_grant (consent_id),
    stands_for text not null,
    name_masked text not null,
    state text not null check (state in ('active', 'suspended', 'withdrawn', 'expired', 'superseded')),
    made_at bigint not null,
    unique (consent_id, stands_for)
);

create table consent_receipt_file (
    receipt_no text not null references consent_receipt (receipt_no),
    lang text not null check (lang in ('zh-CN', 'en')),
    content_sm3 text not null,
    pdf_sm3 text not null,
    signature text,
    primary key (receipt_no, lang)
);
create index consent_receipt_file_pdf on consent_receipt_file (pdf_sm3);
