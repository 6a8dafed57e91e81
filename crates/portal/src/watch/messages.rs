//! What the platform told somebody who watches.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use jq_notify::inbox;
use jq_web::{Visit, page, say};

use super::{Watcher, Watching};
use crate::bank::messages::MessageLine;
use crate::refused::Answer;
use crate::state::PortalState;

/// Messages that are shown.
const SHOWN_MAX: u32 = 100;

/// The inbox.
#[derive(Template)]
#[template(path = "watch/messages.html")]
pub struct MessagesPage {
    v: Visit,
    me: Watcher,
    messages: Vec<MessageLine>,
}

/// `GET /desk/messages`, `GET /oversight/messages`
pub async fn list<W: Watching>(State(state): State<PortalState>, user: W, v: Visit) -> Answer {
    let recipient = inbox::staff(user.staff().login());
    let found = inbox::list(&state.db, &recipient, v.lang(), SHOWN_MAX).await?;
    let line = |message: inbox::Message| MessageLine { at: say::moment(message.created_at), message };
    let messages = found.into_iter().map(line).collect();
    Ok(page(&MessagesPage { me: Watcher::of(&state, &user, v.lang()).await?, messages, v }))
}

/// `POST /desk/messages`, `POST /oversight/messages` note that everything was read.
pub async fn read_all<W: Watching>(State(state): State<PortalState>, user: W) -> Answer {
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    inbox::mark_all_read(&mut tx, &inbox::staff(user.staff().login()), now).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("{}/messages", W::HOME)).into_response())
}
