//! The index gives what asking every rule gives, for tables and inputs of any kind; no text makes the reader panic.

use std::fmt::Write as _;
use std::path::PathBuf;

use jq_dmn::{Model, Number, Value, cases};
use proptest::prelude::*;

/// A test of a number as FEEL writes it.
fn number_cell() -> impl Strategy<Value = String> {
    let small = (-3i32..12).prop_map(|tenths| format!("{}", f64::from(tenths) / 2.0));
    let comparison = (prop::sample::select(vec!["<", "<=", ">", ">=", "=", "!="]), small.clone())
        .prop_map(|(op, v)| format!("{op} {v}"));
    let interval = (
        prop::sample::select(vec!["[", "(", "]"]),
        -3i32..12,
        0i32..6,
        prop::sample::select(vec!["]", ")", "["]),
    )
        .prop_map(|(open, from, length, close)| {
            let (from, to) = (f64::from(from) / 2.0, f64::from(from + length) / 2.0);
            format!("{open}{from}..{to}{close}")
        });
    let one = prop_oneof![
        3 => small.clone(),
        3 => comparison,
        4 => interval,
        1 => Just("null".to_owned()),
        1 => Just("> Other".to_owned()),
        1 => Just("? > 1 and ? < Other".to_owned()),
        1 => (small.clone(), small).prop_map(|(a, b)| format!("[{a}, {b}]")),
    ];
    let list = prop::collection::vec(one, 1..4).prop_map(|all| all.join(", "));
    prop_oneof![
        2 => Just("-".to_owned()),
        5 => list.clone(),
        2 => list.prop_map(|list| format!("not({list})")),
    ]
}

fn text_cell() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec!["\"a\"", "\"b\"", "\"c\"", "null", "Word", "> \"a\""]);
    let list = prop::collection::vec(word, 1..3).prop_map(|all| all.join(", "));
    prop_oneof![Just("-".to_owned()), list.clone(), list.prop_map(|list| format!("not({list})"))]
}

fn flag_cell() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["-", "true", "false", "not(true)", "null", "true, null"])
        .prop_map(str::to_owned)
}

fn hit() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "hitPolicy='UNIQUE'",
        "hitPolicy='FIRST'",
        "hitPolicy='ANY'",
        "hitPolicy='PRIORITY'",
        "hitPolicy='OUTPUT ORDER'",
        "hitPolicy='RULE ORDER'",
        "hitPolicy='COLLECT'",
        "hitPolicy='COLLECT' aggregation='SUM'",
        "hitPolicy='COLLECT' aggregation='MIN'",
        "hitPolicy='COLLECT' aggregation='COUNT'",
    ])
}

type Rules = Vec<(String, String, String, u8)>;

fn table(hit: &str, rules: &Rules) -> String {
    let escape = |text: &str| text.replace('<', "&lt;");
    let mut text = format!(
        r##"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="m">
<inputData id="n" name="Size"><variable name="Size" typeRef="number"/></inputData>
<inputData id="o" name="Other"><variable name="Other" typeRef="number"/></inputData>
<inputData id="w" name="Word"/>
<inputData id="t" name="Text"/>
<inputData id="f" name="Flag"><variable name="Flag" typeRef="boolean"/></inputData>
<decision id="d" name="D">
<informationRequirement><requiredInput href="#n"/></informationRequirement><informationRequirement><requiredInput href="#o"/></informationRequirement>
<informationRequirement><requiredInput href="#w"/></informationRequirement><informationRequirement><requiredInput href="#t"/></informationRequirement>
<informationRequirement><requiredInput href="#f"/></informationRequirement>
<decisionTable {hit}>
<input><inputExpression><text>Size</text></inputExpression></input>
<input><inputExpression><text>Text</text></inputExpression></input>
<input><inputExpression><text>Flag</text></inputExpression></input>
<output typeRef="number"><outputValues><text>3, 1, 2, 0</text></outputValues></output>
"##
    );
    for (size, word, flag, output) in rules {
        let _ = writeln!(
            text,
            "<rule><inputEntry><text>{}</text></inputEntry><inputEntry><text>{}</text></inputEntry><inputEntry><text>{}</text></inputEntry><outputEntry><text>{output}</text></outputEntry></rule>",
            escape(size),
            escape(word),
            escape(flag)
        );
    }
    text.push_str("</decisionTable></decision></definitions>");
    text
}

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        8 => (-16i32..32).prop_map(|quarters| Number::from_f64(f64::from(quarters) / 4.0).unwrap_or_default().into()),
        1 => Just(Value::Null),
    ]
}

/// Texts, and values of kinds that a text is never compared with.
fn anything() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => prop::sample::select(vec!["a", "b", "c", "d"]).prop_map(Value::text),
        1 => Just(Value::Null),
        1 => Just(Value::Boolean(true)),
        1 => Just(Value::List([Value::text("a"), Value::text("b")].into())),
        1 => number(),
    ]
}

fn flag() -> impl Strategy<Value = Value> {
    prop_oneof![4 => any::<bool>().prop_map(Value::Boolean), 1 => Just(Value::Null)]
}

