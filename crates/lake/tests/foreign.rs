//! Parquet files of others: read as they mean them, or refused; never believed where they lie.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array, Float64Array, Int32Array, RecordBatch, StringArray};
use jq_lake::{ForeignError, ForeignFile, ForeignValue};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, GzipLevel};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};

const ROWS: i32 = 300;

fn columns() -> RecordBatch {
    let names: StringArray = (0..ROWS).map(|row| Some(format!("企业{}", row % 7))).collect();
    let ids: StringArray = (0..ROWS).map(|row| (row % 5 > 0).then(|| format!("id-{row:05}"))).collect();
    let numbers: Int32Array = (0..ROWS).map(Some).collect();
    let fen: Decimal128Array = (0..ROWS).map(|row| Some(i128::from(row) * 25)).collect();
    let columns: [(&str, ArrayRef); 5] = [
        ("name", Arc::new(names)),
        ("id", Arc::new(ids)),
        ("number", Arc::new(numbers)),
        ("amount", Arc::new(fen.with_precision_and_scale(12, 2).expect("a decimal"))),
        ("share", Arc::new(Float64Array::from_iter_values((0..ROWS).map(|row| f64::from(row) / 8.0)))),
    ];
    RecordBatch::try_from_iter(columns).expect("columns of one length")
}

fn written(properties: WriterPropertiesBuilder) -> Vec<u8> {
    let rows = columns();
    let properties = properties.set_max_row_group_row_count(Some(128)).build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, rows.schema(), Some(properties)).expect("a writer");
    writer.write(&rows).expect("rows");
    writer.close().expect("a footer");
    bytes
}

/// A file of one test, taken away afterwards.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("jq-foreign-{}-{name}", std::process::id())))
    }

    fn with(&self, bytes: &[u8]) -> File {
        std::fs::write(&self.0, bytes).expect("a file");
        File::open(&self.0).expect("the file")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// All values of a file, row by row; an error as soon as it shows itself.
fn read(file: File) -> Result<Vec<String>, ForeignError> {
    let file = ForeignFile::open(file)?;
    let mut names = file.columns().to_vec();
    names.reverse();
    let mut lines = Vec::new();
    for rows in file.read(&names)? {
        let rows = rows?;
        for row in 0..rows.len() {
            let cells = (0..names.len()).map(|column| match rows.value(row, column) {
                None => String::new(),
                Some(ForeignValue::Text(text)) => text.into_owned(),
                Some(other) => format!("{other:?}"),
            });
            lines.push(cells.collect::<Vec<_>>().join("|"));
        }
    }
    Ok(lines)
}

#[test]
fn a_file_is_read_by_the_names_of_its_columns_however_it_was_packed() {
    let place = Place::new("packed");
    let expected = read(place.with(&written(WriterProperties::builder()))).expect("a sound file");
    assert_eq!(expected.len(), 300);
    assert_eq!(expected[1], "Float(0.125)|0.25|1|id-00001|企业1");
    assert_eq!(expected[5], "Float(0.625)|1.25|5||企业5");
    for codec in
        [Compression::SNAPPY, Compression::LZ4_RAW, Compression::ZSTD(parquet::basic::ZstdLevel::default())]
    {
        let packed = written(WriterProperties::builder().set_compression(codec));
        assert_eq!(read(place.with(&packed)).expect("a sound file"), expected, "{codec}");
    }
    // Texts that are told by what they share with the one before.
    let delta =
        WriterProperties::builder().set_dictionary_enabled(false).set_encoding(Encoding::DELTA_BYTE_ARRAY);
    let delta = delta.set_column_encoding("number".into(), Encoding::PLAIN);
    let delta = delta.set_column_encoding("amount".into(), Encoding::PLAIN);
    let delta = delta.set_column_encoding("share".into(), Encoding::PLAIN);
    assert_eq!(read(place.with(&written(delta))).expect("a sound file"), expected);
    let gzip = WriterProperties::builder().set_compression(Compression::GZIP(GzipLevel::default()));
    let refused = read(place.with(&written(gzip))).expect_err("it unpacks without a limit").to_string();
    assert!(refused.contains("GZIP") && refused.contains("zstd"), "{refused}");
}

#[test]
fn whatever_byte_of_the_footer_is_changed_the_file_is_read_or_refused() {
    let place = Place::new("changed");
    let sound = written(WriterProperties::builder());
    let length = u32::from_le_bytes(sound[sound.len() - 8..sound.len() - 4].try_into().expect("four bytes"));
    let footer = sound.len() - 8 - length as usize;
    let mut refused = 0;
    for at in footer..sound.len() {
        for change in [0x01, 0x80, 0xFF] {
            let mut bytes = sound.clone();
            bytes[at] ^= change;
            // What is read of it need not be right: that it is the file which was sent, its digest proves.
            refused += usize::from(read(place.with(&bytes)).is_err());
        }
    }
    assert!(refused > 300, "{refused} of {} lies were found", 3 * (sound.len() - footer));
}

#[test]
fn a_count_of_row_groups_that_would_fill_the_memory_is_refused() {
    let place = Place::new("groups");
    // Version 1, no schema, a list of 2,147,483,647 row groups.
    let footer = [0x15, 0x02, 0x39, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x00];
    let mut bytes = b"PAR1".to_vec();
    bytes.extend(footer);
    bytes.extend(u32::try_from(footer.len()).expect("short").to_le_bytes());
    bytes.extend(b"PAR1");
    let refused = read(place.with(&bytes)).expect_err("it lies").to_string();
    assert!(refused.contains("the footer contradicts itself"), "{refused}");
}

#[test]
fn a_page_that_would_fill_the_memory_is_refused() {
    let place = Place::new("page");
    let sound = written(WriterProperties::builder().set_dictionary_enabled(false));
    // The head of the first page: its kind, then its size unpacked, here made as large as its bytes allow.
    assert_eq!(sound[4..7], [0x15, 0x00, 0x15], "a data page");
    let mut lying = sound.clone();
    let last = (7..20).find(|at| sound[*at] & 0x80 == 0).expect("an end");
    lying.splice(last..=last, [0xFF, 0xFF, 0xFF, 0x07]);
    let refused = read(place.with(&lying)).expect_err("it lies").to_string();
    assert!(refused.contains("a page of"), "{refused}");
}

#[test]
fn a_file_that_ends_in_the_middle_is_refused_wherever_it_ends() {
    let place = Place::new("cut");
    let sound = written(WriterProperties::builder());
    for length in (0..sound.len()).step_by(97) {
        assert!(read(place.with(&sound[..length])).is_err(), "cut off after {length} bytes");
    }
}
