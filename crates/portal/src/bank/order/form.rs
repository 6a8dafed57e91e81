//! The parts of an act's form: fields with what was typed, what is wrong, and what stands there before anything is.

use jq_lending::FieldError;
use jq_web::{FieldProblem, Visit};

use crate::form::Choice;

/// Characters of one typed value that are kept.
const VALUE_CHARS: usize = 2_000;

/// What was typed, by field; a field of several marks stands there several times.
#[derive(Clone, Debug, Default)]
pub struct Values(Vec<(String, String)>);

impl Values {
    /// The pairs of a form.
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        let short = |(name, value): (String, String)| (name, value.chars().take(VALUE_CHARS).collect());
        Self(pairs.into_iter().map(short).collect())
    }

    /// What was typed into a field; empty when nothing was.
    pub fn typed(&self, name: &str) -> &str {
        let typed = self.0.iter().find(|(field, _)| field == name);
        typed.map_or("", |(_, value)| value.as_str())
    }

    /// Everything that was chosen in a field of marks.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }
}

/// A form that was sent and not taken: which, with what, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// Which form.
    pub form: String,
    /// What was typed.
    pub values: Values,
    /// What is wrong.
    pub errors: Vec<FieldProblem>,
}

/// How a field is filled in.
#[derive(Clone, Debug)]
pub enum Input {
    /// One line.
    Line {
        /// The kind of the input element.
        kind: &'static str,
        /// The keyboard of a phone.
        mode: &'static str,
        /// What stands there.
        value: String,
    },
    /// Several lines.
    Area {
        /// What stands there.
        value: String,
    },
    /// One of a list.
    Select(Vec<Choice>),
    /// One of a long list, found by typing.
    Pick {
        /// What stands there.
        value: String,
        /// The list.
        choices: Vec<Choice>,
    },
    /// Any of a few.
    Checks(Vec<Choice>),
}

/// A field.
#[derive(Clone, Debug)]
pub struct Field {
    /// Unique on the page.
    pub id: String,
    /// What the form sends.
    pub name: &'static str,
    /// What it is called.
    pub label: String,
    /// How to fill it in; may be empty.
    pub hint: String,
    /// What is wrong; empty when nothing is.
    pub error: String,
    /// How it is filled in.
    pub input: Input,
}

/// The form of one act.
#[derive(Clone, Debug)]
pub struct ActForm {
    /// Which.
    pub id: String,
    /// Where it is sent.
    pub href: String,
    /// What it does.
    pub title: String,
    /// What follows from it; may be empty.
    pub lead: String,
    /// What is filled in.
    pub fields: Vec<Field>,
    /// What the button says.
    pub send: String,
    /// Whether it stands open.
    pub open: bool,
    /// Takes something away, and so does not look like the way to go.
    pub hard: bool,
}

/// Makes the fields of one form.
pub struct Maker<'a> {
    v: &'a Visit,
    form: &'a str,
    typed: Option<&'a Typed>,
}

impl<'a> Maker<'a> {
    /// For the form called `form`; `typed` counts only when it is this one.
    pub fn new(v: &'a Visit, form: &'a str, typed: Option<&'a Typed>) -> Self {
        Self { v, form, typed: typed.filter(|typed| typed.form == form) }
    }

    /// Whether this form was sent and not taken.
    pub fn was_sent(&self) -> bool {
        self.typed.is_some()
    }

    /// A line of text.
    pub fn text(&self, name: &'static str, hint: String, default: &str) -> Field {
        self.line(name, hint, default, "text", "text")
    }

    /// A number with decimals.
    pub fn decimal(&self, name: &'static str, hint: String, default: &str) -> Field {
        self.line(name, hint, default, "text", "decimal")
    }

    /// A whole number.
    pub fn whole(&self, name: &'static str, hint: String, default: &str) -> Field {
        self.line(name, hint, default, "text", "numeric")
    }

    /// A day, or a day with a time.
    pub fn day(&self, name: &'static str, hint: String, default: &str, kind: &'static str) -> Field {
        self.line(name, hint, default, kind, "text")
    }

    /// Several lines of text.
    pub fn area(&self, name: &'static str, hint: String) -> Field {
        self.field(name, hint, Input::Area { value: self.value(name, "") })
    }

