-- Working-day calendars that the operator imported; the newest is in force.
create table lending_calendar (
    version text primary key,
    text text not null,
    digest text not null,
    loaded_by text not null,
    loaded_at bigint not null
);
