-- The life of a flow beside the shipped ones: drafted, tried on past applications, proposed, put into service by a second
-- person, watched, taken back or retired. What a flow serves with is one row of its own; where there is none it is the
-- shipped text. Every text that ever answered is kept, so that its answers can be made again.
create table decision_flow_version (
    version_id text primary key,
    flow_id text not null,
    version text not null,
    bank_id text not null,
    text text not null,
    state text not null
        check (state in ('draft', 'proposed', 'serving', 'replaced', 'fallen_back', 'retired', 'rejected')),
    drafted_by text not null,
    drafted_at bigint not null,
    proposed_by text,
    proposed_at bigint,
    approved_by text,
    approved_at bigint,
    signature text,
    follows text references decision_flow_version (version_id),
    trial_state text not null default 'none' check (trial_state in ('none', 'asked', 'done', 'failed')),
    trial_at bigint,
    trial text,
    ended_at bigint,
    check ((proposed_by is null) = (proposed_at is null)),
    check ((approved_by is null) = (approved_at is null)),
    check ((approved_by is null) = (signature is null)),
    check (approved_by is null or (approved_by <> proposed_by and approved_by <> drafted_by)),
    check ((trial is null) = (trial_state in ('none', 'asked')))
);
create index decision_flow_version_flow on decision_flow_version (flow_id, drafted_at);
create index decision_flow_version_bank on decision_flow_version (bank_id, drafted_at);

create table decision_flow_step (
    flow_id text not null,
    step_no bigint not null check (step_no >= 1),
    version_id text,
    act text not null,
    actor text not null,
    role text not null,
    note text not null,
    at bigint not null,
    primary key (flow_id, step_no)
);

create table decision_flow_service (
    flow_id text primary key,
    version_id text references decision_flow_version (version_id),
    retired bigint not null check (retired in (0, 1)),
    since bigint not null,
    check (retired = 0 or version_id is null)
);

create table decision_flow_text (
    flow_id text not null,
    version text not null,
    text text not null,
    seen_at bigint not null,
    primary key (flow_id, version)
);

create table decision_flow_watch (
    flow_id text primary key,
    version text not null,
    watched_at bigint not null,
    watched text not null
);
create index decision_result_flow on decision_result (flow_id, flow_version, created_at);
