-- Events are written with the change they tell of and numbered in the order of the commits; every consumer has its
-- own delivery of each, so that one that is down holds up nobody else.
create table outbox_event (
    position bigint primary key check (position >= 1),
    event_id text not null unique,
    kind text not null,
    subject text not null,
    payload text not null,
    emitted_at bigint not null
);
create index outbox_event_emitted on outbox_event (emitted_at);

create table outbox_cursor (
    consumer text primary key,
    position bigint not null
);

create table outbox_delivery (
    consumer text not null,
    position bigint not null references outbox_event (position),
    subject text not null,
    state text not null check (state in ('waiting', 'done', 'dead')),
    attempts bigint not null,
    next_try_at bigint not null,
    lease_until bigint not null,
    claim text,
    last_error text,
    primary key (consumer, position)
);
create index outbox_delivery_position on outbox_delivery (position);
create index outbox_delivery_waiting on outbox_delivery (consumer, subject, position) where state = 'waiting';
create index outbox_delivery_due on outbox_delivery (consumer, position) where state = 'waiting';
create index outbox_delivery_dead on outbox_delivery (position) where state = 'dead';
