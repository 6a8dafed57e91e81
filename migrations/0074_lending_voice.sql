-- What a firm says of the bank's work on its order: whether it was spoken to, and that a refusal should be looked at
-- again by a second person.
alter table lending_order add column contact_confirmed bigint check (contact_confirmed in (0, 1));
alter table lending_order add column appealed_at bigint;
alter table lending_order add column appeal_answered_at bigint;
create index lending_order_appeal on lending_order (bank_id, appealed_at)
    where appealed_at is not null and appeal_answered_at is null;
