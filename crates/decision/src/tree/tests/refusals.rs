//! What cannot be run to the library's answer is refused, with words that help.

use super::{Ensemble, Fixture, TreeError};

/// The error that a text model gives once `old` was replaced by `new`, wherever it stands.
fn changed(name: &str, old: &str, new: &str) -> String {
    let fixture = Fixture::named(name);
    let text = std::str::from_utf8(fixture.model).unwrap();
    assert!(text.contains(old), "{name} has no {old}");
    Ensemble::parse(text.replace(old, new).as_bytes(), fixture.format).unwrap_err().to_string()
}

/// The error that an ONNX model gives once bytes were replaced by as many others.
fn changed_bytes(name: &str, old: &[u8], new: &[u8]) -> String {
    assert_eq!(old.len(), new.len());
    let fixture = Fixture::named(name);
    let mut bytes = fixture.model.to_vec();
    let mut at = 0;
    while let Some(next) = bytes[at..].windows(old.len()).position(|one| one == old) {
        at += next;
        bytes[at..at + old.len()].copy_from_slice(new);
        at += old.len();
    }
    assert!(at > 0, "{name} has no such bytes");
    Ensemble::parse(&bytes, fixture.format).unwrap_err().to_string()
}

fn check(error: &str, expected: &str) {
    assert!(error.contains(expected), "`{error}` does not say `{expected}`");
}

#[test]
fn lightgbm_models_of_other_kinds_are_refused() {
    let binary = |old, new| changed("lightgbm_binary", old, new);
    check(&binary("num_class=1\n", "num_class=3\n"), "several classes");
    check(
        &binary("objective=binary sigmoid:1.7", "objective=lambdarank"),
        "the LightGBM objective `lambdarank`",
    );
    check(&binary("objective=binary sigmoid:1.7\n", ""), "without an objective");
    check(&binary("is_linear=0", "is_linear=1"), "train without `linear_tree`");
    check(&binary("version=v4", "version=v2"), "a LightGBM model of version `v2`");
    check(&binary("pandas_categorical:null", "pandas_categorical:[[\"a\"]]"), "pandas categories");
    let squared = changed("lightgbm_regression", "objective=regression", "objective=regression sqrt");
    check(&squared, "the LightGBM objective `regression sqrt`");
}

#[test]
fn a_fault_of_a_lightgbm_file_names_its_line() {
    let binary = |old, new| changed("lightgbm_binary", old, new);
    check(&binary("\nTree=3\n", "\n"), "the head tells of 8 trees, not 7");
    check(&binary("num_leaves=8", "num_leaves=9"), "`leaf_value`: it holds 8 numbers instead of 9");
    check(&binary("leaf_value=", "leaf_valu="), "`leaf_value` is missing in the paragraph that begins here");
    check(&binary("max_feature_idx=11", "max_feature_idx=eleven"), "line 6: `max_feature_idx`");
    check(&binary("max_feature_idx=11", "max_feature_idx=12"), "13 columns, but 12 names");
    check(&binary("decision_type=2 ", "decision_type=14 "), "its decision type 14 is unknown");
}

#[test]
fn a_circle_of_nodes_is_found() {
    let error = |text: &str| {
        let fixture = Fixture::named("lightgbm_binary");
        let model = std::str::from_utf8(fixture.model).unwrap();
        let line = model.lines().find(|line| line.starts_with("left_child=")).unwrap();
        Ensemble::parse(model.replacen(line, text, 1).as_bytes(), fixture.format).unwrap_err()
    };
    let circle = error("left_child=0 0 0 0 0 0 0");
    assert_eq!(circle.to_string(), "tree 0, node 0: two nodes lead here");
    assert!(matches!(error("left_child=99 1 2 3 4 5 6"), TreeError::Node { tree: 0, .. }));
}

