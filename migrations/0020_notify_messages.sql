-- What was sent to whom: a record of every text message with its secrets hidden, the demo phone that shows messages
-- in full where no carrier is connected, and the messages in the portals.
create table notify_sms (
    message_id text primary key,
    recipient text not null,
    mobile text not null,
    template text not null,
    shown_text text not null,
    state text not null check (state in ('sending', 'sent', 'refused')),
    asked_at bigint not null,
    done_at bigint,
    reason text
);
create index notify_sms_recipient on notify_sms (recipient, asked_at);

create table notify_message (
    message_id text primary key,
    mobile text not null,
    message_text text not null,
    arrived_at bigint not null
);
create index notify_message_mobile on notify_message (mobile, arrived_at);
create index notify_message_arrived on notify_message (arrived_at);

create table notify_inbox (
    message_id text primary key,
    recipient text not null,
    title_zh text not null,
    title_en text not null,
    body_zh text not null,
    body_en text not null,
    link text not null,
    created_at bigint not null,
    read_at bigint
);
create index notify_inbox_recipient on notify_inbox (recipient, created_at);
