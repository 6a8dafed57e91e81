-- How programs of institutions show who they are beside a secret: by a key that signs the request for a token or every
-- call, or by the certificate of their TLS connection. What may be used only once is kept until its time is over.
alter table identity_client add column token_auth text not null default 'client_secret'
    check (token_auth in ('client_secret', 'private_key_jwt', 'tls_client_auth'));
alter table identity_client add column signatures text not null default 'accepted'
    check (signatures in ('accepted', 'demanded'));
-- Calls that the client's institution may make in a minute; the platform's usual number when empty.
alter table identity_client add column calls_a_minute bigint check (calls_a_minute >= 1);

-- The fingerprint of the certificate that a token is bound to; whoever shows the token must hold it.
alter table identity_bearer add column certificate text;

-- A key that has ended stays on record, so that it cannot come back.
create table identity_client_key (
    key_id text not null,
    purpose text not null check (purpose in ('token', 'request')),
    client_id text not null references identity_client (client_id),
    algorithm text not null,
    pem text not null,
    added_at bigint not null,
    ended_at bigint,
    primary key (key_id, purpose)
);
create index identity_client_key_client on identity_client_key (client_id);

create table identity_client_certificate (
    client_id text not null references identity_client (client_id),
    kind text not null check (kind in ('fingerprint', 'subject')),
    value text not null,
    added_at bigint not null,
    ended_at bigint,
    primary key (client_id, kind, value)
);

-- Whoever inserts the row has used the word; everybody after that repeats it.
create table identity_client_once (
    client_id text not null references identity_client (client_id),
    kind text not null check (kind in ('assertion', 'request')),
    word text not null,
    expires_at bigint not null,
    primary key (client_id, kind, word)
);
create index identity_client_once_expires on identity_client_once (expires_at);
