//! A flow's table answers as the decision table does from which it was made, missing values included.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jq_dmn::flow::{Mapping, Words, to_flow_table};
use jq_dmn::{Model, Number, Value};
use proptest::prelude::*;
use serde::Deserialize;

/// A flow's table, read as flow files are: rows in order, conditions that all must hold.
#[derive(Deserialize)]
struct Flow {
    table: Table,
}

#[derive(Deserialize)]
struct Table {
    hit: String,
    row: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    when: Vec<Condition>,
    outcome: String,
    #[serde(default)]
    combine: String,
    #[serde(default)]
    limit: Vec<Term>,
}

#[derive(Deserialize)]
struct Condition {
    feature: String,
    op: String,
    #[serde(default)]
    value: f64,
    #[serde(default)]
    or_missing: bool,
}

#[derive(Deserialize)]
struct Term {
    feature: String,
    factor: f64,
    #[serde(default)]
    up_to: Option<f64>,
}

type Features = BTreeMap<&'static str, Option<f64>>;

impl Condition {
    #[expect(clippy::float_cmp, reason = "a flow compares features exactly")]
    fn holds(&self, features: &Features) -> bool {
        let Some(value) = features[self.feature.as_str()] else {
            return self.op == "missing" || self.or_missing;
        };
        match self.op.as_str() {
            "eq" => value == self.value,
            "ne" => value != self.value,
            "lt" => value < self.value,
            "le" => value <= self.value,
            "gt" => value > self.value,
            "ge" => value >= self.value,
            "present" => true,
            "missing" => false,
            other => panic!("no comparison {other}"),
        }
    }
}

impl Table {
    /// Outcome and limit; a row that lends and finds no limit has no basis.
    fn answer(&self, features: &Features) -> (String, Option<f64>) {
        assert_eq!(self.hit, "first");
        let row = self.row.iter().find(|row| row.when.iter().all(|condition| condition.holds(features)));
        let row = row.expect("the last row takes all other cases");
        let terms = row.limit.iter().filter_map(|term| {
            let amount = features[term.feature.as_str()]? * term.factor;
            Some(amount.min(term.up_to.unwrap_or(f64::INFINITY)))
        });
        let limit = if row.combine == "sum" {
            terms.reduce(|one, other| one + other)
        } else {
            terms.reduce(f64::min)
        };
        match (row.outcome.as_str(), limit) {
            ("can", None) => ("not_enough_data".to_owned(), None),
            (outcome, limit) => (outcome.to_owned(), limit),
        }
    }
}

fn size() -> impl Strategy<Value = String> {
    let single = prop::sample::select(vec![
        "1", "2.5", "< 2", "<= 2.5", "> 1", ">= 3", "!= 2", "[1..2.5]", "(1..3)", "[0..2)", "null", "[1, 3]",
    ]);
    let list = prop::collection::vec(single, 1..3).prop_map(|all| all.join(", "));
    prop_oneof![2 => Just("-".to_owned()), 4 => list.clone(), 2 => list.prop_map(|list| format!("not({list})"))]
}

fn grade() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["-", "\"A\"", "\"A\", \"B\"", "not(\"B\")", "null", "not(\"A\", null)"])
}

fn given() -> impl Strategy<Value = (&'static str, &'static str, &'static str)> {
    prop::sample::select(vec![
        ("\"cannot\"", "null", "\"R08\""),
        ("\"need_visit\"", "null", "\"R08\""),
        ("\"not_enough_data\"", "null", "null"),
        ("\"can\"", "1000", "null"),
        ("\"can\"", "size * 10", "null"),
        ("\"can\"", "min(size * 10, 0.5 * other, 20)", "null"),
        ("\"can\"", "size + other * 2 + 3", "null"),
        ("\"can\"", "min(other, 2) + size", "null"),
    ])
}

type Rules = Vec<(String, &'static str, (&'static str, &'static str, &'static str))>;

