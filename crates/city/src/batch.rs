//! One drop batch on disk: a data file and the manifest that vouches for it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use crate::CityError;
use crate::row::{date_text, push_instant};
use crate::time::Day;
use crate::writer::{DataFile, Pen, Writer};

/// Bytes that wait in memory before they are handed to the writer.
const WAITING_BYTES: usize = 64 * 1024;
/// Units whose systems still write GB 18030.
const GB_18030_UNITS: [&str; 3] = ["fy", "nyw", "gz"];
/// Units close their books at 06:30 on the morning after.
const SENT_SECOND: u32 = 6 * 3_600 + 30 * 60;

/// What the manifest says of the data file beside it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Manifest {
    pub(crate) batch_id: String,
    pub(crate) source_unit: String,
    pub(crate) item_id: String,
    pub(crate) schema_version: u32,
    pub(crate) seq: usize,
    pub(crate) rows: u32,
    pub(crate) file: String,
    pub(crate) format: String,
    pub(crate) encoding: String,
    pub(crate) sm3: String,
    pub(crate) sent_at: String,
    pub(crate) mode: String,
}

/// What a batch is called.
pub(crate) struct BatchName<'a> {
    /// Place in the order of delivery, from 1.
    pub(crate) number: usize,
    pub(crate) unit: &'a str,
    pub(crate) item: &'a str,
    /// Number within unit and item, from 1.
    pub(crate) seq: usize,
    /// The last day whose records it holds.
    pub(crate) end: Day,
}

/// A batch being written.
pub(crate) struct Batch {
    pub(crate) id: String,
    pub(crate) seq: usize,
    pub(crate) end: Day,
    pub(crate) rows: u32,
    pub(crate) faults: u32,
    /// Nothing where the batch is not to be written.
    target: Option<Target>,
    pen: Option<Pen>,
    waiting: String,
    gb_18030: bool,
}

/// Where a batch comes to lie.
struct Target {
    folder: PathBuf,
    file: Arc<DataFile>,
}

impl Batch {
    /// Makes the folder and begins the data file with its header.
    pub(crate) fn create(
        drops: &Path,
        name: &BatchName<'_>,
        header: &str,
        writer: &Writer,
    ) -> Result<Self, CityError> {
        let BatchName { number, unit, item, seq, .. } = name;
        let folder = drops.join(format!("{number:03}_{unit}_{item}_{seq}"));
        std::fs::create_dir_all(&folder).map_err(CityError::Write)?;
        let mut batch = Self::unwritten(name);
        let file = Arc::new(DataFile::create(folder.join("data.csv"), batch.gb_18030)?);
        batch.pen = Some(writer.pen(Arc::clone(&file)));
        batch.target = Some(Target { folder, file });
        batch.waiting.push_str(header);
        batch.waiting.push('\n');
        Ok(batch)
    }

    /// Begins a batch whose rows are counted and not written.
    pub(crate) fn unwritten(name: &BatchName<'_>) -> Self {
        let BatchName { unit, item, seq, end, .. } = name;
        Self {
            id: format!("{unit}-{item}-{}-{seq:04}", date_text(*end).replace('-', "")),
            seq: *seq,
            end: *end,
            rows: 0,
            faults: 0,
            target: None,
            pen: None,
            waiting: String::new(),
            gb_18030: is_gb_18030(unit),
        }
    }

    /// Adds one finished line.
    pub(crate) fn write(&mut self, line: &str) -> Result<(), CityError> {
        self.rows += 1;
        let Some(pen) = &self.pen else { return Ok(()) };
        self.waiting.push_str(line);
        if self.waiting.len() < WAITING_BYTES {
            return Ok(());
        }
        pen.write(std::mem::replace(&mut self.waiting, String::with_capacity(WAITING_BYTES * 9 / 8)))
    }

    /// Hands the rest over; no rows follow.
    pub(crate) fn end(&mut self) -> Result<(), CityError> {
        let waiting = std::mem::take(&mut self.waiting);
        self.pen.take().map_or(Ok(()), |pen| pen.write(waiting))
    }

    /// Writes the manifest, once the writer has finished.
    pub(crate) fn seal(&self, unit: &str, item: &str) -> Result<(), CityError> {
        let Some(Target { folder, file }) = &self.target else { return Ok(()) };
        let manifest = Manifest {
            batch_id: self.id.clone(),
            source_unit: unit.to_owned(),
            item_id: item.to_owned(),
            schema_version: 1,
            seq: self.seq,
            rows: self.rows,
            file: "data.csv".to_owned(),
            format: "csv".to_owned(),
            encoding: if self.gb_18030 { "gb18030" } else { "utf-8" }.to_owned(),
            sm3: file.digest(),
            sent_at: sent_at(self.end),
            mode: "incremental".to_owned(),
        };
        write_manifest(folder, &manifest)
    }
}

/// Whether the unit's systems write GB 18030.
pub(crate) fn is_gb_18030(unit: &str) -> bool {
    GB_18030_UNITS.contains(&unit)
}

/// The morning after a batch's last day.
pub(crate) fn sent_at(end: Day) -> String {
    let mut text = String::new();
    push_instant(&mut text, end.plus(1), SENT_SECOND);
    text
}

/// Writes `manifest.json` into the folder.
pub(crate) fn write_manifest(folder: &Path, manifest: &Manifest) -> Result<(), CityError> {
    let mut text = serde_json::to_string_pretty(manifest).map_err(CityError::Describe)?;
    text.push('\n');
    std::fs::write(folder.join("manifest.json"), text).map_err(CityError::Write)
}
