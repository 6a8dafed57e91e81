//! How a source unit signs in: account and password.

use askama::Template;
use jq_web::{FieldProblem, Visit};

/// The question for account and password.
#[derive(Template)]
#[template(path = "unit/sign_in.html")]
pub struct SignInPage {
    /// The visit.
    pub v: Visit,
    /// What was typed.
    pub account: String,
    /// What is wrong.
    pub errors: Vec<FieldProblem>,
}
