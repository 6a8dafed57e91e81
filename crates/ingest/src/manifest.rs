//! The slip that travels with every delivery: who sends what, how many rows, and the file's digest.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The one schema version that units deliver today.
pub const SCHEMA_VERSION: u32 = 1;

/// What `manifest.json` of a drop batch says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Chosen by the source unit; the same id is the same batch for ever.
    pub batch_id: String,
    /// The delivering unit, as in the catalogue.
    pub source_unit: String,
    /// The item delivered.
    pub item_id: String,
    /// Version of the item's column layout.
    pub schema_version: u32,
    /// Counts up by one per unit and item, without gaps.
    pub seq: u64,
    /// Data rows in the file, the header not counted.
    pub rows: u64,
    /// Name of the data file beside the manifest.
    pub file: String,
    /// Layout of the data file.
    pub format: Format,
    /// Character set of a data file that is text.
    #[serde(default)]
    pub encoding: Charset,
    /// SM3 digest of the data file, 64 hexadecimal digits.
    pub sm3: String,
    /// When the unit sent the batch.
    pub sent_at: Timestamp,
    /// Whether the file holds changes or everything.
    pub mode: Mode,
}

/// Layout of a data file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Rows of cells with a header, RFC 4180.
    Csv,
    /// One JSON object a line.
    Jsonl,
    /// Apache Parquet.
    Parquet,
    /// The first sheet of an Office Open XML workbook.
    Xlsx,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Csv, Self::Jsonl, Self::Parquet, Self::Xlsx];

    /// The name as it stands in a manifest, and the usual ending of such files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Parquet => "parquet",
            Self::Xlsx => "xlsx",
        }
    }
}

/// Character set of a data file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Charset {
    #[default]
    #[serde(rename = "utf-8", alias = "UTF-8", alias = "utf8")]
    Utf8,
    #[serde(rename = "gb18030", alias = "GB18030", alias = "GB 18030", alias = "gbk", alias = "GBK")]
    Gb18030,
}

impl Charset {
    /// The name as it stands in a manifest.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Gb18030 => "gb18030",
        }
    }
}

/// Whether a batch holds changes or the whole of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// New and changed records, and withdrawals.
    Incremental,
    /// Everything the unit holds of the item: what is missing has gone.
    Snapshot,
}

impl Manifest {
    /// Reads a manifest; the error says what is wrong and where.
    pub fn parse(text: &[u8]) -> Result<Self, String> {
        let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
        let manifest: Self = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        let named = [&manifest.batch_id, &manifest.source_unit, &manifest.item_id];
        if named.iter().any(|id| id.is_empty() || id.chars().any(|c| !is_id_character(c)) || id.len() > 120) {
            return Err("batch_id, source_unit and item_id are 1 to 120 letters, digits, - _ or .".to_owned());
        }
        if manifest.batch_id.starts_with('.') {
            return Err("batch_id does not start with a full stop".to_owned());
        }
        let file = &manifest.file;
        if file.is_empty() || file.contains(['/', '\\']) || file.starts_with('.') {
            return Err("file is the plain name of a file beside the manifest".to_owned());
        }
        Ok(manifest)
    }
}

fn is_id_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"batch_id":"sw-1","source_unit":"sw","item_id":"tax_filing","schema_version":1,
        "seq":1,"rows":2,"file":"data.csv","format":"csv","sm3":"00","sent_at":"2026-05-01T08:00:00+08:00",
        "mode":"incremental"}"#;

    #[test]
    fn a_manifest_without_an_encoding_means_utf_8() {
        assert_eq!(Manifest::parse(GOOD.as_bytes()).unwrap().encoding, Charset::Utf8);
    }

    #[test]
    fn every_format_is_named_in_a_manifest() {
        for format in Format::ALL {
            let text = GOOD.replace("\"csv\"", &format!("\"{}\"", format.name()));
            assert_eq!(Manifest::parse(text.as_bytes()).unwrap().format, format);
        }
        assert!(Manifest::parse(GOOD.replace("\"csv\"", "\"xls\"").as_bytes()).is_err());
    }

    #[test]
    fn a_manifest_cannot_point_outside_its_folder() {
        for file in ["../secret.csv", "/etc/passwd", "a\\\\b.csv", ".hidden", ""] {
            let text = GOOD.replace("data.csv", file);
            assert!(Manifest::parse(text.as_bytes()).is_err(), "{file}");
        }
        let text = GOOD.replace("\"sw-1\"", "\"../x\"");
        assert!(Manifest::parse(text.as_bytes()).is_err());
    }
}
