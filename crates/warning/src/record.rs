//! How each model has done over the last twelve months: how many of its warnings were right, how long before a loan was
//! late they came, and whether it is quiet.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan};
use jq_base::clock;
use jq_base::ids::BankId;
use jq_db::DbError;

use crate::model::{WarningState, lead_days};
use crate::{Model, Warnings, store};

/// For how many months warnings count.
pub const MONTHS: i32 = 12;

/// What came of a model's warnings (模型成绩).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrackRecord {
    /// The model.
    pub model: String,
    /// Warnings that rose.
    pub raised: u64,
    /// Those nobody has marked yet.
    pub standing: u64,
    /// Those marked right.
    pub right: u64,
    /// Those marked wrong.
    pub wrong: u64,
    /// Those whose consent ceased to hold before a mark.
    pub ended: u64,
    /// Those whose loan was late later.
    pub failed: u64,
    /// The median of the days between such a warning and the day on which its loan was late.
    pub lead_days: Option<i64>,
    /// Whether its warnings are pushed to nobody now.
    pub quiet: bool,
}

impl TrackRecord {
    /// Warnings that were marked.
    pub fn marked(&self) -> u64 {
        self.right + self.wrong
    }

    /// The right ones among those marked, in thousandths, half up; nothing where none was marked.
    pub fn precision_permille(&self) -> Option<u64> {
        let marked = self.marked();
        (marked > 0).then(|| (self.right * 1_000 + marked / 2) / marked)
    }
}

impl Warnings {
    /// The record of each loaded model, in their order: at one bank, or at all. Whether a model is quiet follows from its
    /// present version at all banks.
    pub async fn records(&self, bank: Option<&BankId>, now: Timestamp) -> Result<Vec<TrackRecord>, DbError> {
        let (models, since) = (self.models(), since(now));
        let mut records: BTreeMap<String, TrackRecord> = BTreeMap::new();
        for count in store::count(&self.db, bank, since).await? {
            let record = records.entry(count.model).or_default();
            record.raised += count.warnings;
            match count.state {
                WarningState::Open | WarningState::Seen => record.standing += count.warnings,
                WarningState::Right => record.right += count.warnings,
                WarningState::Wrong => record.wrong += count.warnings,
                WarningState::Ended => record.ended += count.warnings,
            }
        }
        let mut leads: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        for (model, raised_at, failed_on) in store::list_failed(&self.db, bank, since).await? {
            leads.entry(model).or_default().extend(lead_days(raised_at, failed_on));
        }
        let quiet = self.quiet(now).await?;
        let told = models.list().iter().map(|model| {
            let mut record = records.remove(&model.id).unwrap_or_default();
            let mut leads = leads.remove(&model.id).unwrap_or_default();
            record.failed = leads.len() as u64;
            record.lead_days = median(&mut leads);
            record.quiet = quiet.get(&model.id).copied().unwrap_or(false);
            record.model.clone_from(&model.id);
            record
        });
        Ok(told.collect())
    }

    /// Which of the loaded models are quiet.
    pub(crate) async fn quiet(&self, now: Timestamp) -> Result<BTreeMap<String, bool>, DbError> {
        let counts = store::count(&self.db, None, since(now)).await?;
        let is_quiet = |model: &Model| {
            let own = counts.iter().filter(|one| one.model == model.id && one.version == model.version);
            let (mut right, mut marked) = (0, 0);
            for one in own {
                match one.state {
                    WarningState::Right => {
                        right += one.warnings;
                        marked += one.warnings;
                    }
                    WarningState::Wrong => marked += one.warnings,
                    _ => {}
                }
            }
            model.is_quiet(right, marked)
        };
        Ok(self.models().list().iter().map(|model| (model.id.clone(), is_quiet(model))).collect())
    }
}

/// The moment from which on warnings count.
fn since(now: Timestamp) -> Timestamp {
    let day = clock::date_of(now).saturating_sub(MONTHS.months());
    clock::start_of(day).unwrap_or(now)
}

/// The middle one; of an even number the lower of the two.
fn median(values: &mut [i64]) -> Option<i64> {
    values.sort_unstable();
    values.get(values.len().checked_sub(1)? / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_is_rounded_to_the_tenth_of_a_percent() {
        let record = TrackRecord { right: 2, wrong: 1, ..TrackRecord::default() };
        assert_eq!(record.precision_permille(), Some(667));
        assert_eq!(TrackRecord::default().precision_permille(), None);
    }

    #[test]
    fn the_median_is_one_of_the_days() {
        assert_eq!(median(&mut [30, 1, 7]), Some(7));
        assert_eq!(median(&mut [30, 1]), Some(1));
        assert_eq!(median(&mut []), None);
    }
}
