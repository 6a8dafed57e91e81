//! How a problem looks to a person: what happened, what to do now, whom to call.

use askama::Template;
use axum::response::Response;
use jq_web::{Problem, Visit, page};

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    v: &'a Visit,
    problem: &'a Problem,
}

impl ProblemPage<'_> {
    /// Whether it met somebody inside the firms' portal.
    fn is_firm(&self) -> bool {
        self.v.is_at("/firm") && !self.v.is_at("/firm/sign-in")
    }

    fn icon(&self) -> &'static str {
        match self.problem.status().as_u16() {
            401 | 403 => "lock",
            404 => "search",
            409 | 429 | 503 => "clock",
            _ => "alert-triangle",
        }
    }
}

/// Shows a problem as a page.
pub fn problem_page(visit: &Visit, problem: &Problem) -> Response {
    page(&ProblemPage { v: visit, problem })
}
