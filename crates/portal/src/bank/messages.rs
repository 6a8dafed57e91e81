//! What the platform told this employee: each message leads to where it can be acted upon.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use jq_notify::inbox::{self, Message};
use jq_web::{Visit, page, say};

use crate::bank::Me;
use crate::refused::Answer;
use crate::session::Bank;
use crate::state::PortalState;

/// Messages that are shown.
const SHOWN_MAX: u32 = 100;

/// The inbox.
#[derive(Template)]
#[template(path = "bank/messages.html")]
pub struct MessagesPage {
    v: Visit,
    me: Me,
    messages: Vec<MessageLine>,
}

/// One message.
pub struct MessageLine {
    /// The message.
    pub message: Message,
    /// When it came.
    pub at: String,
}

/// `GET /bank/messages`
pub async fn list(State(state): State<PortalState>, Bank(user): Bank, v: Visit) -> Answer {
    let recipient = inbox::staff(user.staff().login());
    let found = inbox::list(&state.db, &recipient, v.lang(), SHOWN_MAX).await?;
    let line = |message: Message| MessageLine { at: say::moment(message.created_at), message };
    let messages = found.into_iter().map(line).collect();
    Ok(page(&MessagesPage { me: Me::of(&state, &user, v.lang()).await?, messages, v }))
}

/// `POST /bank/messages` notes that everything was read.
pub async fn read_all(State(state): State<PortalState>, Bank(user): Bank) -> Answer {
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    inbox::mark_all_read(&mut tx, &inbox::staff(user.staff().login()), now).await?;
    tx.commit().await?;
    Ok(Redirect::to("/bank/messages").into_response())
}
