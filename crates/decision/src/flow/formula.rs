//! Formulas: arithmetic over features as people write it, compiled once into a row of steps that runs without
//! allocating.
//!
//! | Written | Means |
//! | --- | --- |
//! | `a + b`, `a - b`, `a * b`, `a / b`, `-a` | arithmetic; division by zero gives nothing |
//! | `a < b`, `<=`, `>`, `>=`, `==`, `!=` | 1 or 0 |
//! | `a and b`, `a or b`, `not a` | 1 or 0; whatever is not 0 counts as true |
//! | `min(a, b, …)`, `max(a, b, …)` | the smallest, the largest |
//! | `abs(a)`, `ln(a)`, `exp(a)`, `sqrt(a)`, `round(a)`, `floor(a)` | as in mathematics; halves are rounded away from zero |
//! | `if(c, a, b)` | `a` when `c` is not 0, else `b` |
//! | `coalesce(a, b, …)` | the first that is known |
//! | `known(a)` | 1 when `a` is known, else 0 |
//!
//! A value that is not known makes everything unknown that is computed from it, except in `coalesce` and `known`, and in
//! the branch of `if` that is not taken.

use super::values::Values;

/// Values that wait for their operator at most.
const STACK: usize = 32;
/// How deeply a formula may be nested.
const DEPTH_MAX: usize = 48;

/// A compiled formula (公式).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Formula {
    steps: Vec<Step>,
}

/// One step; it takes its operands from the top of the stack and puts its result there. What is not known is `NaN`.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Number(f64),
    Value(usize),
    One(One),
    Two(Two),
    If,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum One {
    Minus,
    Not,
    Abs,
    Ln,
    Exp,
    Sqrt,
    Round,
    Floor,
    Known,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Two {
    Add,
    Subtract,
    Multiply,
    Divide,
    Less,
    LessOrEqual,
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
    Min,
    Max,
    Coalesce,
}

/// What is wrong with a formula, and at which byte of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FormulaError {
    pub(crate) byte: usize,
    pub(crate) problem: String,
}

impl Formula {
    /// Compiles a formula; `position` finds a feature by its name.
    pub(crate) fn compile(
        text: &str,
        position: impl FnMut(&str) -> Option<usize>,
    ) -> Result<Self, FormulaError> {
        let mut parser = Parser { text, at: 0, steps: Vec::new(), height: 0, depth: 0, position };
        parser.expression(0)?;
        parser.skip_blanks();
        if parser.at < text.len() {
            return Err(parser.error("here the formula should end"));
        }
        Ok(Self { steps: parser.steps })
    }

    /// The formula's value; nothing when it rests on something unknown or has no finite result.
    #[inline]
    pub(crate) fn run(&self, values: Values<'_>) -> Option<f64> {
        let mut stack = [f64::NAN; STACK];
        let mut top = 0;
        for step in &self.steps {
            match *step {
                Step::Number(number) => {
                    stack[top] = number;
                    top += 1;
                }
                Step::Value(at) => {
                    stack[top] = values[at].unwrap_or(f64::NAN);
                    top += 1;
                }
                Step::One(one) => stack[top - 1] = one.of(stack[top - 1]),
                Step::Two(two) => {
                    top -= 1;
                    stack[top - 1] = two.of(stack[top - 1], stack[top]);
                }
                Step::If => {
                    top -= 2;
                    let (asked, yes, no) = (stack[top - 1], stack[top], stack[top + 1]);
                    stack[top - 1] = if asked.is_nan() {
                        asked
                    } else if is_true(asked) {
                        yes
                    } else {
                        no
                    };
                }
            }
        }
        Some(stack[0]).filter(|value| value.is_finite())
    }
}

/// Whatever is not zero.
fn is_true(value: f64) -> bool {
    value.abs() > 0.0
}

fn truth(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

impl One {
    fn of(self, a: f64) -> f64 {
        if a.is_nan() {
            return if self == Self::Known { 0.0 } else { a };
        }
        match self {
            Self::Minus => -a,
            Self::Not => truth(!is_true(a)),
            Self::Abs => a.abs(),
            Self::Ln => a.ln(),
            Self::Exp => a.exp(),
            Self::Sqrt => a.sqrt(),
            Self::Round => a.round(),
            Self::Floor => a.floor(),
            Self::Known => 1.0,
        }
    }
}

impl Two {
    fn of(self, a: f64, b: f64) -> f64 {
        if self == Self::Coalesce {
            return if a.is_nan() { b } else { a };
        }
        if a.is_nan() || b.is_nan() {
            return f64::NAN;
        }
        match self {
            Self::Add => a + b,
            Self::Subtract => a - b,
            Self::Multiply => a * b,
            Self::Divide if is_true(b) => a / b,
            Self::Divide => f64::NAN,
            Self::Less => truth(a < b),
            Self::LessOrEqual => truth(a <= b),
            Self::Equal => truth(a.total_cmp(&b).is_eq() || (!is_true(a) && !is_true(b))),
            Self::NotEqual => 1.0 - Self::Equal.of(a, b),
            Self::Greater => truth(a > b),
            Self::GreaterOrEqual => truth(a >= b),
            Self::And => truth(is_true(a) && is_true(b)),
            Self::Or => truth(is_true(a) || is_true(b)),
            Self::Min => a.min(b),
            Self::Max => a.max(b),
            Self::Coalesce => a,
        }
    }
}

struct Parser<'a, F> {
    text: &'a str,
    at: usize,
    steps: Vec<Step>,
    /// Values on the stack after the steps so far.
    height: usize,
    depth: usize,
    position: F,
}

