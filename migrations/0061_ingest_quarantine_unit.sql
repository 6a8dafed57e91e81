-- A source unit looks at its own rows that wait to be mended.
create index ingest_quarantine_unit on ingest_quarantine (source_unit, state, entered_at);
