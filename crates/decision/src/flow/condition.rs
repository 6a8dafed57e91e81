//! Conditions on one feature: what is written in a flow file becomes a half-open range that is tested in one step.

use serde::Deserialize;
use toml::Spanned;

use crate::feature::FeatureSet;

/// A condition as written: `{ feature = "is_active", op = "eq", value = 1 }`, or `from`/`to` for a range
/// that includes its start and not its end.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionText {
    pub(crate) feature: Spanned<String>,
    #[serde(default)]
    pub(crate) op: Option<Op>,
    #[serde(default)]
    pub(crate) value: Option<f64>,
    #[serde(default)]
    pub(crate) from: Option<f64>,
    #[serde(default)]
    pub(crate) to: Option<f64>,
    /// A missing value passes as well.
    #[serde(default)]
    pub(crate) or_missing: bool,
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Op {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Missing,
    Present,
}

/// A compiled condition: the value lies in `[lo, hi)`, or outside of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Test {
    /// Position in the vector.
    pub(crate) feature: usize,
    pub(crate) lo: f64,
    pub(crate) hi: f64,
    /// True when the value must lie outside the range.
    pub(crate) outside: bool,
    /// What a missing value answers.
    pub(crate) missing: bool,
}

impl Test {
    #[inline]
    pub(crate) fn holds(&self, value: Option<f64>) -> bool {
        match value {
            Some(value) => (self.lo <= value && value < self.hi) != self.outside,
            None => self.missing,
        }
    }

    /// True when whatever passes `other` passes this one too (both on one feature).
    pub(crate) fn covers(&self, other: &Self) -> bool {
        if other.missing && !self.missing {
            return false;
        }
        match (self.outside, other.outside) {
            (false, false) => other.is_empty() || (self.lo <= other.lo && other.hi <= self.hi),
            (true, true) => other.lo <= self.lo && self.hi <= other.hi,
            (true, false) => other.is_empty() || other.hi <= self.lo || self.hi <= other.lo,
            (false, true) => self.lo == f64::NEG_INFINITY && self.hi == f64::INFINITY,
        }
    }

    fn is_empty(&self) -> bool {
        self.lo >= self.hi
    }

    /// True when every value there is passes, and a missing one does not.
    fn asks_for_a_value(&self) -> bool {
        self.lo == f64::NEG_INFINITY && self.hi == f64::INFINITY && !self.outside && !self.missing
    }
}

/// Conditions of which all must hold, compiled against a set of features; for whoever asks about a vector without a flow.
#[derive(Debug, Clone, PartialEq)]
pub struct Conditions(Vec<Test>);

/// A condition that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionFault {
    /// At which byte of the text it stands.
    pub byte: usize,
    /// The feature it names.
    pub feature: String,
    /// What is wrong with it.
    pub problem: String,
}

impl Conditions {
    /// Compiles what was written.
    pub fn compile(texts: &[ConditionText], set: &FeatureSet) -> Result<Self, ConditionFault> {
        let compiled = texts.iter().map(|text| {
            let (byte, feature) = (text.feature.span().start, text.feature.get_ref());
            let fault = |problem: String| ConditionFault { byte, feature: feature.clone(), problem };
            let position =
                set.position(feature).ok_or_else(|| fault("there is no such feature".to_owned()))?;
            text.compile(position).map_err(fault)
        });
        compiled.collect::<Result<_, _>>().map(Self)
    }

    /// The features they look at, by position.
    pub fn features(&self) -> impl Iterator<Item = usize> {
        self.0.iter().map(|test| test.feature)
    }

    /// Whether all hold; nothing when that hangs on a value that is missing where no condition says what it means.
    pub fn hold(&self, values: &[Option<f64>]) -> Option<bool> {
        let mut known = true;
        for test in &self.0 {
            match values.get(test.feature).copied().flatten() {
                None if test.missing => {}
                None if test.asks_for_a_value() => return Some(false),
                None => known = false,
                value if !test.holds(value) => return Some(false),
                Some(_) => {}
            }
        }
        known.then_some(true)
    }
}

impl ConditionText {
    /// The compiled condition, or what is wrong with it.
    pub(crate) fn compile(&self, feature: usize) -> Result<Test, String> {
        let (lo, hi, outside, missing) = match (self.op, self.value, self.from, self.to) {
            (Some(Op::Missing), None, None, None) => (f64::INFINITY, f64::INFINITY, false, true),
            (Some(Op::Present), None, None, None) => (f64::NEG_INFINITY, f64::INFINITY, false, false),
            (Some(op), Some(value), None, None) if value.is_finite() => {
                let (lo, hi, outside) = range(op, value)?;
                (lo, hi, outside, false)
            }
            (None, None, None, None) => {
                return Err("a condition needs op and value, or from and to".to_owned());
            }
            (None, None, from, to) => {
                (from.unwrap_or(f64::NEG_INFINITY), to.unwrap_or(f64::INFINITY), false, false)
            }
            _ => return Err("a condition has either op and value, or from and to".to_owned()),
        };
        let test = Test { feature, lo, hi, outside, missing: missing || self.or_missing };
        if test.is_empty() && !test.missing {
            return Err("the range is empty".to_owned());
        }
        Ok(test)
    }
}

