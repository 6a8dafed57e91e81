//! Checks a document and compiles it: types, the order of decisions, names, tables.

mod items;
mod table;

use std::collections::HashMap;

use crate::document::{self, Cell, DecisionText, Document, LogicText};
use crate::feel::{Expression, Fault, Scope};
use crate::kind::Type;
use crate::model::{Check, Decision, Input, Logic, Model};
use crate::problem::{Problem, Problems};
use items::Items;

/// Decisions of a model at most.
const DECISIONS_MAX: usize = 1_000;

pub(crate) fn load(file: &str, text: &str) -> Result<Model, Vec<Problem>> {
    let document = document::read(file, text)?;
    let mut loading = Loading::new(file, &document);
    let model = loading.model(file);
    if loading.problems.is_empty() { Ok(model) } else { Err(loading.problems.into_vec()) }
}

/// The model while it is put together.
struct Loading<'d> {
    document: &'d Document,
    problems: Problems,
    items: Items<'d>,
    inputs: Vec<Input>,
    /// What was compiled, by its place in the document.
    done: HashMap<usize, Decision>,
    slots: usize,
}

impl<'d> Loading<'d> {
    fn new(file: &str, document: &'d Document) -> Self {
        let mut problems = Problems::new(file);
        let items = Items::new(&document.items, &mut problems);
        let slots = document.inputs.len() + document.decisions.len();
        Self { document, problems, items, inputs: Vec::new(), done: HashMap::new(), slots }
    }

    fn model(&mut self, file: &str) -> Model {
        self.names();
        for (slot, text) in self.document.inputs.iter().enumerate() {
            let (kind, checks) = self.kind(text.type_ref.as_deref(), text.line, &text.name);
            self.inputs.push(Input { name: text.name.clone(), kind, slot, checks });
        }
        let order = self.order();
        for at in &order {
            let decision = self.decision(*at);
            self.done.insert(*at, decision);
        }
        let place = |at: &usize| order.iter().position(|own| own == at);
        let mut decisions: Vec<Decision> = order.iter().filter_map(|at| self.done.remove(at)).collect();
        for (new, decision) in decisions.iter_mut().enumerate() {
            decision.order = decision.order.iter().filter_map(place).chain([new]).collect();
            decision.order.sort_unstable();
        }
        Model {
            file: file.to_owned(),
            name: self.document.name.clone(),
            inputs: std::mem::take(&mut self.inputs),
            decisions,
            slots: self.slots,
        }
    }

    /// Refuses names that stand for two things.
    fn names(&mut self) {
        let mut known: HashMap<&str, usize> = HashMap::new();
        let inputs = self.document.inputs.iter().map(|input| (input.name.as_str(), input.line));
        let decisions =
            self.document.decisions.iter().map(|decision| (decision.name.as_str(), decision.line));
        for (name, line) in inputs.chain(decisions) {
            if let Some(other) = known.insert(name, line) {
                self.problems.add(line, name, format!("line {other} has this name already"));
            }
        }
        if let Some(text) = self.document.decisions.get(DECISIONS_MAX) {
            self.problems.add(
                text.line,
                &text.name,
                format!("a model has {DECISIONS_MAX} decisions at most"),
            );
        }
    }

    /// The decisions, each after those that it requires.
    fn order(&mut self) -> Vec<usize> {
        let decisions = &self.document.decisions;
        if decisions.len() > DECISIONS_MAX {
            return Vec::new();
        }
        let mut order: Vec<usize> = Vec::with_capacity(decisions.len());
        let mut ready = vec![false; decisions.len()];
        loop {
            let before = order.len();
            for (at, text) in decisions.iter().enumerate() {
                let waits = |cell: &Cell| self.find_decision(&cell.text).is_some_and(|other| !ready[other]);
                if !ready[at] && !text.requires.iter().any(waits) {
                    ready[at] = true;
                    order.push(at);
                }
            }
            if order.len() == before {
                break;
            }
        }
        if let Some(stuck) = ready.iter().position(|ready| !ready) {
            let text = &decisions[stuck];
            self.problems.add(
                text.line,
                &text.name,
                "the decision requires itself, directly or through others",
            );
        }
        order
    }

    fn find_decision(&self, id: &str) -> Option<usize> {
        self.document.decisions.iter().position(|decision| decision.id == id)
    }

