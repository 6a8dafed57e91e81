//! The upload of a batch from a page.

use askama::Template;
use jq_web::{FieldProblem, Visit};

/// The upload form.
#[derive(Template)]
#[template(path = "unit/deliver.html")]
pub struct DeliverPage {
    /// The visit.
    pub v: Visit,
    /// The largest package, in MB.
    pub size_mb: usize,
    /// What is wrong.
    pub errors: Vec<FieldProblem>,
}
