-- Industry chains with a cap. A grant for a chain writes here first, so that grants for the same chain wait for each other.
create table lending_chain (
    chain_id text primary key,
    grants bigint not null check (grants >= 1)
);
