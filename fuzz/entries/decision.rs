//! Files with which banks' models are changed: flows with their cases, features, prime rates.

use std::sync::OnceLock;

use jiff::civil::date;
use jq_decision::lpr::Lpr;
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
