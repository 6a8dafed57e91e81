//! A person who acts for several firms chooses one.

use askama::Template;
use axum::extract::{Form, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jq_base::ids::SubjectKey;
use jq_identity::{FirmSubject, IdentityError, firm};
use jq_web::{Visit, page};
use serde::Deserialize;

use crate::firm::entrance;
use crate::refused::Answer;
use crate::session::Chooser;
use crate::state::PortalState;

/// The firms to choose from.
#[derive(Template)]
#[template(path = "firm/choose.html")]
pub struct ChoosePage {
    v: Visit,
    acting: bool,
    subjects: Vec<FirmSubject>,
}

/// The chosen firm.
#[derive(Deserialize)]
pub struct ChooseForm {
    #[serde(default)]
    subject: String,
}

/// `GET /firm/choose`
pub async fn ask(chooser: Chooser, v: Visit) -> Response {
    page(&ChoosePage { v, acting: false, subjects: chooser.person.subjects().to_vec() })
}

/// `POST /firm/choose`
pub async fn choose(
    State(state): State<PortalState>,
    chooser: Chooser,
    headers: HeaderMap,
    Form(form): Form<ChooseForm>,
) -> Answer {
    let subject = SubjectKey::parse(&form.subject).map_err(|_| IdentityError::NotYours)?;
    firm::choose_subject(&state.db, &chooser.token, &subject, state.db.clock().now()).await?;
    Ok(entrance::go_on(&headers, &state, "/firm"))
}
