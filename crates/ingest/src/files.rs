//! The files that go back to a unit: the receipt, the rejected rows, and the mended rows on their return.

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use jq_base::sm3;
use jq_catalog::Catalog;

use crate::error::IngestError;
use crate::manifest::{Charset, Format, Manifest, Mode, SCHEMA_VERSION};
use crate::receipt::Receipt;
use crate::wrong::WrongRows;

/// Columns that stand before the item's own in a file of rejected rows.
const REASON_COLUMNS: [&str; 7] = ["batch_id", "item_id", "row_no", "field", "value", "rule", "what_to_do"];

/// The file that says what became of a batch.
const RECEIPT: &str = "receipt.json";
/// The folder of files that are being written; what is whole gets its name and place at once.
const UNFINISHED: &str = "unfinished";
/// The folder of archives that are being taken.
const UNPACKED: &str = "unpacked";

/// Rows that one file of corrections may hold.
const CORRECTIONS_MAX: usize = 200_000;

fn disk(path: &Path) -> impl FnOnce(std::io::Error) -> IngestError + '_ {
    move |source| IngestError::Disk { path: path.to_owned(), source }
}

/// Removes what takers that were stopped left below `folder`, where it is older than `grace`.
pub(crate) fn remove_leftovers(folder: &Path, grace: SignedDuration) -> Result<(), IngestError> {
    for left in [UNFINISHED, UNPACKED] {
        jq_lake::remove_leftovers(&folder.join(left), grace, |_| true)?;
    }
    Ok(())
}

/// Where archives are unpacked.
pub(crate) fn unpacked(folder: &Path) -> PathBuf {
    folder.join(UNPACKED)
}

/// Where a batch's files lie.
pub(crate) fn folder_of(folder: &Path, batch_id: &str) -> PathBuf {
    folder.join("receipts").join(batch_id)
}

/// True when the batch's receipt was written.
pub(crate) fn has_receipt(folder: &Path, batch_id: &str) -> bool {
    folder_of(folder, batch_id).join(RECEIPT).is_file()
}

/// Writes the receipt of a batch whose taker was stopped before it could.
pub(crate) fn keep_receipt(folder: &Path, receipt: &Receipt) -> Result<(), IngestError> {
    if has_receipt(folder, &receipt.batch_id) {
        return Ok(());
    }
    write_receipt(folder, &Receipt { repeated: false, ..receipt.clone() })
}

/// Writes `receipt.json`.
pub(crate) fn write_receipt(folder: &Path, receipt: &Receipt) -> Result<(), IngestError> {
    let text = serde_json::to_vec_pretty(receipt).expect("a receipt is plain data");
    write_whole(folder, &folder_of(folder, &receipt.batch_id).join(RECEIPT), &text)
}

/// Writes a file below `folder`; a half-written one is never seen, whoever writes the same at the same time.
fn write_whole(folder: &Path, path: &Path, bytes: &[u8]) -> Result<(), IngestError> {
    let unfinished = folder.join(UNFINISHED);
    for folder in path.parent().into_iter().chain([unfinished.as_path()]) {
        std::fs::create_dir_all(folder).map_err(disk(folder))?;
    }
    let half = unfinished.join(uuid::Uuid::now_v7().simple().to_string());
    let written = std::fs::write(&half, bytes).and_then(|()| std::fs::rename(&half, path));
    written.map_err(|source| {
        // What cannot be removed now is removed as a leftover later.
        let _ = std::fs::remove_file(&half);
        IngestError::Disk { path: path.to_owned(), source }
    })
}

/// Writes `rejected.csv`: every wrong row as delivered, whatever its format was, with its reason before it and the
/// columns that the unit used. UTF-8 with a byte order mark, so that a spreadsheet opens it right. Without wrong rows
/// there is none, nor that of an earlier try.
pub(crate) fn write_rejected(
    folder: &Path,
    header: &[String],
    receipt: &Receipt,
    wrong: &WrongRows,
) -> Result<(), IngestError> {
    let path = folder_of(folder, &receipt.batch_id).join("rejected.csv");
    if wrong.faults.is_empty() {
        return match std::fs::remove_file(&path) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                Err(IngestError::Disk { path, source })
            }
            _ => Ok(()),
        };
    }
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(b"\xEF\xBB\xBF".to_vec());
    let refused = |error: csv::Error| IngestError::Disk { path: path.clone(), source: error.into() };
    writer
        .write_record(REASON_COLUMNS.into_iter().chain(header.iter().map(String::as_str)))
        .map_err(refused)?;
    for (fault, row) in wrong.faults.iter().zip(&wrong.delivered) {
        let row_no = fault.row_no.to_string();
        let reason = [
            receipt.batch_id.as_str(),
            &receipt.item_id,
            &row_no,
            fault.field.as_deref().unwrap_or(""),
            &fault.value,
            &fault.rule,
            &fault.remedy_zh,
        ];
        let record = reason.into_iter().chain(row.iter().map(String::as_str));
        writer.write_record(record).map_err(refused)?;
    }
    let bytes = writer.into_inner().map_err(|error| IngestError::Disk {
        path: path.clone(),
        source: std::io::Error::other(error.to_string()),
    })?;
    write_whole(folder, &path, &bytes)
}

