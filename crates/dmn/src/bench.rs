//! A large table to measure with: intervals of two numbers and a list of industries, each combination in one rule.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::model::{Model, Run};
use crate::number::Number;
use crate::problem::Problem;
use crate::value::Value;

const SALES_BANDS: usize = 20;
const INDUSTRIES: [&str; 10] = [
    "agriculture",
    "machinery",
    "motor vehicles",
    "electronics",
    "food",
    "construction",
    "wholesale",
    "retail",
    "transport",
    "software",
];
const SALES_STEP: usize = 50_000;
const SCORE_STEP: usize = 40;

/// One rule: a band of scores, a band of sales, an industry; and what it gives.
struct Row {
    score: (usize, usize),
    sales: (usize, usize),
    industry: &'static str,
    outcome: &'static str,
    limit: usize,
    rate: String,
}

fn rows(rules: usize) -> impl Iterator<Item = Row> {
    (0..rules).map(|at| {
        let (industry, rest) = (at % INDUSTRIES.len(), at / INDUSTRIES.len());
        let (sales, score) = (rest % SALES_BANDS, rest / SALES_BANDS);
        Row {
            score: (score * SCORE_STEP, (score + 1) * SCORE_STEP),
            sales: (sales * SALES_STEP, (sales + 1) * SALES_STEP),
            industry: INDUSTRIES[industry],
            outcome: if score < 3 { "cannot" } else { "can" },
            limit: score * 1_000 + sales * 10_000 + industry * 500,
            rate: format!("{}.{:02}", 3 + sales % 3, (score * 7 + industry) % 100),
        }
    })
}

/// The table as a DMN file.
pub fn dmn(rules: usize) -> String {
    let mut text = String::from(
        r##"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="large table" namespace="urn:jinqiao:bench">
<inputData id="i1" name="score"><variable name="score" typeRef="number"/></inputData>
<inputData id="i2" name="sales"><variable name="sales" typeRef="number"/></inputData>
<inputData id="i3" name="industry"><variable name="industry" typeRef="string"/></inputData>
<decision id="d1" name="offer">
<informationRequirement><requiredInput href="#i1"/></informationRequirement>
<informationRequirement><requiredInput href="#i2"/></informationRequirement>
<informationRequirement><requiredInput href="#i3"/></informationRequirement>
<decisionTable hitPolicy="UNIQUE">
<input><inputExpression typeRef="number"><text>score</text></inputExpression></input>
<input><inputExpression typeRef="number"><text>sales</text></inputExpression></input>
<input><inputExpression typeRef="string"><text>industry</text></inputExpression></input>
<output name="outcome"/><output name="limit"/><output name="rate"/>
"##,
    );
    for row in rows(rules) {
        let ((from, to), (sales_from, sales_to)) = (row.score, row.sales);
        let _ = writeln!(
            text,
            "<rule><inputEntry><text>[{from}..{to})</text></inputEntry>\
             <inputEntry><text>[{sales_from}..{sales_to})</text></inputEntry>\
             <inputEntry><text>\"{}\"</text></inputEntry>\
             <outputEntry><text>\"{}\"</text></outputEntry>\
             <outputEntry><text>{}</text></outputEntry>\
             <outputEntry><text>{}</text></outputEntry></rule>",
            row.industry, row.outcome, row.limit, row.rate
        );
    }
    text.push_str("</decisionTable></decision></definitions>\n");
    text
}

/// The values of one evaluation.
struct Asked {
    score: usize,
    sales: usize,
    industry: &'static str,
}

/// Values spread over the table, the same at every call.
fn asked(rules: usize, count: usize) -> Vec<Asked> {
    let scores = rules.div_ceil(SALES_BANDS * INDUSTRIES.len()) * SCORE_STEP;
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut next = |below: usize| {
        // A step of a linear congruential generator; its upper bits are good enough to spread cases.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or_default() % below
    };
    (0..count)
        .map(|_| Asked {
            score: next(scores),
            sales: next(SALES_BANDS * SALES_STEP),
            industry: INDUSTRIES[next(INDUSTRIES.len())],
        })
        .collect()
}

/// Rules and questions with their answers, so that another engine can be given the same table and checked.
pub fn json(rules: usize, count: usize) -> Result<serde_json::Value, Vec<Problem>> {
    let mut bench = Bench::new(rules, count)?;
    let answers: Vec<_> = asked(rules, count)
        .iter()
        .enumerate()
        .map(|(at, asked)| {
            let member = |value: &Value, name: &str| value.member(name).map(ToString::to_string);
            let answer = bench.answer(at);
            json!({
                "score": asked.score, "sales": asked.sales, "industry": asked.industry,
                "limit": member(answer, "limit"), "rate": member(answer, "rate"),
            })
        })
        .collect();
    let rows: Vec<_> = rows(rules)
        .map(|row| {
            json!({
                "score": row.score, "sales": row.sales, "industry": row.industry,
                "outcome": row.outcome, "limit": row.limit, "rate": row.rate,
            })
        })
        .collect();
    Ok(json!({ "rows": rows, "asked": answers }))
}

/// The large table, loaded, with the values that it is asked for.
pub struct Bench {
    model: Model,
    run: Run,
    asked: Vec<[Value; 3]>,
}

impl Bench {
    /// Builds and loads a table of so many rules, and so many cases to ask it.
    pub fn new(rules: usize, count: usize) -> Result<Self, Vec<Problem>> {
        let model = Model::load("bench.dmn", &dmn(rules))?;
        let number = |value: usize| Value::Number(Number::from(i64::try_from(value).unwrap_or(i64::MAX)));
        let asked = asked(rules, count)
            .iter()
            .map(|asked| [number(asked.score), number(asked.sales), Value::text(asked.industry)])
            .collect();
        Ok(Self { run: model.run(), model, asked })
    }

    /// The answer to one of the cases.
    pub fn answer(&mut self, at: usize) -> &Value {
        for (input, value) in self.asked[at].iter().enumerate() {
            self.model.set(&mut self.run, input, value.clone());
        }
        self.model.decide(&mut self.run, 0)
    }

    /// True when the index gives for every case what asking every rule gives, and an answer each time.
    pub fn check(&mut self) -> bool {
        (0..self.asked.len()).all(|at| {
            let found = self.answer(at).clone();
            found != Value::Null && found == *self.model.decide_slowly(&mut self.run, 0)
        })
    }

    /// Asks all cases so many times; the time of one evaluation.
    pub fn measure(&mut self, rounds: u32) -> Duration {
        let start = Instant::now();
        for _ in 0..rounds {
            for at in 0..self.asked.len() {
                black_box(self.answer(at));
            }
        }
        let evaluations = u32::try_from(self.asked.len()).unwrap_or(u32::MAX).saturating_mul(rounds);
        start.elapsed() / evaluations.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_large_table_answers_every_case() {
        let mut bench = Bench::new(5_000, 200).unwrap();
        assert!(bench.check());
    }
}
