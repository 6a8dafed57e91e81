-- Loans of which was told, so many days before their end, that they end soon.
create table lending_radar (
    loan_id text not null references lending_loan (loan_id),
    days bigint not null check (days > 0),
    noted_at bigint not null,
    primary key (loan_id, days)
);
create index lending_loan_ends on lending_loan (ends_on) where outstanding_fen > 0 and written_off_on is null;
create index lending_order_follows on lending_order (follows) where follows is not null;
