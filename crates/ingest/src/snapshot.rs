//! A snapshot says everything a unit holds of an item: records that are missing from it have gone.

use jq_lake::{Cell, Lake, RowsBuilder, Value, key_digest};

use crate::error::IngestError;
use crate::keys::Keys;
use crate::manifest::Manifest;
use crate::receipt::Receipt;

/// A withdrawal for each known record of the unit that the snapshot does not hold. A snapshot with
/// wrong rows withdraws nothing: a row that could not be read may stand for any of them.
///
/// The withdrawal is as old as the record: the unit does not say since when it holds it no longer, and when it lists
/// it again, unchanged, that must bring it back.
pub(crate) async fn withdraw_missing(
    lake: &Lake,
    manifest: &Manifest,
    keys: &Keys,
    receipt: &mut Receipt,
) -> Result<Option<RowsBuilder>, IngestError> {
    if receipt.counts.quarantined + receipt.counts.unmatched > 0 {
        receipt.notes.push(
            "快照含有错误行，本次未撤回任何缺失记录 / the snapshot has wrong rows, so nothing was withdrawn"
                .to_owned(),
        );
        return Ok(None);
    }
    let query = format!(
        "select subject_key, natural_key, version, source_unit, source_updated_at from {}",
        manifest.item_id
    );
    let mut gone = lake.rows(&manifest.item_id)?;
    for row in lake.sql(&query).await? {
        let (Some(subject), Some(key)) = (row.text("subject_key"), row.text("natural_key")) else { continue };
        let of_unit = row.text("source_unit").is_some_and(|unit| unit == manifest.source_unit);
        if !of_unit || keys.find(key_digest(&key)).is_some() {
            continue;
        }
        let version = row.int("version").unwrap_or(1) + 1;
        let updated_at = match row.get("source_updated_at") {
            Some(Value::Instant(at)) => at.as_microsecond(),
            _ => manifest.sent_at.as_microsecond(),
        };
        gone.push(withdrawal(&subject, &key, updated_at, version))?;
        receipt.counts.no_longer_listed += 1;
    }
    Ok(Some(gone))
}

/// A row that withdraws a record in the name of its source.
pub(crate) fn withdrawal<'a>(subject: &'a str, key: &'a str, updated_at: i64, version: i64) -> [Cell<'a>; 8] {
    [
        Cell::Text(subject),
        Cell::Text(key),
        Cell::Text("withdraw"),
        Cell::Int(0),
        Cell::Int(updated_at),
        Cell::Empty,
        Cell::Empty,
        Cell::Int(version),
    ]
}
