-- A vector is kept once per subject and made right when records of the subject come in. Up to which state of the lake's
-- tables all kept vectors are right stands beside them. Earlier vectors can be built anew and are not carried over.
drop table decision_vector;
create table decision_vector (
    subject_key text primary key,
    as_of text not null,
    feature_version text not null,
    vector text not null,
    built_at bigint not null
);
create table decision_vector_state (
    feature_version text primary key,
    as_of text not null,
    lake_states text not null,
    subjects bigint not null,
    built_at bigint not null
);

-- All decisions of a run rest on one vector, which is kept once. Decisions of earlier releases have it beside them;
-- later ones have nothing there.
create table decision_input (
    run_id text primary key,
    vector text not null
);

-- A flow is asked at a stage of a loan's life; what a firm sees as its last pre-credit answers are those of that stage.
alter table decision_result add column stage text not null default 'pre_credit'
    check (stage in ('admission', 'pre_credit', 'matching', 'renewal'));
