//! Whatever a file of a bank's models says, it is compiled or refused with its place, and nothing breaks.

#[path = "../../../fuzz/entries/decision.rs"]
mod entries;
#[path = "../../../fuzz/entries/inputs.rs"]
mod inputs;

/// Memory that compiling may take at most, in MB, the test program included.
const MEMORY_MAX: u64 = 512;

#[test]
fn no_file_breaks_the_compiler_of_flows() {
    let flows = [
        include_str!("../../../decisions/flows/bank01-scorecard.toml"),
        include_str!("../../../decisions/flows/bank02-table.toml"),
        include_str!("../../../decisions/flows/bank03-farm.toml"),
    ];
    inputs::drive(&flows, 3_000, MEMORY_MAX, entries::flow);
}

#[test]
fn no_file_breaks_the_reader_of_features_and_rates() {
    let files = [
        include_str!("../../../decisions/features/registration.sql"),
        include_str!("../../../decisions/features/tax.sql"),
        include_str!("../../../decisions/lpr.csv"),
    ];
    inputs::drive(&files, 5_000, MEMORY_MAX, entries::features);
}

#[test]
fn no_model_file_breaks_the_readers_of_trees() {
    let lightgbm = [
        include_bytes!("../fixtures/lightgbm_category.txt").as_slice(),
        include_bytes!("../fixtures/lightgbm_poisson.txt"),
        include_bytes!("../fixtures/lightgbm_forest.txt"),
    ];
    inputs::drive(&lightgbm, 1_500, MEMORY_MAX, entries::lightgbm);
    let xgboost = [
        include_bytes!("../fixtures/xgboost_poisson.json").as_slice(),
        include_bytes!("../fixtures/xgboost_leafwise.json"),
    ];
    inputs::drive(&xgboost, 1_500, MEMORY_MAX, entries::xgboost);
    let onnx = [
        include_bytes!("../fixtures/onnx_mixed.onnx").as_slice(),
        include_bytes!("../fixtures/onnx_tree.onnx"),
        include_bytes!("../fixtures/onnx_less.onnx"),
    ];
    inputs::drive(&onnx, 1_500, MEMORY_MAX, entries::onnx);
}

#[test]
fn no_file_beside_the_flows_breaks_their_loading() {
    let files = [
        concat!("models/fuzz.toml\n", include_str!("../../../decisions/models/growth_points.toml")),
        concat!("models/fuzz.toml\n", include_str!("../../../decisions/models/firm_default.toml")),
        concat!("cards/fuzz.toml\n", include_str!("../../../decisions/cards/growth_points.toml")),
        concat!("farm/crop-rice.toml\n", include_str!("../../../decisions/farm/crop-rice.toml")),
        concat!("farm/model.toml\n", include_str!("../../../decisions/farm/model.toml")),
        concat!("common-admission.toml\n", include_str!("../../../decisions/common-admission.toml")),
        concat!("sources.toml\n", include_str!("../../../decisions/sources.toml")),
    ];
    inputs::drive(&files, 60, MEMORY_MAX, entries::content);
}
