-- Lists that employees keep under names of their own: the address with its filters.
create table identity_view (
    login text not null,
    name text not null,
    address text not null,
    saved_at bigint not null,
    primary key (login, name)
);
