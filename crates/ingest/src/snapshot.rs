//! A snapshot says everything a unit holds of an item: records that are missing from it have gone.

use std::collections::HashSet;

use jq_lake::{Cell, Lake, RowsBuilder, key_digest};

use crate::batch::Candidate;
use crate::error::IngestError;
use crate::manifest::Manifest;
use crate::receipt::Receipt;

/// Adds a withdrawal for each known record of the unit that the snapshot does not hold. A snapshot with
/// wrong rows withdraws nothing: a row that could not be read may stand for any of them.
pub(crate) async fn withdraw_missing(
    lake: &Lake,
    manifest: &Manifest,
    candidates: &[Candidate],
    receipt: &mut Receipt,
    good: &mut RowsBuilder,
    versions: &mut Vec<Option<i32>>,
) -> Result<(), IngestError> {
    if receipt.counts.quarantined + receipt.counts.unmatched > 0 {
        receipt.notes.push(
            "快照含有错误行,本次未撤回任何缺失记录 / the snapshot has wrong rows, so nothing was withdrawn"
                .to_owned(),
        );
        return Ok(());
    }
    let held: HashSet<u128> = candidates.iter().map(|row| row.digest).collect();
    let query = format!(
        "select subject_key, natural_key, version, source_unit, source_updated_at from {}",
        manifest.item_id
    );
    let sent_at = manifest.sent_at.as_microsecond();
    for row in lake.sql(&query).await? {
        let (Some(subject), Some(key)) = (row.text("subject_key"), row.text("natural_key")) else { continue };
        let of_unit = row.text("source_unit").is_some_and(|unit| unit == manifest.source_unit);
        if !of_unit || held.contains(&key_digest(&key)) {
            continue;
        }
        let version = row.int("version").and_then(|version| i32::try_from(version).ok()).unwrap_or(1);
        good.push([
            Cell::Text(&subject),
            Cell::Text(&key),
            Cell::Text("withdraw"),
            Cell::Text(&manifest.source_unit),
            Cell::Empty,
            Cell::Text(&manifest.batch_id),
            Cell::Int(0),
            Cell::Int(sent_at),
            Cell::Int(receipt.received_at.as_microsecond()),
            Cell::Empty,
            Cell::Empty,
            Cell::Int(1),
            Cell::Text("clean"),
            Cell::Text("none"),
            Cell::Int(0),
        ])?;
        versions.push(Some(version + 1));
        receipt.counts.withdrawn += 1;
    }
    Ok(())
}