fn range(op: Op, value: f64) -> Result<(f64, f64, bool), String> {
    Ok(match op {
        Op::Eq => (value, value.next_up(), false),
        Op::Ne => (value, value.next_up(), true),
        Op::Lt => (f64::NEG_INFINITY, value, false),
        Op::Le => (f64::NEG_INFINITY, value.next_up(), false),
        Op::Gt => (value.next_up(), f64::INFINITY, false),
        Op::Ge => (value, f64::INFINITY, false),
        Op::Missing | Op::Present => return Err("`missing` and `present` take no value".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, passes: &[f64], fails: &[f64]) {
        let condition =
            toml::from_str::<ConditionText>(&format!("feature = 'a'\n{text}")).unwrap().compile(0).unwrap();
        for value in passes {
            assert!(condition.holds(Some(*value)), "{text}: {value}");
        }
        for value in fails {
            assert!(!condition.holds(Some(*value)), "{text}: {value}");
        }
    }

    #[test]
    fn each_comparison_is_a_range() {
        check("op = 'eq'\nvalue = 1", &[1.0], &[0.999_999_999, 1.000_000_001]);
        check("op = 'ne'\nvalue = 1", &[0.0, 2.0], &[1.0]);
        check("op = 'le'\nvalue = 5", &[5.0, -1e9], &[5.000_000_1]);
        check("op = 'gt'\nvalue = 5", &[5.000_000_1], &[5.0]);
        check("from = 2\nto = 4", &[2.0, 3.999], &[4.0, 1.999]);
    }

    #[test]
    fn a_missing_value_passes_only_where_it_is_said() {
        let parse = |text: &str| toml::from_str::<ConditionText>(text).unwrap().compile(0).unwrap();
        assert!(!parse("feature = 'a'\nop = 'ge'\nvalue = 0").holds(None));
        assert!(parse("feature = 'a'\nop = 'ge'\nvalue = 0\nor_missing = true").holds(None));
        let missing = parse("feature = 'a'\nop = 'missing'");
        assert!(missing.holds(None) && !missing.holds(Some(0.0)));
    }

    #[test]
    fn what_hangs_on_a_missing_value_is_not_known() {
        #[derive(Deserialize)]
        struct File {
            when: Vec<ConditionText>,
        }
        let one = "-- @feature a | count | 甲 | A | as of | null; none | t\n\
            -- @feature b | count | 乙 | B | as of | null; none | t\nselect subject_key, 1 as a, 2 as b from t;\n";
        let set = FeatureSet::from_files(&[("x.sql", one)]).unwrap();
        let compile = |text: &str| Conditions::compile(&toml::from_str::<File>(text).unwrap().when, &set);
        let both = compile(
            "when = [{ feature = 'a', op = 'ge', value = 1 }, { feature = 'b', op = 'lt', value = 0 }]",
        );
        let both = both.unwrap();
        assert_eq!(both.hold(&[Some(1.0), Some(-1.0)]), Some(true));
        assert_eq!(both.hold(&[None, Some(-1.0)]), None);
        assert_eq!(both.hold(&[None, Some(1.0)]), Some(false), "one that fails decides");
        assert_eq!(both.features().collect::<Vec<_>>(), [0, 1]);
        let gone =
            compile("when = [{ feature = 'a', op = 'missing' }, { feature = 'b', op = 'present' }]").unwrap();
        assert_eq!(gone.hold(&[None, Some(0.0)]), Some(true));
        assert_eq!(gone.hold(&[None, None]), Some(false));
        let fault = compile("when = [{ feature = 'c', op = 'ge', value = 1 }]").unwrap_err();
        assert_eq!((fault.feature.as_str(), fault.byte), ("c", 20));
    }

    #[test]
    fn a_wider_condition_covers_a_narrower_one() {
        let parse = |text: &str| toml::from_str::<ConditionText>(text).unwrap().compile(0).unwrap();
        let wide = parse("feature = 'a'\nop = 'ge'\nvalue = 0");
        let narrow = parse("feature = 'a'\nfrom = 1\nto = 2");
        assert!(wide.covers(&narrow) && !narrow.covers(&wide));
    }
}
