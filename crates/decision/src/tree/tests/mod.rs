//! Tests of the whole way, from a model file to its answers.

mod answers;
mod damage;
mod refusals;

use super::{Ensemble, Format, TreeError};

/// A model file, and inputs with the answers that the library itself gave (`make_fixtures.py`).
struct Fixture {
    name: &'static str,
    format: Format,
    model: &'static [u8],
    answers: &'static str,
}

/// Names the files of a format and reads them into the test.
macro_rules! fixtures {
    ($($format:ident $ending:literal: $($name:literal)*;)*) => {
        const FIXTURES: &[Fixture] = &[$($(Fixture {
            name: $name,
            format: Format::$format,
            model: include_bytes!(concat!("../../../fixtures/", $name, ".", $ending)),
            answers: include_str!(concat!("../../../fixtures/", $name, ".csv")),
        },)*)*];
    };
}

fixtures! {
    Lightgbm "txt": "lightgbm_binary" "lightgbm_zero" "lightgbm_none" "lightgbm_forest" "lightgbm_dart"
        "lightgbm_category" "lightgbm_entropy" "lightgbm_regression" "lightgbm_regression_l1" "lightgbm_huber"
        "lightgbm_quantile" "lightgbm_mape" "lightgbm_poisson";
    Xgboost "json": "xgboost_binary" "xgboost_base" "xgboost_forest" "xgboost_leafwise" "xgboost_share"
        "xgboost_squared" "xgboost_poisson";
    Onnx "onnx": "onnx_boosting" "onnx_boosting_double" "onnx_forest" "onnx_forest_double" "onnx_extra"
        "onnx_histogram" "onnx_tree" "onnx_boosting_amount" "onnx_forest_amount" "onnx_histogram_amount"
        "onnx_mixed" "onnx_mixed_double" "onnx_less" "onnx_greater" "onnx_at_least" "onnx_average"
        "onnx_sum_double";
}

impl Fixture {
    fn named(name: &str) -> &'static Self {
        FIXTURES.iter().find(|fixture| fixture.name == name).unwrap()
    }

    fn ensemble(&self) -> Ensemble {
        Ensemble::parse(self.model, self.format).unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    /// The library's answer and the inputs of each row.
    fn rows(&self) -> impl Iterator<Item = (f64, Vec<Option<f64>>)> {
        self.answers.lines().skip(1).map(|line| {
            let mut cells = line.split(',').map(|cell| (!cell.is_empty()).then(|| cell.parse().unwrap()));
            (cells.next().unwrap().unwrap(), cells.collect())
        })
    }
}
