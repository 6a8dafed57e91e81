//! Models with cases beside them, in the form of the technology compatibility kit: every case gives what stands there.

use std::path::PathBuf;

use jq_dmn::cases;
use jq_dmn::{Model, Problem};

fn text(file: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn told(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn model(name: &str) -> Model {
    let file = format!("{name}.dmn");
    Model::load(&file, &text(&file)).unwrap_or_else(|problems| panic!("{}", told(&problems)))
}

fn check(name: &str, results: usize) {
    let model = model(name);
    let file = format!("{name}-test-01.xml");
    let cases = cases::read(&file, &text(&file)).unwrap_or_else(|problems| panic!("{}", told(&problems)));
    let differences: Vec<String> =
        cases.iter().flat_map(|case| case.check(&model)).map(|difference| difference.to_string()).collect();
    assert!(differences.is_empty(), "{name}:\n{}", differences.join("\n"));
    assert_eq!(cases.iter().map(cases::Case::results).sum::<usize>(), results);
}

#[test]
fn every_hit_policy_gives_what_dmn_says() {
    check("hit-policies", 57);
}

#[test]
fn decisions_are_made_in_the_order_of_what_they_need() {
    check("chain", 15);
}

#[test]
fn a_table_of_an_editor_without_drawn_inputs_is_understood() {
    check("camunda", 7);
    let model = model("camunda");
    let names: Vec<&str> = model.inputs().iter().map(jq_dmn::Input::name).collect();
    assert_eq!(names, ["sales", "years"]);
}

#[test]
fn a_case_that_expects_something_else_is_told() {
    let model = model("camunda");
    let changed = text("camunda-test-01.xml").replace("3.65", "3.66").replacen("large", "larger", 1);
    let cases = cases::read("changed.xml", &changed).unwrap();
    let differences: Vec<String> =
        cases.iter().flat_map(|case| case.check(&model)).map(|difference| difference.to_string()).collect();
    assert_eq!(differences.len(), 2, "{differences:?}");
    assert!(differences[0].contains("Band of the firm") && differences[0].contains("found \"large\""));
}

#[test]
fn an_error_in_an_evaluation_is_a_complaint_and_no_guess() {
    let model = model("hit-policies");
    let mut run = model.run();
    let number = jq_dmn::Number::from(550);
    model.set(&mut run, model.input("Score").unwrap(), number.into());
    model.set(&mut run, model.input("Tax grade").unwrap(), jq_dmn::Value::text("D"));
    assert_eq!(*model.decide(&mut run, model.decision("Unique").unwrap()), jq_dmn::Value::Null);
    assert_eq!(run.complaints()[0].reason, "rules 3 and 4 both hold and only one may");
    run.clear();
    model.set(&mut run, model.input("Score").unwrap(), jq_dmn::Value::text("much"));
    assert_eq!(run.complaints()[0].name, "Score");
}
