-- Loans under a granted line, as banks report them: what was paid out, the plan of repayment, and what was paid. A
-- report carries the bank's own number, so that the same one told twice counts once.
create table lending_loan (
    loan_id text primary key,
    order_id text not null references lending_order (order_id),
    bank_id text not null,
    subject_key text not null,
    loan_ref text not null,
    principal_fen bigint not null check (principal_fen > 0),
    outstanding_fen bigint not null check (outstanding_fen >= 0 and outstanding_fen <= principal_fen),
    rate_ppm bigint not null check (rate_ppm >= 0),
    method text not null,
    security text not null,
    first_loan bigint not null check (first_loan in (0, 1)),
    drawn_on text not null,
    ends_on text not null,
    settled_on text,
    written_off_on text,
    report_no text not null,
    reported_at bigint not null,
    unique (bank_id, loan_ref),
    unique (bank_id, report_no)
);
create index lending_loan_order on lending_loan (order_id);
create index lending_loan_subject on lending_loan (subject_key);
create index lending_loan_drawn on lending_loan (drawn_on);

create table lending_instalment (
    loan_id text not null references lending_loan (loan_id),
    instalment_no bigint not null check (instalment_no >= 1),
    due_on text not null,
    principal_fen bigint not null check (principal_fen >= 0),
    interest_fen bigint not null check (interest_fen >= 0),
    paid_on text,
    primary key (loan_id, instalment_no)
);
create index lending_instalment_due on lending_instalment (due_on) where paid_on is null;

create table lending_repayment (
    loan_id text not null references lending_loan (loan_id),
    bank_id text not null,
    report_no text not null,
    amount_fen bigint not null check (amount_fen > 0),
    principal_fen bigint not null check (principal_fen >= 0 and principal_fen <= amount_fen),
    paid_on text not null,
    reported_at bigint not null,
    primary key (bank_id, report_no)
);
create index lending_repayment_loan on lending_repayment (loan_id, paid_on);
