-- Each file of a report bears the platform's signature over its number and both digests, so that the register itself
-- cannot be made to vouch for a file that the platform never issued. Files of before it signed have none.
alter table credit_report_file add column signature text;
