-- Who did or read what: a hash chain per Beijing day, its head beside it, and the count of everything ever
-- committed. The one row of commit_tip is written at the end of each commit that adds lines or events, which puts
-- the writers of all processes in one order.
create table commit_tip (
    tip_id bigint primary key check (tip_id = 1),
    line_count bigint not null check (line_count >= 0),
    event_count bigint not null check (event_count >= 0)
);
insert into commit_tip (tip_id, line_count, event_count) values (1, 0, 0);

create table audit_head (
    day text primary key,
    line_count bigint not null check (line_count >= 0),
    hash text not null
);

create table audit_line (
    day text not null,
    seq bigint not null check (seq >= 1),
    at bigint not null,
    actor text not null,
    role text not null,
    institution text not null,
    action text not null,
    subject text,
    items text not null,
    purpose text,
    permit text,
    detail text not null,
    result_hash text,
    prev_hash text not null,
    hash text not null,
    primary key (day, seq)
);
create index audit_line_subject on audit_line (subject, day, seq);
create index audit_line_actor on audit_line (actor, day, seq);
create index audit_line_institution on audit_line (institution, day, seq);
