//! A model: inputs, and decisions in an order in which each finds what it needs; evaluation.

use std::sync::Arc;

use crate::feel::{Expression, Scene, Tests};
use crate::index::Index;
use crate::kind::Type;
use crate::load;
use crate::problem::Problem;
use crate::table::{Hit, Memory, Table};
use crate::value::Value;

/// A DMN model, checked and compiled.
#[derive(Debug, Clone)]
pub struct Model {
    pub(crate) file: String,
    pub(crate) name: String,
    pub(crate) inputs: Vec<Input>,
    pub(crate) decisions: Vec<Decision>,
    /// Values of inputs and decisions together.
    pub(crate) slots: usize,
}

/// A value that the model wants from outside (输入).
#[derive(Debug, Clone)]
pub struct Input {
    pub(crate) name: String,
    pub(crate) kind: Type,
    pub(crate) slot: usize,
    pub(crate) checks: Vec<Check>,
}

/// A decision (决策).
#[derive(Debug, Clone)]
pub struct Decision {
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) kind: Type,
    pub(crate) slot: usize,
    pub(crate) checks: Vec<Check>,
    /// The decisions to be made before, in their order, and this one at last.
    pub(crate) order: Vec<usize>,
    pub(crate) logic: Logic,
}

#[derive(Debug, Clone)]
pub(crate) enum Logic {
    Literal(Expression),
    Table(Box<Table>),
}

/// Values that a type allows, for the value itself or for a part of it.
#[derive(Debug, Clone)]
pub(crate) struct Check {
    pub(crate) path: Vec<Arc<str>>,
    pub(crate) allowed: Tests,
}

/// Something that went wrong while a decision was made; its value is `null`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The input or decision.
    pub name: String,
    /// What is wrong.
    pub reason: String,
}

/// The values of one case; kept from case to case, so that evaluation asks for no memory.
#[derive(Debug, Clone)]
pub struct Run {
    slots: Vec<Value>,
    memory: Memory,
    complaints: Vec<Complaint>,
}

impl Input {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its type.
    pub fn kind(&self) -> &Type {
        &self.kind
    }
}

impl Decision {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The type of its result.
    pub fn kind(&self) -> &Type {
        &self.kind
    }

    /// The hit policy of its table; nothing for an expression.
    pub fn hit(&self) -> Option<Hit> {
        self.table().map(|table| table.hit)
    }

    /// How many rules its table has; nothing for an expression.
    pub fn rules(&self) -> Option<usize> {
        self.table().map(|table| table.rules.len())
    }

    pub(crate) fn table(&self) -> Option<&Table> {
        if let Logic::Table(table) = &self.logic { Some(table) } else { None }
    }
}

impl Check {
    fn hold(&self, value: &Value) -> bool {
        self.hold_from(value, &self.path)
    }

    fn hold_from(&self, value: &Value, path: &[Arc<str>]) -> bool {
        match (value, path) {
            (Value::Null, _) => true,
            (Value::List(values), _) => values.iter().all(|value| self.hold_from(value, path)),
            (value, []) => self.allowed.hold(value, &[]),
            (value, [name, rest @ ..]) => {
                value.member(name).is_none_or(|member| self.hold_from(member, rest))
            }
        }
    }
}

impl Model {
    /// Reads and checks a DMN file; `file` is its name, for problems.
    pub fn load(file: &str, text: &str) -> Result<Self, Vec<Problem>> {
        load::load(file, text)
    }

    /// The name that its author gave it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it wants from outside.
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// Its decisions, each after those that it needs.
    pub fn decisions(&self) -> &[Decision] {
        &self.decisions
    }

    /// Where an input stands.
    pub fn input(&self, name: &str) -> Option<usize> {
        self.inputs.iter().position(|input| input.name == name)
    }

    /// Where a decision stands.
    pub fn decision(&self, name: &str) -> Option<usize> {
        self.decisions.iter().position(|decision| decision.name == name)
    }

    /// Rules of a decision's table that may hold together, the earlier first, counted from 0; at most so many pairs.
    /// A rule whose tests are not constant is taken to hold anywhere.
    pub fn overlaps(&self, decision: usize, most: usize) -> Vec<(usize, usize)> {
        let Some(table) = self.decisions[decision].table() else { return Vec::new() };
        Index::overlaps(&table.tests, table.inputs.len(), most)
    }

    /// Memory for evaluations; every input is `null`.
    pub fn run(&self) -> Run {
        Run { slots: vec![Value::Null; self.slots], memory: Memory::default(), complaints: Vec::new() }
    }

    /// Gives an input its value; one that its type does not allow becomes `null`, with a complaint.
    pub fn set(&self, run: &mut Run, input: usize, value: Value) {
        let input = &self.inputs[input];
        let taken = input.kind.take(value).filter(|value| input.checks.iter().all(|check| check.hold(value)));
        if taken.is_none() {
            let reason = format!("the value is not allowed; the input is a {}", input.kind);
            run.complaints.push(Complaint { name: input.name.clone(), reason });
        }
        run.slots[input.slot] = taken.unwrap_or_default();
    }

    /// Makes a decision and those that it needs.
    pub fn decide<'r>(&self, run: &'r mut Run, decision: usize) -> &'r Value {
        for needed in &self.decisions[decision].order {
            let needed = &self.decisions[*needed];
            let made = match &needed.logic {
                Logic::Table(table) => table.run(&run.slots, &mut run.memory),
                Logic::Literal(expression) => {
                    Ok(expression.evaluate(Scene { slots: &run.slots, input: &Value::Null }))
                }
            };
            run.keep(needed, made);
        }
        &run.slots[self.decisions[decision].slot]
    }

    /// Makes the same decision by asking every rule of every table; what the index gives must be equal to it.
    pub fn decide_slowly<'r>(&self, run: &'r mut Run, decision: usize) -> &'r Value {
        for needed in &self.decisions[decision].order {
            let needed = &self.decisions[*needed];
            let made = match &needed.logic {
                Logic::Table(table) => table.run_without_index(&run.slots),
                Logic::Literal(expression) => {
                    Ok(expression.evaluate(Scene { slots: &run.slots, input: &Value::Null }))
                }
            };
            run.keep(needed, made);
        }
        &run.slots[self.decisions[decision].slot]
    }
}

impl Run {
    fn keep(&mut self, decision: &Decision, made: Result<Value, String>) {
        let kept = made.and_then(|value| {
            let taken = decision.kind.take(value);
            let taken = taken.filter(|value| decision.checks.iter().all(|check| check.hold(value)));
            taken.ok_or_else(|| format!("the result is not allowed; the decision is a {}", decision.kind))
        });
        self.slots[decision.slot] = kept.unwrap_or_else(|reason| {
            self.complaints.push(Complaint { name: decision.name.clone(), reason });
            Value::Null
        });
    }

    /// What went wrong since the last call of [`Run::clear`].
    pub fn complaints(&self) -> &[Complaint] {
        &self.complaints
    }

    /// Forgets the complaints; whoever asks many cases does so between them.
    pub fn clear_complaints(&mut self) {
        self.complaints.clear();
    }

    /// Forgets values and complaints, and keeps the memory.
    pub fn clear(&mut self) {
        self.slots.fill(Value::Null);
        self.complaints.clear();
    }
}
