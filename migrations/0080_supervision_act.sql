-- Acts of supervision: what the ladder did about an order that a bank had in hand, once for each round and rung, and
-- what people urged and banks answered. An act keeps the moment at which it was due and the one at which it was made.
create table supervision_act (
    act_id text primary key,
    order_id text not null,
    order_no text not null,
    subject_key text not null,
    bank_id text not null,
    branch_id text,
    officer text,
    round bigint not null check (round >= 1),
    rung text not null,
    kind text not null check (kind in ('reminded', 'escalated', 'overdue', 'expired', 'urged')),
    due_at bigint not null,
    recorded_at bigint not null check (recorded_at >= due_at),
    actor text not null,
    role text not null,
    institution text not null,
    act_text text not null,
    settled_at bigint,
    answer_text text,
    answered_by text,
    answered_at bigint,
    check ((answer_text is null) = (answered_at is null) and (answer_text is null) = (answered_by is null)),
    check (answer_text is null or kind = 'urged')
);
create unique index supervision_act_once on supervision_act (order_id, round, rung) where kind <> 'urged';
create index supervision_act_order on supervision_act (order_id, due_at);
create index supervision_act_open on supervision_act (due_at) where settled_at is null;
create index supervision_act_bank on supervision_act (bank_id, recorded_at);
