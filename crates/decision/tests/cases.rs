//! Every case beside every flow gives what stands beside it, and its trace is kept to be compared.

#![expect(clippy::format_push_string, reason = "a few short lines, read by people")]

use jq_decision::flow::{evaluate, evaluate_fast};
use jq_decision::{Decision, Flows};

fn trace_text(decision: &Decision) -> String {
    let mut text = format!("{} {:?}\n", decision.outcome.code(), decision.limit_fen);
    for reason in &decision.reasons {
        text += &format!("reason {} {} {}\n", reason.code, reason.rule, reason.words.en);
    }
    for missing in &decision.missing {
        text += &format!("missing {} {:?}\n", missing.item, missing.why);
    }
    for help in &decision.improvements {
        text += &format!("help {}\n", help.en);
    }
    for line in &decision.trace.lines {
        let input = line.input.map_or_else(String::new, |input| input.to_string());
        text += &format!("{} {} [{input}] {}\n", line.step, line.id, line.output);
    }
    text
}

#[test]
fn every_case_gives_what_stands_beside_it() {
    let flows = Flows::embedded().unwrap();
    let mut faults = Vec::new();
    for flow in flows.list() {
        assert!(!flow.cases().is_empty(), "{} has no case", flow.id());
        for case in flow.cases() {
            if let Err(fault) = case.run(flow, flows.features()) {
                faults.push(fault.to_string());
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_case_leaves_the_trace_it_left_before() {
    let flows = Flows::embedded().unwrap();
    for flow in flows.list() {
        for case in flow.cases() {
            let vector = case.vector(flows.features()).unwrap();
            let decision = evaluate(flow, &vector, case.as_of());
            let name = format!("{}__{}", flow.id(), case.name.replace([' ', ',', '\''], "_"));
            insta::assert_snapshot!(name, trace_text(&decision));
        }
    }
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let flows = Flows::embedded().unwrap();
    for flow in flows.list() {
        for case in flow.cases() {
            let vector = case.vector(flows.features()).unwrap();
            let stored = serde_json::to_string(&vector).unwrap();
            let again: jq_decision::Vector = serde_json::from_str(&stored).unwrap();
            let first = serde_json::to_string(&evaluate(flow, &vector, case.as_of())).unwrap();
            let second = serde_json::to_string(&evaluate(flow, &again, case.as_of())).unwrap();
            assert_eq!(first, second);
            let quick = evaluate_fast(flow, &vector, case.as_of());
            assert_eq!(quick.outcome, evaluate(flow, &vector, case.as_of()).outcome);
        }
    }
}

#[test]
fn no_text_for_the_firm_names_a_figure() {
    let flows = Flows::embedded().unwrap();
    for flow in flows.list() {
        for case in flow.cases() {
            let vector = case.vector(flows.features()).unwrap();
            let decision = evaluate(flow, &vector, case.as_of());
            let texts = decision.reasons.iter().map(|reason| &reason.words).chain(&decision.improvements);
            for words in texts {
                assert!(!words.zh.chars().chain(words.en.chars()).any(|c| c.is_ascii_digit()), "{words:?}");
            }
        }
    }
}
