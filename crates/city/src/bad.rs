//! Deliberately bad batches: what a careless unit, a broken line or a forger might send.

use std::path::Path;

use jq_base::sm3;

use crate::CityError;
use crate::batch::{Manifest, is_gb_18030, sent_at, write_manifest};
use crate::outbox::Sink;
use crate::time::Day;
use crate::writer::encode;

/// What is wrong with a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Defect {
    WrongDigest,
    MissingFile,
    TruncatedFile,
    WrongEncoding,
    TooManyWrongRows,
    UnknownItem,
    SequenceGap,
}

/// Each defect with its folder and the item it is shown on; every item is used once.
const DEFECTS: [(Defect, &str, &str); 7] = [
    (Defect::WrongDigest, "wrong_digest", "water_bill"),
    (Defect::MissingFile, "missing_file", "gas_bill"),
    (Defect::TruncatedFile, "truncated_file", "power_bill"),
    (Defect::WrongEncoding, "wrong_encoding", "admin_license"),
    (Defect::TooManyWrongRows, "too_many_wrong_rows", "trademark"),
    (Defect::UnknownItem, "unknown_item", "tax_credit_rating"),
    (Defect::SequenceGap, "sequence_gap", "social_insurance_payment"),
];

/// Writes one batch for each defect, from rows that were delivered before.
pub(crate) fn write(folder: &Path, sinks: &[Sink], until: Day) -> Result<(), CityError> {
    for (defect, name, item) in DEFECTS {
        if let Some(sink) = sinks.iter().find(|sink| sink.item == item) {
            write_one(&folder.join(name), defect, sink, until)?;
        }
    }
    Ok(())
}

fn write_one(folder: &Path, defect: Defect, sink: &Sink, until: Day) -> Result<(), CityError> {
    std::fs::create_dir_all(folder).map_err(CityError::Write)?;
    let next = sink.batches.len() + if defect == Defect::SequenceGap { 4 } else { 1 };
    let mut text = format!("{}\n", sink.header);
    for (index, line) in sink.sample.iter().enumerate() {
        let spoiled = defect == Defect::TooManyWrongRows && index % 4 == 0;
        text.push_str(&if spoiled { spoil(line) } else { line.clone() });
    }
    let gb_18030 = is_gb_18030(&sink.unit) || defect == Defect::WrongEncoding;
    let bytes = encode(&text, gb_18030);
    let digest = match defect {
        Defect::WrongDigest => sm3::hex(b"another file"),
        _ => sm3::hex(&bytes),
    };
    let manifest = Manifest {
        batch_id: format!("{}-{}-bad-{next:04}", sink.unit, sink.item),
        source_unit: sink.unit.clone(),
        item_id: if defect == Defect::UnknownItem { "pet_licence".to_owned() } else { sink.item.clone() },
        schema_version: 1,
        seq: next,
        rows: sink.sample.len() as u32,
        file: "data.csv".to_owned(),
        format: "csv".to_owned(),
        encoding: if is_gb_18030(&sink.unit) { "gb18030" } else { "utf-8" }.to_owned(),
        sm3: digest,
        sent_at: sent_at(until.plus(1)),
        mode: "incremental".to_owned(),
    };
    write_manifest(folder, &manifest)?;
    let kept = match defect {
        Defect::MissingFile => return Ok(()),
        Defect::TruncatedFile => &bytes[..bytes.len() * 3 / 5],
        _ => &bytes[..],
    };
    std::fs::write(folder.join("data.csv"), kept).map_err(CityError::Write)
}

/// The line with its operation made unreadable.
fn spoil(line: &str) -> String {
    line.replacen(",upsert,", ",replace_all,", 1)
}
