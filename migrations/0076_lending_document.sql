-- Papers that firms hand in: the file lies beside the store, sealed; here stands what it is and to which orders it was
-- given. One that is over is erased for good, and its row says when.
create table lending_document (
    document_id text primary key,
    subject_key text not null,
    kind text not null check (kind in ('pdf', 'jpeg', 'png')),
    bytes bigint not null check (bytes > 0),
    digest text not null,
    uploaded_by text not null,
    uploaded_at bigint not null,
    over_at bigint,
    erased_at bigint
);
create index lending_document_subject on lending_document (subject_key, uploaded_at);
create unique index lending_document_content on lending_document (subject_key, digest) where over_at is null;
create index lending_document_over on lending_document (over_at) where over_at is not null and erased_at is null;

create table lending_order_document (
    order_id text not null references lending_order (order_id),
    document_id text not null references lending_document (document_id),
    material text not null,
    given_by text not null,
    given_at bigint not null,
    taken_back_at bigint,
    primary key (order_id, document_id)
);
create index lending_order_document_of on lending_order_document (document_id);
