//! Rules between the columns of one row, such as "a bill is not paid before it is written".

use jq_base::lang::Lang;
use serde::Deserialize;

/// A rule between columns of one row, with the words that the delivering unit reads when a row breaks it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Check {
    /// Stable id of the rule, e.g. `tax_filing.period_order`; receipts carry it as the reason code.
    pub id: String,
    #[serde(flatten)]
    pub rule: Rule,
    pub zh: String,
    pub en: String,
}

impl Check {
    /// What is wrong with a row that breaks the rule, in the reader's language.
    pub fn words(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }
}

/// What a check compares. A rule whose fields are empty in a row does not apply to that row.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Rule {
    /// `earlier` is not after `later`; both are dates or both are months.
    Order { earlier: String, later: String },
    /// `field` is `max(0, to - from)` in natural days; the platform fills it when the source leaves it empty.
    DaysLate { field: String, from: String, to: String },
    /// `field` is not greater than `limit_field`; both are figures of the same kind.
    AtMost { field: String, limit_field: String },
    /// `field` is filled when `when_field` has one of the values.
    RequiredWhen { field: String, when_field: String, values: Vec<String> },
    /// `field` is empty when `when_field` has one of the values.
    EmptyWhen { field: String, when_field: String, values: Vec<String> },
}

impl Rule {
    /// Every field the rule reads, the one it speaks about first.
    pub fn fields(&self) -> Vec<&str> {
        match self {
            Self::Order { earlier, later } => vec![later, earlier],
            Self::DaysLate { field, from, to } => vec![field, from, to],
            Self::AtMost { field, limit_field } => vec![field, limit_field],
            Self::RequiredWhen { field, when_field, .. } | Self::EmptyWhen { field, when_field, .. } => {
                vec![field, when_field]
            }
        }
    }

    /// The field that the platform computes when the source leaves it empty.
    pub fn fills(&self) -> Option<&str> {
        match self {
            Self::DaysLate { field, .. } => Some(field),
            _ => None,
        }
    }
}
