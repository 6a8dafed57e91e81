-- What becomes of a text message: it may wait for the morning, be held back because its phone has had enough, be tried
-- more than once, be told of by its carrier, and be sent again by the service. The check on the state widens, which
-- neither database can do in place alike: the table is written again, row by row.
create table notify_sms_wider (
    message_id text primary key,
    recipient text not null,
    kind text not null check (kind in ('code', 'message')),
    -- Masked, because it may be that of somebody who has no account.
    mobile text not null,
    -- Its keyed hash: what one phone has had is counted by it. Empty for what was sent before this was counted.
    mobile_hash text not null,
    -- The number itself, sealed; nothing where a secret is in the text, because that is never sent again.
    mobile_sealed text,
    template text not null,
    -- What is filled in, for carriers that hold the texts themselves; nothing where one is a secret.
    text_values text,
    shown_text text not null,
    parts bigint not null check (parts >= 0),
    -- The message in a portal that says the same.
    inbox_id text,
    state text not null check (state in
        ('waiting', 'sending', 'sent', 'delivered', 'undelivered', 'failed', 'held_back')),
    -- Goes up when somebody has it sent again: what the carrier knows it by is the message and its round.
    round bigint not null check (round >= 1),
    asked_at bigint not null,
    due_at bigint not null,
    released_at bigint,
    counted_at bigint,
    done_at bigint,
    reason text check (reason in ('quiet', 'earlier', 'hour', 'day', 'too_late', 'refused', 'unreachable', 'unknown',
        'undelivered')),
    carrier_words text
);
insert into notify_sms_wider (message_id, recipient, kind, mobile, mobile_hash, template, shown_text, parts, state,
    round, asked_at, due_at, done_at, reason, carrier_words)
select message_id, recipient, case when template = 'sign_in_code' then 'code' else 'message' end, mobile, '', template,
    shown_text, 0, case when state = 'refused' then 'failed' else state end,
    1, asked_at, asked_at, done_at, case when state = 'refused' then 'refused' end, reason
from notify_sms;
drop table notify_sms;
alter table notify_sms_wider rename to notify_sms;
create index notify_sms_recipient on notify_sms (recipient, asked_at);
create index notify_sms_state on notify_sms (state, due_at);
create index notify_sms_phone on notify_sms (mobile_hash, kind, counted_at);
create index notify_sms_inbox on notify_sms (inbox_id);

-- Each time a message is handed to the carrier. One without an end was cut off: it may have arrived.
create table notify_sms_try (
    message_id text not null references notify_sms (message_id),
    try_no bigint not null check (try_no >= 1),
    round bigint not null check (round >= 1),
    carrier text not null,
    started_at bigint not null,
    ended_at bigint,
    -- What the carrier calls it.
    carrier_ref text,
    error text,
    primary key (message_id, try_no)
);
create index notify_sms_try_ref on notify_sms_try (carrier, carrier_ref);

-- What carriers tell of messages, each thing once.
create table notify_sms_receipt (
    message_id text not null references notify_sms (message_id),
    round bigint not null check (round >= 1),
    told text not null check (told in ('on_its_way', 'delivered', 'undelivered')),
    carrier_words text not null,
    received_at bigint not null,
    primary key (message_id, round, told)
);

-- One row for each phone, written to before its messages are counted, so that two workers do not count at once.
create table notify_phone (
    mobile_hash text primary key,
    counted_at bigint not null
);
