//! Which enterprises are large, medium, small or micro: the 2017 statistical size classes, with their stand-ins.
//!
//! ```
//! use jq_base::money::Money;
//! use jq_catalog::Catalog;
//! use jq_catalog::size::{Figures, SizeClass};
//!
//! let catalog = Catalog::embedded()?;
//! let figures = Figures { employees: Some(299), revenue: Some(Money::from_fen(20_000_000_00)), assets: None };
//! let decision = catalog.size_rules().decide("3311", figures);
//! assert_eq!(decision.class, Some(SizeClass::Small));
//! # Ok::<(), jq_catalog::CatalogError>(())
//! ```

use jq_base::lang::Lang;
use jq_base::money::Money;
use serde::Deserialize;

use crate::error::ContentProblem;
use crate::industry::Industries;

/// Name of the rule set; decisions that used it keep the name.
pub const RULE_SET: &str = "CN-2017";

const FEN_PER_WAN_YUAN: i64 = 1_000_000;

/// A size class (企业规模), smallest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SizeClass {
    Micro,
    Small,
    Medium,
    Large,
}

impl SizeClass {
    /// The stable code, e.g. `micro`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Micro => "micro",
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }

    /// The word in the reader's language.
    pub fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Micro => lang.pick("微型企业", "micro enterprise"),
            Self::Small => lang.pick("小型企业", "small enterprise"),
            Self::Medium => lang.pick("中型企业", "medium enterprise"),
            Self::Large => lang.pick("大型企业", "large enterprise"),
        }
    }
}

/// The three figures a size rule may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Indicator {
    Employees,
    Revenue,
    Assets,
}

/// What is known of an enterprise; `None` is unknown, never zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Persons at the end of the year.
    pub employees: Option<u32>,
    /// Revenue of the year.
    pub revenue: Option<Money>,
    /// Total assets at the end of the year.
    pub assets: Option<Money>,
}

impl Figures {
    /// The figure in persons or fen.
    fn get(self, indicator: Indicator) -> Option<i64> {
        match indicator {
            Indicator::Employees => self.employees.map(i64::from),
            Indicator::Revenue => self.revenue.map(Money::fen),
            Indicator::Assets => self.assets.map(Money::fen),
        }
    }
}

/// The class, and how sure it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SizeDecision {
    /// `None` when the industry is not covered by the standard, or no figure is known.
    pub class: Option<SizeClass>,
    /// The rule that was used; `None` when the industry is not covered ("not classified").
    pub rule: Option<String>,
    /// Figures the rule asks for that are unknown; the class is provisional when there are any.
    pub missing: Vec<Indicator>,
}

impl SizeDecision {
    /// A figure is missing that could still lower the class.
    pub fn is_provisional(&self) -> bool {
        !self.missing.is_empty() && self.class != Some(SizeClass::Micro)
    }
}

/// The size rules of one edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SizeRules {
    rules: Vec<SizeRule>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct SizeRule {
    id: String,
    name_zh: String,
    /// Divisions and three-digit groups; a section of the table stands here as its divisions.
    scope: Vec<String>,
    bounds: Vec<Bounds>,
}

/// Lower bounds of one figure, in persons or fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bounds {
    indicator: Indicator,
    large: i64,
    medium: i64,
    small: i64,
}

impl Bounds {
    fn class(self, figure: i64) -> SizeClass {
        if figure >= self.large {
            SizeClass::Large
        } else if figure >= self.medium {
            SizeClass::Medium
        } else if figure >= self.small {
            SizeClass::Small
        } else {
            SizeClass::Micro
        }
    }
}

#[derive(Debug, Deserialize)]
struct RuleRow {
    rule: String,
    name_zh: String,
    gbt4754_scope: String,
    emp_large: Option<i64>,
    emp_medium: Option<i64>,
    emp_small: Option<i64>,
    rev_large_wan: Option<i64>,
    rev_medium_wan: Option<i64>,
    rev_small_wan: Option<i64>,
    assets_large_wan: Option<i64>,
    assets_medium_wan: Option<i64>,
    assets_small_wan: Option<i64>,
}

