-- Early warnings on live loans: what was noted of each loan for each model at the last look, so that only what comes to
-- hold raises a warning; and the ledger of warnings with what the bank said of each, so that it can be told how often a
-- model is right and how long before.
create table warning_state (
    loan_id text not null,
    model_id text not null,
    model_version text not null,
    holds bigint not null check (holds in (0, 1)),
    rises bigint not null check (rises >= 0),
    noted_at bigint not null,
    primary key (loan_id, model_id)
);

create table warning (
    warning_id text primary key,
    model_id text not null,
    model_version text not null,
    level text not null check (level in ('red', 'orange', 'yellow')),
    loan_id text not null,
    rise bigint not null check (rise >= 1),
    order_id text not null,
    order_no text not null,
    bank_id text not null,
    branch_id text,
    officer text,
    subject_key text not null,
    subject_name text not null,
    items text not null,
    arrived text not null,
    lake_version text not null,
    permit_id text not null,
    told text not null,
    quiet bigint not null check (quiet in (0, 1)),
    raised_at bigint not null,
    state text not null check (state in ('open', 'seen', 'right', 'wrong', 'ended')),
    seen_by text,
    seen_at bigint,
    marked_by text,
    marked_at bigint,
    note text,
    ended_at bigint,
    failed_on text,
    check ((seen_by is null) = (seen_at is null)),
    check ((marked_by is null) = (marked_at is null)),
    check (state not in ('right', 'wrong') or marked_at is not null),
    check ((state = 'ended') = (ended_at is not null)),
    unique (loan_id, model_id, rise)
);
create index warning_bank on warning (bank_id, raised_at, warning_id);
create index warning_raised on warning (raised_at, warning_id);
create index warning_subject on warning (subject_key, bank_id);
create index warning_order on warning (order_id);
