//! Reads numbers, strings, lists, and dates and times after `@`.

use std::sync::Arc;

use super::Expression;
use super::function::Function;
use super::parse::{Fault, Parser, Typed};
use super::reckon::fold;
use crate::kind::Type;
use crate::number::Number;
use crate::value::Value;

impl Parser<'_> {
    pub(super) fn list(&mut self) -> Result<Typed, Fault> {
        self.expect("[")?;
        let (mut values, mut types) = (Vec::new(), Vec::new());
        while !self.eat("]") {
            if !values.is_empty() {
                self.expect(",")?;
            }
            let (value, kind) = self.expression()?;
            if self.sees("..") {
                return self.fail("an interval cannot stand here");
            }
            values.push(value);
            types.push(kind);
        }
        Ok((fold(Expression::List(values)), Type::List(Arc::new(Type::common(types)))))
    }

    pub(super) fn number(&mut self) -> Result<Typed, Fault> {
        let bytes = self.rest().as_bytes();
        let digits =
            |from: usize| from + bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let mut end = digits(0);
        if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
            end = digits(end + 1);
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            if bytes.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
                end = digits(end + 1 + sign);
            }
        }
        let text = &self.rest()[..end];
        let Some(number) = Number::parse(text) else { return self.fail(format!("{text} is no number")) };
        self.at += end;
        Ok((Expression::Constant(Value::Number(number)), Type::Number))
    }

    pub(super) fn string(&mut self) -> Result<String, Fault> {
        self.expect("\"")?;
        let mut text = String::new();
        loop {
            let Some(character) = self.rest().chars().next() else {
                return self.fail("the string has no end");
            };
            self.at += character.len_utf8();
            match character {
                '"' => return Ok(text),
                '\\' => text.push(self.escaped()?),
                other => text.push(other),
            }
        }
    }

    pub(super) fn escaped(&mut self) -> Result<char, Fault> {
        let Some(character) = self.rest().chars().next() else { return self.fail("the string has no end") };
        self.at += character.len_utf8();
        let digits = match character {
            'n' => return Ok('\n'),
            't' => return Ok('\t'),
            'r' => return Ok('\r'),
            '"' | '\\' | '\'' => return Ok(character),
            'u' => 4,
            'U' => 6,
            _ => return self.fail("no such escape in a string"),
        };
        let code = self.rest().get(..digits).and_then(|code| u32::from_str_radix(code, 16).ok());
        let Some(character) = code.and_then(char::from_u32) else {
            return self.fail("no such character");
        };
        self.at += digits;
        Ok(character)
    }
}

/// A date, time or duration after `@`.
pub(super) fn literal(text: &str) -> Option<Typed> {
    let value = [Function::Date, Function::Moment, Function::Time, Function::Duration]
        .into_iter()
        .map(|function| function.call(&[Value::text(text)]))
        .find(|value| !value.is_null())?;
    let kind = Type::of(&value);
    Some((Expression::Constant(value), kind))
}
