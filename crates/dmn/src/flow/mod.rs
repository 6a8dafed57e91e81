//! Makes the table of a decision flow from a decision table: its inputs become features, its outputs an outcome with
//! limit, price and reason.
//!
//! | DMN | Flow file |
//! | --- | --- |
//! | input | feature of the same name, or of the name that the mapping gives |
//! | `5`, `< 5`, `[1..5)`, `not(5)`, `null` | conditions `eq`, `lt`, `ge` and `lt`, `ne`, `missing` |
//! | `1, > 5` | one row for each |
//! | `true`, `"food"` | 1; the number that the mapping gives to the word |
//! | hit policy `FIRST` | `hit = "first"` |
//! | `UNIQUE`, `ANY` | the same, where no two rules that differ can hold together |
//! | `PRIORITY` | the same, with the rules in the order of their outputs |
//! | `COLLECT`, `RULE ORDER` | `hit = "collect"`, where the mapping agrees to what a flow makes of several rows |
//! | no rule holds | the default outputs, or `not_enough_data` |
//! | output `outcome` | `outcome`; words other than the platform's through the mapping |
//! | output `limit` | a figure, `0.15 * sales`, or the `min(…)` or sum of such terms |
//! | outputs `bp_low`, `bp_high`, `reason`, `reason_zh`, `reason_en` | the same; words of a reason also from the mapping |
//!
//! What cannot be said is refused with rule and reason: figures that are reckoned, other outputs, rates that are not
//! basis points over the prime rate, tests of anything but a feature.

mod outcome;
mod reach;
mod test;
mod write;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::feel::{Expression, Tests};
use crate::index::Index;
use crate::model::{Decision, Model};
use crate::problem::{Problem, Problems};
use crate::table::{Collect, Hit, Table};
use crate::value::Value;

/// Rows of a flow's table at most.
const ROWS_MAX: usize = 20_000;
/// The value that is always 1; a limit that is a figure is so many times this.
const ONE: &str = "dmn_one";

/// What the words of a table mean to the platform.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mapping {
    /// The decision; needed where a file has several.
    pub decision: Option<String>,
    /// From an input's name or label to the feature.
    pub feature: BTreeMap<String, String>,
    /// By feature, from a word to the feature's number.
    pub category: BTreeMap<String, BTreeMap<String, f64>>,
    /// From an output's name to `outcome`, `limit`, `bp_low`, `bp_high`, `reason`, `reason_zh` or `reason_en`.
    pub output: BTreeMap<String, String>,
    /// From a word for an outcome to `can`, `cannot`, `need_visit`, `not_applicable` or `not_enough_data`.
    pub outcome: BTreeMap<String, String>,
    /// From a refusal code, `R04`, to what the firm reads.
    pub reason: BTreeMap<String, Words>,
    /// Whether rows that hold together may be combined as flows do: refusals add up, else the smallest limit.
    pub collect: bool,
}

/// What a firm reads, in both languages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// The `[table]` part of a flow file, with a derived value where limits are figures; it stands behind the bank, product
/// and limits that a flow file begins with.
pub fn to_flow_table(model: &Model, mapping: &Mapping) -> Result<String, Vec<Problem>> {
    let mut making = Making { model, mapping, problems: Problems::new(&model.file), place: String::new() };
    let text = making.text();
    match text {
        Some(text) if making.problems.is_empty() => Ok(text),
        _ => Err(making.problems.into_vec()),
    }
}

/// A condition on a feature.
#[derive(Debug, Clone, PartialEq)]
struct Condition {
    feature: String,
    how: How,
}

