//! The list of warnings: by state, level and model, with the filters in the address.

use askama::Template;
use axum::extract::{Query, State};
use jq_warning::{Level, WarningCursor, WarningFilter, WarningState};
use jq_web::{Visit, page};
use serde::Deserialize;
use url::form_urlencoded;

use super::row::WarningRow;
use super::seer;
use crate::bank::Me;
use crate::form::Choice;
use crate::refused::Answer;
use crate::session::Bank;
use crate::state::PortalState;

/// Warnings on a page.
const LIMIT: u32 = 50;
/// The groups of states, the first one where the address names none.
const TABS: [(&str, &str, &[WarningState]); 4] = [
    ("standing", "warnings-tab-standing", &[WarningState::Open, WarningState::Seen]),
    ("right", "warnings-tab-right", &[WarningState::Right]),
    ("wrong", "warnings-tab-wrong", &[WarningState::Wrong]),
    ("all", "warnings-tab-all", &[]),
];

/// The list.
#[derive(Template)]
#[template(path = "bank/warnings.html")]
struct WarningsPage {
    v: Visit,
    me: Me,
    tabs: Vec<TabLink>,
    tab: &'static str,
    levels: Vec<Choice>,
    models: Vec<Choice>,
    narrowed: bool,
    all: String,
    rows: Vec<WarningRow>,
    next: String,
}

/// A group of states.
pub struct TabLink {
    /// Its name.
    pub name: String,
    /// Its address.
    pub href: String,
    /// Whether it is the one that is shown.
    pub here: bool,
}

/// The words of the address.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct WarningQuery {
    state: String,
    level: String,
    model: String,
    after: String,
}

impl WarningQuery {
    /// The group of states that is asked for.
    fn tab(&self) -> (&'static str, &'static [WarningState]) {
        let named = TABS.iter().find(|(code, ..)| *code == self.state).unwrap_or(&TABS[0]);
        (named.0, named.2)
    }

    fn narrows(&self) -> bool {
        !(self.level.is_empty() && self.model.is_empty())
    }

    /// The address of a group with the other filters as they are.
    fn address(&self, tab: &str, after: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("state", tab);
        for (name, value) in
            [("level", self.level.as_str()), ("model", self.model.as_str()), ("after", after)]
        {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        format!("/bank/warnings?{}", query.finish())
    }
}

/// `GET /bank/warnings`
pub async fn list(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Query(query): Query<WarningQuery>,
    v: Visit,
) -> Answer {
    let (tab, states) = query.tab();
    let filter = WarningFilter {
        seer: Some(seer(&user)),
        states: states.to_vec(),
        level: query.level.parse::<Level>().ok(),
        model: Some(query.model.clone()).filter(|model| !model.is_empty()),
        ..WarningFilter::default()
    };
    let after: Option<WarningCursor> = query.after.parse().ok();
    let found = jq_warning::list(&state.db, &filter, after.as_ref(), LIMIT).await?;
    let link = |(code, key, _): &(&'static str, &str, _)| TabLink {
        name: v.t(key),
        href: query.address(code, ""),
        here: *code == tab,
    };
    Ok(page(&WarningsPage {
        me: Me::of(&state, &user, v.lang()).await?,
        tabs: TABS.iter().map(link).collect(),
        tab,
        levels: levels(&v, &query.level),
        models: models(&v, &state, &query.model),
        narrowed: query.narrows(),
        all: WarningQuery::default().address(tab, ""),
        rows: found.warnings.iter().map(|warning| WarningRow::new(&v, warning)).collect(),
        next: found.next.map(|cursor| query.address(tab, &cursor.to_string())).unwrap_or_default(),
        v,
    }))
}

fn levels(v: &Visit, chosen: &str) -> Vec<Choice> {
    let all = Choice::plain("", &v.t("warnings-level-all"), chosen);
    let each = Level::ALL.iter().map(|level| Choice::plain(level.code(), level.text(v.lang()), chosen));
    std::iter::once(all).chain(each).collect()
}

fn models(v: &Visit, state: &PortalState, chosen: &str) -> Vec<Choice> {
    let all = Choice::plain("", &v.t("warnings-model-all"), chosen);
    let models = state.warnings.models();
    let each = models.list().iter().map(|model| Choice::plain(&model.id, model.name.text(v.lang()), chosen));
    std::iter::once(all).chain(each).collect()
}
