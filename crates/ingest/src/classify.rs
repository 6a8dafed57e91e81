//! Telling a batch's rows apart by what the lake knows: new, newer, the same, older.

use std::collections::HashMap;

use jq_lake::{KeyDigest, Known};

use crate::batch::Candidate;
use crate::receipt::Counts;

/// What to do with the rows of a batch.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Version numbers of the rows to write; `None` for rows that change nothing.
    pub(crate) versions: Vec<Option<i32>>,
}

/// Decides every row and counts the outcome.
pub(crate) fn classify(
    candidates: &[Candidate],
    known: &HashMap<KeyDigest, Known>,
    counts: &mut Counts,
) -> Plan {
    let versions = candidates.iter().map(|row| decide(row, known.get(&row.digest), counts)).collect();
    Plan { versions }
}

fn decide(row: &Candidate, known: Option<&Known>, counts: &mut Counts) -> Option<i32> {
    let Some(known) = known else {
        // A withdrawal of something never seen is kept: a late older delivery must not bring it to life.
        if row.withdraws {
            counts.withdrawn += 1;
        } else {
            counts.accepted += 1;
        }
        return Some(1);
    };
    if row.source_updated_at < known.source_updated_at || known.repaired {
        counts.older += 1;
        return None;
    }
    let same = row.content_hash == known.content_hash && row.withdraws == known.withdrawn;
    if same && row.source_updated_at == known.source_updated_at {
        counts.unchanged += 1;
        return None;
    }
    if row.withdraws {
        counts.withdrawn += 1;
    } else if known.withdrawn {
        counts.accepted += 1;
    } else {
        counts.updated += 1;
    }
    Some(known.version + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: Known =
        Known { source_updated_at: 100, content_hash: 7, version: 3, withdrawn: false, repaired: false };

    fn check(updated: i64, content: i64, withdraws: bool, known: Option<Known>) -> (Option<i32>, Counts) {
        let row = Candidate { digest: 1, source_updated_at: updated, content_hash: content, withdraws };
        let mut counts = Counts::default();
        let known = known.map(|known| HashMap::from([(1, known)])).unwrap_or_default();
        let plan = classify(&[row], &known, &mut counts);
        (plan.versions[0], counts)
    }

    #[test]
    fn a_record_never_seen_is_new() {
        assert_eq!(check(1, 1, false, None), (Some(1), Counts { accepted: 1, ..Counts::default() }));
    }

    #[test]
    fn a_newer_delivery_is_a_new_version() {
        assert_eq!(check(101, 8, false, Some(KNOWN)), (Some(4), Counts { updated: 1, ..Counts::default() }));
    }

    #[test]
    fn the_same_record_again_changes_nothing() {
        assert_eq!(check(100, 7, false, Some(KNOWN)), (None, Counts { unchanged: 1, ..Counts::default() }));
    }

    #[test]
    fn a_newer_delivery_of_the_same_content_is_a_version_too() {
        assert_eq!(check(200, 7, false, Some(KNOWN)), (Some(4), Counts { updated: 1, ..Counts::default() }));
    }

    #[test]
    fn what_is_older_than_known_is_ignored() {
        assert_eq!(check(99, 8, false, Some(KNOWN)), (None, Counts { older: 1, ..Counts::default() }));
    }

    #[test]
    fn a_repaired_record_does_not_come_back() {
        let repaired = Known { repaired: true, ..KNOWN };
        assert_eq!(check(500, 9, false, Some(repaired)).0, None);
    }

    #[test]
    fn a_withdrawal_is_a_version_of_its_own() {
        assert_eq!(check(101, 8, true, Some(KNOWN)), (Some(4), Counts { withdrawn: 1, ..Counts::default() }));
    }
}
