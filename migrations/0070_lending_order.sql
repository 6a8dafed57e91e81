-- Orders from the firm's wish to the bank's answer. An order row is the sum of its steps: a change names the version it
-- has read, so of two at the same moment one wins. Steps are added and never changed; each carries the hash of the one
-- before it.
create table lending_order (
    order_id text primary key,
    order_no text not null unique,
    kind text not null check (kind in ('new', 'renewal', 'deferral', 'increase')),
    state text not null check (state in ('draft', 'submitted', 'dispatched', 'accepted', 'surveying',
        'awaiting_materials', 'approving', 'approved', 'rejected', 'withdrawn', 'lapsed', 'signed', 'drawing',
        'repaying', 'settled', 'overdue', 'written_off')),
    version bigint not null check (version >= 0),
    last_hash text not null,
    subject_key text not null,
    subject_name text not null,
    subject_district text,
    subject_industry text,
    applicant text not null,
    product_id text not null,
    bank_id text not null,
    branch_id text,
    officer text,
    submitted_by text,
    approver text,
    round bigint not null check (round >= 1),
    amount_fen bigint not null check (amount_fen > 0),
    months bigint not null check (months > 0),
    method text not null,
    security text not null,
    loan_use text not null,
    use_text text not null,
    contact_name text not null,
    contact_mobile text not null,
    consent_id text,
    first_loan bigint not null check (first_loan in (0, 1)),
    other_banks bigint not null check (other_banks in (0, 1)),
    follows text,
    waiting_in text check (waiting_in in ('surveying', 'approving')),
    materials text not null,
    created_at bigint not null,
    submitted_at bigint,
    dispatched_at bigint,
    accepted_at bigint,
    contacted_at bigint,
    decided_at bigint,
    signed_at bigint,
    ended_at bigint,
    changed_at bigint not null,
    accepted_in_time bigint check (accepted_in_time in (0, 1)),
    decided_in_time bigint check (decided_in_time in (0, 1)),
    granted_fen bigint check (granted_fen > 0),
    granted_months bigint,
    granted_rate_ppm bigint,
    granted_method text,
    granted_security text,
    granted_until text,
    granted_note text,
    refusal_code text,
    refusal_text text,
    contract_no text,
    draw_asked_fen bigint check (draw_asked_fen > 0),
    drawn_fen bigint not null default 0 check (drawn_fen >= 0),
    due_at bigint,
    check (drawn_fen <= coalesce(granted_fen, 0)),
    check ((refusal_code is null) = (refusal_text is null)),
    check (submitted_by is null or approver is null or submitted_by <> approver)
);
create index lending_order_subject on lending_order (subject_key, created_at);
create index lending_order_bank on lending_order (bank_id, state, dispatched_at);
create index lending_order_state on lending_order (state, dispatched_at);
create index lending_order_due on lending_order (due_at) where due_at is not null;
create index lending_order_submitted on lending_order (submitted_at);
create unique index lending_order_pending on lending_order (subject_key, product_id)
    where state in ('submitted', 'dispatched', 'accepted', 'surveying', 'awaiting_materials', 'approving', 'approved');

create table lending_step (
    order_id text not null references lending_order (order_id),
    step_no bigint not null check (step_no >= 1),
    round bigint not null,
    at bigint not null,
    reported_at bigint not null,
    event text not null,
    from_state text not null,
    to_state text not null,
    actor text not null,
    role text not null,
    institution text not null,
    note text not null,
    data text not null,
    prev_hash text not null,
    hash text not null,
    primary key (order_id, step_no),
    check (reported_at >= at)
);
create index lending_step_at on lending_step (event, at);

-- The last number given out on a day.
create table lending_number (
    day text primary key,
    last_number bigint not null
);
