//! Firms that the bank may approach by their consent, what the models say for each, and what came of it.

use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::response::{IntoResponse, Redirect};
use jq_base::ids::RecommendationId;
use jq_matching::{Acted, Clerk, MatchingError, NOTE_CHARS_MAX, Recommendation, RecommendationState};
use jq_web::{Visit, page, say};
use serde::Deserialize;

use crate::bank::{Colleagues, Me};
use crate::refused::Answer;
use crate::session::Bank;
use crate::state::PortalState;
use crate::words;

/// The list.
#[derive(Template)]
#[template(path = "bank/recommendations.html")]
struct RecommendationsPage {
    v: Visit,
    me: Me,
    done: bool,
    rows: Vec<Row>,
}

/// A firm.
struct Row {
    id: String,
    name: String,
    rank: u8,
    kind: String,
    fits: Vec<String>,
    limit: String,
    state: &'static str,
    tone: &'static str,
    stands: bool,
    listed: String,
    due: String,
    acted: String,
    note: String,
}

/// Which of them.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    show: String,
}

/// What came of it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Said {
    act: String,
    note: String,
}

/// `GET /bank/recommendations`
pub async fn list(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Query(asked): Query<Asked>,
    v: Visit,
) -> Answer {
    let done = asked.show == "done";
    let listed = state.matching.recommendations(user.bank(), done).await?;
    let colleagues = Colleagues::of(&state, &user, v.lang()).await?;
    Ok(page(&RecommendationsPage {
        me: Me::of(&state, &user, v.lang()).await?,
        done,
        rows: listed.into_iter().map(|one| Row::new(&v, &state, &colleagues, one)).collect(),
        v,
    }))
}

/// `POST /bank/recommendations/{id}`
pub async fn act(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Path(id): Path<String>,
    Form(said): Form<Said>,
) -> Answer {
    let id = RecommendationId::parse(&id).map_err(|_| MatchingError::NotFound)?;
    let acted = if said.act == "declined" { Acted::Declined } else { Acted::Contacted };
    let staff = user.staff();
    let by = Clerk { bank: user.bank(), login: staff.login(), role: staff.role().code() };
    state.matching.act(&by, &id, acted, &said.note).await?;
    Ok(Redirect::to("/bank/recommendations").into_response())
}

impl RecommendationsPage {
    /// The longest note, in characters.
    fn note_chars_max() -> usize {
        NOTE_CHARS_MAX
    }
}

impl Row {
    fn new(v: &Visit, state: &PortalState, colleagues: &Colleagues, one: Recommendation) -> Self {
        let (lang, now) = (v.lang(), state.db.clock().now());
        let acted = match (&one.acted_by, one.acted_at) {
            (Some(by), Some(at)) => format!("{} · {}", colleagues.name(by), say::moment(at)),
            _ => String::new(),
        };
        Self {
            id: one.recommendation_id.to_string(),
            name: one.subject_name,
            rank: one.rank,
            kind: one.kind.text(lang).to_owned(),
            fits: one.fits.iter().map(|words| words.text(lang).to_owned()).collect(),
            limit: one.limit.map(|limit| words::amount(lang, limit)).unwrap_or_default(),
            state: one.state.text(lang),
            tone: match one.state {
                RecommendationState::Open => "soon",
                RecommendationState::Contacted => "info",
                RecommendationState::Applied => "good",
                _ => "",
            },
            stands: one.state.stands(),
            listed: say::moment(one.listed_at),
            due: words::until(v, one.due_at, now),
            acted,
            note: one.note,
        }
    }
}
