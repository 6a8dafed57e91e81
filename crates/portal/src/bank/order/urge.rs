//! The bank answers an urge; its administrator urges the own people.

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use jq_base::ids::ActId;
use jq_identity::BankUser;
use jq_lending::{FieldRule, Order};
use jq_supervision::{SupervisionError, Urger};
use jq_web::{Problem, Visit};
use serde::Deserialize;

use super::act::address;
use super::form::{Typed, Values, problem};
use super::show::{Notice, Shown, again};
use super::watch::answer_id;
use crate::bank;
use crate::refused::{Answer, Refused};
use crate::session::Bank;
use crate::state::PortalState;

/// What is said.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Said {
    text: String,
}

/// `POST /bank/orders/{id}/urges/{urge}/answer`
pub async fn answer(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Path((id, urge)): Path<(String, String)>,
    v: Visit,
    Form(said): Form<Said>,
) -> Answer {
    let order = bank::find(&state, &user, &id).await?;
    let form = answer_id(&urge);
    let done = match ActId::parse(&urge) {
        Ok(urge) => answered(&state, &user, &order, &urge, &said.text).await,
        Err(_) => Err(SupervisionError::ActNotFound),
    };
    told(v, &state, &user, &order, (form, said.text), done, "answered").await
}

/// Answers an urge about this order.
async fn answered(
    state: &PortalState,
    user: &BankUser,
    order: &Order,
    urge: &ActId,
    text: &str,
) -> Result<(), SupervisionError> {
    let acts = state.supervision.list_acts(&order.order_id).await?;
    if !acts.iter().any(|act| act.act_id == *urge) {
        return Err(SupervisionError::ActNotFound);
    }
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    state.supervision.answer(&mut tx, user, urge, text, now).await?;
    Ok(tx.commit().await?)
}

/// `POST /bank/orders/{id}/urge`
pub async fn urge(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Path(id): Path<String>,
    v: Visit,
    Form(said): Form<Said>,
) -> Answer {
    let order = bank::find(&state, &user, &id).await?;
    let done = urged(&state, &user, &order, &said.text).await;
    told(v, &state, &user, &order, ("urge".to_owned(), said.text), done, "urged").await
}

async fn urged(
    state: &PortalState,
    user: &BankUser,
    order: &Order,
    text: &str,
) -> Result<(), SupervisionError> {
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    state.supervision.urge(&mut tx, Urger::Bank(user), &order.order_id, text, now).await?;
    Ok(tx.commit().await?)
}

/// Leads back to the order, or shows it again with what is wrong.
async fn told(
    v: Visit,
    state: &PortalState,
    user: &BankUser,
    order: &Order,
    (form, text): (String, String),
    done: Result<(), SupervisionError>,
    word: &str,
) -> Answer {
    let error = match done {
        Ok(()) => return Ok(Redirect::to(&format!("{}?done={word}", address(order))).into_response()),
        Err(error) => error,
    };
    let mut shown = Shown::default();
    let status = match error {
        SupervisionError::Text { min, max } => {
            let over = text.trim().chars().count() > max;
            let rule = if over { FieldRule::TooLong { max } } else { FieldRule::TooShort { min } };
            let errors = vec![problem(&v, &form, "text", &rule.text(v.lang()))];
            let values = Values::new(vec![("text".to_owned(), text)]);
            shown.typed = Some(Typed { form, values, errors });
            StatusCode::UNPROCESSABLE_ENTITY
        }
        SupervisionError::Answered { .. } => {
            shown.notice = Some(Notice::refused(v.t("watch-answered-already")));
            StatusCode::CONFLICT
        }
        SupervisionError::NothingToUrge { .. } => {
            shown.notice = Some(Notice::refused(v.t("watch-nothing-to-urge")));
            StatusCode::CONFLICT
        }
        SupervisionError::TooManyUrges { count } => {
            shown.notice = Some(Notice::refused(v.n("watch-too-many", count)));
            StatusCode::CONFLICT
        }
        SupervisionError::WrongRole => return Err(Problem::new(403, "lending/wrong-role").into()),
        SupervisionError::ActNotFound => {
            return Err(Problem::new(404, "supervision/no-such-act").forward(address(order)).into());
        }
        SupervisionError::Lending(error) => return Err(error.into()),
        error @ (SupervisionError::ComplaintNotFound | SupervisionError::ComplainedAlready) => {
            return Err(error.into());
        }
        error @ (SupervisionError::Ladder(_) | SupervisionError::Store(_)) => {
            return Err(Refused::from(Problem::internal(&error)));
        }
    };
    again(v, state, user, order, shown, status).await
}
