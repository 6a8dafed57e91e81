//! Telling people of one event: messages in their portals, and an SMS where a firm should not wait to look.

use std::collections::BTreeMap;

use jq_base::ids::MessageId;
use jq_base::lang::Lang;
use jq_base::sm3;
use jq_db::outbox::{self, Delivery, Published};
use jq_db::{Db, DbError, Tx};
use jq_identity::firm;

use super::content::{Message, Messages};
use super::recipient::{self, To};
use super::template;
use crate::events::SmsAsked;
use crate::inbox::{self, NewMessage};
use crate::{NotifyError, Text};

/// Hexadecimal digits of a message's name.
const ID_DIGITS: usize = 32;

/// A message ready to be put down.
struct Note {
    message: NewMessage,
    sms: Vec<SmsAsked>,
}

/// Tells everyone of an event. Messages, the SMS they ask for and the note that the event is dealt with are one
/// transaction; a message that is there already, from an earlier delivery, is not told again.
pub(crate) async fn tell(db: &Db, messages: &Messages, delivery: &Delivery) -> Result<(), NotifyError> {
    let event = &delivery.event;
    let mut notes = Vec::new();
    for message in messages.of(&event.kind, &event.payload) {
        notes.extend(notes_of(db, messages, message, event).await?);
    }
    let mut tx = db.begin().await?;
    for note in notes {
        put(&mut tx, event, note).await?;
    }
    if outbox::finish(&mut tx, delivery).await? {
        tx.commit().await?;
    } else {
        tx.rollback().await?;
    }
    Ok(())
}

async fn put(tx: &mut Tx, event: &Published, note: Note) -> Result<(), DbError> {
    let recipient = &note.message.recipient;
    let id = message_id(event, recipient);
    if inbox::put_once(tx, &id, &note.message, event.emitted_at).await? {
        for sms in note.sms {
            let sms = SmsAsked { inbox: Some(id.to_string()), ..sms };
            tx.emit(sms.event(recipient.clone()));
        }
    }
    Ok(())
}

/// The name of what `recipient` is told of `event`: the same however often the event comes.
fn message_id(event: &Published, recipient: &str) -> MessageId {
    let hash = sm3::hex(format!("{}|{recipient}", event.event_id).as_bytes());
    hash[..ID_DIGITS].parse().unwrap_or_else(|_| unreachable!("hexadecimal digits are an id"))
}

async fn notes_of(
    db: &Db,
    messages: &Messages,
    message: &Message,
    event: &Published,
) -> Result<Vec<Note>, NotifyError> {
    let said = |name: &str, lang| said(messages, event, name, lang);
    let fill = |text: &template::Template, lang| text.fill(lang, |name| said(name, lang));
    let both = |text| Ok::<_, String>((fill(text, Lang::Zh)?, fill(text, Lang::En)?));
    let title = both(&message.title).map_err(NotifyError::Value)?;
    let body = both(&message.body).map_err(NotifyError::Value)?;
    let link = template::fill(&message.link, |name| said(name, Lang::Zh)).map_err(NotifyError::Value)?;
    let mut notes = Vec::new();
    for to in &message.to {
        for recipient in to.resolve(db, &event.payload).await? {
            let (title, body, link) = (title.clone(), body.clone(), link.clone());
            let sms = match &message.sms {
                Some(sms) if *to == To::Firm => {
                    sms_of(db, messages, messages.texts().get(sms)?, event).await?
                }
                _ => Vec::new(),
            };
            notes.push(Note { message: NewMessage { recipient, title, body, link }, sms });
        }
    }
    Ok(notes)
}

/// The SMS to every verified person of the firm.
async fn sms_of(
    db: &Db,
    messages: &Messages,
    text: &Text,
    event: &Published,
) -> Result<Vec<SmsAsked>, NotifyError> {
    let mut values = BTreeMap::new();
    for name in text.names() {
        let value =
            said(messages, event, name, Lang::Zh).ok_or_else(|| NotifyError::Value(name.to_owned()))?;
        values.insert(name.to_owned(), value);
    }
    let people = firm::list_people(db, &recipient::subject(&event.payload)?, db.clock().now()).await?;
    let asked = |mobile: &str| SmsAsked {
        template: text.id().to_owned(),
        mobile: mobile.to_owned(),
        values: values.clone(),
        inbox: None,
    };
    Ok(people.iter().map(|person| asked(person.mobile.for_storage())).collect())
}

fn said(messages: &Messages, event: &Published, name: &str, lang: Lang) -> Option<String> {
    messages.said(name, &event.payload, lang, event.emitted_at)
}
