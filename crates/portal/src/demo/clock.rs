//! The clock of the demonstration: a visitor moves time forward and sees deadlines pass and the ladder's acts fire.

use askama::Template;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp, ToSpan};
use jq_base::clock::{Clock, SHIFT_SETTING, date_of, zone};
use jq_base::workdays::Calendar;
use jq_db::audit::AuditLine;
use jq_db::{Db, DbError};
use jq_web::{FieldProblem, Visit, page, say};
use serde::Deserialize;

use crate::refused::Answer;
use crate::state::PortalState;
use crate::words;

/// The furthest a visitor can go at once, in days: deadlines beyond have no calendar anyway.
const DAYS_MAX: i64 = 400;
/// Acts shown at most.
const ACTS_MAX: u32 = 100;
/// When people come to work.
const MORNING: (i8, i8) = (9, 30);

/// The clock.
#[derive(Template)]
#[template(path = "demo/clock.html")]
pub struct ClockPage {
    /// The visit.
    pub v: Visit,
    /// What day it is, in words.
    pub day: String,
    /// What time it is.
    pub time: String,
    /// Earliest time that can be typed.
    pub earliest: String,
    /// What was typed and cannot be taken.
    pub typed: String,
    /// What is wrong with it.
    pub errors: Vec<FieldProblem>,
    /// What moving the clock led to; nothing before it was moved.
    pub fired: Option<Fired>,
}

/// What moving the clock led to.
pub struct Fired {
    /// Orders that lapsed, fell overdue or went on.
    pub orders: u64,
    /// Acts of supervision, the newest first.
    pub acts: Vec<FiredAct>,
}

/// An act of supervision.
pub struct FiredAct {
    /// When it was due.
    pub due: String,
    /// About which order.
    pub order_no: String,
    /// What it was.
    pub text: String,
}

/// Where to move the clock.
#[derive(Deserialize)]
pub struct Move {
    #[serde(default)]
    by: String,
    #[serde(default)]
    to: String,
}

/// What the last move led to.
#[derive(Deserialize)]
pub struct Moved {
    /// Since which moment, in microseconds.
    #[serde(default)]
    since: Option<i64>,
    #[serde(default)]
    orders: u64,
}

/// `GET /demo/clock`
pub async fn show(State(state): State<PortalState>, Query(moved): Query<Moved>, v: Visit) -> Answer {
    let fired = match moved.since.and_then(|micros| Timestamp::from_microsecond(micros).ok()) {
        Some(since) => {
            let acts = state.supervision.list_recent(since, ACTS_MAX).await?;
            let told = |act: &jq_supervision::Act| FiredAct {
                due: say::moment(act.due_at),
                order_no: act.order_no.clone(),
                text: state.supervision.act_text(act, v.lang()).to_owned(),
            };
            Some(Fired { orders: moved.orders, acts: acts.iter().map(told).collect() })
        }
        None => None,
    };
    Ok(page(&ClockPage::at(v, state.db.clock().now(), fired)))
}

/// `POST /demo/clock` moves the clock forward and does at once what is due by then.
pub async fn set(State(state): State<PortalState>, v: Visit, Form(asked): Form<Move>) -> Answer {
    let now = state.db.clock().now();
    let Some(to) = asked.target(now, &state.lending.calendar()) else {
        let message = v.t("clock-wrong");
        let errors = vec![FieldProblem { field: "to".to_owned(), message }];
        let shown = page(&ClockPage { typed: asked.to, errors, ..ClockPage::at(v, now, None) });
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response());
    };
    move_to(&state.db, to).await?;
    let orders = state.lending.sweep_now(to).await?;
    state.supervision.sweep_now(to).await?;
    let address = format!("/demo/clock?since={}&orders={orders}", to.as_microsecond());
    Ok(Redirect::to(&address).into_response())
}

/// Sets a demonstration's clock, now and for every later start.
pub async fn move_to(db: &Db, to: Timestamp) -> Result<(), DbError> {
    let clock = db.clock();
    clock.advance(to.duration_since(clock.now()));
    let shift = to.duration_since(Clock::System.now());
    let mut tx = db.begin().await?;
    tx.set_setting(SHIFT_SETTING, &shift.as_secs().to_string()).await?;
    tx.audit(AuditLine::new("demo", "demo", "demo.clock_moved").detail(serde_json::json!({ "to": to })));
    tx.commit().await
}

impl ClockPage {
    fn at(v: Visit, now: Timestamp, fired: Option<Fired>) -> Self {
        let moment = now.to_zoned(zone());
        Self {
            day: words::whole_day(v.lang(), moment.date()),
            time: moment.strftime("%H:%M").to_string(),
            earliest: moment.strftime("%Y-%m-%dT%H:%M").to_string(),
            typed: String::new(),
            errors: Vec::new(),
            fired,
            v,
        }
    }
}

impl Move {
    /// The moment to go to: later than now, and not too far.
    fn target(&self, now: Timestamp, calendar: &Calendar) -> Option<Timestamp> {
        let to = match self.by.as_str() {
            "hour" => now + SignedDuration::from_hours(1),
            "day" => now + SignedDuration::from_hours(24),
            "workday" => morning_after(now, calendar, 1)?,
            "workdays5" => morning_after(now, calendar, 5)?,
            "workdays10" => morning_after(now, calendar, 10)?,
            _ => self.to.trim().parse::<DateTime>().ok()?.to_zoned(zone()).ok()?.timestamp(),
        };
        let last = now + SignedDuration::from_hours(24 * DAYS_MAX);
        (to > now && to <= last).then_some(to)
    }
}

/// The morning of the `days`-th working day after today; of the next days where the calendar is not published.
fn morning_after(now: Timestamp, calendar: &Calendar, days: u32) -> Option<Timestamp> {
    let today: Date = date_of(now);
    let day = calendar.add(today, days).unwrap_or_else(|_| today.saturating_add(i64::from(days).days()));
    let (hour, minute) = MORNING;
    Some(day.at(hour, minute, 0, 0).to_zoned(zone()).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(by: &str, to: &str) -> Option<String> {
        let now = "2026-11-13T17:00:00+08:00".parse().unwrap();
        let asked = Move { by: by.to_owned(), to: to.to_owned() };
        asked.target(now, &Calendar::embedded()).map(say::moment)
    }

    #[test]
    fn the_clock_goes_forward_only_and_knows_weekends() {
        assert_eq!(target("hour", "").as_deref(), Some("2026-11-13 18:00"));
        assert_eq!(target("workday", "").as_deref(), Some("2026-11-16 09:30"));
        assert_eq!(target("workdays5", "").as_deref(), Some("2026-11-20 09:30"));
        assert_eq!(target("", "2026-12-01T08:00").as_deref(), Some("2026-12-01 08:00"));
        assert_eq!(target("", "2026-11-13T16:59"), None, "never back");
        assert_eq!(target("", "2036-01-01T00:00"), None, "not too far");
        assert_eq!(target("", "tomorrow"), None);
    }
}
