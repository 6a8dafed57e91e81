//! Reads FEEL: names may contain spaces, so a name is whatever longest known name stands at the place.

use std::sync::Arc;

use super::function::Function;
use super::literal::literal;
use super::reckon::{fold, sum_type};
use super::{Comparison, Expression, Operator, Tests};
use crate::kind::Type;
use crate::value::Value;

/// How deeply expressions may be nested.
const DEPTH_MAX: usize = 48;
/// Parts that one expression may have, those that were tried in vain included.
const STEPS_MAX: usize = 20_000;
/// Bytes of one expression at most.
const BYTES_MAX: usize = 1 << 16;

/// What is wrong with an expression, and at which byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) byte: usize,
    pub(crate) reason: String,
}

/// The names that an expression may use.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    names: Vec<(String, usize, Type)>,
}

impl Scope {
    /// Makes a name known, with the slot of its value.
    pub(crate) fn add(&mut self, name: &str, slot: usize, kind: Type) {
        if !self.names.iter().any(|(known, ..)| known == name) {
            self.names.push((name.to_owned(), slot, kind));
        }
    }

    pub(crate) fn find(&self, name: &str) -> Option<(usize, &Type)> {
        self.names.iter().find(|(known, ..)| known == name).map(|(_, slot, kind)| (*slot, kind))
    }

    /// Reads an expression.
    pub(crate) fn expression(&self, text: &str) -> Result<(Expression, Type), Fault> {
        let mut parser = Parser::new(text, self, None)?;
        let typed = parser.expression()?;
        parser.end()?;
        Ok(typed)
    }

    /// Reads the tests of one cell; `input` is the type of what they test.
    pub(crate) fn tests(&self, text: &str, input: &Type) -> Result<Tests, Fault> {
        Parser::new(text, self, Some(input))?.cell()
    }
}

pub(super) type Typed = (Expression, Type);

pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) depth: usize,
    pub(super) steps: usize,
    pub(super) scope: &'a Scope,
    /// The type of `?`; nothing where there is none.
    pub(super) input: Option<&'a Type>,
    /// Whether `?` was met.
    pub(super) met_input: bool,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str, scope: &'a Scope, input: Option<&'a Type>) -> Result<Self, Fault> {
        if text.len() > BYTES_MAX {
            return Err(Fault { byte: 0, reason: format!("the expression has more than {BYTES_MAX} bytes") });
        }
        Ok(Self { text, at: 0, depth: 0, steps: 0, scope, input, met_input: false })
    }

    pub(super) fn fail<T>(&self, reason: impl Into<String>) -> Result<T, Fault> {
        Err(Fault { byte: self.at, reason: reason.into() })
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Passes blanks and comments.
    pub(super) fn space(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            let comment = if trimmed.starts_with("//") {
                Some(trimmed.find('\n').unwrap_or(trimmed.len()))
            } else if trimmed.starts_with("/*") {
                trimmed.find("*/").map(|end| end + 2)
            } else {
                None
            };
            let Some(length) = comment else { return };
            self.at += length;
        }
    }

    /// Passes a sign, where it is the next.
    pub(super) fn eat(&mut self, sign: &str) -> bool {
        self.space();
        let found = self.rest().starts_with(sign);
        if found {
            self.at += sign.len();
        }
        found
    }

    pub(super) fn sees(&mut self, sign: &str) -> bool {
        self.space();
        self.rest().starts_with(sign)
    }

    pub(super) fn expect(&mut self, sign: &str) -> Result<(), Fault> {
        if self.eat(sign) { Ok(()) } else { self.fail(format!("{sign} is expected here")) }
    }

    /// Passes a word, where it is the next and no longer known name is.
    pub(super) fn word(&mut self, word: &str) -> bool {
        self.space();
        let found = starts_with_word(self.rest(), word)
            && self.longest_name().is_none_or(|(length, ..)| length <= word.len());
        if found {
            self.at += word.len();
        }
        found
    }

    pub(super) fn end(&mut self) -> Result<(), Fault> {
        self.space();
        match self.rest().chars().next() {
            None => Ok(()),
            Some('[') => self.fail("filters in [ ] are not supported"),
            Some(_) => {
                let shown: String = self.rest().chars().take(20).collect();
                self.fail(format!("not understood from here: {shown}"))
            }
        }
    }

    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.depth >= DEPTH_MAX || self.steps >= STEPS_MAX {
            return self.fail("nested too deeply");
        }
        self.steps += 1;
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    pub(super) fn expression(&mut self) -> Result<Typed, Fault> {
        self.deeper(Self::disjunction)
    }

    pub(super) fn disjunction(&mut self) -> Result<Typed, Fault> {
        let mut left = self.conjunction()?;
        while self.word("or") {
            let right = self.conjunction()?;
            left = self.logic(Operator::Or, left, right)?;
        }
        Ok(left)
    }

    pub(super) fn conjunction(&mut self) -> Result<Typed, Fault> {
        let mut left = self.compared()?;
        while self.word("and") {
            let right = self.compared()?;
            left = self.logic(Operator::And, left, right)?;
        }
        Ok(left)
    }

    pub(super) fn logic(&self, operator: Operator, left: Typed, right: Typed) -> Result<Typed, Fault> {
        for (_, kind) in [&left, &right] {
            if !kind.fits(&Type::Boolean) {
                return self.fail(format!("`and` and `or` take conditions, not a {kind}"));
            }
        }
        Ok((fold(Expression::Two(operator, Box::new([left.0, right.0]))), Type::Boolean))
    }

    pub(super) fn compared(&mut self) -> Result<Typed, Fault> {
        let left = self.additive()?;
        let start = self.at;
        if let Some(comparison) = self.comparison() {
            let right = self.additive()?;
            self.comparable(start, comparison, &left.1, &right.1)?;
            let compared = Expression::Two(Operator::Compare(comparison), Box::new([left.0, right.0]));
            return Ok((fold(compared), Type::Boolean));
        }
        if self.word("between") {
            let low = self.additive()?;
            if !self.word("and") {
                return self.fail("`between` needs `and`");
            }
            let high = self.additive()?;
            for (_, kind) in [&low, &high] {
                self.comparable(start, Comparison::Less, &left.1, kind)?;
            }
            return Ok((fold(Expression::Between(Box::new([left.0, low.0, high.0]))), Type::Boolean));
        }
        if self.word("in") {
            let tests = self.set(&left.1)?;
            return Ok((Expression::In(Box::new(left.0), tests), Type::Boolean));
        }
        if self.word("instance") {
            return self.fail("`instance of` is not supported");
        }
        Ok(left)
    }

    pub(super) fn additive(&mut self) -> Result<Typed, Fault> {
        let mut left = self.product()?;
        loop {
            let operator = if self.eat("+") {
                Operator::Add
            } else if self.eat("-") {
                Operator::Subtract
            } else {
                return Ok(left);
            };
            let right = self.product()?;
            left = self.reckoned(operator, left, right)?;
        }
    }

    pub(super) fn product(&mut self) -> Result<Typed, Fault> {
        let mut left = self.power()?;
        loop {
            let operator = if self.sees("**") {
                return Ok(left);
            } else if self.eat("*") {
                Operator::Multiply
            } else if self.eat("/") {
                Operator::Divide
            } else {
                return Ok(left);
            };
            let right = self.power()?;
            left = self.reckoned(operator, left, right)?;
        }
    }

    pub(super) fn power(&mut self) -> Result<Typed, Fault> {
        let mut left = self.negated()?;
        while self.eat("**") {
            let right = self.negated()?;
            left = self.reckoned(Operator::Power, left, right)?;
        }
        Ok(left)
    }

    pub(super) fn negated(&mut self) -> Result<Typed, Fault> {
        if !self.eat("-") {
            return self.path();
        }
        let (value, kind) = self.deeper(Self::negated)?;
        match kind {
            Type::Any | Type::Number | Type::Duration | Type::Months => {
                Ok((fold(Expression::Negate(Box::new(value))), kind))
            }
            other => self.fail(format!("a {other} cannot be negated")),
        }
    }

    pub(super) fn reckoned(&self, operator: Operator, left: Typed, right: Typed) -> Result<Typed, Fault> {
        let Some(kind) = sum_type(operator, &left.1, &right.1) else {
            return self.fail(format!("{} and {} cannot be reckoned together so", left.1, right.1));
        };
        if let (Operator::Power, Expression::Constant(Value::Number(exponent))) = (operator, &right.0)
            && exponent.to_i64().is_none()
        {
            return self.fail("powers with a broken exponent are not supported");
        }
        Ok((fold(Expression::Two(operator, Box::new([left.0, right.0]))), kind))
    }

    /// A value and what follows its name, as in `Firm.sales`.
    pub(super) fn path(&mut self) -> Result<Typed, Fault> {
        let mut value = self.primary()?;
        while self.rest().starts_with('.') && !self.rest().starts_with("..") {
            self.at += 1;
            value = self.member(value)?;
        }
        Ok(value)
    }

    pub(super) fn member(&mut self, (of, kind): Typed) -> Result<Typed, Fault> {
        let element = if let Type::List(of) = &kind { &**of } else { &kind };
        let (name, found) = match element {
            Type::Context(members) => {
                let known = members
                    .iter()
                    .filter_map(|(name, kind)| Some((named(self.rest(), name)?, name, kind)))
                    .max_by_key(|(length, ..)| *length);
                let Some((length, name, found)) = known else {
                    return self.fail("the context has no value of this name");
                };
                self.at += length;
                (Arc::clone(name), found.clone())
            }
            Type::Date | Type::Moment | Type::Time | Type::Any => {
                let length = self.rest().find(|c: char| !is_name_part(c)).unwrap_or(self.rest().len());
                let name = &self.rest()[..length];
                let known: &[&str] = match element {
                    Type::Date => &["year", "month", "day", "weekday"],
                    Type::Time => &["hour", "minute", "second"],
                    Type::Moment => &["year", "month", "day", "weekday", "hour", "minute", "second"],
                    _ => &[name],
                };
                if name.is_empty() || !known.contains(&name) {
                    return self.fail(format!("a {element} has no value of this name"));
                }
                self.at += length;
                (Arc::from(name), if *element == Type::Any { Type::Any } else { Type::Number })
            }
            other => return self.fail(format!("a {other} has no parts with names")),
        };
        let found = if matches!(kind, Type::List(_)) { Type::List(Arc::new(found)) } else { found };
        Ok((fold(Expression::Member(Box::new(of), name)), found))
    }

    pub(super) fn primary(&mut self) -> Result<Typed, Fault> {
        self.space();
        let rest = self.rest();
        match rest.chars().next() {
            None => self.fail("something is missing here"),
            Some('"') => {
                let text = self.string()?;
                Ok((Expression::Constant(Value::text(&text)), Type::Text))
            }
            Some('0'..='9') => self.number(),
            Some('.') if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => self.number(),
            Some('(') => {
                self.at += 1;
                let value = self.expression()?;
                if self.sees("..") {
                    return self.fail("an interval cannot stand here");
                }
                self.expect(")")?;
                Ok(value)
            }
            Some('[') => self.list(),
            Some('?') => {
                let Some(kind) = self.input else {
                    return self.fail("`?` stands for the input and only in an input entry");
                };
                self.at += 1;
                self.met_input = true;
                Ok((Expression::Input, kind.clone()))
            }
            Some('@') => {
                self.at += 1;
                let start = self.at;
                let text =
                    if self.sees("\"") { self.string()? } else { return self.fail("@ needs a string") };
                literal(&text).ok_or_else(|| Fault {
                    byte: start,
                    reason: format!("{text} is no date, time or duration that is supported"),
                })
            }
            Some('{') => self.fail("contexts in { } are not supported"),
            Some(_) => self.named(),
        }
    }

    /// What begins with a word: a known name, a literal, a condition or a call.
    pub(super) fn named(&mut self) -> Result<Typed, Fault> {
        for word in ["for", "some", "every", "function"] {
            let start = self.at;
            if self.word(word) {
                self.at = start;
                return self.fail(format!("`{word}` is not supported"));
            }
        }
        if self.word("if") {
            return self.conditional();
        }
        for (word, value) in
            [("true", Value::Boolean(true)), ("false", Value::Boolean(false)), ("null", Value::Null)]
        {
            if self.word(word) {
                let kind = Type::of(&value);
                return Ok((Expression::Constant(value), kind));
            }
        }
        let called = Function::names()
            .filter_map(|(name, function)| Some((named(self.rest(), name)?, function)))
            .filter(|(length, _)| self.rest()[*length..].trim_start().starts_with('('))
            .max_by_key(|(length, _)| *length);
        match (self.longest_name(), called) {
            (Some((length, slot, kind)), None) => {
                self.at += length;
                if self.sees("(") {
                    return self.fail("what is not a function cannot be called");
                }
                Ok((Expression::Slot(slot), kind.clone()))
            }
            (_, Some((length, function))) => {
                let start = self.at;
                self.at += length;
                self.call(start, function)
            }
            (None, None) => self.unknown(),
        }
    }

    pub(super) fn unknown(&mut self) -> Result<Typed, Fault> {
        let rest = self.rest();
        let length = rest.find(|c: char| !(is_name_part(c) || c == ' ')).unwrap_or(rest.len());
        let name = rest[..length].trim();
        if name.is_empty() {
            return self.end().and_then(|()| self.fail("something is missing here"));
        }
        if rest[length..].starts_with('(') {
            return self.fail(format!("the function {name}() is not supported"));
        }
        self.fail(format!("there is no input, required decision or value called {name} here"))
    }

    pub(super) fn conditional(&mut self) -> Result<Typed, Fault> {
        let (condition, kind) = self.expression()?;
        if !kind.fits(&Type::Boolean) {
            return self.fail(format!("`if` takes a condition, not a {kind}"));
        }
        if !self.word("then") {
            return self.fail("`if` needs `then`");
        }
        let then = self.expression()?;
        if !self.word("else") {
            return self.fail("`if` needs `else`");
        }
        let other = self.expression()?;
        let null = |typed: &Typed| typed.0 == Expression::Constant(Value::Null);
        let kind = if null(&then) {
            other.1.clone()
        } else if null(&other) {
            then.1.clone()
        } else {
            Type::common([then.1, other.1])
        };
        Ok((fold(Expression::If(Box::new([condition, then.0, other.0]))), kind))
    }

    pub(super) fn call(&mut self, start: usize, function: Function) -> Result<Typed, Fault> {
        self.expect("(")?;
        let (mut arguments, mut types) = (Vec::new(), Vec::new());
        if !self.sees(")") {
            loop {
                let (value, kind) = self.expression()?;
                arguments.push(value);
                types.push(kind);
                if !self.eat(",") {
                    break;
                }
            }
        }
        if self.sees(":") {
            return self.fail("arguments with names are not supported");
        }
        self.expect(")")?;
        let kind = function.check(&types).map_err(|reason| Fault { byte: start, reason })?;
        let given =
            arguments.iter().all(|value| matches!(value, Expression::Constant(value) if !value.is_null()));
        let folded = fold(Expression::Call(function, arguments));
        if given && folded == Expression::Constant(Value::Null) {
            let shown = &self.text[start..self.at];
            return Err(Fault { byte: start, reason: format!("{shown} has no value that is supported") });
        }
        let kind = if let Expression::Constant(value) = &folded { Type::of(value) } else { kind };
        Ok((folded, kind))
    }

    /// The longest known name that stands here: its length, slot and type.
    pub(super) fn longest_name(&self) -> Option<(usize, usize, &'a Type)> {
        let rest = self.rest();
        let scope = self.scope;
        let fitting =
            scope.names.iter().filter_map(|(name, slot, kind)| Some((named(rest, name)?, *slot, kind)));
        fitting.max_by_key(|(length, ..)| *length)
    }
}

fn is_name_part(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn starts_with_word(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| !rest.starts_with(is_name_part))
}

/// How many bytes a name takes here, with blanks of any number between its words; nothing where it does not stand here.
fn named(text: &str, name: &str) -> Option<usize> {
    let mut rest = text;
    for (at, word) in name.split(' ').enumerate() {
        let trimmed = rest.trim_start();
        if at > 0 && trimmed.len() == rest.len() {
            return None;
        }
        rest = if at > 0 { trimmed } else { rest }.strip_prefix(word)?;
    }
    let ends = !name.ends_with(is_name_part) || !rest.starts_with(is_name_part);
    ends.then_some(text.len() - rest.len())
}
