-- What every model was shown and what it answered, so that a decision can be explained and made again to the byte.
-- Vectors are kept per day, feature version and lake version; a decision keeps the part its permit allowed.
create table decision_vector (
    subject_key text not null,
    as_of text not null,
    feature_version text not null,
    lake_version text not null,
    vector text not null,
    built_at bigint not null,
    primary key (subject_key, as_of, feature_version, lake_version)
);

create table decision_result (
    decision_id text primary key,
    run_id text not null,
    subject_key text not null,
    flow_id text not null,
    flow_version text not null,
    feature_version text not null,
    lake_version text not null,
    as_of text not null,
    outcome text not null
        check (outcome in ('can', 'cannot', 'need_visit', 'not_applicable', 'not_enough_data')),
    limit_fen bigint check (limit_fen is null or (limit_fen > 0 and outcome = 'can')),
    vector text not null,
    decision text not null,
    permit_id text not null,
    created_at bigint not null
);
create index decision_result_subject on decision_result (subject_key, created_at);
create index decision_result_run on decision_result (run_id);
