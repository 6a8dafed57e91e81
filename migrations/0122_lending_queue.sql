-- Ways to a page of a list of orders, however many there are: in each state what is due first, for one bank with whose it
-- is, and for all; and the newest. What has no deadline stands last, as in the lists.
create index lending_order_queue on lending_order
    (bank_id, state, coalesce(due_at, 9223372036854775807), order_id, branch_id, officer);
create index lending_order_due_first on lending_order (state, coalesce(due_at, 9223372036854775807), order_id);
create index lending_order_newest on lending_order (bank_id, created_at, order_id);
create index lending_order_created on lending_order (created_at, order_id);