    fn decision(&mut self, at: usize) -> Decision {
        let text = &self.document.decisions[at];
        let (scope, needed) = self.scope(text);
        let (declared, checks) = self.kind(text.type_ref.as_deref(), text.line, &text.name);
        let slot = self.document.inputs.len() + at;
        let (logic, found) = match &text.logic {
            LogicText::Literal(cell) => {
                let (expression, kind) = self.expression(&scope, cell, &text.name);
                (Logic::Literal(expression), kind)
            }
            LogicText::Table(table) => {
                let (table, kind) = self.table(text, table, scope, &declared);
                (Logic::Table(Box::new(table)), kind)
            }
        };
        let kind = self.declared(text, declared, found);
        Decision { name: text.name.clone(), line: text.line, kind, slot, checks, order: needed, logic }
    }

    /// The type of a decision, which must be one that its logic can give.
    fn declared(&mut self, text: &DecisionText, declared: Type, found: Type) -> Type {
        let listed = if let Type::List(of) = &declared { of.fits(&found) } else { false };
        if !declared.fits(&found) && !listed {
            let reason = format!("the decision is said to be a {declared}, but gives a {found}");
            self.problems.add(text.line, &text.name, reason);
        }
        let members = |kind: &Type| match kind {
            Type::Context(members) => Some(std::sync::Arc::clone(members)),
            Type::List(of) => {
                if let Type::Context(members) = &**of {
                    Some(std::sync::Arc::clone(members))
                } else {
                    None
                }
            }
            _ => None,
        };
        if let (Some(wanted), Some(given)) = (members(&declared), members(&found)) {
            for (name, _) in wanted.iter().filter(|(name, _)| !given.iter().any(|(own, _)| own == name)) {
                let reason = format!("the decision's type has {name}, which its logic does not give");
                self.problems.add(text.line, &text.name, reason);
            }
        }
        if declared == Type::Any { found } else { declared }
    }

    /// The names that a decision may use, and the decisions to be made before it.
    fn scope(&mut self, text: &DecisionText) -> (Scope, Vec<usize>) {
        let mut scope = Scope::default();
        let mut needed = Vec::new();
        let mut other_names = Vec::new();
        for cell in &text.requires {
            let id = cell.text.as_str();
            if let Some(at) = self.document.inputs.iter().position(|input| input.id == id) {
                let input = &self.inputs[at];
                scope.add(&input.name, input.slot, input.kind.clone());
            } else if let Some(decision) = self.find_decision(id).and_then(|at| self.done.get(&at)) {
                scope.add(&decision.name, decision.slot, decision.kind.clone());
                if let Some([output]) = decision.table().map(|table| &table.outputs[..]) {
                    other_names.push((output.name.clone(), decision.slot, decision.kind.clone()));
                }
                let before = decision.order.iter().copied().chain(self.find_decision(id));
                for at in before {
                    if !needed.contains(&at) {
                        needed.push(at);
                    }
                }
            } else {
                let reason =
                    format!("it requires {id}, which is neither an input nor a decision of the file");
                self.problems.add(cell.line, &text.name, reason);
            }
        }
        // Some editors let a decision be named by its only output.
        for (name, slot, kind) in other_names.into_iter().filter(|(name, ..)| !name.is_empty()) {
            scope.add(&name, slot, kind);
        }
        (scope, needed)
    }

    /// The type of a reference and what it allows; a problem where it is unknown.
    fn kind(&mut self, type_ref: Option<&str>, line: usize, place: &str) -> (Type, Vec<Check>) {
        let Some(name) = type_ref else { return (Type::Any, Vec::new()) };
        let Some(found) = self.items.find(name) else {
            self.problems.add(line, place, format!("there is no type {name}"));
            return (Type::Any, Vec::new());
        };
        found
    }

    fn expression(&mut self, scope: &Scope, cell: &Cell, place: &str) -> (Expression, Type) {
        scope.expression(&cell.text).unwrap_or_else(|fault| {
            self.fault(cell, place, &fault);
            (Expression::Constant(crate::value::Value::Null), Type::Any)
        })
    }

    /// Notes what is wrong with an expression, at its own line.
    fn fault(&mut self, cell: &Cell, place: &str, fault: &Fault) {
        let before = &cell.text[..cell.text.floor_char_boundary(fault.byte)];
        let line = cell.line + before.matches('\n').count();
        self.problems.add(line, place, fault.reason.as_str());
    }
}