/// One mended row.
pub(crate) struct CorrectedRow {
    /// Its place in the batch that was rejected.
    pub(crate) row_no: u64,
    cells: Vec<String>,
}

/// A file of mended rows.
pub(crate) struct Corrections {
    pub(crate) batch_id: String,
    pub(crate) rows: Vec<CorrectedRow>,
    header: Vec<String>,
}

/// Reads a mended `rejected.csv`. All rows belong to one batch.
pub(crate) fn read_corrections(path: &Path, catalog: &Catalog) -> Result<Corrections, IngestError> {
    let wrong = |text: String| IngestError::Corrections(text);
    let text = std::fs::read(path).map_err(disk(path))?;
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&text);
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text);
    let mut records = reader.records();
    let header = match records.next() {
        Some(Ok(header)) => header,
        Some(Err(error)) => return Err(wrong(error.to_string())),
        None => return Err(wrong("the file is empty".to_owned())),
    };
    if !header.iter().take(REASON_COLUMNS.len()).eq(REASON_COLUMNS) {
        return Err(wrong(format!("the first columns must be {}", REASON_COLUMNS.join(","))));
    }
    let header: Vec<String> = header.iter().skip(REASON_COLUMNS.len()).map(str::to_owned).collect();
    let mut batch_id = String::new();
    let mut rows = Vec::new();
    for (line, record) in (2_u64..).zip(records) {
        let record = record.map_err(|error| wrong(error.to_string()))?;
        let cell = |place: usize| record.get(place).unwrap_or_default();
        if batch_id.is_empty() {
            cell(0).clone_into(&mut batch_id);
            let item = catalog
                .item(cell(1))
                .ok_or_else(|| wrong(format!("line {line}: unknown item {}", cell(1))))?;
            let mapping = catalog.mapping(&item.source_unit, &item.id);
            if item.header() != header && !mapping.is_some_and(|mapping| mapping.fits(&header)) {
                return Err(wrong(format!("the columns after the reason must be those of {}", item.id)));
            }
        } else if cell(0) != batch_id {
            return Err(wrong(format!("line {line}: rows of another batch ({})", cell(0))));
        }
        let row_no = cell(2).parse().map_err(|_| wrong(format!("line {line}: row_no is not a number")))?;
        let cells = record.iter().skip(REASON_COLUMNS.len()).map(str::to_owned).collect();
        rows.push(CorrectedRow { row_no, cells });
        if rows.len() > CORRECTIONS_MAX {
            return Err(wrong(format!("more than {CORRECTIONS_MAX} rows")));
        }
    }
    if rows.is_empty() {
        return Err(wrong("the file has no rows".to_owned()));
    }
    Ok(Corrections { batch_id, rows, header })
}

impl Corrections {
    /// Writes the mended rows as a batch outside the sequence, below `root`, and returns its folder.
    pub(crate) fn write_batch(
        &self,
        root: &Path,
        original: &Receipt,
        now: Timestamp,
    ) -> Result<PathBuf, IngestError> {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        let failed = |error: csv::Error| IngestError::Corrections(error.to_string());
        writer.write_record(&self.header).map_err(failed)?;
        for row in &self.rows {
            writer.write_record(&row.cells).map_err(failed)?;
        }
        let data = writer.into_inner().map_err(|error| IngestError::Corrections(error.to_string()))?;
        let digest = sm3::hex(&data);
        let manifest = Manifest {
            batch_id: format!("{:.100}-fix-{}", self.batch_id, &digest[..10]),
            source_unit: original.source_unit.clone(),
            item_id: original.item_id.clone(),
            schema_version: SCHEMA_VERSION,
            seq: 0,
            rows: self.rows.len() as u64,
            file: "data.csv".to_owned(),
            format: Format::Csv,
            encoding: Charset::Utf8,
            sm3: digest,
            sent_at: now,
            mode: Mode::Incremental,
        };
        let folder = root.join("resubmitted").join(&manifest.batch_id);
        write_whole(root, &folder.join("data.csv"), &data)?;
        let text = serde_json::to_vec_pretty(&manifest).expect("a manifest is plain data");
        write_whole(root, &folder.join("manifest.json"), &text)?;
        Ok(folder)
    }
}