impl RuleRow {
    fn into_rule(self, industries: &Industries) -> SizeRule {
        let employees = (self.emp_large, self.emp_medium, self.emp_small);
        let revenue = (self.rev_large_wan, self.rev_medium_wan, self.rev_small_wan);
        let assets = (self.assets_large_wan, self.assets_medium_wan, self.assets_small_wan);
        let bounds = [
            bounds(Indicator::Employees, employees, 1),
            bounds(Indicator::Revenue, revenue, FEN_PER_WAN_YUAN),
            bounds(Indicator::Assets, assets, FEN_PER_WAN_YUAN),
        ];
        SizeRule {
            id: self.rule,
            name_zh: self.name_zh,
            scope: self
                .gbt4754_scope
                .split_whitespace()
                .flat_map(|entry| expand(entry, industries))
                .collect(),
            bounds: bounds.into_iter().flatten().collect(),
        }
    }
}

/// A section letter becomes its divisions, everything else stays as it is.
fn expand(entry: &str, industries: &Industries) -> Vec<String> {
    if industries.section(entry).is_none() {
        return vec![entry.to_owned()];
    }
    let divisions = industries.divisions().filter(|division| division.section == entry);
    divisions.map(|division| division.code.clone()).collect()
}

type RowBounds = (Option<i64>, Option<i64>, Option<i64>);

fn bounds(indicator: Indicator, (large, medium, small): RowBounds, unit: i64) -> Option<Bounds> {
    Some(Bounds { indicator, large: large? * unit, medium: medium? * unit, small: small? * unit })
}

impl SizeRules {
    /// Reads the rules from their CSV text; `file` names it in the problems.
    pub fn parse_csv(text: &str, file: &str, industries: &Industries) -> Result<Self, Vec<ContentProblem>> {
        let mut rules = Vec::new();
        let mut problems = Vec::new();
        for (index, row) in csv::Reader::from_reader(text.as_bytes()).deserialize::<RuleRow>().enumerate() {
            match row.map(|row| row.into_rule(industries)) {
                Ok(rule) => rules.push(rule),
                Err(error) => {
                    let place = format!("line {}", index + 2);
                    problems.push(ContentProblem::new(file, place, error.to_string()));
                }
            }
        }
        for rule in rules.iter().filter(|rule| rule.bounds.is_empty()) {
            problems.push(ContentProblem::new(file, &rule.id, "has no figure with all three bounds"));
        }
        for rule in &rules {
            for scope in rule.scope.iter().filter(|scope| industries.find(scope).is_none()) {
                let what = format!("`{scope}` is no section, division or group of the classification");
                problems.push(ContentProblem::new(file, &rule.id, what));
            }
        }
        if problems.is_empty() { Ok(Self { rules }) } else { Err(problems) }
    }

    /// The Chinese name of a rule, e.g. 工业 for `industry`.
    pub fn rule_name_zh(&self, rule: &str) -> Option<&str> {
        self.rules.iter().find(|candidate| candidate.id == rule).map(|rule| rule.name_zh.as_str())
    }

    /// The class of an enterprise of that industry (two to four digits): the least class that its figures reach.
    pub fn decide(&self, industry: &str, figures: Figures) -> SizeDecision {
        let Some(rule) = self.rule_for(industry) else {
            return SizeDecision { class: None, rule: None, missing: Vec::new() };
        };
        let mut class = None;
        let mut missing = Vec::new();
        for bounds in &rule.bounds {
            match figures.get(bounds.indicator) {
                None => missing.push(bounds.indicator),
                Some(figure) => {
                    let reached = bounds.class(figure);
                    class = Some(class.map_or(reached, |lowest: SizeClass| lowest.min(reached)));
                }
            }
        }
        SizeDecision { class, rule: Some(rule.id.clone()), missing }
    }

