//! Handing a new version in: the text of the flow, checked and its cases run before it is kept.

use askama::Template;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use jq_decision::life::{LifeError, VersionAct};
use jq_web::{Visit, page};
use serde::Deserialize;

use super::{may_draft, require, steward};
use crate::refused::Answer;
use crate::staff::me::Head;
use crate::staff::{Inside, StaffPortal};
use crate::state::PortalState;

/// The form.
#[derive(Template)]
#[template(path = "staff/model_draft.html")]
struct DraftPage {
    v: Visit,
    head: Head,
    text: String,
    problem: String,
}

/// Which flow the form begins with.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    flow: String,
}

/// What was typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    text: String,
}

/// `GET /<portal>/models/new`
pub(super) async fn ask<P: StaffPortal>(
    State(state): State<PortalState>,
    Inside { user, .. }: Inside<P>,
    Query(asked): Query<Asked>,
    v: Visit,
) -> Answer {
    let by = steward(&user);
    if !may_draft(&user) {
        // Who only looks finds the models on the list.
        return Ok(Redirect::to(&format!("{}/models", P::HOME)).into_response());
    }
    let text = state.decisions.flow_text(&by, &asked.flow).await?.unwrap_or_default();
    let head = Head::told::<P>(&v, &state, &user).await?;
    Ok(page(&DraftPage { v, head, text, problem: String::new() }))
}

/// `POST /<portal>/models/new`
pub(super) async fn take<P: StaffPortal>(
    State(state): State<PortalState>,
    Inside { user, .. }: Inside<P>,
    v: Visit,
    Form(typed): Form<Typed>,
) -> Answer {
    let by = steward(&user);
    require(&user, VersionAct::Draft)?;
    // A browser sends the ends of lines otherwise than files have them.
    let text = typed.text.replace("\r\n", "\n");
    match state.decisions.draft_flow(&by, &text).await {
        Ok(draft) => {
            let to = format!("{}/models/versions/{}", P::HOME, draft.version_id);
            Ok(Redirect::to(&to).into_response())
        }
        Err(
            error @ (LifeError::Content(_)
            | LifeError::Case(_)
            | LifeError::NoCase
            | LifeError::Same(_)
            | LifeError::OtherBank { .. }
            | LifeError::TooLong(_)),
        ) => {
            let problem = told(&v, &error);
            let head = Head::told::<P>(&v, &state, &user).await?;
            let again = DraftPage { v, head, text, problem };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&again)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// What is wrong with a text, with file, line and rule where the engine names them.
fn told(v: &Visit, error: &LifeError) -> String {
    match error {
        LifeError::Content(source) => v.one("steward-bad-content", "what", source),
        LifeError::Case(source) => v.one("steward-bad-case", "what", source),
        LifeError::NoCase => v.t("steward-bad-no-case"),
        LifeError::Same(version) => v.one("steward-bad-same", "version", version),
        LifeError::OtherBank { of } => v.one("steward-bad-other", "of", of),
        LifeError::TooLong(bytes) => v.n("steward-bad-long", bytes),
        other => other.to_string(),
    }
}
