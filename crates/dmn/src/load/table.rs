//! Compiles a decision table: columns, rules, hit policy, index.

use std::sync::Arc;

use super::Loading;
use crate::document::{Cell, DecisionText, HitText, InputClause, OutputClause, TableText};
use crate::feel::{Expression, Scope, Test, Tests};
use crate::index::Index;
use crate::kind::Type;
use crate::model::Input;
use crate::table::{Collect, Hit, InputColumn, OutputColumn, Rule, Table, together};
use crate::value::Value;

/// An output column while the table is compiled.
struct Output {
    name: Arc<str>,
    kind: Type,
    allowed: Option<Tests>,
    /// The values that are listed, the highest first.
    ranks: Vec<Value>,
}

impl Loading<'_> {
    pub(super) fn table(
        &mut self,
        decision: &DecisionText,
        text: &TableText,
        mut scope: Scope,
        declared: &Type,
    ) -> (Table, Type) {
        let place = decision.name.as_str();
        let hit = self.hit(&text.hit, text.line, place);
        if matches!(hit, Hit::Collect(collect) if collect != Collect::List) && text.outputs.len() > 1 {
            self.problems.add(text.line, place, "an aggregation needs exactly one output");
        }
        self.implied_inputs(decision, text, &mut scope);
        let inputs: Vec<InputColumn> =
            text.inputs.iter().map(|clause| self.input_column(&scope, clause, place)).collect();
        let mut outputs: Vec<Output> = text
            .outputs
            .iter()
            .map(|clause| self.output(clause, text.outputs.len() == 1, hit, declared, place))
            .collect();
        let mut tests = Vec::with_capacity(text.rules.len());
        let mut rules = Vec::with_capacity(text.rules.len());
        let mut kinds = vec![Vec::new(); outputs.len()];
        for (at, rule) in text.rules.iter().enumerate() {
            let named = |column: &str| format!("{place}, rule {}, {column}", at + 1);
            let own = inputs.iter().zip(&rule.tests);
            tests.push(own.map(|(input, cell)| self.tests(&scope, cell, input, &named)).collect::<Vec<_>>());
            let mut values = Vec::with_capacity(outputs.len());
            for ((output, cell), kinds) in outputs.iter().zip(&rule.outputs).zip(&mut kinds) {
                let (value, kind) = self.entry(&scope, cell, output, &named(&output.name));
                values.push(value);
                kinds.push(kind);
            }
            rules.push(Rule { line: rule.line, outputs: values, constant: None });
        }
        for (output, kinds) in outputs.iter_mut().zip(kinds) {
            if output.kind == Type::Any {
                output.kind = Type::common(kinds);
            }
        }
        let columns: Vec<OutputColumn> =
            outputs.iter().map(|output| OutputColumn { name: Arc::clone(&output.name) }).collect();
        for rule in &mut rules {
            rule.constant = constant(&columns, &rule.outputs);
        }
        let default = self.default(text, &outputs, &columns, place);
        let standing = self.standing(text, hit, &outputs, &rules, place);
        // Rules with too few entries were told of already.
        for rule in &mut tests {
            rule.resize(inputs.len(), Tests::Always);
        }
        let index = Index::new(inputs.len(), &tests);
        let kind = result_type(hit, &outputs);
        let line = text.line;
        (Table { hit, line, inputs, outputs: columns, tests, rules, default, standing, index }, kind)
    }

    fn hit(&mut self, text: &HitText, line: usize, place: &str) -> Hit {
        let collect = match text.aggregation.as_deref() {
            None | Some("") => Collect::List,
            Some("SUM") => Collect::Sum,
            Some("MIN") => Collect::Min,
            Some("MAX") => Collect::Max,
            Some("COUNT") => Collect::Count,
            Some(other) => {
                self.problems.add(line, place, format!("there is no aggregation {other}"));
                Collect::List
            }
        };
        match text.policy.as_str() {
            "UNIQUE" => Hit::Unique,
            "ANY" => Hit::Any,
            "PRIORITY" => Hit::Priority,
            "FIRST" => Hit::First,
            "OUTPUT ORDER" => Hit::OutputOrder,
            "RULE ORDER" => Hit::RuleOrder,
            "COLLECT" => Hit::Collect(collect),
            other => {
                self.problems.add(line, place, format!("there is no hit policy {other}"));
                Hit::Unique
            }
        }
    }

    /// Editors that draw no inputs use plain names as they like; such a name becomes an input of the model.
    fn implied_inputs(&mut self, decision: &DecisionText, text: &TableText, scope: &mut Scope) {
        let drawn = |cell: &Cell| self.document.inputs.iter().any(|input| input.id == cell.text);
        if decision.requires.iter().any(drawn) && !self.document.exporter.contains("Camunda") {
            return;
        }
        for clause in &text.inputs {
            let name = clause.expression.text.trim();
            let plain = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
                && name.chars().all(|c| c.is_alphanumeric() || c == '_')
                && !matches!(name, "true" | "false" | "null");
            if !plain || scope.find(name).is_some() {
                continue;
            }
            let (kind, checks) =
                self.kind(clause.type_ref.as_deref(), clause.expression.line, &decision.name);
            let slot = if let Some(known) = self.inputs.iter().find(|input| input.name == name) {
                if !known.kind.fits(&kind) {
                    let reason = format!("{name} is a {} elsewhere, and a {kind} here", known.kind);
                    self.problems.add(clause.expression.line, &decision.name, reason);
                }
                known.slot
            } else {
                self.inputs.push(Input {
                    name: name.to_owned(),
                    kind: kind.clone(),
                    slot: self.slots,
                    checks,
                });
                self.slots += 1;
                self.slots - 1
            };
            scope.add(name, slot, kind);
        }
    }

    fn input_column(&mut self, scope: &Scope, clause: &InputClause, place: &str) -> InputColumn {
        let cell = &clause.expression;
        let label = clause.label.clone().unwrap_or_else(|| cell.text.trim().to_owned());
        let (expression, found) = self.expression(scope, cell, &format!("{place}, input {label}"));
        let (declared, mut checks) = self.kind(clause.type_ref.as_deref(), cell.line, place);
        if !declared.fits(&found) {
            let reason = format!("the input {label} is said to be a {declared}, but is a {found}");
            self.problems.add(cell.line, place, reason);
        }
        let kind = if declared == Type::Any { found } else { declared };
        checks.retain(|check| check.path.is_empty());
        let allowed = match &clause.values {
            Some(values) => self.values(values, &kind, &format!("{place}, input {label}")),
            None => checks.pop().map(|check| check.allowed),
        };
        InputColumn { label, expression, kind, allowed }
    }

    /// A list of allowed values; nothing where everything is allowed.
    fn values(&mut self, cell: &Cell, kind: &Type, place: &str) -> Option<Tests> {
        match Scope::default().tests(&cell.text, kind) {
            Ok(Tests::Always) => None,
            Ok(tests) => Some(tests),
            Err(fault) => {
                self.fault(cell, place, &fault);
                None
            }
        }
    }

    fn tests(
        &mut self,
        scope: &Scope,
        cell: &Cell,
        input: &InputColumn,
        named: &impl Fn(&str) -> String,
    ) -> Tests {
        let tests = match scope.tests(&cell.text, &input.kind) {
            Ok(tests) => tests,
            Err(fault) => {
                self.fault(cell, &named(&input.label), &fault);
                return Tests::Always;
            }
        };
        for value in tests.tests().iter().flat_map(constants) {
            let allowed = input.allowed.as_ref().is_none_or(|allowed| allowed.hold(value, &[]));
            if !allowed && !value.is_null() {
                let reason = format!("{value} is not one of the values that the input allows");
                self.problems.add(cell.line, &named(&input.label), reason);
            }
        }
        tests
    }

    fn output(
        &mut self,
        clause: &OutputClause,
        only: bool,
        hit: Hit,
        declared: &Type,
        place: &str,
    ) -> Output {
        let name = clause.name.as_deref().or(clause.label.as_deref()).unwrap_or_default().trim();
        if name.is_empty() && !only {
            self.problems.add(clause.line, place, "each of several outputs needs a name");
        }
        let place = format!("{place}, output {name}");
        let (mut kind, mut checks) = self.kind(clause.type_ref.as_deref(), clause.line, &place);
        if only && kind == Type::Any && hit != Hit::Collect(Collect::Count) {
            kind = match declared {
                Type::List(of) if hit.is_list() => (**of).clone(),
                other => other.clone(),
            };
        }
        checks.retain(|check| check.path.is_empty());
        let allowed = match &clause.values {
            Some(cell) => self.values(cell, &kind, &place),
            None => checks.pop().map(|check| check.allowed),
        };
        let ranks = allowed.iter().flat_map(Tests::tests).flat_map(constants).cloned().collect();
        Output { name: Arc::from(name), kind, allowed, ranks }
    }

    /// One output entry; left empty it gives nothing.
    fn entry(&mut self, scope: &Scope, cell: &Cell, output: &Output, place: &str) -> (Expression, Type) {
        if cell.text.trim().is_empty() {
            return (Expression::Constant(Value::Null), Type::Any);
        }
        let (value, kind) = self.expression(scope, cell, place);
        if !output.kind.fits(&kind) {
            self.problems.add(cell.line, place, format!("the output is a {}, not a {kind}", output.kind));
        } else if let (Expression::Constant(value), Some(allowed)) = (&value, &output.allowed)
            && !value.is_null()
            && !allowed.hold(value, &[])
        {
            self.problems.add(cell.line, place, format!("{value} is not one of the values of this output"));
        }
        (value, kind)
    }

    /// What the table gives when no rule holds.
    fn default(
        &mut self,
        text: &TableText,
        outputs: &[Output],
        columns: &[OutputColumn],
        place: &str,
    ) -> Value {
        if text.outputs.iter().all(|clause| clause.default.is_none()) {
            return Value::Null;
        }
        let mut values = Vec::with_capacity(outputs.len());
        for (clause, output) in text.outputs.iter().zip(outputs) {
            let Some(cell) = &clause.default else {
                values.push(Value::Null);
                continue;
            };
            let (value, _) = self.entry(&Scope::default(), cell, output, &format!("{place}, default output"));
            values.push(if let Expression::Constant(value) = value { value } else { Value::Null });
        }
        together(columns, values.into_iter())
    }

    /// For each rule how high its outputs stand among the values of the outputs, the first output first.
    fn standing(
        &mut self,
        text: &TableText,
        hit: Hit,
        outputs: &[Output],
        rules: &[Rule],
        place: &str,
    ) -> Vec<u32> {
        if !matches!(hit, Hit::Priority | Hit::OutputOrder) {
            return Vec::new();
        }
        if outputs.iter().all(|output| output.ranks.is_empty()) {
            let reason = "this hit policy needs the list of output values, the highest first";
            self.problems.add(text.line, place, reason);
        }
        let mut ranks: Vec<Vec<usize>> = Vec::with_capacity(rules.len());
        for (at, rule) in rules.iter().enumerate() {
            let mut own = Vec::new();
            for (output, value) in outputs.iter().zip(&rule.outputs).filter(|(o, _)| !o.ranks.is_empty()) {
                let Expression::Constant(value) = value else {
                    let reason = format!("{} must be one of its listed values, no expression", output.name);
                    self.problems.add(rule.line, &format!("{place}, rule {}", at + 1), reason);
                    continue;
                };
                let rank = output.ranks.iter().position(|ranked| ranked.equal(value) == Some(true));
                own.push(rank.unwrap_or(usize::MAX));
            }
            ranks.push(own);
        }
        let mut sorted: Vec<&Vec<usize>> = ranks.iter().collect();
        sorted.sort();
        sorted.dedup();
        let standing = |own: &Vec<usize>| sorted.binary_search(&own).unwrap_or_default();
        ranks.iter().map(|own| u32::try_from(standing(own)).unwrap_or(u32::MAX)).collect()
    }
}

/// The values that a test compares the input with for equality.
fn constants(test: &Test) -> Vec<&Value> {
    match test {
        Test::Value(Expression::Constant(Value::List(values))) => values.iter().collect(),
        Test::Value(Expression::Constant(value)) => vec![value],
        _ => Vec::new(),
    }
}

/// The result of a rule whose outputs are all constant.
fn constant(columns: &[OutputColumn], outputs: &[Expression]) -> Option<Value> {
    let values: Option<Vec<Value>> = outputs
        .iter()
        .map(|output| if let Expression::Constant(value) = output { Some(value.clone()) } else { None })
        .collect();
    Some(together(columns, values?.into_iter()))
}

fn result_type(hit: Hit, outputs: &[Output]) -> Type {
    if hit == Hit::Collect(Collect::Count) {
        return Type::Number;
    }
    let one = match outputs {
        [only] => only.kind.clone(),
        many => Type::Context(many.iter().map(|own| (Arc::clone(&own.name), own.kind.clone())).collect()),
    };
    if hit.is_list() { Type::List(Arc::new(one)) } else { one }
}