    /// The rule with the most exact scope: a group before its division.
    fn rule_for(&self, industry: &str) -> Option<&SizeRule> {
        [industry.get(..3), industry.get(..2)]
            .into_iter()
            .flatten()
            .find_map(|scope| self.rules.iter().find(|rule| rule.scope.iter().any(|entry| entry == scope)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::Catalog;

    const WAN: i64 = FEN_PER_WAN_YUAN;

    static RULES: LazyLock<SizeRules> =
        LazyLock::new(|| Catalog::embedded().expect("the embedded catalogue is sound").size_rules);

    fn figures(employees: Option<u32>, revenue_fen: Option<i64>, assets_fen: Option<i64>) -> Figures {
        Figures {
            employees,
            revenue: revenue_fen.map(Money::from_fen),
            assets: assets_fen.map(Money::from_fen),
        }
    }

    #[track_caller]
    fn check(industry: &str, figures: Figures, expected: SizeClass) {
        let decision = RULES.decide(industry, figures);
        assert_eq!(decision.class, Some(expected), "{industry} {figures:?}");
        assert!(!decision.is_provisional());
    }

    #[test]
    fn a_class_begins_exactly_at_its_lower_bound() {
        use SizeClass::{Medium, Micro, Small};
        let staff_and_sales = |x, y| figures(Some(x), Some(y * WAN), None);
        check("3311", staff_and_sales(300, 2000), Medium);
        check("3311", staff_and_sales(299, 2000), Small);
        check("3311", staff_and_sales(1000, 39_999), Medium);
        check("3311", staff_and_sales(19, 50_000), Micro);
        check("6510", staff_and_sales(10, 50), Small);
        check("6510", staff_and_sales(9, 900_000), Micro);
        check("0111", figures(None, Some(50 * WAN), None), Small);
        check("0111", figures(None, Some(49 * WAN + 990_000), None), Micro);
        check("4710", figures(None, Some(80_000 * WAN), Some(79_999 * WAN)), Medium);
        check("7020", staff_and_sales(100, 499), Micro);
        check("7111", figures(Some(300), None, Some(8000 * WAN)), Medium);
        check("5111", staff_and_sales(5, 1000), Small);
        check("7010", figures(None, Some(300_000 * WAN), Some(4999 * WAN)), Small);
    }

    #[test]
    fn groups_of_one_division_have_their_own_rules() {
        let rule = |industry| RULES.decide(industry, Figures::default()).rule;
        assert_eq!(rule("5910"), Some("transport".to_owned()));
        assert_eq!(rule("5930"), Some("storage".to_owned()));
        assert_eq!(rule("7030"), Some("other_unlisted".to_owned()));
        assert_eq!(rule("8512"), Some("other_unlisted".to_owned()));
    }

    #[test]
    fn industries_outside_the_standard_are_not_classified() {
        for industry in ["5311", "6621", "8336", "8411", "9121", "9700", "7040", "99", "x", ""] {
            let decision = RULES.decide(industry, figures(Some(1), Some(1), Some(1)));
            assert_eq!((decision.class, decision.rule), (None, None), "{industry}");
        }
    }

    #[test]
    fn a_missing_figure_makes_the_class_provisional() {
        let decision = RULES.decide("3311", figures(Some(300), None, None));
        assert_eq!(decision.class, Some(SizeClass::Medium));
        assert_eq!(decision.missing, [Indicator::Revenue]);
        assert!(decision.is_provisional());
    }

    #[test]
    fn a_micro_enterprise_cannot_become_smaller_by_a_figure_that_is_missing() {
        let decision = RULES.decide("3311", figures(Some(3), None, None));
        assert_eq!(decision.class, Some(SizeClass::Micro));
        assert!(!decision.is_provisional());
    }
}
