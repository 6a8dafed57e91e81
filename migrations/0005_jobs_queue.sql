-- Work for later, written in the transaction that makes it necessary. A job that was claimed by a worker which then
-- died is claimed again when its lease ends.
create table job (
    job_id text primary key,
    kind text not null,
    payload text not null,
    dedup_key text,
    state text not null check (state in ('waiting', 'running', 'done', 'failed', 'superseded')),
    run_at bigint not null,
    attempts bigint not null check (attempts >= 0),
    attempts_max bigint not null check (attempts_max >= 1),
    lease_until bigint not null,
    claim text,
    last_error text,
    created_at bigint not null,
    finished_at bigint
);
-- The same work is not queued twice; once it runs it may be queued again, because it may have looked already.
create unique index job_dedup on job (kind, dedup_key) where state = 'waiting' and dedup_key is not null;
create index job_waiting on job (run_at, job_id) where state = 'waiting';
create index job_running on job (lease_until) where state = 'running';
create index job_finished on job (finished_at) where state in ('done', 'failed', 'superseded');
