//! Files with which banks' models are changed: flows with their cases, features, prime rates, trained trees, and all else
//! in `decisions/`.

use std::path::PathBuf;
use std::sync::OnceLock;

use jiff::civil::date;
use jq_decision::content::ContentError;
use jq_decision::lpr::Lpr;
use jq_decision::tree::{Ensemble, Format};
use jq_decision::{CompiledFlow, FeatureSet, Flows, evaluate};

/// Compiles a flow, and answers its cases with it.
pub(crate) fn flow(bytes: &[u8]) {
    static FLOWS: OnceLock<Flows> = OnceLock::new();
    let flows = FLOWS.get_or_init(|| Flows::embedded().expect("the built-in content is sound"));
    let text = String::from_utf8_lossy(bytes);
    let Ok(flow) = CompiledFlow::load("flows/fuzz.toml", &text, flows.content()) else { return };
    for case in flow.cases() {
        if let Some(vector) = case.vector(flows.features()) {
            let decision = evaluate(&flow, &vector, case.as_of());
            assert_eq!(
                decision,
                evaluate(&flow, &vector, case.as_of()),
                "the same inputs give the same answer"
            );
        }
    }
}

/// Reads a file of features, and a table of prime rates.
pub(crate) fn features(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(set) = FeatureSet::from_files(&[("fuzz.sql", &text)]) {
        for statement in set.statements() {
            let _ = set.sql(statement, date(2026, 11, 10));
        }
    }
    if let Ok(rates) = Lpr::parse(&text) {
        let _ = rates.on(date(2026, 11, 10));
    }
}

/// Reads a model that LightGBM saved, and runs it.
pub(crate) fn lightgbm(bytes: &[u8]) {
    trees(bytes, Format::Lightgbm);
}

/// Reads a model that XGBoost saved, and runs it.
pub(crate) fn xgboost(bytes: &[u8]) {
    trees(bytes, Format::Xgboost);
}

/// Reads a model in ONNX, and runs it.
pub(crate) fn onnx(bytes: &[u8]) {
    trees(bytes, Format::Onnx);
}

/// The same inputs give the same figure, whatever they are.
fn trees(bytes: &[u8], format: Format) {
    let Ok(model) = Ensemble::parse(bytes, format) else { return };
    for value in [None, Some(0.0), Some(1.5), Some(-1e300), Some(f64::NAN), Some(f64::INFINITY)] {
        let figure = model.run(|_| value);
        assert_eq!(figure.to_bits(), model.run(|_| value).to_bits(), "{value:?}");
    }
}

/// Lays a file over the built-in `decisions/`: the first line is its name, the rest what stands in it.
pub(crate) fn content(bytes: &[u8]) {
    /// What a data folder may hold, one of each kind.
    const FILES: [&str; 6] = [
        "models/fuzz.toml",
        "cards/fuzz.toml",
        "farm/crop-rice.toml",
        "farm/model.toml",
        "common-admission.toml",
        "sources.toml",
    ];
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder =
        FOLDER.get_or_init(|| std::env::temp_dir().join(format!("jq-fuzz-decision-{}", std::process::id())));
    let (name, text) = bytes.split_at(bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len()));
    let file = FILES.iter().find(|file| file.as_bytes() == name).unwrap_or(&FILES[0]);
    let root = folder.join("decisions");
    // What was laid there before is not this one's concern.
    let _ = std::fs::remove_dir_all(&root);
    for inner in ["models", "cards", "farm"] {
        std::fs::create_dir_all(root.join(inner)).expect("a folder");
    }
    std::fs::write(root.join(file), text).expect("a file");
    match Flows::load(&[folder.as_path()]) {
        Ok(flows) => assert!(!flows.list().is_empty()),
        Err(error) => {
            assert!(!matches!(error, ContentError::Read(..)), "a wrong file is not a failure of the disk");
        }
    }
}
