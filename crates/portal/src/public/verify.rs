//! Is this credit report genuine: number in, state out, never its content.

use askama::Template;
use jq_web::{FieldProblem, Visit};

use crate::public::Fact;

/// The question for the number.
#[derive(Template)]
#[template(path = "public/verify.html")]
pub struct VerifyPage {
    /// The visit.
    pub v: Visit,
    /// What was typed.
    pub report_no: String,
    /// What is wrong with it.
    pub errors: Vec<FieldProblem>,
}

/// The answer.
#[derive(Template)]
#[template(path = "public/verify_result.html")]
pub struct ResultPage {
    /// The visit.
    pub v: Visit,
    /// `good`, `soon` or `bad`.
    pub tone: &'static str,
    /// The icon beside the headline.
    pub tone_icon: &'static str,
    /// What it is.
    pub headline: String,
    /// What that means.
    pub explanation: String,
    /// What to compare.
    pub facts: Vec<Fact>,
}
