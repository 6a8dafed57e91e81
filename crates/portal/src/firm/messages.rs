//! The firm's messages: what happened and what comes next, the newest first; opening one marks it as read.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use jq_base::ids::MessageId;
use jq_notify::inbox;
use jq_web::{Problem, Visit, page, say};

use crate::refused::Answer;
use crate::session::Firm;
use crate::staff::is_page_of;
use crate::state::PortalState;

/// Messages that are listed at most.
const MESSAGES_MAX: u32 = 100;

/// The messages.
#[derive(Template)]
#[template(path = "firm/messages.html")]
pub struct MessagesPage {
    v: Visit,
    messages: Vec<MessageView>,
}

/// One message.
pub struct MessageView {
    id: String,
    title: String,
    body: String,
    at: String,
    ago: String,
    leads_on: bool,
    is_new: bool,
}

/// `GET /firm/messages`
pub async fn list(State(state): State<PortalState>, Firm(user): Firm, v: Visit) -> Answer {
    let now = state.db.clock().now();
    let found = inbox::list(&state.db, &inbox::firm(user.subject()), v.lang(), MESSAGES_MAX).await?;
    let view = |message: &inbox::Message| MessageView {
        id: message.message_id.to_string(),
        title: message.title.clone(),
        body: message.body.clone(),
        at: say::moment(message.created_at),
        ago: say::ago(v.lang(), message.created_at, now),
        leads_on: is_page_of(&message.link, "/firm"),
        is_new: message.read_at.is_none(),
    };
    Ok(page(&MessagesPage { messages: found.iter().map(view).collect(), v }))
}

/// `POST /firm/messages/{id}`: marks it as read and leads to the page where something can be done.
pub async fn open(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    v: Visit,
) -> Answer {
    let recipient = inbox::firm(user.subject());
    let found = inbox::list(&state.db, &recipient, v.lang(), MESSAGES_MAX).await?;
    let message =
        MessageId::parse(&id).ok().and_then(|id| found.into_iter().find(|one| one.message_id == id));
    let Some(message) = message else {
        return Err(Problem::new(404, "notify/no-such-message").forward("/firm/messages").into());
    };
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    inbox::mark_read(&mut tx, &recipient, &message.message_id, now).await?;
    tx.commit().await?;
    let to = if is_page_of(&message.link, "/firm") { message.link.as_str() } else { "/firm/messages" };
    Ok(Redirect::to(to).into_response())
}

/// `POST /firm/messages`: marks all as read.
pub async fn read_all(State(state): State<PortalState>, Firm(user): Firm) -> Answer {
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    inbox::mark_all_read(&mut tx, &inbox::firm(user.subject()), now).await?;
    tx.commit().await?;
    Ok(Redirect::to("/firm/messages").into_response())
}

impl MessagesPage {
    fn unread(&self) -> usize {
        self.messages.iter().filter(|message| message.is_new).count()
    }
}