fn file(hit: &str, rules: &Rules, listed: bool) -> String {
    let values =
        "<outputValues><text>\"cannot\", \"need_visit\", \"can\", \"not_enough_data\"</text></outputValues>";
    let allowed = if listed { "<inputValues><text>\"A\", \"B\"</text></inputValues>" } else { "" };
    let mut text = format!(
        r##"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="m">
<inputData id="n" name="size"><variable name="size" typeRef="number"/></inputData>
<inputData id="o" name="other"><variable name="other" typeRef="number"/></inputData>
<inputData id="g" name="grade"><variable name="grade" typeRef="string"/></inputData>
<decision id="d" name="D">
<informationRequirement><requiredInput href="#n"/></informationRequirement><informationRequirement><requiredInput href="#o"/></informationRequirement>
<informationRequirement><requiredInput href="#g"/></informationRequirement>
<decisionTable hitPolicy="{hit}">
<input><inputExpression><text>size</text></inputExpression></input>
<input><inputExpression><text>grade</text></inputExpression>{allowed}</input>
<output name="outcome" typeRef="string">{values}</output><output name="limit" typeRef="number"/><output name="reason" typeRef="string"/>
"##
    );
    for (size, grade, (outcome, limit, reason)) in rules {
        let size = size.replace('<', "&lt;");
        let _ = writeln!(
            text,
            "<rule><inputEntry><text>{size}</text></inputEntry><inputEntry><text>{grade}</text></inputEntry><outputEntry><text>{outcome}</text></outputEntry><outputEntry><text>{limit}</text></outputEntry><outputEntry><text>{reason}</text></outputEntry></rule>"
        );
    }
    text + "</decisionTable></decision></definitions>"
}

fn mapping() -> Mapping {
    let grades = [("A", 1.0), ("B", 2.0), ("C", 3.0)];
    let words = Words { zh: "经营规模较小。".to_owned(), en: "The business is too small.".to_owned() };
    Mapping {
        category: BTreeMap::from([(
            "grade".to_owned(),
            grades.iter().map(|(word, number)| ((*word).to_owned(), *number)).collect(),
        )]),
        reason: BTreeMap::from([("R08".to_owned(), words)]),
        ..Mapping::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_flow_answers_as_the_table_does(
        hit in prop::sample::select(vec!["FIRST", "FIRST", "PRIORITY", "UNIQUE", "ANY"]),
        rules in prop::collection::vec((size(), grade(), given()), 0..7),
        listed in any::<bool>(),
    ) {
        let model = Model::load("m.dmn", &file(hit, &rules, listed)).unwrap();
        let text = match to_flow_table(&model, &mapping()) {
            Ok(text) => text,
            Err(problems) => {
                // Only what may hold together, or is never reached, is refused here.
                prop_assert!(problems.iter().all(|problem| problem.reason.contains("may hold together") || problem.reason.contains("never reached")), "{:?}", problems);
                return Ok(());
            }
        };
        let flow: Flow = toml::from_str(&text).unwrap();
        let mut run = model.run();
        let sizes = [None, Some(0.0), Some(1.0), Some(1.5), Some(2.0), Some(2.5), Some(2.75), Some(3.0), Some(4.0)];
        for size in sizes {
            for other in [None, Some(1.0), Some(30.0)] {
                for (word, number) in [(None, None), (Some("A"), Some(1.0)), (Some("B"), Some(2.0)), (Some("C"), Some(3.0))] {
                    let decimal = |value: Option<f64>| value.and_then(Number::from_f64).map_or(Value::Null, Value::Number);
                    run.clear();
                    model.set(&mut run, 0, decimal(size));
                    model.set(&mut run, 1, decimal(other));
                    model.set(&mut run, 2, word.map_or(Value::Null, Value::text));
                    let decided = model.decide(&mut run, 0).clone();
                    let expected = match (decided.member("outcome"), decided.member("limit")) {
                        (Some(Value::Text(outcome)), Some(Value::Number(limit))) => (outcome.to_string(), Some(limit.to_f64())),
                        (Some(Value::Text(outcome)), _) if &**outcome != "can" => (outcome.to_string(), None),
                        _ => ("not_enough_data".to_owned(), None),
                    };
                    let features = Features::from([("size", size), ("other", other), ("grade", number), ("dmn_one", Some(1.0))]);
                    prop_assert_eq!(flow.table.answer(&features), expected, "{:?} {:?} {:?}\n{}", size, other, word, text);
                }
            }
        }
    }
}
