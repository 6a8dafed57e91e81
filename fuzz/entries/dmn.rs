//! Files that banks bring from their own tools: decision tables in DMN with their cases and what their words mean here,
//! trained scorecards, and the cases that cards are trained on.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use jq_dmn::flow::{Mapping, to_flow_table};
use jq_dmn::{Model, cases};
use jq_training::{
    EvaluateOptions, ScoreOptions, Scorecard, Split, TrainOptions, Unparsable, evaluate, score, train,
};

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

/// Reads what the words of a table mean here, and makes a part of a flow of the table.
pub(crate) fn table_mapping(bytes: &[u8]) {
    const TABLE: &str = include_str!("offer.dmn");
    static MODEL: OnceLock<Model> = OnceLock::new();
    let model = MODEL.get_or_init(|| Model::load("offer.dmn", TABLE).expect("the table is sound"));
    let Ok(mapping) = toml::from_str::<Mapping>(&String::from_utf8_lossy(bytes)) else { return };
    match to_flow_table(model, &mapping) {
        Ok(table) => assert!(toml::from_str::<toml::Table>(&table).is_ok(), "{table}"),
        Err(problems) => assert!(!problems.is_empty()),
    }
}

/// Trains on a file of cases, plain or compressed; a card that comes of it scores and is measured on the same file.
pub(crate) fn training(bytes: &[u8]) {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    let file =
        FILE.get_or_init(|| std::env::temp_dir().join(format!("jq-fuzz-cases-{}.csv", std::process::id())));
    std::fs::write(file, bytes).expect("a file");
    let options = TrainOptions { split: Split::Share(0.3), ..TrainOptions::default() };
    let Ok(trained) = train(file, &options, &mut |_| {}) else { return };
    // A word among numbers that stands only in the part for testing is no part of the training.
    let unparsable = Unparsable::Missing;
    let mut written = Vec::new();
    let options = ScoreOptions { unparsable, ..ScoreOptions::default() };
    let scored = score(&trained.card, file, &mut written, &options, &mut |_| {});
    scored.expect("what a card was trained on is scored");
    let options = EvaluateOptions { unparsable, ..EvaluateOptions::default() };
    let measured = evaluate(&trained.card, file, &options, &mut |_| {});
    measured.expect("what a card was trained on is measured");
}
