//! Text messages: what did not arrive and can be sent again, what waits, what was held back, what went.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect};
use jq_base::ids::MessageId;
use jq_notify::{SmsGroup, SmsKind, SmsLine, SmsReason, SmsState};
use jq_web::{Problem, Visit, page, say};
use serde::Deserialize;

use crate::refused::{Answer, Refused};
use crate::session::Desk;
use crate::state::PortalState;
use crate::watch::Watcher;
use crate::watch::list::GroupView;

/// Messages that are shown.
const SHOWN_MAX: u32 = 200;
const PAGE: &str = "/desk/sms";

/// The page.
#[derive(Template)]
#[template(path = "desk/sms.html")]
struct SmsPage {
    v: Visit,
    me: Watcher,
    groups: Vec<GroupView>,
    group: &'static str,
    lead: String,
    done: bool,
    rows: Vec<Row>,
}

/// A message.
struct Row {
    id: String,
    mobile: String,
    text: String,
    template: String,
    asked_at: String,
    state: String,
    tone: &'static str,
    icon: &'static str,
    /// Why it is there; empty where there is nothing to say.
    why: String,
    carrier_words: String,
    /// Parts, tries, rounds.
    counts: String,
    /// Set where it may have arrived without anybody knowing.
    cut_off: String,
    can_go_again: bool,
    /// Set where it did not arrive and is not sent again.
    not_again: String,
}

/// The words of the address. What it says wrongly is not heard.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SmsQuery {
    group: String,
    done: String,
}

/// `GET /desk/sms`
pub async fn list(
    State(state): State<PortalState>,
    user: Desk,
    Query(query): Query<SmsQuery>,
    v: Visit,
) -> Answer {
    let group = SmsGroup::ALL.into_iter().find(|group| group.code() == query.group);
    let group = group.unwrap_or(SmsGroup::Failed);
    let found = jq_notify::list_sms(&state.db, group, SHOWN_MAX).await?;
    Ok(page(&SmsPage {
        me: Watcher::of(&state, &user, v.lang()).await?,
        groups: groups(&state, &v, group).await?,
        group: group.code(),
        lead: lead(&state, &v, group),
        done: query.done == "again",
        rows: found.iter().map(|line| Row::new(&v, line)).collect(),
        v,
    }))
}

/// `POST /desk/sms/{id}/again` has a message sent again that did not arrive.
pub async fn send_again(State(state): State<PortalState>, user: Desk, Path(id): Path<String>) -> Answer {
    let id = MessageId::parse(&id).map_err(|_| not_failed())?;
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    if !jq_notify::send_again(&mut tx, &user.0, &id, now).await? {
        return Err(not_failed());
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("{PAGE}?done=again")).into_response())
}

/// It arrived, waits already, or is one that nobody sends again.
fn not_failed() -> Refused {
    Problem::new(409, "notify/not-failed").forward(PAGE).into()
}

async fn groups(state: &PortalState, v: &Visit, here: SmsGroup) -> Result<Vec<GroupView>, Refused> {
    let counts = jq_notify::count_sms(&state.db).await?;
    let view = |(group, count): &(SmsGroup, u64)| GroupView {
        name: v.t(&key("sms-group", group.code())),
        href: format!("{PAGE}?group={}", group.code()),
        count: *count,
        here: *group == here,
        bad: *group == SmsGroup::Failed && *count > 0,
    };
    Ok(counts.iter().map(view).collect())
}

/// What the group is, with the limits where it is about them.
fn lead(state: &PortalState, v: &Visit, group: SmsGroup) -> String {
    if group != SmsGroup::HeldBack {
        return v.t(&key("sms-lead", group.code()));
    }
    let rules = state.sms.rules();
    let (codes, messages) = (rules.limit(SmsKind::Code), rules.limit(SmsKind::Message));
    let said: [(&str, &dyn std::fmt::Display); 4] = [
        ("code_hour", &codes.per_hour),
        ("code_day", &codes.per_day),
        ("hour", &messages.per_hour),
        ("day", &messages.per_day),
    ];
    v.text().with("sms-lead-held-back", &said)
}

/// The key of the words for one of several.
fn key(what: &str, code: &str) -> String {
    format!("{what}-{}", code.replace('_', "-"))
}

impl SmsPage {
    /// What an empty group says.
    fn none(&self) -> String {
        self.v.t(&key("sms-none", self.group))
    }
}

impl Row {
    fn new(v: &Visit, line: &SmsLine) -> Self {
        let failed = matches!(line.state, SmsState::Failed | SmsState::Undelivered);
        let (tone, icon) = look(line.state);
        let not_again = match line.kind {
            SmsKind::Code if failed => v.t("sms-not-again-code"),
            _ if failed && !line.can_go_again => v.t("sms-not-again-number"),
            _ => String::new(),
        };
        Self {
            id: line.message_id.to_string(),
            mobile: line.mobile.clone(),
            text: line.text.clone(),
            template: line.template.clone(),
            asked_at: say::moment(line.asked_at),
            state: v.t(&key("sms-state", line.state.code())),
            tone,
            icon,
            why: why(v, line),
            carrier_words: line.carrier_words.clone().unwrap_or_default(),
            counts: counts(v, line),
            cut_off: if line.tries_cut_off > 0 {
                v.n("sms-cut-off", line.tries_cut_off)
            } else {
                String::new()
            },
            can_go_again: line.can_go_again,
            not_again,
        }
    }
}

fn why(v: &Visit, line: &SmsLine) -> String {
    match line.reason {
        Some(SmsReason::Quiet) => v.one("sms-reason-quiet", "at", say::moment(line.due_at)),
        Some(reason) => v.t(&key("sms-reason", reason.code())),
        None => line.done_at.map(say::moment).unwrap_or_default(),
    }
}

fn counts(v: &Visit, line: &SmsLine) -> String {
    let mut said = Vec::new();
    if line.parts > 0 {
        said.push(v.n("sms-parts", line.parts));
    }
    if line.tries > 0 {
        said.push(v.n("sms-tries", line.tries));
    }
    if line.round > 1 {
        said.push(v.n("sms-rounds", line.round - 1));
    }
    said.join(" · ")
}

/// The tag's tone and icon.
fn look(state: SmsState) -> (&'static str, &'static str) {
    match state {
        SmsState::Waiting | SmsState::Sending => ("soon", "clock"),
        SmsState::Sent => ("info", "device-mobile"),
        SmsState::Delivered => ("good", "circle-check"),
        SmsState::Undelivered | SmsState::Failed => ("bad", "circle-x"),
        SmsState::HeldBack => ("soon", "lock"),
    }
}

#[cfg(test)]
mod tests {
    use jq_base::lang::Lang;
    use jq_web::Text;

    use super::*;

    #[test]
    fn every_state_and_reason_has_words_in_both_languages() {
        let states = SmsState::ALL.iter().map(|state| key("sms-state", state.code()));
        let reasons = SmsReason::ALL.iter().map(|reason| key("sms-reason", reason.code()));
        let groups = SmsGroup::ALL
            .into_iter()
            .flat_map(|group| ["sms-group", "sms-lead", "sms-none"].map(|what| key(what, group.code())));
        for key in states.chain(reasons).chain(groups) {
            assert!([Lang::Zh, Lang::En].iter().all(|&lang| Text::of(lang).has(&key)), "{key}");
        }
    }
}