impl Condition {
    /// The same, but for a missing value.
    fn of_known_values(self) -> Self {
        let how = match self.how {
            How::Compare { op, value, .. } => How::Compare { op, value, or_missing: false },
            other => other,
        };
        Self { how, ..self }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum How {
    /// A comparison with a number; whether a missing value passes too.
    Compare {
        op: &'static str,
        value: f64,
        or_missing: bool,
    },
    Missing,
    Present,
}

/// What a row gives.
#[derive(Debug, Clone, Default, PartialEq)]
struct Given {
    outcome: String,
    sum: bool,
    terms: Vec<Term>,
    bp: Option<(i64, i64)>,
    reason: Option<(String, String, String)>,
}

#[derive(Debug, Clone, PartialEq)]
struct Term {
    feature: String,
    factor: f64,
    up_to: Option<f64>,
}

/// A row of a flow's table.
#[derive(Debug, Clone)]
struct Row {
    id: String,
    /// The rule whose result it gives; nothing for a row that stands beside.
    rule: Option<usize>,
    when: Vec<Condition>,
    given: Given,
}

/// The flow's table while it is made.
struct Making<'m> {
    model: &'m Model,
    mapping: &'m Mapping,
    problems: Problems,
    /// The decision, for problems.
    place: String,
}

impl<'m> Making<'m> {
    fn text(&mut self) -> Option<String> {
        let decision = self.decision()?;
        self.place.clone_from(&decision.name);
        let Some(table) = decision.table() else {
            self.problems.add(decision.line, &self.place, "the decision is an expression, not a table");
            return None;
        };
        if decision.order.len() > 1 {
            let reason = "the table needs other decisions; a flow's table sees features alone";
            self.problems.add(decision.line, &self.place, reason);
        }
        if table.rules.len() > ROWS_MAX {
            self.problems.add(table.line, &self.place, format!("the table has more than {ROWS_MAX} rules"));
            return None;
        }
        let hit = self.hit(table);
        let features: Vec<Option<String>> = table
            .inputs
            .iter()
            .map(|input| self.feature(&input.expression, &input.label, table.line))
            .collect();
        let fields = self.fields(table);
        let mut order: Vec<usize> = (0..table.rules.len()).collect();
        if table.hit == Hit::Priority {
            order.sort_by_key(|rule| table.standing[*rule]);
        }
        let mut rows = self.not_allowed(table, &features);
        for rule in order {
            self.rule(table, rule, &features, &fields, &mut rows);
            if rows.len() > ROWS_MAX {
                let reason = format!("the table becomes more than {ROWS_MAX} rows");
                self.problems.add(table.line, &self.place, reason);
                return None;
            }
        }
        if hit == "first" {
            for (rule, taker) in reach::drop_unreached(&mut rows) {
                let place = format!("{}, rule {}", self.place, rule + 1);
                let reason = format!("the rule is never reached: row {taker} takes all its cases");
                self.problems.add(table.rules[rule].line, &place, reason);
            }
        }
        if hit == "first" && rows.last().is_none_or(|row| !row.when.is_empty()) {
            rows.extend(self.otherwise(table, &fields));
        }
        Some(write::table(decision, hit, &rows))
    }

    fn decision(&mut self) -> Option<&'m Decision> {
        let model = self.model;
        let found = match &self.mapping.decision {
            Some(name) => model.decision(name).map(|at| &model.decisions[at]),
            None => {
                if let [only] = &model.decisions[..] {
                    Some(only)
                } else {
                    None
                }
            }
        };
        if found.is_none() {
            let names: Vec<&str> = model.decisions.iter().map(Decision::name).collect();
            let reason = format!("say which decision it is: {}", names.join(", "));
            self.problems.add(1, "mapping", reason);
        }
        found
    }

