//! Whole variables in bins: they keep the rules, whatever the numbers are.

use proptest::prelude::*;

use super::*;
use crate::options::Objective;

fn variable(units: &[(u64, u64)], missing: Counts) -> (Variable, Counts) {
    let cuts: Vec<f64> = (1..units.len()).map(crate::number::length).collect();
    let fine = Fine::of_numbers("months", cuts);
    let mut counts = vec![missing];
    counts.extend(units.iter().map(|(good, bad)| Counts { good: *good, bad: *bad }));
    let total = counts.iter().copied().sum();
    let none = vec![Counts::default(); counts.len()];
    (Variable { fine, halves: [counts, none], unparsable: 0 }, total)
}

fn ranges(binned: &Binned) -> Vec<&Bin> {
    binned.bins.iter().filter(|bin| matches!(bin.content, Content::Range { .. })).collect()
}

#[test]
fn a_rising_rate_gets_rising_bins_and_missing_its_own() {
    let (variable, total) =
        variable(&[(90, 10), (89, 11), (60, 40), (61, 39), (20, 80)], Counts { good: 5, bad: 45 });
    let options = BinningOptions { p_max: 0.05, ..BinningOptions::default() };
    let binned = bins(&variable, total, &options);
    assert_eq!(binned.trend, Some(Trend::Ascending));
    assert_eq!(binned.bins[0].content, Content::Missing);
    assert_eq!(binned.bins[0].counts, Counts { good: 5, bad: 45 });
    let contents: Vec<Content> = ranges(&binned).iter().map(|bin| bin.content.clone()).collect();
    let range = |from, to| Content::Range { from, to };
    assert_eq!(contents, [range(None, Some(2.0)), range(Some(2.0), Some(4.0)), range(Some(4.0), None)]);
    let sum: f64 = binned.bins.iter().map(|bin| bin.iv).sum();
    assert!((sum - binned.iv).abs() < 1e-12);
}

#[test]
fn a_rate_that_turns_is_followed_where_it_may() {
    let units = [(95, 5), (94, 6), (50, 50), (51, 49), (95, 5), (93, 7)];
    let (variable, total) = variable(&units, Counts::default());
    assert_eq!(bins(&variable, total, &BinningOptions::default()).trend, Some(Trend::Peak));
    let straight = BinningOptions { trend: Trend::Straight, ..BinningOptions::default() };
    assert!(matches!(bins(&variable, total, &straight).trend, Some(Trend::Ascending | Trend::Descending)));
}

proptest! {
    #[test]
    fn bins_keep_their_rules(
        units in prop::collection::vec((0_u64..400, 0_u64..100), 2..200),
        share_min in 0.0..0.2_f64,
        bins_max in 2_usize..12,
        is_likelihood: bool,
        p_max in 0.01..1.0_f64,
    ) {
        let objective = if is_likelihood { Objective::Likelihood } else { Objective::InformationValue };
        let (variable, total) = variable(&units, Counts { good: 50, bad: 10 });
        let trend = Trend::Straight;
        let options = BinningOptions { bins_max, share_min, p_max, objective, trend, ..BinningOptions::default() };
        let binned = bins(&variable, total, &options);
        let bins = ranges(&binned);
        prop_assert!(bins.len() <= bins_max);
        let rates: Vec<f64> = bins.iter().map(|bin| bin.counts.bad_share()).collect();
        let is_rising = rates.windows(2).all(|pair| pair[0] < pair[1]);
        let is_falling = rates.windows(2).all(|pair| pair[0] > pair[1]);
        prop_assert!(is_rising || is_falling, "{rates:?}");
        if bins.len() > 1 {
            let rows_min = share_of(total.rows(), share_min).min(options.rows_enough);
            prop_assert!(bins.iter().all(|bin| bin.counts.rows() >= rows_min));
        }
        let sum: Counts = binned.bins.iter().map(|bin| bin.counts).sum();
        prop_assert_eq!(sum, total);
        prop_assert!(binned.iv >= 0.0 && binned.iv.is_finite());
    }
}
