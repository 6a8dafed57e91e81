//! What the platform told an employee, in the portals that have no inbox of their own making.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use jq_notify::inbox::{self, Message};
use jq_web::audience::Pages;
use jq_web::{Visit, page, say};

use super::me::Head;
use super::{Inside, StaffPortal};
use crate::bank::messages::MessageLine;
use crate::refused::Answer;
use crate::state::PortalState;

/// Messages that are shown.
const SHOWN_MAX: u32 = 100;

/// The inbox.
#[derive(Template)]
#[template(path = "staff/messages.html")]
struct MessagesPage {
    v: Visit,
    head: Head,
    messages: Vec<MessageLine>,
}

/// The address in one portal.
pub fn pages<P: StaffPortal>() -> Pages<PortalState> {
    Pages::default().at(P::AUDIENCE, &here::<P>(), get(list::<P>).post(read_all::<P>))
}

/// `GET /<portal>/messages`
async fn list<P: StaffPortal>(
    State(state): State<PortalState>,
    Inside { user, .. }: Inside<P>,
    v: Visit,
) -> Answer {
    let found = inbox::list(&state.db, &inbox::staff(user.login()), v.lang(), SHOWN_MAX).await?;
    let line = |message: Message| MessageLine { at: say::moment(message.created_at), message };
    let messages = found.into_iter().map(line).collect();
    Ok(page(&MessagesPage { head: Head::told::<P>(&v, &state, &user).await?, messages, v }))
}

/// `POST /<portal>/messages` notes that everything was read.
async fn read_all<P: StaffPortal>(
    State(state): State<PortalState>,
    Inside { user, .. }: Inside<P>,
) -> Answer {
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    inbox::mark_all_read(&mut tx, &inbox::staff(user.login()), now).await?;
    tx.commit().await?;
    Ok(Redirect::to(&here::<P>()).into_response())
}

fn here<P: StaffPortal>() -> String {
    format!("{}/messages", P::HOME)
}
