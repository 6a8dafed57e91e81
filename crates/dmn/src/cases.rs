//! Test cases in the form of the DMN technology compatibility kit, which editors export beside a model: what goes in,
//! and what each decision must give.

use std::fmt;
use std::sync::Arc;

use crate::kind::Type;
use crate::model::Model;
use crate::number::{Number, Rounding};
use crate::problem::{Problem, Problems};
use crate::temporal::{Clock, Length, Moment, date};
use crate::value::Value;
use crate::xml::{self, Element};

const NAMESPACE: &str = "http://www.omg.org/spec/DMN/20160719/testcase";

/// A case: inputs and expected results.
#[derive(Debug, Clone)]
pub struct Case {
    id: String,
    line: usize,
    inputs: Vec<(String, Written)>,
    results: Vec<Expected>,
}

#[derive(Debug, Clone)]
struct Expected {
    decision: String,
    line: usize,
    value: Written,
}

/// A value as the file writes it; its type may be told by the model alone.
#[derive(Debug, Clone)]
enum Written {
    Nothing,
    Value { kind: Option<Type>, text: String },
    List(Vec<Written>),
    Members(Vec<(String, Written)>),
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("null"),
            Self::Value { text, .. } => f.write_str(text),
            Self::List(items) => {
                f.write_str("[")?;
                for (at, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if at == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
            Self::Members(members) => {
                f.write_str("{")?;
                for (at, (name, value)) in members.iter().enumerate() {
                    write!(f, "{}{name}: {value}", if at == 0 { "" } else { ", " })?;
                }
                f.write_str("}")
            }
        }
    }
}

/// A decision that gave something else than its case expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The case.
    pub case: String,
    /// Line of the case file.
    pub line: usize,
    /// The decision or input.
    pub name: String,
    /// What was expected and what came.
    pub reason: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "case {}, line {}, {}: {}", self.case, self.line, self.name, self.reason)
    }
}

/// Reads a file of cases.
pub fn read(file: &str, text: &str) -> Result<Vec<Case>, Vec<Problem>> {
    let mut problems = Problems::new(file);
    let root = match xml::read(text, |namespace| namespace == NAMESPACE) {
        Ok(root) => root,
        Err(broken) => {
            problems.add(broken.line, "file", broken.reason);
            return Err(problems.into_vec());
        }
    };
    let cases: Vec<Case> = root.all("testCase").map(|element| case(element, &mut problems)).collect();
    if cases.is_empty() {
        problems.add(root.line, &root.name, "the file has no test case");
    }
    if problems.is_empty() { Ok(cases) } else { Err(problems.into_vec()) }
}

fn case(element: &Element, problems: &mut Problems) -> Case {
    let name = |element: &Element| element.attribute("name").unwrap_or_default().to_owned();
    let id = element.attribute("id").unwrap_or_default().to_owned();
    let inputs = element.all("inputNode").map(|node| (name(node), written(node, problems))).collect();
    let mut results = Vec::new();
    for node in element.all("resultNode") {
        let Some(expected) = node.child("expected") else {
            problems.add(node.line, &id, "a result has nothing that is expected");
            continue;
        };
        let value = written(expected, problems);
        results.push(Expected { decision: name(node), line: node.line, value });
    }
    Case { id, line: element.line, inputs, results }
}

/// What stands in a node: one value, a list, or members.
fn written(element: &Element, problems: &mut Problems) -> Written {
    if element.prefixed("nil") == Some("true") {
        return Written::Nothing;
    }
    if let Some(list) = element.child("list") {
        return written_list(list, problems);
    }
    if let Some(value) = element.child("value") {
        if value.prefixed("nil") == Some("true") {
            return Written::Nothing;
        }
        let told = value.prefixed("type");
        let kind = told.and_then(xml_type);
        if let (Some(told), None) = (told, &kind) {
            problems.add(value.line, "value", format!("values of type {told} are not supported"));
        }
        return Written::Value { kind, text: value.text.clone() };
    }
    let members: Vec<(String, Written)> = element
        .all("component")
        .map(|own| (own.attribute("name").unwrap_or_default().to_owned(), written(own, problems)))
        .collect();
    if members.is_empty() { Written::Nothing } else { Written::Members(members) }
}

fn written_list(list: &Element, problems: &mut Problems) -> Written {
    if list.prefixed("nil") == Some("true") {
        return Written::Nothing;
    }
    Written::List(list.all("item").map(|item| written(item, problems)).collect())
}

/// A type of XML Schema, `xsd:decimal`.
fn xml_type(name: &str) -> Option<Type> {
    Some(match name.rsplit(':').next()? {
        "string" => Type::Text,
        "decimal" | "double" | "float" | "integer" | "int" | "long" => Type::Number,
        "boolean" => Type::Boolean,
        "date" => Type::Date,
        "time" => Type::Time,
        "dateTime" => Type::Moment,
        "duration" => Type::Duration,
        _ => return None,
    })
}

