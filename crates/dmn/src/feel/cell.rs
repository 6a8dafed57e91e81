//! Reads the tests of a table's cell, and what follows `in`.

use super::parse::{Fault, Parser};
use super::{Comparison, Expression, Interval, Test, Tests};
use crate::kind::Type;

impl Parser<'_> {
    /// A cell of a table: a dash, tests, or `not(…)` around tests.
    pub(super) fn cell(&mut self) -> Result<Tests, Fault> {
        self.space();
        if matches!(self.rest().trim(), "" | "-") {
            return Ok(Tests::Always);
        }
        let start = self.at;
        let mut inside = None;
        if self.word("not") && self.eat("(") {
            let tests = self.test_list().and_then(|tests| self.expect(")").map(|()| tests));
            match tests.and_then(|tests| self.end().map(|()| tests)) {
                Ok(tests) => return Ok(Tests::Not(tests)),
                Err(fault) => inside = Some(fault),
            }
        }
        self.at = start;
        let tests = self.test_list().and_then(|tests| self.end().map(|()| tests));
        tests.map(Tests::Any).map_err(|fault| inside.unwrap_or(fault))
    }

    pub(super) fn test_list(&mut self) -> Result<Vec<Test>, Fault> {
        let mut tests = vec![self.test()?];
        while self.eat(",") {
            tests.push(self.test()?);
        }
        Ok(tests)
    }

    /// One test of what `?` is, or of what stands before `in`.
    pub(super) fn test(&mut self) -> Result<Test, Fault> {
        self.deeper(|parser| {
            let input = parser.input.cloned().unwrap_or(Type::Any);
            parser.test_of(&input)
        })
    }

    pub(super) fn test_of(&mut self, input: &Type) -> Result<Test, Fault> {
        self.space();
        let start = self.at;
        if let Some(comparison) = self.comparison() {
            let (value, kind) = self.additive()?;
            self.comparable(start, comparison, input, &kind)?;
            return Ok(Test::Compare(comparison, value));
        }
        if let Some(interval) = self.interval(input)? {
            return Ok(Test::Interval(Box::new(interval)));
        }
        let met_before = std::mem::replace(&mut self.met_input, false);
        let (value, kind) = self.expression()?;
        let met = std::mem::replace(&mut self.met_input, met_before);
        if met || (kind == Type::Boolean && !matches!(input, Type::Boolean | Type::Any)) {
            if !kind.fits(&Type::Boolean) {
                return Err(Fault { byte: start, reason: format!("a condition is wanted, not a {kind}") });
            }
            self.met_input |= met;
            return Ok(Test::Holds(value));
        }
        let listed = if let Type::List(of) = &kind { of.fits(input) } else { false };
        if !kind.fits(input) && !listed {
            return Err(Fault { byte: start, reason: format!("a {kind} is never equal to a {input}") });
        }
        Ok(Test::Value(value))
    }

    /// An interval, where one stands here; otherwise nothing is passed.
    pub(super) fn interval(&mut self, of: &Type) -> Result<Option<Interval>, Fault> {
        self.space();
        let start = self.at;
        let with_low = match self.rest().chars().next() {
            Some('[') => true,
            Some('(' | ']') => false,
            _ => return Ok(None),
        };
        self.at += 1;
        let low = match self.additive() {
            Ok(low) if self.eat("..") => low,
            _ => {
                self.at = start;
                return Ok(None);
            }
        };
        let high = self.additive()?;
        self.space();
        let with_high = match self.rest().chars().next() {
            Some(']') => true,
            Some(')' | '[') => false,
            _ => return self.fail("the interval has no end"),
        };
        self.at += 1;
        for (_, kind) in [&low, &high] {
            self.comparable(start, Comparison::Less, of, kind)?;
        }
        if let (Expression::Constant(low), Expression::Constant(high)) = (&low.0, &high.0)
            && low.compare(high).is_some_and(std::cmp::Ordering::is_gt)
        {
            return Err(Fault { byte: start, reason: "the interval ends before it begins".to_owned() });
        }
        Ok(Some(Interval { low: low.0, high: high.0, with_low, with_high }))
    }

    /// Refuses comparisons whose answer is always `null`.
    pub(super) fn comparable(
        &self,
        byte: usize,
        how: Comparison,
        one: &Type,
        other: &Type,
    ) -> Result<(), Fault> {
        let _ = self;
        let ordered = !matches!(how, Comparison::Equal | Comparison::NotEqual);
        if !one.fits(other) {
            return Err(Fault { byte, reason: format!("a {one} cannot be compared with a {other}") });
        }
        if ordered && !(one.is_ordered() && other.is_ordered()) {
            let unordered = if one.is_ordered() { other } else { one };
            return Err(Fault { byte, reason: format!("a {unordered} has no order") });
        }
        Ok(())
    }

    pub(super) fn comparison(&mut self) -> Option<Comparison> {
        const SIGNS: [(&str, Comparison); 6] = [
            ("<=", Comparison::LessOrEqual),
            (">=", Comparison::GreaterOrEqual),
            ("!=", Comparison::NotEqual),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
            ("=", Comparison::Equal),
        ];
        SIGNS.into_iter().find(|(sign, _)| self.eat(sign)).map(|(_, comparison)| comparison)
    }

    /// What follows `in`: an interval, or tests in brackets, or one test.
    pub(super) fn set(&mut self, of: &Type) -> Result<Vec<Test>, Fault> {
        self.deeper(|parser| {
            let start = parser.at;
            if let Some(interval) = parser.interval(of)? {
                return Ok(vec![Test::Interval(Box::new(interval))]);
            }
            parser.at = start;
            if !parser.eat("(") {
                return Ok(vec![parser.test_of(of)?]);
            }
            let mut tests = vec![parser.test_of(of)?];
            while parser.eat(",") {
                tests.push(parser.test_of(of)?);
            }
            parser.expect(")")?;
            Ok(tests)
        })
    }
}
