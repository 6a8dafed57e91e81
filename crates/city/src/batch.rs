//! One drop batch on disk: a data file and the manifest that vouches for it.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use jq_base::sm3;
use serde::Serialize;

use crate::CityError;
use crate::row::{date_text, push_instant};
use crate::time::Day;

/// Bytes that wait in memory before they are hashed and written.
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
    folder: Option<PathBuf>,
    hasher: Option<sm3::Hasher>,
    waiting: String,
    gb_18030: bool,
}

impl Batch {
    /// Makes the folder and begins the data file with its header.
    pub(crate) fn create(drops: &Path, name: &BatchName<'_>, header: &str) -> Result<Self, CityError> {
        let BatchName { number, unit, item, seq, .. } = name;
        let folder = drops.join(format!("{number:03}_{unit}_{item}_{seq}"));
        std::fs::create_dir_all(&folder).map_err(CityError::Write)?;
        File::create(folder.join("data.csv")).map_err(CityError::Write)?;
        let mut batch = Self::unwritten(name);
        batch.folder = Some(folder);
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
            folder: None,
            hasher: Some(sm3::Hasher::new()),
            waiting: String::new(),
            gb_18030: is_gb_18030(unit),
        }
    }

    /// Adds one finished line.
    pub(crate) fn write(&mut self, line: &str) -> Result<(), CityError> {
        self.rows += 1;
        if self.folder.is_none() {
            return Ok(());
        }
        self.waiting.push_str(line);
        if self.waiting.len() >= WAITING_BYTES { self.flush() } else { Ok(()) }
    }

    /// A city has more batches than a process may have open files, so each is opened when there is something for it.
    fn flush(&mut self) -> Result<(), CityError> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let bytes = encode(&self.waiting, self.gb_18030);
        if let Some(hasher) = &mut self.hasher {
            hasher.update(&bytes);
        }
        let mut file =
            OpenOptions::new().append(true).open(folder.join("data.csv")).map_err(CityError::Write)?;
        file.write_all(&bytes).map_err(CityError::Write)?;
        self.waiting.clear();
        Ok(())
    }

    /// Writes what is left and the manifest.
    pub(crate) fn close(&mut self, unit: &str, item: &str) -> Result<(), CityError> {
        self.flush()?;
        let Some(folder) = &self.folder else { return Ok(()) };
        self.waiting = String::new();
        let digest = self.hasher.take().map(sm3::Hasher::finish_hex).unwrap_or_default();
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
            sm3: digest,
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

/// The bytes of a text in the unit's encoding.
pub(crate) fn encode(text: &str, gb_18030: bool) -> Vec<u8> {
    if gb_18030 { encoding_rs::GB18030.encode(text).0.into_owned() } else { text.as_bytes().to_vec() }
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