#[test]
fn xgboost_models_of_other_kinds_are_refused() {
    let binary = |old, new| changed("xgboost_binary", old, new);
    check(&binary("\"name\":\"gbtree\"", "\"name\":\"dart\""), "the XGBoost booster `dart`");
    check(&binary("\"binary:logistic\"", "\"multi:softprob\""), "the XGBoost objective `multi:softprob`");
    check(&binary("\"num_class\":\"0\"", "\"num_class\":\"3\""), "several targets");
    check(&binary("\"num_target\":\"1\"", "\"num_target\":\"2\""), "several targets");
    check(&binary("\"split_type\":[0", "\"split_type\":[1"), "splits on categories");
    let best = "\"attributes\":{\"best_iteration\":\"4\"}";
    check(&binary("\"attributes\":{}", best), "cut it before saving");
}

#[test]
fn the_best_round_may_be_the_last() {
    let fixture = Fixture::named("xgboost_forest");
    let text = std::str::from_utf8(fixture.model).unwrap();
    // Two rounds of four trees each.
    let best = text.replace("\"attributes\":{}", "\"attributes\":{\"best_iteration\":\"1\"}");
    assert!(Ensemble::parse(best.as_bytes(), fixture.format).is_ok());
}

#[test]
fn faults_of_an_xgboost_file_are_named() {
    let binary = |old, new| changed("xgboost_binary", old, new);
    check(
        &binary("\"base_score\":\"[5E-1]\"", "\"base_score\":\"[5E-1,1E0]\""),
        "`base_score` is not one number",
    );
    check(&binary("\"base_score\":\"[5E-1]\"", "\"base_score\":\"[1E0]\""), "does not fit");
    check(&binary("\"num_trees\":\"10\"", "\"num_trees\":\"11\""), "the model tells of 11 trees, not 10");
    check(&binary("\"split_indices\":[", "\"split_indices\":[3,"), "its lists differ in length");
    check(&binary("\"num_feature\":\"12\"", "\"num_feature\":\"7\""), "7 columns, but 12 names");
    check(&binary("\"left_children\":[1", "\"left_children\":[0"), "tree 0, node 0: two nodes lead here");
}

#[test]
fn a_base_score_may_be_a_number_or_text() {
    let fixture = Fixture::named("xgboost_base");
    let text = std::str::from_utf8(fixture.model).unwrap();
    let run = |text: &str| Ensemble::parse(text.as_bytes(), fixture.format).unwrap().run(|_| Some(1.0));
    for other in ["\"base_score\":\"2E-1\"", "\"base_score\":0.2"] {
        let other = text.replace("\"base_score\":\"[2E-1]\"", other);
        assert_ne!(other, text);
        assert_eq!(run(&other).to_bits(), run(text).to_bits());
    }
}

#[test]
fn onnx_graphs_that_do_more_are_refused() {
    let boosting = |old: &[u8], new: &[u8]| changed_bytes("onnx_boosting", old, new);
    check(&boosting(b"ZipMap", b"Scaler"), "the ONNX operator `Scaler`");
    check(&boosting(b"TreeEnsembleClassifier", b"LinearModelsClassifier"), "the ONNX operator `LinearModels");
    check(&boosting(b"LOGISTIC", b"SOFTMAX_"), "the post transform `SOFTMAX_`");
    check(&boosting(b"BRANCH_LEQ", b"BRANCH_NEQ"), "splits by `BRANCH_NEQ`");
    check(&changed_bytes("onnx_average", b"AVERAGE", b"MINIMUM"), "aggregates by `MINIMUM`");
    check(&changed_bytes("onnx_greater", b"LOGISTIC", b"NONE\0\0\0\0"), "the post transform");
}

#[test]
fn faults_of_an_onnx_file_are_named() {
    let boosting = |old: &[u8], new: &[u8]| changed_bytes("onnx_boosting", old, new);
    check(&boosting(b"nodes_values", b"nodes_walues"), "the lists of the ensemble's nodes differ in length");
    check(
        &boosting(b"class_weights", b"class_weighty"),
        "the lists of the ensemble's leaves differ in length",
    );
    check(&boosting(b"classlabels_int64s", b"classlabels_int65s"), "an ONNX classifier of 0 classes");
}
