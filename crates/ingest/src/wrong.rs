//! The wrong rows of a batch: told one by one as long as that helps somebody, counted always.

use std::collections::BTreeMap;

use crate::fault::Fault;

/// Wrong rows in percent of all beyond which a batch is held.
pub(crate) const WRONG_PERCENT_MAX: u64 = 5;
/// Wrong rows of a batch that will be held anyway which are told one by one.
const TOLD_OF_HELD_MAX: usize = 200_000;

/// The wrong rows of a batch.
#[derive(Debug, Default)]
pub(crate) struct WrongRows {
    /// Why each row is wrong.
    pub(crate) faults: Vec<Fault>,
    /// The rows as delivered, in the order of `faults`.
    pub(crate) delivered: Vec<Vec<String>>,
    /// All wrong rows, those that are not told one by one as well, by rule.
    pub(crate) by_rule: BTreeMap<String, u64>,
    /// Rows in quarantine.
    pub(crate) quarantined: u64,
    /// Rows whose subject is not known yet.
    pub(crate) unmatched: u64,
}

impl WrongRows {
    /// Adds a row; `rows` is how many the batch has in all.
    pub(crate) fn add(&mut self, fault: Fault, rows: u64, delivered: impl FnOnce() -> Vec<String>) {
        match self.by_rule.get_mut(&fault.rule) {
            Some(count) => *count += 1,
            None => {
                self.by_rule.insert(fault.rule.clone(), 1);
            }
        }
        if fault.is_unmatched() {
            self.unmatched += 1;
        } else {
            self.quarantined += 1;
        }
        if self.faults.len() < TOLD_OF_HELD_MAX || !self.hold(rows) {
            self.faults.push(fault);
            self.delivered.push(delivered());
        }
    }

    /// True when a batch of so many rows has too many wrong ones.
    pub(crate) fn hold(&self, rows: u64) -> bool {
        u128::from(self.quarantined) * 100 > u128::from(rows) * u128::from(WRONG_PERCENT_MAX)
    }

    /// All of them.
    pub(crate) fn count(&self) -> u64 {
        self.quarantined + self.unmatched
    }

    /// True when some are counted only.
    pub(crate) fn is_cut(&self) -> bool {
        self.count() > self.faults.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Rule;

    #[test]
    fn a_batch_of_nothing_but_wrong_rows_is_counted_and_not_kept() {
        let mut wrong = WrongRows::default();
        let rows = TOLD_OF_HELD_MAX as u64 + 7;
        for row in 1..=rows {
            wrong.add(Fault::new(row, None, "", Rule::LineInvalid), rows, Vec::new);
        }
        assert_eq!(wrong.faults.len(), TOLD_OF_HELD_MAX);
        assert_eq!((wrong.count(), wrong.by_rule["line_invalid"]), (rows, rows));
        assert!(wrong.hold(rows) && wrong.is_cut());
    }
}
