-- Every delivery of a source unit with its receipt, and the rows that were turned away, so that a unit
-- can see what became of its data and a crash in the middle of a batch can be mended.
create table ingest_batch (
    batch_id text not null primary key,
    source_unit text not null,
    item_id text not null,
    seq bigint not null check (seq >= 0),
    file_sm3 text not null,
    state text not null check (state in ('checked', 'committed', 'held', 'rejected')),
    rows_total bigint not null check (rows_total >= 0),
    rows_quarantined bigint not null check (rows_quarantined >= 0),
    rows_unmatched bigint not null check (rows_unmatched >= 0),
    receipt text not null,
    received_at bigint not null,
    finished_at bigint
);

create index ingest_batch_unit on ingest_batch (source_unit, received_at);
create index ingest_batch_sequence on ingest_batch (source_unit, item_id, seq);

create table ingest_quarantine (
    batch_id text not null,
    row_no bigint not null check (row_no >= 0),
    source_unit text not null,
    item_id text not null,
    field text,
    value text not null,
    rule text not null,
    fault text not null,
    delivered text not null,
    state text not null check (state in ('open', 'unmatched', 'resolved')),
    entered_at bigint not null,
    primary key (batch_id, row_no)
);

create index ingest_quarantine_state on ingest_quarantine (state, entered_at);
