//! The firm's own credit report as a page, as JSON and as PDF: one view, three forms.

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect};
use jq_base::clock;
use jq_base::ids::ReportNo;
use jq_consent::OwnPurpose;
use jq_credit::view::{
    Align, Column, CreditReportView, ItemState, Layout, Mark, MarkCode, RiskHint, RiskLevel, StateView,
};
use jq_credit::{Reader, ReportState};
use jq_identity::FirmUser;
use jq_web::{Markup, Visit, page};

use crate::chart::Chart;
use crate::refused::{Answer, Refused};
use crate::session::Firm;
use crate::state::PortalState;

/// Reports looked through for one that still serves today.
const RECENT_MAX: u32 = 10;
/// The edition that a firm draws of itself.
const OWN_EDITION: &str = "self";

/// The report.
#[derive(Template)]
#[template(path = "firm/report.html")]
pub struct ReportPage {
    /// The visit.
    pub v: Visit,
    /// What the report says.
    pub report: CreditReportView,
}

/// `GET /firm/report`
pub async fn show(State(state): State<PortalState>, Firm(user): Firm, v: Visit) -> Answer {
    let report_no = current(&state, &user).await?;
    let report = state.credit.read(&report_no, v.lang(), &reader(&user)).await?;
    Ok(page(&ReportPage { v, report }))
}

/// `POST /firm/report` draws a fresh report.
pub async fn renew(State(state): State<PortalState>, Firm(user): Firm) -> Answer {
    draw(&state, &user).await?;
    Ok(Redirect::to("/firm/report").into_response())
}

/// `GET /firm/report.pdf`
pub async fn pdf(State(state): State<PortalState>, Firm(user): Firm, v: Visit) -> Answer {
    let report_no = current(&state, &user).await?;
    let bytes = state.credit.pdf(&report_no, v.lang(), &reader(&user)).await?;
    let name = format!("attachment; filename=\"{report_no}.pdf\"");
    Ok(([(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, name)], bytes)
        .into_response())
}

/// `GET /firm/report.json`
pub async fn json(State(state): State<PortalState>, Firm(user): Firm, v: Visit) -> Answer {
    let report_no = current(&state, &user).await?;
    let text = state.credit.read_json(&report_no, v.lang(), &reader(&user)).await?;
    let kind = "application/json; charset=utf-8".to_owned();
    let name = format!("attachment; filename=\"{report_no}.json\"");
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], text).into_response())
}

/// The firm's own report of today, drawn now if there is none or if it no longer holds.
pub async fn current(state: &PortalState, user: &FirmUser) -> Result<ReportNo, Refused> {
    let today = state.db.clock().today();
    let recent = state.credit.list(user.subject(), RECENT_MAX).await?;
    let serves = recent.into_iter().find(|entry| {
        entry.edition == OWN_EDITION
            && entry.state == ReportState::Valid
            && clock::date_of(entry.generated_at) == today
    });
    match serves {
        Some(entry) => Ok(entry.report_no),
        None => draw(state, user).await,
    }
}

async fn draw(state: &PortalState, user: &FirmUser) -> Result<ReportNo, Refused> {
    let items: Vec<&str> = state.catalog.items().map(|item| item.id.as_str()).collect();
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    let own = OwnPurpose::Report;
    let permit = jq_consent::permit_self(&mut tx, &state.catalog, user, own, &items, now).await?;
    tx.commit().await?;
    Ok(state.credit.draw(&permit, &reader(user)).await?.entry.report_no)
}

/// How the report names the firm's officer.
pub fn reader(user: &FirmUser) -> Reader {
    use jq_base::lang::Lang;
    let mobile = user.person().mobile();
    Reader {
        actor: user.account().to_string(),
        role: user.role().code().to_owned(),
        shown_zh: format!("本企业（{} {mobile}）", user.role().text(Lang::Zh)),
        shown_en: format!("The enterprise itself ({} {mobile})", user.role().text(Lang::En)),
    }
}

impl ReportPage {
    /// The QR code of the verification address, drawn by the report itself.
    fn qr(&self) -> Markup {
        let svg = &self.report.cover.qr_svg;
        Markup::trusted(svg.find("<svg").map_or_else(String::new, |start| svg[start..].to_owned()))
    }
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