    /// What a flow calls the hit policy; a problem where it has none that gives the same.
    fn hit(&mut self, table: &Table) -> &'static str {
        match table.hit {
            Hit::First | Hit::Priority => "first",
            Hit::Unique | Hit::Any => {
                self.refuse_overlaps(table);
                "first"
            }
            Hit::RuleOrder | Hit::Collect(Collect::List) => {
                if !self.mapping.collect {
                    let reason = "several rules may hold together; the mapping must say `collect = true` where \
                                  refusals may add up and the smallest limit may be taken";
                    self.problems.add(table.line, &self.place, reason);
                }
                "collect"
            }
            Hit::OutputOrder | Hit::Collect(_) => {
                self.problems.add(table.line, &self.place, "a flow's table has no such hit policy");
                "first"
            }
        }
    }

    /// Refuses rules that may hold together and differ; the first would win in a flow, and none does in DMN.
    fn refuse_overlaps(&mut self, table: &Table) {
        const OVERLAPS_MAX: usize = 1_000;
        for (earlier, later) in Index::overlaps(&table.tests, table.inputs.len(), OVERLAPS_MAX) {
            let same = table.rules[earlier].constant.is_some()
                && table.rules[earlier].constant == table.rules[later].constant;
            if table.hit == Hit::Any && same {
                continue;
            }
            let reason = format!("rules {} and {} may hold together", earlier + 1, later + 1);
            let place = format!("{}, rule {}", self.place, later + 1);
            self.problems.add(table.rules[later].line, &place, reason);
        }
    }

    /// The feature that an expression names.
    fn feature(&mut self, expression: &Expression, label: &str, line: usize) -> Option<String> {
        let found = self.named(expression);
        if found.is_none() {
            let reason = format!("the input {label} is not a feature but reckoned from others");
            self.problems.add(line, &self.place, reason);
            return None;
        }
        found.map(|name| self.mapping.feature.get(label).cloned().unwrap_or(name))
    }

    /// The feature of an input of the model.
    fn named(&self, expression: &Expression) -> Option<String> {
        let Expression::Slot(slot) = expression else { return None };
        let input = self.model.inputs.iter().find(|input| input.slot == *slot)?;
        Some(self.mapping.feature.get(&input.name).unwrap_or(&input.name).clone())
    }

    /// Rows for values that the table does not allow; DMN gives no result for them, whatever the rules say.
    fn not_allowed(&mut self, table: &Table, features: &[Option<String>]) -> Vec<Row> {
        let mut rows = Vec::new();
        for (input, feature) in table.inputs.iter().zip(features) {
            let (Some(allowed), Some(feature)) = (&input.allowed, feature) else { continue };
            let outside = match allowed {
                Tests::Always => continue,
                Tests::Any(tests) => Tests::Not(tests.clone()),
                Tests::Not(tests) => Tests::Any(tests.clone()),
            };
            match test::alternatives(&outside, feature, self.mapping.category.get(feature)) {
                Ok(alternatives) => rows.extend(alternatives.into_iter().enumerate().map(|(at, when)| Row {
                    id: format!("D000_{feature}.{}", at + 1),
                    rule: None,
                    when: when.into_iter().map(Condition::of_known_values).collect(),
                    given: Given { outcome: "not_enough_data".to_owned(), ..Given::default() },
                })),
                Err(reason) => self.problems.add(table.line, &self.place, reason),
            }
        }
        rows
    }

    /// Makes the rows of one rule.
    fn rule(
        &mut self,
        table: &Table,
        rule: usize,
        features: &[Option<String>],
        fields: &[Option<outcome::Field>],
        rows: &mut Vec<Row>,
    ) {
        let place = format!("{}, rule {}", self.place, rule + 1);
        let line = table.rules[rule].line;
        let mut alternatives: Vec<Vec<Condition>> = vec![Vec::new()];
        for (tests, feature) in table.tests[rule].iter().zip(features) {
            let Some(feature) = feature else { continue };
            let own = match test::alternatives(tests, feature, self.mapping.category.get(feature)) {
                Ok(own) => own,
                Err(reason) => {
                    self.problems.add(line, &place, reason);
                    continue;
                }
            };
            if alternatives.len() * own.len() > ROWS_MAX {
                self.problems.add(line, &place, "the rule becomes too many rows");
                return;
            }
            alternatives = alternatives
                .iter()
                .flat_map(|before| own.iter().map(|more| [before.as_slice(), more.as_slice()].concat()))
                .collect();
        }
        let given = match self.given(&table.rules[rule].outputs, fields) {
            Ok(given) => given,
            Err(reason) => {
                self.problems.add(line, &place, reason);
                return;
            }
        };
        let many = alternatives.len() > 1;
        for (at, when) in alternatives.into_iter().enumerate() {
            let id = if many { format!("D{:03}.{}", rule + 1, at + 1) } else { format!("D{:03}", rule + 1) };
            rows.extend(guards(&id, &when, &given));
            rows.push(Row { id, rule: Some(rule), when, given: given.clone() });
        }
    }

    /// The row for all other cases.
    fn otherwise(&mut self, table: &Table, fields: &[Option<outcome::Field>]) -> Option<Row> {
        let outputs: Vec<Expression> = match &table.default {
            Value::Null => Vec::new(),
            Value::Context(members) => {
                members.iter().map(|(_, value)| Expression::Constant(value.clone())).collect()
            }
            value => vec![Expression::Constant(value.clone())],
        };
        let given = if outputs.is_empty() {
            Ok(Given { outcome: "not_enough_data".to_owned(), ..Given::default() })
        } else {
            self.given(&outputs, fields)
        };
        match given {
            Ok(given) => Some(Row { id: "D999_otherwise".to_owned(), rule: None, when: Vec::new(), given }),
            Err(reason) => {
                self.problems.add(table.line, &format!("{}, default output", self.place), reason);
                None
            }
        }
    }
}

/// A limit of several terms is unknown in DMN when one of them is, while a flow takes those that are known. Rows before
/// the rule answer those cases as DMN does.
fn guards(id: &str, when: &[Condition], given: &Given) -> Vec<Row> {
    if given.terms.len() < 2 {
        return Vec::new();
    }
    let known = |feature: &str| {
        when.iter().any(|condition| {
            condition.feature == feature
                && matches!(condition.how, How::Present | How::Compare { or_missing: false, .. })
        })
    };
    let mut features: Vec<&str> = Vec::new();
    for term in given.terms.iter().filter(|term| term.feature != ONE && !known(&term.feature)) {
        if !features.contains(&term.feature.as_str()) {
            features.push(&term.feature);
        }
    }
    let row = |feature: &str| {
        let missing = Condition { feature: feature.to_owned(), how: How::Missing };
        Row {
            id: format!("{id}_without_{feature}"),
            rule: None,
            when: when.iter().cloned().chain([missing]).collect(),
            given: Given { outcome: "not_enough_data".to_owned(), ..Given::default() },
        }
    };
    features.into_iter().map(row).collect()
}

/// The constant that an expression is.
fn constant(expression: &Expression) -> Option<&Value> {
    if let Expression::Constant(value) = expression { Some(value) } else { None }
}

/// True for a dash.
fn is_always(tests: &Tests) -> bool {
    *tests == Tests::Always
}
