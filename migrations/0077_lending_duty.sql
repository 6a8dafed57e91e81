-- How a bank's orders reach its people: by rule to one customer manager, or into a pool that they claim from; how many
-- orders each has at most, and when somebody is away.
create table lending_dispatch (
    bank_id text primary key,
    way text not null check (way in ('rule', 'pool')),
    changed_by text not null,
    changed_at bigint not null
);

create table lending_duty (
    login text primary key,
    bank_id text not null,
    orders_max bigint check (orders_max >= 0),
    away_from text,
    away_until text,
    changed_by text not null,
    changed_at bigint not null,
    check ((away_from is null) = (away_until is null)),
    check (away_from is null or away_from <= away_until)
);
create index lending_duty_bank on lending_duty (bank_id);
