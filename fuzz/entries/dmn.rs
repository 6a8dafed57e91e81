//! Files that banks bring from their own tools: decision tables in DMN, their cases, and trained scorecards.

use std::path::Path;

use jq_dmn::{Model, cases};
use jq_training::Scorecard;

/// Reads a decision table and asks it for everything it decides, nothing being known.
pub(crate) fn table(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(model) = Model::load("fuzz.dmn", &text) else { return };
    let mut run = model.run();
    for decision in 0..model.decisions().len() {
        let found = model.decide(&mut run, decision).clone();
        assert_eq!(found, *model.decide_slowly(&mut run, decision), "the index answers as the rules do");
    }
}

/// Reads a file of cases.
pub(crate) fn table_cases(bytes: &[u8]) {
    let _ = cases::read("fuzz.xml", &String::from_utf8_lossy(bytes));
}

/// Reads a trained scorecard, and what it writes again.
pub(crate) fn card(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(card) = Scorecard::parse(Path::new("fuzz.toml"), &text) else { return };
    let again = Scorecard::parse(Path::new("fuzz.toml"), &card.to_toml()).expect("what is written is read");
    assert_eq!(again.range(), card.range());
}
