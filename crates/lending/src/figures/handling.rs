//! Mean and median of how long orders took, from a table of how many took how long. Whole numbers only.

use super::model::{Days, Handling};

/// Seconds in a tenth of a day.
const TENTH: u128 = 8_640;

/// So many orders took about so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Took {
    /// The time of each, in tenths of a day.
    pub(super) tenths: u64,
    /// The same in working days; unknown where the calendar is.
    pub(super) workdays: Option<u64>,
    /// How many.
    pub(super) orders: u64,
    /// The exact time of all together.
    pub(super) seconds: u64,
}

/// Mean and median of them all.
pub(super) fn handling(all: &[Took]) -> Handling {
    let seconds: u128 = all.iter().map(|took| u128::from(took.seconds)).sum();
    let natural: Vec<(u64, u64)> = all.iter().map(|took| (took.tenths, took.orders)).collect();
    let known = all.iter().filter_map(|took| Some((took.workdays? * 10, took.orders)));
    let working: Vec<(u64, u64)> = known.collect();
    let working_sum: u128 =
        working.iter().map(|(tenths, orders)| u128::from(*tenths) * u128::from(*orders)).sum();
    Handling {
        count: count(&natural),
        mean: mean(seconds, count(&natural), TENTH),
        median: median(natural),
        working_mean: mean(working_sum, count(&working), 1),
        working_median: median(working),
    }
}

fn count(values: &[(u64, u64)]) -> u64 {
    values.iter().map(|(_, orders)| orders).sum()
}

/// `sum / count` in units of `unit`, rounded half up.
fn mean(sum: u128, count: u64, unit: u128) -> Option<Days> {
    let by = u128::from(count) * unit;
    let tenths = (sum + by / 2).checked_div(by)?;
    u64::try_from(tenths).ok().map(Days::from_tenths)
}

/// The value in the middle; between two, their mean, rounded half up.
fn median(mut values: Vec<(u64, u64)>) -> Option<Days> {
    values.sort_unstable();
    let all = count(&values);
    let place = |number: u64| {
        let mut seen = 0;
        values.iter().find_map(|(value, orders)| {
            seen += orders;
            (seen >= number).then_some(*value)
        })
    };
    let (low, high) = (place(all.div_ceil(2))?, place(all / 2 + 1)?);
    (all > 0).then(|| Days::from_tenths((low + high).div_ceil(2)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn took(tenths: u64, workdays: Option<u64>, orders: u64) -> Took {
        Took { tenths, workdays, orders, seconds: tenths * 8_640 * orders }
    }

    #[test]
    fn the_middle_of_an_odd_number_is_one_of_them() {
        let all = handling(&[took(300, Some(21), 1), took(10, Some(1), 1), took(65, None, 1)]);
        assert_eq!(all.median, Some(Days::from_tenths(65)));
        assert_eq!(all.mean, Some(Days::from_tenths(125)));
        assert_eq!(all.working_median, Some(Days::from_tenths(110)));
        assert_eq!(all.working_mean, Some(Days::from_tenths(110)));
        assert_eq!(all.count, 3);
    }

    #[test]
    fn nothing_has_no_middle() {
        assert_eq!(handling(&[]), Handling::default());
    }

    proptest! {
        #[test]
        fn the_middle_is_that_of_the_sorted_list(list in proptest::collection::vec(0_u64..400, 1..40)) {
            let mut sorted = list.clone();
            sorted.sort_unstable();
            let (low, high) = (sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]);
            let counted: Vec<_> = list.iter().map(|tenths| took(*tenths, None, 1)).collect();
            prop_assert_eq!(handling(&counted).median, Some(Days::from_tenths((low + high).div_ceil(2))));
        }
    }
}
