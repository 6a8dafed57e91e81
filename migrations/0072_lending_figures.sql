-- Ways to the rows of a period, so that published figures are computed from the orders themselves however many there
-- are. The longer ones hold all that the sums need, so that the rows need not be visited; late payments, loans given up
-- and loans with money owed are few, so their indexes hold only those.
create index lending_order_sums on lending_order (submitted_at, amount_fen, bank_id, subject_key);
create index lending_order_decided on lending_order (decided_at, submitted_at, accepted_at, decided_in_time,
    granted_fen, refusal_code, kind, bank_id, product_id, subject_district, subject_industry, subject_key);
create index lending_order_dispatched on lending_order (dispatched_at, accepted_at, accepted_in_time, bank_id);
create index lending_order_ended on lending_order (ended_at, state, bank_id);
create index lending_loan_open on lending_loan (bank_id, outstanding_fen)
    where outstanding_fen > 0 and written_off_on is null;
create index lending_loan_settled on lending_loan (settled_on, bank_id) where settled_on is not null;
create index lending_loan_written_off on lending_loan (written_off_on) where written_off_on is not null;
create index lending_repayment_paid on lending_repayment (paid_on, bank_id, principal_fen);
create index lending_instalment_paid_late on lending_instalment (paid_on) where paid_on > due_on;
