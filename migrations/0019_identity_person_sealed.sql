-- A person's number is kept sealed; by its keyed hash, in `mobile`, the person is found. Where nothing is kept sealed
-- yet, `mobile` holds the number itself.
alter table identity_person add column mobile_sealed text;
