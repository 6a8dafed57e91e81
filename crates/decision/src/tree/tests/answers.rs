//! The answers are the libraries' own.

use super::{Ensemble, FIXTURES, Fixture, Format};
use crate::tree::score::Link;

/// How far a model may be from its library. Sums are equal to the last bit. Probabilities and counts are so too where the
/// files were made; another machine's exponential function may differ in the last digit, of double precision for LightGBM
/// and of single for the others.
fn allowed(fixture: &Fixture, ensemble: &Ensemble) -> f64 {
    match (ensemble.score.link, fixture.format) {
        (Link::Identity | Link::OnnxIdentity, _) => 0.0,
        (_, Format::Lightgbm) => 1e-14,
        (_, Format::Xgboost | Format::Onnx) => 2e-7,
    }
}

/// The largest difference from the library's answers, relative where they are large.
fn difference(fixture: &Fixture, ensemble: &Ensemble) -> f64 {
    let one = |(expected, row): (f64, Vec<Option<f64>>)| {
        assert_eq!(row.len(), ensemble.columns());
        let answer = ensemble.run(|column| row[column]);
        assert!(answer.is_finite() && expected.is_finite());
        (answer - expected).abs() / expected.abs().max(1.0)
    };
    fixture.rows().map(one).fold(0.0, f64::max)
}

#[test]
fn every_answer_is_the_librarys_own() {
    let mut far = Vec::new();
    for fixture in FIXTURES {
        let ensemble = fixture.ensemble();
        let difference = difference(fixture, &ensemble);
        if difference > allowed(fixture, &ensemble) {
            far.push(format!("{} differs by {difference:e}", fixture.name));
        }
    }
    assert_eq!(far, Vec::<String>::new());
}

#[test]
fn a_model_wider_than_what_is_kept_at_hand_answers_the_same() {
    for fixture in FIXTURES {
        let mut ensemble = fixture.ensemble();
        // Slots that no node reads, so that values are asked for one by one.
        while ensemble.slots.len() <= 256 {
            ensemble.slots.push(ensemble.slots[0]);
        }
        let difference = difference(fixture, &ensemble);
        assert!(difference <= allowed(fixture, &ensemble), "{} differs by {difference:e}", fixture.name);
    }
}

#[test]
fn a_missing_value_and_not_a_number_are_the_same() {
    for fixture in FIXTURES {
        let ensemble = fixture.ensemble();
        for (_, row) in fixture.rows() {
            let answer = ensemble.run(|column| row[column]);
            let other = ensemble.run(|column| Some(row[column].unwrap_or(f64::NAN)));
            assert_eq!(answer.to_bits(), other.to_bits(), "{}", fixture.name);
        }
    }
}

#[test]
fn a_model_tells_its_columns_and_trees() {
    let boosted = Fixture::named("lightgbm_binary").ensemble();
    assert_eq!((boosted.columns(), boosted.trees()), (12, 8));
    assert_eq!(boosted.names()[..2], ["revenue_yuan", "tax_yuan"]);
    let forest = Fixture::named("xgboost_forest").ensemble();
    assert_eq!((forest.columns(), forest.trees(), forest.names().len()), (12, 8, 12));
    // ONNX keeps no names, and neither does XGBoost when it was trained on a bare matrix.
    assert!(Fixture::named("xgboost_base").ensemble().names().is_empty());
    let histogram = Fixture::named("onnx_histogram").ensemble();
    assert_eq!((histogram.columns(), histogram.trees(), histogram.names().len()), (12, 15, 0));
}