/// Operators between two values, weakest first; those of a group are read from the left.
const OPERATORS: [(&str, u8, Two); 12] = [
    ("or", 1, Two::Or),
    ("and", 2, Two::And),
    ("<=", 3, Two::LessOrEqual),
    (">=", 3, Two::GreaterOrEqual),
    ("==", 3, Two::Equal),
    ("!=", 3, Two::NotEqual),
    ("<", 3, Two::Less),
    (">", 3, Two::Greater),
    ("+", 4, Two::Add),
    ("-", 4, Two::Subtract),
    ("*", 5, Two::Multiply),
    ("/", 5, Two::Divide),
];
/// How tightly `not` and the minus of one value bind.
const NOT: u8 = 3;
const MINUS: u8 = 6;

impl<F: FnMut(&str) -> Option<usize>> Parser<'_, F> {
    fn error(&self, problem: impl Into<String>) -> FormulaError {
        FormulaError { byte: self.at, problem: problem.into() }
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Takes the mark when it comes next.
    fn take(&mut self, mark: &str) -> bool {
        self.skip_blanks();
        let found = self.rest().starts_with(mark);
        if found {
            self.at += mark.len();
        }
        found
    }

    fn must(&mut self, mark: &str) -> Result<(), FormulaError> {
        if self.take(mark) { Ok(()) } else { Err(self.error(format!("here `{mark}` is missing"))) }
    }

    fn push(&mut self, step: Step) -> Result<(), FormulaError> {
        match step {
            Step::Number(_) | Step::Value(_) => self.height += 1,
            Step::One(_) => {}
            Step::Two(_) => self.height -= 1,
            Step::If => self.height -= 2,
        }
        if self.height > STACK {
            return Err(self.error("the formula is too long; split it in two"));
        }
        self.steps.push(step);
        Ok(())
    }

    /// The next operator between two values and how tightly it binds.
    fn operator(&mut self) -> Option<(&'static str, u8, Two)> {
        self.skip_blanks();
        let rest = self.rest();
        OPERATORS.into_iter().find(|(mark, ..)| {
            let word = mark.starts_with(is_name);
            rest.starts_with(mark) && !(word && rest[mark.len()..].starts_with(is_name))
        })
    }

    /// Reads what binds at least as tightly as `least`.
    fn expression(&mut self, least: u8) -> Result<(), FormulaError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(self.error("the formula is nested too deeply; split it in two"));
        }
        self.operand()?;
        while let Some((mark, binds, two)) = self.operator().filter(|(_, binds, _)| *binds >= least) {
            self.at += mark.len();
            self.expression(binds + 1)?;
            self.push(Step::Two(two))?;
        }
        self.depth -= 1;
        Ok(())
    }

    fn operand(&mut self) -> Result<(), FormulaError> {
        self.skip_blanks();
        match self.rest().chars().next() {
            None => Err(self.error("here a value is missing")),
            Some('(') => {
                self.at += 1;
                self.expression(0)?;
                self.must(")")
            }
            Some('-') => {
                self.at += 1;
                self.expression(MINUS)?;
                self.push(Step::One(One::Minus))
            }
            Some(c) if c.is_ascii_digit() => self.number(),
            Some(c) if is_name(c) => self.name(),
            Some(c) => Err(self.error(format!("here a value is expected, not `{c}`"))),
        }
    }

    fn number(&mut self) -> Result<(), FormulaError> {
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '_').unwrap_or(rest.len());
        let number = rest[..end].replace('_', "").parse::<f64>();
        let number = number.map_err(|_| self.error(format!("{} is no number", &rest[..end])))?;
        self.at += end;
        self.push(Step::Number(number))
    }

    fn name(&mut self) -> Result<(), FormulaError> {
        let rest = self.rest();
        let end = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        if name == "not" {
            self.at += end;
            self.expression(NOT)?;
            return self.push(Step::One(One::Not));
        }
        if rest[end..].trim_start().starts_with('(') {
            return self.function(&name);
        }
        let Some(position) = (self.position)(&name) else {
            return Err(self.error(format!("there is no feature or earlier value {name}")));
        };
        self.at += end;
        self.push(Step::Value(position))
    }

    fn function(&mut self, name: &str) -> Result<(), FormulaError> {
        /// What a function does with its arguments, and how many it takes.
        enum Does {
            One(One),
            All(Two),
            If,
        }
        let (does, fewest, most) = match name {
            "min" => (Does::All(Two::Min), 2, usize::MAX),
            "max" => (Does::All(Two::Max), 2, usize::MAX),
            "coalesce" => (Does::All(Two::Coalesce), 2, usize::MAX),
            "if" => (Does::If, 3, 3),
            "abs" => (Does::One(One::Abs), 1, 1),
            "ln" => (Does::One(One::Ln), 1, 1),
            "exp" => (Does::One(One::Exp), 1, 1),
            "sqrt" => (Does::One(One::Sqrt), 1, 1),
            "round" => (Does::One(One::Round), 1, 1),
            "floor" => (Does::One(One::Floor), 1, 1),
            "known" => (Does::One(One::Known), 1, 1),
            _ => return Err(self.error(format!("there is no function {name}"))),
        };
        let start = self.at;
        self.at += name.len();
        self.must("(")?;
        let mut count = 0;
        loop {
            self.expression(0)?;
            count += 1;
            if let (Does::All(two), true) = (&does, count > 1) {
                self.push(Step::Two(*two))?;
            }
            if !self.take(",") {
                break;
            }
        }
        self.must(")")?;
        if !(fewest..=most).contains(&count) {
            self.at = start;
            return Err(self.error(format!("{name} does not take {count} values")));
        }
        match does {
            Does::One(one) => self.push(Step::One(one)),
            Does::If => self.push(Step::If),
            Does::All(_) => Ok(()),
        }
    }
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a` is 6, `b` is 4, `z` is 0, `none` is not known.
    fn run(text: &str) -> Result<Option<f64>, FormulaError> {
        let names = ["a", "b", "z", "none"];
        let formula = Formula::compile(text, |name| names.iter().position(|known| *known == name))?;
        Ok(formula.run(Values::new(&[Some(6.0), Some(4.0), Some(0.0), None], &[])))
    }

    fn check(text: &str, value: Option<f64>) {
        assert_eq!(run(text), Ok(value), "{text}");
    }

    #[test]
    fn it_reads_as_in_school() {
        check("1 + 2 * 3", Some(7.0));
        check("(1 + 2) * 3", Some(9.0));
        check("a - b - 1", Some(1.0));
        check("a / b / 2", Some(0.75));
        check("-a + b", Some(-2.0));
        check("2 * -a", Some(-12.0));
        check("300_000 / 1000", Some(300.0));
        check("a>b and b>=4 or z", Some(1.0));
        check("not z and not a == b", Some(1.0));
        check("min(a, b, 5) + max(z, 1)", Some(5.0));
        check("if(a > b, 10, none)", Some(10.0));
        check("round(2.5) + floor(2.9) + abs(-1) + sqrt(b)", Some(8.0));
        check("ln(exp(2))", Some(2.0));
    }

    #[test]
    fn what_is_not_known_stays_unknown() {
        check("none + 1", None);
        check("none > 1", None);
        check("min(none, 1)", None);
        check("if(none, 1, 2)", None);
        check("coalesce(none, none, b)", Some(4.0));
        check("known(none) + known(z)", Some(1.0));
        check("a / z", None);
        check("ln(z)", None);
        check("coalesce(a / z, 7)", Some(7.0));
        check("-z == z", Some(1.0));
    }

    #[test]
    fn a_wrong_formula_is_pointed_at() {
        let wrong = |text: &str, byte: usize, problem: &str| {
            assert_eq!(run(text), Err(FormulaError { byte, problem: problem.to_owned() }), "{text}");
        };
        wrong("a + c", 4, "there is no feature or earlier value c");
        wrong("a +", 3, "here a value is missing");
        wrong("(a", 2, "here `)` is missing");
        wrong("a b", 2, "here the formula should end");
        wrong("sin(a)", 0, "there is no function sin");
        wrong("if(a, b)", 0, "if does not take 2 values");
        wrong("a * ;", 4, "here a value is expected, not `;`");
        wrong(&"(".repeat(100), 48, "the formula is nested too deeply; split it in two");
    }

    #[test]
    fn a_long_formula_does_not_outgrow_the_stack() {
        let nested = |count: usize| format!("{}a{}", "1 + (".repeat(count), ")".repeat(count));
        check(&nested(20), Some(26.0));
        assert!(run(&nested(60)).is_err());
    }
}
