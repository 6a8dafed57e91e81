//! One customer manager's duty, for the bank's administrators: how many orders, when away, and handing all of them
//! over.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use jq_identity::{BankUser, StaffRole, staff};
use jq_lending::LendingError;
use jq_lending::order::{DispatchWay, Duty, is_colleague};
use jq_web::{FieldProblem, Problem, Visit, page};
use serde::Deserialize;

use crate::bank::{Colleagues, Me};
use crate::form::{self, Choice};
use crate::refused::{Answer, Refused};
use crate::session::Bank;
use crate::state::PortalState;

/// The page.
#[derive(Template)]
#[template(path = "bank/duty.html")]
struct DutyPage {
    v: Visit,
    me: Me,
    login: String,
    name: String,
    typed: DutyForm,
    others: Vec<Choice>,
    errors: Vec<FieldProblem>,
}

/// What is set.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct DutyForm {
    orders_max: String,
    away_from: String,
    away_until: String,
}

/// To whom the orders go.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct HandOverForm {
    officer: String,
}

/// How orders reach the bank's people.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct WayForm {
    way: String,
}

/// `GET /bank/team/{login}`
pub async fn ask(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Path(login): Path<String>,
    v: Visit,
) -> Answer {
    let duties = state.lending.duties(&state.db, user.bank()).await?;
    let duty = duties.get(&login).copied().unwrap_or_default();
    let typed = DutyForm {
        orders_max: duty.orders_max.map(|max| max.to_string()).unwrap_or_default(),
        away_from: duty.away.map(|(from, _)| from.to_string()).unwrap_or_default(),
        away_until: duty.away.map(|(_, until)| until.to_string()).unwrap_or_default(),
    };
    Ok(page(&DutyPage::new(v, &state, &user, &login, typed, Vec::new()).await?))
}

/// `POST /bank/team/{login}`
pub async fn set(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Path(login): Path<String>,
    v: Visit,
    Form(form): Form<DutyForm>,
) -> Answer {
    let errors = match form.read(&v) {
        Ok(duty) => match state.lending.set_duty(&user, &login, duty).await {
            Ok(()) => return Ok(done("duty")),
            Err(LendingError::Fields(errors)) => form::problems(&v, &errors),
            Err(error) => return Err(error.into()),
        },
        Err(errors) => errors,
    };
    let wrong = DutyPage::new(v, &state, &user, &login, form, errors).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&wrong)).into_response())
}

/// `POST /bank/team/{login}/hand-over`
pub async fn hand_over(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Path(login): Path<String>,
    Form(form): Form<HandOverForm>,
) -> Answer {
    let to = Some(form.officer.trim()).filter(|to| !to.is_empty());
    let (given, left) = state.lending.hand_over(&user, &login, to).await?;
    Ok(done(&format!("given.{given}.{left}")))
}

/// `POST /bank/team`
pub async fn set_way(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Form(form): Form<WayForm>,
) -> Answer {
    let Ok(way) = form.way.parse::<DispatchWay>() else {
        return Ok(Redirect::to("/bank/team").into_response());
    };
    state.lending.set_dispatch_way(&user, way).await?;
    Ok(done("way"))
}

fn done(what: &str) -> Response {
    Redirect::to(&format!("/bank/team?all=yes&done={what}")).into_response()
}

impl DutyForm {
    fn read(&self, v: &Visit) -> Result<Duty, Vec<FieldProblem>> {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, key: &str| {
            errors.push(FieldProblem { field: field.to_owned(), message: v.t(key) });
        };
        let max = self.orders_max.trim();
        let orders_max = max.parse::<u32>().ok();
        if orders_max.is_none() && !max.is_empty() {
            wrong("orders_max", "duty-orders-max-wrong");
        }
        let mut day = |field: &str, typed: &str| {
            let read = typed.trim().parse::<Date>().ok();
            if read.is_none() && !typed.trim().is_empty() {
                wrong(field, "duty-day-wrong");
            }
            read
        };
        let (from, until) = (day("away_from", &self.away_from), day("away_until", &self.away_until));
        if from.is_some() != until.is_some() && errors.is_empty() {
            errors.push(FieldProblem { field: "away_until".to_owned(), message: v.t("duty-both-days") });
        }
        if errors.is_empty() { Ok(Duty { orders_max, away: from.zip(until) }) } else { Err(errors) }
    }
}

impl DutyPage {
    async fn new(
        v: Visit,
        state: &PortalState,
        user: &BankUser,
        login: &str,
        typed: DutyForm,
        errors: Vec<FieldProblem>,
    ) -> Result<Self, Refused> {
        if user.role() != StaffRole::BankAdmin {
            return Err(Problem::new(403, "lending/only-bank-admin").forward("/bank").into());
        }
        let colleagues = Colleagues::of(state, user, v.lang()).await?;
        // Also somebody who has left: what they had in hand is handed over here.
        let found = staff::find_by_login(&state.db, login).await?.filter(|one| is_colleague(user, one));
        let name = found.map(|one| one.person_name);
        let name =
            name.ok_or_else(|| Problem::new(404, "lending/no-such-colleague").forward("/bank/team"))?;
        let rule = Choice::plain("", &v.t("duty-by-rule"), "");
        let others = colleagues.officers(user).filter(|one| one.login != login);
        let others = others.map(|one| Choice::plain(&one.login, &colleagues.label(one), "-"));
        let others = std::iter::once(rule).chain(others).collect();
        let me = Me::of(state, user, v.lang()).await?;
        Ok(Self { v, me, login: login.to_owned(), name, typed, others, errors })
    }

    fn wrong(&self, field: &str) -> &str {
        form::wrong(&self.errors, field)
    }
}
