//! How a firm signs in: mobile number, then the code that arrives there.

use askama::Template;
use jq_web::{FieldProblem, Visit};

use crate::steps::Step;

/// The first question: the mobile number.
#[derive(Template)]
#[template(path = "firm/sign_in.html")]
pub struct MobilePage {
    /// The visit.
    pub v: Visit,
    /// The steps of the sign-in.
    pub steps: Vec<Step>,
    /// What was typed.
    pub mobile: String,
    /// What is wrong with it.
    pub errors: Vec<FieldProblem>,
}

/// The second question: the code.
#[derive(Template)]
#[template(path = "firm/code.html")]
pub struct CodePage {
    /// The visit.
    pub v: Visit,
    /// The steps of the sign-in.
    pub steps: Vec<Step>,
    /// Where the code was sent.
    pub mobile: String,
    /// What is wrong with the code.
    pub errors: Vec<FieldProblem>,
}

impl CodePage {
    fn mobile_spaced(&self) -> String {
        match (self.mobile.get(..3), self.mobile.get(3..7), self.mobile.get(7..)) {
            (Some(head), Some(middle), Some(tail)) => format!("{head} {middle} {tail}"),
            _ => self.mobile.clone(),
        }
    }
}
