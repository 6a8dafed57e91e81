-- A second factor beside the password of employees. Secrets of one-time codes are sealed; of passkeys only the public
-- half is kept.
-- Whether the session was opened where everybody must have a second factor, or in a demonstration.
alter table identity_session add column strict bigint not null default 1 check (strict in (0, 1));
-- When the holder last showed the second factor, for acts that want it fresh.
alter table identity_session add column proven_at bigint;
-- The browser and system as the browser calls itself, for the list of devices.
alter table identity_session add column device text not null default '';

-- When the holder chose the password; null when somebody else gave it.
alter table identity_staff add column password_set_at bigint;
-- Wrong second factors are counted apart: a right password must not forget them.
alter table identity_staff add column factor_tries bigint not null default 0 check (factor_tries >= 0);
alter table identity_staff add column factor_locked_until bigint not null default 0;

create table identity_totp (
    account_id text primary key,
    secret text not null,
    created_at bigint not null,
    confirmed_at bigint,
    -- The step of the last code that was taken; a code is taken once.
    last_step bigint not null
);

create table identity_passkey (
    credential_id text primary key,
    account_id text not null,
    passkey_name text not null,
    credential text not null,
    created_at bigint not null,
    used_at bigint
);
create index identity_passkey_account on identity_passkey (account_id, created_at);

-- What a browser was asked, until it has answered: kept here and not in the browser, and used once.
create table identity_ceremony (
    session_id text not null,
    kind text not null check (kind in ('enrol', 'prove')),
    state text not null,
    ends_at bigint not null,
    primary key (session_id, kind)
);
create index identity_ceremony_ends on identity_ceremony (ends_at);

-- Passwords that were used before, so that none of the last ones is taken again.
create table identity_password_past (
    account_id text not null,
    set_at bigint not null,
    password_hash text not null,
    primary key (account_id, set_at)
);

-- Somebody lost the second factor; a second person lets them enrol a new one, or does not.
create table identity_rescue (
    rescue_id text primary key,
    account_id text not null,
    login text not null,
    institution text not null,
    asked_at bigint not null,
    state text not null check (state in ('asked', 'granted', 'refused')),
    decided_by text,
    decided_at bigint,
    check ((state = 'asked') = (decided_by is null)),
    check (decided_by is null or decided_by <> login)
);
create index identity_rescue_state on identity_rescue (state, asked_at);
create index identity_rescue_account on identity_rescue (account_id, state);
