-- Small values that outlive a restart: the demo clock's shift, the name of the city.
create table setting (
    name text primary key,
    value text not null,
    changed_at bigint not null
);
