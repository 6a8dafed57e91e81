//! What the forms of loans share: choices, and what is wrong with which field, in words.

use jq_lending::{FieldError, LendingError};
use jq_web::{FieldProblem, Visit};

/// One of several answers to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What it is called.
    pub label: String,
    /// What it means; may be empty.
    pub about: String,
    /// Whether it is the one that is chosen.
    pub chosen: bool,
}

impl Choice {
    /// An answer that needs no explanation.
    pub fn plain(value: &str, label: &str, chosen: &str) -> Self {
        Self::told(value, label, String::new(), chosen)
    }

    /// An answer with what it means.
    pub fn told(value: &str, label: &str, about: String, chosen: &str) -> Self {
        Self { value: value.to_owned(), label: label.to_owned(), about, chosen: value == chosen }
    }
}

/// What is wrong with the fields, each with its name, so that the list above the form can be read alone.
pub fn problems(v: &Visit, errors: &[FieldError]) -> Vec<FieldProblem> {
    let told = |error: &FieldError| {
        let label = v.t(label_key(error.field));
        let rule = error.rule.text(v.lang());
        FieldProblem {
            field: error.field.to_owned(),
            message: format!("{label}{}{rule}", v.pick("：", ": ")),
        }
    };
    errors.iter().map(told).collect()
}

/// The fields that an error names; nothing when it is about something else.
pub fn fields_of(error: &LendingError) -> &[FieldError] {
    match error {
        LendingError::Fields(errors) => errors,
        _ => &[],
    }
}

/// What is wrong with one field; empty when nothing is.
pub fn wrong<'a>(errors: &'a [FieldProblem], field: &str) -> &'a str {
    errors.iter().find(|error| error.field == field).map_or("", |error| error.message.as_str())
}

/// The name of a field.
fn label_key(field: &str) -> &'static str {
    match field {
        "amount" => "apply-amount",
        "months" => "apply-months",
        "method" => "apply-method",
        "loan_use" => "apply-use",
        "use_text" => "apply-use-text",
        "contact_name" => "apply-name",
        "contact_mobile" => "apply-mobile",
        "kind" => "apply-kind",
        "follows" => "apply-follows",
        "contract_no" => "order-contract",
        "orders_max" => "duty-orders-max",
        "away_until" => "duty-away-until",
        _ => "apply-note",
    }
}
