-- The same creating call sent twice does its work once and gets the first answer again.
create table idempotency_key (
    actor text not null,
    name text not null,
    request_hash text not null,
    status bigint not null,
    answer text not null,
    claimed_at bigint not null,
    primary key (actor, name)
);
create index idempotency_key_claimed on idempotency_key (claimed_at);
