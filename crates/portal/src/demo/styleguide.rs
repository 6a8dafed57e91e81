//! The components, each as usual, empty, long, wrong and waiting, in the language of the visit.

use askama::Template;
use axum::response::Response;
use jq_web::{FieldProblem, Visit, page};

use crate::chart::{Chart, ChartCell, ChartRow};
use crate::steps::{self, Step};

/// The page of components.
#[derive(Template)]
#[template(path = "demo/styleguide.html")]
pub struct StyleguidePage {
    v: Visit,
    steps: Vec<Step>,
    errors: Vec<FieldProblem>,
    charts: Vec<Chart>,
}

/// `GET /styleguide`
pub async fn show(v: Visit) -> Response {
    page(&StyleguidePage::new(v))
}

impl StyleguidePage {
    /// The page with its sample content.
    pub fn new(v: Visit) -> Self {
        let errors = vec![FieldProblem { field: "mobile".to_owned(), message: v.t("signin-mobile-wrong") }];
        let charts = vec![chart(&v, "bar"), chart(&v, "line")];
        Self { steps: steps::sign_in(&v, 1), errors, charts, v }
    }
}

fn chart(v: &Visit, kind: &'static str) -> Chart {
    let samples =
        [("05", "18.2"), ("06", "19.0"), ("07", "21.7"), ("08", ""), ("09", "22.4"), ("10", "24.6")];
    let row = |(month, figure): &(&str, &str)| ChartRow {
        label: format!("2026-{month}"),
        cells: vec![ChartCell {
            plain: (*figure).to_owned(),
            text: if figure.is_empty() { "–".to_owned() } else { (*figure).to_owned() },
        }],
    };
    Chart {
        kind,
        title: v.t("sample-chart"),
        summary: v.t("sample-chart-summary"),
        unit: v.t("sample-chart-unit"),
        axis: None,
        lines: vec![v.t("sample-chart")],
        rows: samples.iter().map(row).collect(),
    }
}