impl Written {
    /// The value, as far as possible of the type.
    fn value(&self, kind: &Type) -> Option<Value> {
        match self {
            Self::Nothing => Some(Value::Null),
            Self::Value { kind: told, text } => parse(told.as_ref().unwrap_or(kind), text),
            Self::List(items) => {
                let of = if let Type::List(of) = kind { of } else { &Type::Any };
                let values: Option<Vec<Value>> = items.iter().map(|item| item.value(of)).collect();
                Some(Value::List(Arc::from(values?)))
            }
            Self::Members(members) => {
                let known = if let Type::Context(known) = kind { &known[..] } else { &[] };
                let mut values = Vec::with_capacity(members.len());
                for (name, written) in members {
                    let own = known.iter().find(|(known, _)| **known == **name).map(|(_, kind)| kind);
                    values.push((Arc::from(name.as_str()), written.value(own.unwrap_or(&Type::Any))?));
                }
                Some(Value::Context(Arc::from(values)))
            }
        }
    }

    /// Whether a result is what is expected.
    fn is(&self, found: &Value) -> bool {
        match (self, found) {
            (Self::List(items), Value::List(values)) => {
                items.len() == values.len() && items.iter().zip(values.iter()).all(|(item, v)| item.is(v))
            }
            (Self::Members(members), Value::Context(values)) => {
                members.len() == values.len()
                    && members.iter().all(|(name, own)| found.member(name).is_some_and(|value| own.is(value)))
            }
            (Self::Nothing, found) => found.is_null(),
            (Self::Value { .. }, Value::Null) => false,
            (Self::Value { .. }, found) => {
                self.value(&Type::of(found)).is_some_and(|expected| same(&expected, found))
            }
            _ => false,
        }
    }
}

/// A text as a value of a type.
fn parse(kind: &Type, text: &str) -> Option<Value> {
    let short = text.trim();
    match kind {
        Type::Any | Type::Text => Some(Value::text(text)),
        Type::Boolean => match short {
            "true" | "1" => Some(Value::Boolean(true)),
            "false" | "0" => Some(Value::Boolean(false)),
            _ => None,
        },
        Type::Number => Number::parse(short).map(Value::Number),
        Type::Date => date(short).map(Value::Date),
        Type::Time => Clock::parse(short).map(Value::Time),
        Type::Moment => Moment::parse(short).map(Value::Moment),
        Type::Duration | Type::Months => Length::parse(short).map(Value::from),
        Type::List(of) => Some(Value::List(Arc::from([parse(of, text)?]))),
        Type::Context(_) => None,
    }
}

/// Equal; a long fraction need only agree in the places that are written.
fn same(expected: &Value, found: &Value) -> bool {
    const PLACES_LONG: i32 = 8;
    match (expected, found) {
        (Value::Number(expected), Value::Number(found)) if expected.places() >= PLACES_LONG => {
            [Rounding::HalfUp, Rounding::Down]
                .into_iter()
                .any(|how| found.round(expected.places(), how) == Some(*expected))
        }
        _ => expected.equal(found) == Some(true),
    }
}

impl Case {
    /// Its id in the file.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How many results it looks at.
    pub fn results(&self) -> usize {
        self.results.len()
    }

    /// Evaluates the model and compares every expected result.
    pub fn check(&self, model: &Model) -> Vec<Difference> {
        let mut run = model.run();
        let mut differences = Vec::new();
        let mut differ = |line: usize, name: &str, reason: String| {
            differences.push(Difference { case: self.id.clone(), line, name: name.to_owned(), reason });
        };
        for (name, written) in &self.inputs {
            let Some(at) = model.input(name) else {
                differ(self.line, name, "the model has no such input".to_owned());
                continue;
            };
            match written.value(model.inputs()[at].kind()) {
                Some(value) => model.set(&mut run, at, value),
                None => differ(self.line, name, "the value is not of the input's type".to_owned()),
            }
        }
        for expected in &self.results {
            let Some(at) = model.decision(&expected.decision) else {
                differ(expected.line, &expected.decision, "the model has no such decision".to_owned());
                continue;
            };
            let found = model.decide(&mut run, at).clone();
            if !expected.value.is(&found) {
                let complaints: Vec<&str> =
                    run.complaints().iter().map(|complaint| complaint.reason.as_str()).collect();
                let reason = format!("expected {}, found {found} {}", expected.value, complaints.join("; "));
                differ(expected.line, &expected.decision, reason);
            }
        }
        differences
    }
}