    /// One of a list of words with their names.
    pub fn select(
        &self,
        name: &'static str,
        hint: String,
        words: impl IntoIterator<Item = (String, String)>,
        default: &str,
    ) -> Field {
        let chosen = self.value(name, default);
        let choices = words.into_iter().map(|(value, label)| Choice::plain(&value, &label, &chosen));
        let choices = choices.collect();
        self.field(name, hint, Input::Select(choices))
    }

    /// One of a long list of words with their names.
    pub fn pick(
        &self,
        name: &'static str,
        hint: String,
        words: impl IntoIterator<Item = (String, String)>,
    ) -> Field {
        let choices = words.into_iter().map(|(value, label)| Choice::plain(&value, &label, ""));
        let choices = choices.collect();
        self.field(name, hint, Input::Pick { value: self.value(name, ""), choices })
    }

    /// Any of a few texts.
    pub fn checks(&self, name: &'static str, hint: String, texts: &[String]) -> Field {
        let is_chosen =
            |text: &str| self.typed.is_some_and(|typed| typed.values.all(name).any(|one| one == text));
        let choice = |text: &String| Choice { chosen: is_chosen(text), ..Choice::plain(text, text, "") };
        self.field(name, hint, Input::Checks(texts.iter().map(choice).collect()))
    }

    fn line(
        &self,
        name: &'static str,
        hint: String,
        default: &str,
        kind: &'static str,
        mode: &'static str,
    ) -> Field {
        self.field(name, hint, Input::Line { kind, mode, value: self.value(name, default) })
    }

    fn field(&self, name: &'static str, hint: String, input: Input) -> Field {
        let id = field_id(self.form, name);
        let errors = self.typed.map(|typed| typed.errors.as_slice()).unwrap_or_default();
        let error = crate::form::wrong(errors, &id).to_owned();
        Field { label: self.v.t(label_key(self.form, name)), id, name, hint, error, input }
    }

    fn value(&self, name: &str, default: &str) -> String {
        self.typed.map_or(default, |typed| typed.values.typed(name)).to_owned()
    }
}

/// The identifier of a field on the page.
fn field_id(form: &str, name: &str) -> String {
    format!("{form}-{name}")
}

/// One thing that is wrong with a field of a form, with the field's name before it.
pub fn problem(v: &Visit, form: &str, name: &str, rule: &str) -> FieldProblem {
    let label = v.t(label_key(form, name));
    FieldProblem { field: field_id(form, name), message: format!("{label}{}{rule}", v.pick("：", ": ")) }
}

/// Everything that is wrong with the fields of a form.
pub fn problems(v: &Visit, form: &str, errors: &[FieldError]) -> Vec<FieldProblem> {
    errors.iter().map(|error| problem(v, form, error.field, &error.rule.text(v.lang()))).collect()
}

/// The key of a field's name.
fn label_key(form: &str, name: &str) -> &'static str {
    match (form, name) {
        ("grant", "amount") => "act-grant-amount",
        ("draw", "amount") => "act-draw-amount",
        (_, "amount") => "act-repay-amount",
        ("contact", "note") => "act-contact-note",
        ("submit_approval", "note") => "act-conclusion",
        ("uphold" | "reopen", "note") => "act-appeal-answer",
        (_, "note") => "act-conditions",
        (_, "months") => "act-months",
        (_, "rate") => "act-rate",
        (_, "method") => "act-method",
        (_, "security") => "act-security",
        (_, "valid_until") => "act-valid-until",
        (_, "code") => "act-code",
        ("refuse" | "decline", "text") => "act-reason",
        ("urge", _) => "act-urge-text",
        (_, "text") => "act-answer",
        (_, "channel") => "act-channel",
        (_, "at") => "act-at",
        (_, "materials") => "act-materials",
        (_, "more") => "act-materials-more",
        (_, "contract_no") => "act-contract",
        (_, "loan_ref") => "act-loan-ref",
        (_, "drawn_on") => "act-drawn-on",
        (_, "report_no") => "act-report-no",
        (_, "loan_id") => "act-loan",
        (_, "principal") => "act-principal",
        (_, "paid_on") => "act-paid-on",
        _ => "act-officer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_of_marks_stands_there_several_times() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let values =
            Values::new(vec![pair("materials", "营业执照"), pair("seen", "3"), pair("materials", "流水")]);
        assert_eq!(values.all("materials").collect::<Vec<_>>(), ["营业执照", "流水"]);
        assert_eq!((values.typed("seen"), values.typed("note")), ("3", ""));
    }
}
