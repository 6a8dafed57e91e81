//! The firm's messages, and those of the person who acts for it: what happened and what comes next, the newest first;
//! opening one marks it as read.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use jq_base::ids::MessageId;
use jq_base::lang::Lang;
use jq_db::DbError;
use jq_identity::FirmUser;
use jq_notify::SmsReason;
use jq_notify::inbox::{self, Message};
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
    /// Why no SMS was sent of it; empty where nothing was held back.
    held_back: String,
}

/// The inboxes of whoever acts for a firm: the firm's, and the own.
pub fn inboxes(state: &PortalState, user: &FirmUser) -> [String; 2] {
    let own = inbox::person(&state.code_key.mobile_hash(user.person().mobile()));
    [inbox::firm(user.subject()), own]
}

/// What lies in both, the newest first, with the inbox in which each lies.
async fn found(state: &PortalState, user: &FirmUser, lang: Lang) -> Result<Vec<(String, Message)>, DbError> {
    let mut all = Vec::new();
    for recipient in inboxes(state, user) {
        let messages = inbox::list(&state.db, &recipient, lang, MESSAGES_MAX).await?;
        all.extend(messages.into_iter().map(|message| (recipient.clone(), message)));
    }
    all.sort_by_key(|(_, one)| std::cmp::Reverse(one.created_at));
    Ok(all)
}

/// `GET /firm/messages`
pub async fn list(State(state): State<PortalState>, Firm(user): Firm, v: Visit) -> Answer {
    let now = state.db.clock().now();
    let found = found(&state, &user, v.lang()).await?;
    let view = |(_, message): &(String, Message)| MessageView {
        id: message.message_id.to_string(),
        title: message.title.clone(),
        body: message.body.clone(),
        at: say::moment(message.created_at),
        ago: say::ago(v.lang(), message.created_at, now),
        leads_on: is_page_of(&message.link, "/firm"),
        is_new: message.read_at.is_none(),
        held_back: message.held_back.map(|reason| held_back(&v, reason)).unwrap_or_default(),
    };
    Ok(page(&MessagesPage { messages: found.iter().map(view).collect(), v }))
}

/// Why no SMS was sent of a message.
fn held_back(v: &Visit, reason: SmsReason) -> String {
    v.t(if reason == SmsReason::Hour { "messages-held-back-hour" } else { "messages-held-back-day" })
}

/// `POST /firm/messages/{id}`: marks it as read and leads to the page where something can be done.
pub async fn open(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    v: Visit,
) -> Answer {
    let found = found(&state, &user, v.lang()).await?;
    let one =
        MessageId::parse(&id).ok().and_then(|id| found.into_iter().find(|(_, one)| one.message_id == id));
    let Some((recipient, message)) = one else {
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
    for recipient in inboxes(&state, &user) {
        inbox::mark_all_read(&mut tx, &recipient, now).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to("/firm/messages").into_response())
}

impl MessagesPage {
    fn unread(&self) -> usize {
        self.messages.iter().filter(|message| message.is_new).count()
    }
}
