//! Telling a batch's rows apart by what the lake knows: new, newer, the same, older.

use jq_lake::{Incoming, Known};

use crate::receipt::Counts;

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is written with this version.
    Version(i32),
    /// It changes nothing.
    Nothing,
}

/// Decides a row and counts the outcome.
pub(crate) fn decide(row: &Incoming<'_>, known: Option<&Known>, counts: &mut Counts) -> Fate {
    let Some(known) = known else {
        // A withdrawal of something never seen is kept: a late older delivery must not bring it to life.
        if row.withdraws {
            counts.withdrawn += 1;
        } else {
            counts.accepted += 1;
        }
        return Fate::Version(1);
    };
    if row.source_updated_at < known.source_updated_at || known.repaired {
        counts.older += 1;
        return Fate::Nothing;
    }
    let as_old = row.source_updated_at == known.source_updated_at && row.withdraws == known.withdrawn;
    if as_old && known.content == Some((row.content)()) {
        counts.unchanged += 1;
        return Fate::Nothing;
    }
    if row.withdraws {
        counts.withdrawn += 1;
    } else if known.withdrawn {
        counts.accepted += 1;
    } else {
        counts.updated += 1;
    }
    Fate::Version(known.version + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        Known {
            subject: None,
            source_updated_at: 100,
            content: Some(7),
            version: 3,
            withdrawn: false,
            repaired: false,
        }
    }

    fn check(updated: i64, content: u64, withdraws: bool, known: Option<&Known>) -> (Fate, Counts) {
        let row = Incoming {
            digest: 1,
            subject: "a",
            natural_key: "a|1",
            source_updated_at: updated,
            withdraws,
            content: &|| content,
        };
        let mut counts = Counts::default();
        (decide(&row, known, &mut counts), counts)
    }

    #[test]
    fn a_record_never_seen_is_new() {
        let counts = Counts { accepted: 1, ..Counts::default() };
        assert_eq!(check(1, 1, false, None), (Fate::Version(1), counts));
    }

    #[test]
    fn a_newer_delivery_is_a_new_version() {
        let counts = Counts { updated: 1, ..Counts::default() };
        assert_eq!(check(101, 8, false, Some(&known())), (Fate::Version(4), counts));
    }

    #[test]
    fn the_same_record_again_changes_nothing() {
        let counts = Counts { unchanged: 1, ..Counts::default() };
        assert_eq!(check(100, 7, false, Some(&known())), (Fate::Nothing, counts));
    }

    #[test]
    fn a_newer_delivery_of_the_same_content_is_a_version_too() {
        let counts = Counts { updated: 1, ..Counts::default() };
        assert_eq!(check(200, 7, false, Some(&known())), (Fate::Version(4), counts));
    }

    #[test]
    fn what_is_older_than_known_is_ignored() {
        let counts = Counts { older: 1, ..Counts::default() };
        assert_eq!(check(99, 8, false, Some(&known())), (Fate::Nothing, counts));
    }

    #[test]
    fn a_repaired_record_does_not_come_back() {
        let repaired = Known { repaired: true, ..known() };
        assert_eq!(check(500, 9, false, Some(&repaired)).0, Fate::Nothing);
    }

    #[test]
    fn a_withdrawal_is_a_version_of_its_own() {
        let counts = Counts { withdrawn: 1, ..Counts::default() };
        assert_eq!(check(101, 8, true, Some(&known())), (Fate::Version(4), counts));
    }
}
