//! When a table is worth compacting: every arrival costs each reader something, and each rewriting costs once.

use crate::Lake;
use crate::error::LakeError;
use crate::snapshot::{ActiveFile, Snapshot, Tier};

/// Arrival files that a reader is to look into at most: about a fortnight of daily batches.
const FILES_ARRIVAL_MAX: usize = 12;
/// One arrived row in so many current ones is enough: so a growing table is rewritten a few times, not each day.
const CURRENT_TO_ARRIVAL: u64 = 5;
/// One later version in so many current rows is enough: whoever asks all records holds them in memory.
const CURRENT_TO_LATER: u64 = 20;

/// What readers of a table bear until it is compacted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Burden {
    /// Rows that are compacted.
    pub rows_current: u64,
    /// Rows that came since.
    pub rows_arrival: u64,
    /// Rows in those of their files that hold later versions of records.
    pub rows_later: u64,
    /// Their files.
    pub files_arrival: usize,
    /// True when files have narrower columns than the item's description.
    pub is_narrow: bool,
}

impl Burden {
    /// True when compaction is worth its work.
    pub fn is_worth_compacting(&self) -> bool {
        let is_much = self.rows_arrival * CURRENT_TO_ARRIVAL >= self.rows_current
            || self.rows_later * CURRENT_TO_LATER >= self.rows_current;
        self.is_narrow || self.files_arrival > FILES_ARRIVAL_MAX || (self.files_arrival > 1 && is_much)
    }

    fn of(snapshot: &Snapshot) -> Self {
        let later = snapshot.tier(Tier::Arrival).filter(|file| !file.only_first_versions);
        Self {
            rows_current: snapshot.rows(Tier::Current),
            rows_arrival: snapshot.rows(Tier::Arrival),
            rows_later: later.map(|file: &ActiveFile| file.rows).sum(),
            files_arrival: snapshot.tier(Tier::Arrival).count(),
            is_narrow: snapshot.is_narrow,
        }
    }
}

impl Lake {
    /// What readers of a table bear until it is compacted.
    pub async fn burden(&self, table: &str) -> Result<Burden, LakeError> {
        Ok(Burden::of(&*self.table(table)?.snapshot().await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rows_current: u64, rows_arrival: u64, rows_later: u64, files_arrival: usize, is_worth: bool) {
        let burden = Burden { rows_current, rows_arrival, rows_later, files_arrival, is_narrow: false };
        assert_eq!(burden.is_worth_compacting(), is_worth, "{burden:?}");
    }

    #[test]
    fn a_table_to_which_nothing_came_is_left_alone() {
        check(1_000_000, 0, 0, 0, false);
        check(0, 0, 0, 0, false);
    }

    #[test]
    fn a_fortnight_of_small_batches_is_worth_it() {
        check(1_000_000, 12, 0, 12, false);
        check(1_000_000, 13, 0, 13, true);
    }

    #[test]
    fn many_rows_are_worth_it_once_they_lie_in_more_than_one_file() {
        check(1_000, 199, 0, 2, false);
        check(1_000, 200, 0, 2, true);
        check(1_000, 5_000, 0, 1, false);
    }

    #[test]
    fn later_versions_are_worth_it_sooner() {
        check(1_000, 49, 49, 2, false);
        check(1_000, 50, 50, 2, true);
    }

    #[test]
    fn wider_columns_are_always_worth_it() {
        assert!(Burden { is_narrow: true, ..Burden::default() }.is_worth_compacting());
    }
}
