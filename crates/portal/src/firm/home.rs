//! The firm's home answers four questions: how am I seen, what could I borrow, what waits, who looked.

use askama::Template;
use axum::extract::{Query, State};
use jq_base::ids::SubjectKind;
use jq_credit::view::CreditReportView;
use jq_decision::view::PrequalView;
use jq_identity::{FirmUser, MandateScope};
use jq_web::{Visit, page};
use serde::Deserialize;

use crate::firm::looks::{self, LookView};
use crate::firm::waiting::waiting;
use crate::firm::{prequal, report};
use crate::refused::{Answer, Refused};
use crate::session::Firm as SignedIn;
use crate::state::PortalState;

/// Looks at the firm's records that the home shows.
const LOOKS_MAX: u32 = 4;

/// The firm's home.
#[derive(Template)]
#[template(path = "firm/home.html")]
pub struct HomePage {
    /// The visit.
    pub v: Visit,
    /// The firm.
    pub firm: Firm,
    /// What was just done, in words.
    pub done: String,
    /// What the firm's records say; nothing for an agent whose mandate does not cover reading them.
    pub records: Option<Records>,
    /// What waits for it.
    pub waiting: Vec<Waiting>,
    /// Who looked at its records.
    pub looked: Vec<LookView>,
}

/// What the firm's records say in short.
pub struct Records {
    /// How banks see it, in three lines.
    pub seen: Vec<Line>,
    /// What it could borrow.
    pub borrow: Borrow,
}

/// What was just done, as the address carries it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Done {
    done: String,
}

/// `GET /firm`
pub async fn show(
    State(state): State<PortalState>,
    SignedIn(user): SignedIn,
    Query(done): Query<Done>,
    v: Visit,
) -> Answer {
    let done = match done.done.as_str() {
        "verified" => v.t("firm-done-verified"),
        "agent" => v.t("firm-done-agent"),
        _ => String::new(),
    };
    Ok(page(&HomePage {
        firm: Firm { name: user.subject_name().to_owned(), code: code(&user) },
        done,
        records: records(&state, &user, &v).await?,
        waiting: waiting(&state, &user, &v).await?,
        looked: looks::latest(&state, &user, &v, LOOKS_MAX).await?,
        v,
    }))
}

/// The credit code; a natural person has none to show.
fn code(user: &FirmUser) -> String {
    match user.subject().kind() {
        SubjectKind::Organisation => user.subject().to_string(),
        SubjectKind::Person | SubjectKind::Local => String::new(),
    }
}

async fn records(state: &PortalState, user: &FirmUser, v: &Visit) -> Result<Option<Records>, Refused> {
    if !user.may(MandateScope::Report) {
        return Ok(None);
    }
    let report_no = report::current(state, user).await?;
    let report = state.credit.read(&report_no, v.lang(), &report::reader(user)).await?;
    let answers = prequal::last(state, user, v.lang()).await?;
    Ok(Some(Records { seen: seen(v, &report), borrow: Borrow::of(answers.as_ref()) }))
}

/// The firm that is signed in.
pub struct Firm {
    /// Its name.
    pub name: String,
    /// Its social credit code.
    pub code: String,
}

/// One line of the report in short.
pub struct Line {
    /// `good`, `bad`, `soon` or nothing.
    pub tone: &'static str,
    /// The icon beside it.
    pub icon: &'static str,
    /// The words.
    pub text: String,
}

/// What the firm could borrow.
pub enum Borrow {
    /// It never asked.
    NotAsked,
    /// It asked, and no bank gave a limit.
    None,
    /// Some banks gave a limit.
    Can {
        /// How many.
        banks: usize,
        /// The highest limit, in words.
        limit: String,
        /// Its yearly rate.
        rate: String,
    },
}

/// Something that waits for the firm.
pub struct Waiting {
    /// What it is.
    pub text: String,
    /// Until when.
    pub when: String,
    /// Where it is done.
    pub href: String,
}

/// The report in three lines: adverse records, records in all, how fresh.
pub fn seen(v: &Visit, report: &CreditReportView) -> Vec<Line> {
    let counts = &report.overview.counts;
    let adverse: u64 = counts.iter().map(|row| row.adverse_live).sum();
    let records: u64 = counts.iter().map(|row| row.records).sum();
    let worst = if adverse == 0 {
        Line { tone: "good", icon: "circle-check", text: v.t("firm-line-adverse-none") }
    } else {
        Line { tone: "bad", icon: "alert-triangle", text: v.n("firm-line-adverse", adverse) }
    };
    let coverage = &report.overview.coverage.text;
    let amount = format!("{}{}{coverage}", v.n("firm-line-records", records), v.pick("，", "; "));
    let fresh = v.one("firm-line-as-of", "at", &report.cover.data_as_of);
    vec![
        worst,
        Line { tone: "", icon: "list-details", text: amount },
        Line { tone: "", icon: "clock", text: fresh },
    ]
}

impl Borrow {
    /// What the last answers of the banks come to.
    pub fn of(view: Option<&PrequalView>) -> Self {
        let Some(view) = view else { return Self::NotAsked };
        match view.answers.iter().find(|answer| answer.has_limit()) {
            Some(best) => Self::Can {
                banks: view.can_count,
                limit: best.limit_text.clone(),
                rate: best.rate_text.clone(),
            },
            None => Self::None,
        }
    }
}