fn rules(most: usize) -> impl Strategy<Value = Rules> {
    prop::collection::vec((number_cell(), text_cell(), flag_cell(), 0u8..4), 0..most)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_gives_what_asking_every_rule_gives(
        hit in hit(),
        rules in rules(140),
        inputs in prop::collection::vec((number(), number(), anything(), anything(), flag()), 24),
    ) {
        let model = Model::load("m.dmn", &table(hit, &rules)).unwrap();
        let mut run = model.run();
        for (size, other, word, text, flag) in inputs {
            for (at, value) in [size, other, word, text, flag].into_iter().enumerate() {
                model.set(&mut run, at, value);
            }
            run.clear_complaints();
            let indexed = model.decide(&mut run, 0).clone();
            let complaints = run.complaints().to_vec();
            run.clear_complaints();
            let slow = model.decide_slowly(&mut run, 0).clone();
            prop_assert_eq!(indexed, slow);
            prop_assert_eq!(&complaints, run.complaints());
        }
    }

    #[test]
    fn rules_that_hold_together_are_known_to_overlap(
        rules in rules(12),
        inputs in prop::collection::vec((number(), number(), anything(), anything(), flag()), 24),
    ) {
        let model = Model::load("m.dmn", &table("hitPolicy='UNIQUE'", &rules)).unwrap();
        let overlaps = model.overlaps(0, usize::MAX);
        let mut run = model.run();
        for (size, other, word, text, flag) in inputs {
            for (at, value) in [size, other, word, text, flag].into_iter().enumerate() {
                model.set(&mut run, at, value);
            }
            run.clear_complaints();
            model.decide(&mut run, 0);
            if let Some(complaint) = run.complaints().first() {
                let told = overlaps.iter().any(|(one, two)| {
                    complaint.reason == format!("rules {} and {} both hold and only one may", one + 1, two + 1)
                });
                prop_assert!(told, "{}", complaint.reason);
            }
        }
    }

    #[test]
    fn no_cell_makes_the_reader_panic(cell in "[-?<>=!\\[\\]().,*+/ 0-9a-z\"@\\\\{}或者]{0,60}") {
        let rules = vec![(cell.replace('&', ""), "-".to_owned(), "-".to_owned(), 1)];
        let _ = Model::load("m.dmn", &table("", &rules));
    }

    #[test]
    fn no_changed_file_makes_the_reader_panic(
        file in prop::sample::select(vec!["hit-policies.dmn", "chain.dmn", "camunda.dmn"]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0usize..40, "[<>/=\"'&;a-z0-9 ?\\[\\]().-]{0,12}"), 1..6),
    ) {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(file);
        let mut text = std::fs::read_to_string(path).unwrap();
        for (place, cut, put) in changes {
            let from = text.floor_char_boundary(place.index(text.len() + 1));
            let to = text.floor_char_boundary((from + cut).min(text.len())).max(from);
            text.replace_range(from..to, &put);
        }
        if let Ok(model) = Model::load(file, &text) {
            let mut run = model.run();
            for decision in 0..model.decisions().len() {
                let indexed = model.decide(&mut run, decision).clone();
                prop_assert_eq!(&indexed, model.decide_slowly(&mut run, decision));
            }
        }
        let _ = cases::read(file, &text);
    }

    #[test]
    fn numbers_are_ordered_and_written_as_decimals(a in -10_000_000i64..10_000_000, b in -10_000_000i64..10_000_000, p in 0u32..6, q in 0u32..6) {
        let parse = |digits: i64, places: u32| Number::parse(&format!("{digits}e-{places}")).unwrap();
        let (one, other) = (parse(a, p), parse(b, q));
        let scale = |digits: i64, places: u32| i128::from(digits) * 10i128.pow(6 - places);
        prop_assert_eq!(one.cmp(&other), scale(a, p).cmp(&scale(b, q)));
        prop_assert_eq!(Number::parse(&one.to_string()), Some(one));
        prop_assert_eq!(Number::from_f64(one.to_f64()), Some(one));
    }
}

#[test]
fn a_table_with_more_stretches_than_masks_is_still_exact() {
    let rules: Rules = (0..9_000u32)
        .map(|at| {
            let from = f64::from(at) / 2.0;
            let hole = from + 3.5;
            (
                format!("[{from}..{hole}), ]{hole}..{}], {}", from + 60.0, from + 1000.25),
                "-".to_owned(),
                "-".to_owned(),
                1,
            )
        })
        .collect();
    let model = Model::load("m.dmn", &table("hitPolicy='COLLECT' aggregation='COUNT'", &rules)).unwrap();
    let mut run = model.run();
    for at in (0..6_000).step_by(37) {
        for quarter in [0.0, 0.25, 0.5] {
            let value = Number::from_f64(f64::from(at) + quarter).unwrap();
            model.set(&mut run, 0, value.into());
            let indexed = model.decide(&mut run, 0).clone();
            assert_eq!(indexed, *model.decide_slowly(&mut run, 0), "{value}");
        }
    }
}
