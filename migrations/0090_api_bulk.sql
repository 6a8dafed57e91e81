-- Readings of many subjects that a bank asks for by day and that are done at night, each under a permit of the moment
-- in which it is done. What was read is kept, sealed, for a week.
create table api_bulk (
    bulk_id text primary key,
    client_id text not null,
    bank_id text not null,
    purpose text not null check (purpose in ('pre_loan', 'in_loan', 'post_loan', 'model_test')),
    items text not null,
    partial bigint not null check (partial in (0, 1)),
    subjects bigint not null check (subjects >= 1),
    asked_at bigint not null,
    finished_at bigint,
    erased_at bigint
);
create index api_bulk_bank on api_bulk (bank_id, asked_at);
create index api_bulk_finished on api_bulk (finished_at);

create table api_bulk_subject (
    bulk_id text not null references api_bulk (bulk_id),
    place bigint not null check (place >= 1),
    subject_key text not null,
    state text not null check (state in ('waiting', 'read', 'refused')),
    -- Why it was refused, as the stable code of a problem.
    code text,
    -- Of what was read: the items, the permit, and the line itself, sealed, until it is erased.
    items text,
    permit_id text,
    line text,
    done_at bigint,
    primary key (bulk_id, place),
    check ((state = 'refused') = (code is not null)),
    check ((state = 'read') = (permit_id is not null))
);
create index api_bulk_subject_waiting on api_bulk_subject (bulk_id, place) where state = 'waiting';
