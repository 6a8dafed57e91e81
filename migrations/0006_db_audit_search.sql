-- The audit administrator looks lines up by what was done, beside who, where and about whom.
create index audit_line_action on audit_line (action, day, seq);
