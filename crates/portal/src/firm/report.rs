//! The firm's own credit report as a page, as JSON and as PDF: one view, three forms.

use askama::Template;
use jq_credit::view::{
    Align, Column, CreditReportView, ItemState, Layout, Mark, MarkCode, RiskHint, RiskLevel, StateView,
};
use jq_web::Visit;

use crate::chart::Chart;

/// The report.
#[derive(Template)]
#[template(path = "firm/report.html")]
pub struct ReportPage {
    /// The visit.
    pub v: Visit,
    /// What the report says.
    pub report: CreditReportView,
}

/// Whether a column holds figures, which stand to the right.
pub fn is_figure(column: &Column) -> bool {
    column.align == Align::Right
}

/// The look of an item's state; the four empty ones never look alike.
pub fn tone(state: &StateView) -> &'static str {
    match state.code {
        ItemState::Data => "",
        ItemState::NoRecord => "none",
        ItemState::NotAuthorised => "locked",
        ItemState::NotConnected | ItemState::Late => "late",
        ItemState::InDispute => "disputed",
    }
}

/// The icon of an item's state.
pub fn icon(state: &StateView) -> &'static str {
    match state.code {
        ItemState::Data => "list-details",
        ItemState::NoRecord => "circle-check",
        ItemState::NotAuthorised => "lock",
        ItemState::NotConnected => "plug-connected-x",
        ItemState::Late => "clock",
        ItemState::InDispute => "scale",
    }
}

/// The colour of an item's state where it stands as a tag.
pub fn tag(state: &StateView) -> &'static str {
    match state.code {
        ItemState::Data | ItemState::InDispute => "info",
        ItemState::NoRecord => "good",
        ItemState::NotAuthorised => "",
        ItemState::NotConnected | ItemState::Late => "soon",
    }
}

/// The colour of a mark on a record.
pub fn mark_tone(mark: &Mark) -> &'static str {
    match mark.code {
        MarkCode::InPublicity | MarkCode::Live => "bad",
        MarkCode::Ended => "",
        MarkCode::InDispute => "info",
    }
}

/// The colour of a risk hint.
pub fn risk_tone(hint: &RiskHint) -> &'static str {
    match hint.level {
        RiskLevel::High => "bad",
        RiskLevel::Medium => "soon",
        RiskLevel::Notice => "",
    }
}
