# Pages of the source units.
unit-heading = Deliveries
unit-lead = What { $name } has delivered, newest first.
unit-none = Nothing delivered yet
unit-none-text = Pack one batch as a zip (manifest.json and one data file) and upload it under “Deliver data”.
unit-batch = Batch
unit-item = Item
unit-received = Received
unit-rows = Rows
unit-wrong = Wrong
unit-state = State
batch-received = received
batch-accepted = all taken
batch-partial = partly wrong
batch-held = held
batch-refused = refused
receipt-heading = Receipt
receipt-lead-good = All { $n } rows were taken; there is nothing to do.
receipt-lead-some =
    { $n ->
        [one] One row is wrong and was not taken. Please correct it and deliver it in a new batch.
       *[other] { $n } rows are wrong and were not taken. Please correct them and deliver them in a new batch.
    }
receipt-lead-held = More than 5% of the rows are wrong, so the batch is held. Please check it and deliver it again.
receipt-lead-refused = This batch was not taken; the reason stands below.
receipt-rows = Rows
receipt-inserted = New
receipt-updated = Updated
receipt-unchanged = Unchanged
receipt-withdrawn = Withdrawn
receipt-quarantined = Wrong
receipt-unmatched = To be matched
receipt-held-rows = Held
receipt-no-longer-listed = No longer listed, withdrawn
receipt-wrong-rows = Wrong rows
receipt-row = Row
receipt-field = Field
receipt-value = Value
receipt-rule = Rule
receipt-todo = What to do
receipt-reasons = By reason
receipt-more = Only the first { $n } rows stand here; the CSV has them all.
receipt-json = Receipt (JSON)
receipt-csv = Wrong rows (CSV)
deliver-heading = Deliver data
deliver-lead = Upload one zip with manifest.json and one data file. It is checked at once; the receipt is there within seconds.
deliver-file = Package
deliver-file-hint = A zip of at most { $size } MB
deliver-file-missing = Please choose a zip file first.
deliver-file-wrong = This file is no zip, or has no manifest.json in it.
deliver-submit = Deliver
deliver-help = What is in a package
deliver-help-text = manifest.json names batch, item, number of rows and SM3 digest; the data file is CSV, JSON Lines, Parquet or an Excel workbook (.xlsx) with the columns of the catalogue, then op and source_updated_at. A unit whose own column names and codes have been mapped can send its own.
deliver-help-catalog = See the columns of each item in the catalogue
nav-errors = Errors
errors-heading = Errors to be mended
errors-lead = Rows that were not taken, by item and reason, the most frequent first. They go away when mended rows are sent.
errors-none = There is nothing to mend
errors-none-text = Everything that was sent was taken, or was sent again mended.
errors-cut = There are many; only the newest 5,000 rows are counted here.
errors-what = Reason and what to do
errors-newest = Last time
errors-batches = Batches
errors-more =
    { $n ->
        [one] and { $n } more batch
       *[other] and { $n } more batches
    }
