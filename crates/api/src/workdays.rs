//! `GET /api/v1/workdays`: on which day does a period of working days end?

use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use jq_base::clock;
use jq_base::workdays::CalendarNotLoaded;
use serde::Serialize;
use utoipa::ToSchema;

use crate::code;
use crate::params::{Params, wrong};
use crate::problem::ApiProblem;
use crate::said::Said;
use crate::state::ApiState;

/// Working days in one question at most; no period of the rules is near it.
const DAYS_MAX: u32 = 1_000;

/// The end of a period of working days.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Deadline)]
pub(crate) struct DeadlineView {
    /// The day of the event, in Beijing.
    start: Date,
    /// Working days of the period.
    days: u32,
    /// The last day of the period.
    deadline: Date,
    /// The instant at which the period is over: 24:00 in Beijing of its last day. An act before it is in time.
    due_at: Timestamp,
    /// The version of the working-day calendar that was used.
    calendar: String,
}

#[utoipa::path(
    get,
    path = "/api/v1/workdays",
    operation_id = "reckon_deadline",
    tag = "tools",
    summary = "Reckon a deadline in working days",
    description = "A period starts on the day after the event and ends with its last working day at 24:00 in \
        Beijing. A year whose holidays are not loaded is refused, never guessed.",
    params(
        ("start" = String, Query, description = "The event: an RFC 3339 instant or a date.",
            example = "2026-09-28T16:40:00+08:00"),
        ("days" = u32, Query, description = "Working days of the period.", minimum = 0, maximum = 1000, example = 5),
    ),
    responses((status = 200, description = "The deadline.", body = DeadlineView,
        example = json!({ "start": "2026-09-28", "days": 5, "deadline": "2026-10-10",
            "due_at": "2026-10-10T16:00:00Z", "calendar": "2026" }))),
)]
pub(crate) async fn reckon(
    State(state): State<ApiState>,
    params: Params,
) -> Result<Json<DeadlineView>, ApiProblem> {
    let text = params.required("start")?;
    let start = read_start(text).ok_or_else(|| {
        let words = Said::fixed(
            "应为 2026-09-28T16:40:00+08:00 或 2026-09-28 的形式",
            "must look like 2026-09-28T16:40:00+08:00 or 2026-09-28",
        );
        wrong("start", words)
    })?;
    params.required("days")?;
    let days = params.number("days", &0, &DAYS_MAX)?.unwrap_or_default();
    let calendar = state.calendar();
    let deadline = calendar.add(start, days).map_err(not_loaded)?;
    let next = deadline.saturating_add(1.day());
    let due_at = clock::start_of(next).ok_or_else(|| not_loaded(CalendarNotLoaded { year: next.year() }))?;
    let calendar = calendar.version().to_owned();
    Ok(Json(DeadlineView { start, days, deadline, due_at, calendar }))
}

/// An instant with its offset, or a date. A `+` that the address turned into a space is put back.
fn read_start(text: &str) -> Option<Date> {
    let text = text.trim().replace(' ', "+");
    text.parse::<Timestamp>().map(clock::date_of).or_else(|_| text.parse::<Date>()).ok()
}

fn not_loaded(error: CalendarNotLoaded) -> ApiProblem {
    let year = error.year;
    ApiProblem::new(&code::NO_CALENDAR)
        .detail(format!("缺少 {year} 年的工作日历"), format!("the calendar of {year} is missing"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_late_in_the_evening_of_greenwich_is_of_the_next_day_in_beijing() {
        let day = |text: &str| read_start(text).map(|day| day.to_string());
        assert_eq!(day("2026-09-28T16:40:00Z").as_deref(), Some("2026-09-29"));
        assert_eq!(day("2026-09-28T16:40:00 08:00").as_deref(), Some("2026-09-28"));
        assert_eq!(day("2026-09-28").as_deref(), Some("2026-09-28"));
        assert_eq!(day("28.9.2026"), None);
    }
}
