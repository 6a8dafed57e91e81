//! The public home: what the platform does, in one screen.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use jq_web::{Visit, page};

use crate::state::{DemoFirm, PortalState};

/// The public home page.
#[derive(Template)]
#[template(path = "public/home.html")]
pub struct HomePage {
    /// The visit.
    pub v: Visit,
    /// The city in figures.
    pub figures: Vec<Figure>,
    /// Firms to try in the demonstration.
    pub firms: Vec<DemoFirm>,
}

/// A figure of the city.
pub struct Figure {
    /// The figure.
    pub value: String,
    /// What it counts.
    pub label: String,
}

/// `GET /`
pub async fn show(State(state): State<PortalState>, v: Visit) -> Response {
    let figures = state.city_figures();
    let figure = |key: &str, value: u64| Figure { value: v.whole(value), label: v.t(key) };
    let figures = vec![
        figure("home-figure-subjects", figures.subjects),
        figure("home-figure-records", figures.records),
        figure("home-figure-items", figures.items),
        figure("home-figure-banks", figures.banks),
    ];
    let firms = if v.demo() { state.demo_firms() } else { Vec::new() };
    page(&HomePage { v, figures, firms })
}
