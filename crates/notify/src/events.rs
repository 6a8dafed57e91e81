//! What others announce and this capability sends.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::SignedDuration;
use jq_base::ids::MessageId;
use jq_db::Db;
use jq_db::outbox::{Event, Published};
use jq_jobs::{Failure, Worker};
use serde::{Deserialize, Serialize};

use crate::sms::model::SmsKind;
use crate::sms::sender::SmsSender;
use crate::sms::{service, wait};
use crate::tell::{self, Messages};
use crate::{NotifyError, TextError};

/// The kind of event that asks for a text message.
pub const SMS: &str = "notify.sms";
/// The kind of event that says that a message has waited long enough.
pub const SMS_DUE: &str = "notify.sms_due";
/// The name under which this capability hears of text messages that are asked for.
pub const CONSUMER: &str = "notify";
/// The name under which it hears of one-time codes, so that nothing else holds them up.
pub const CODES: &str = "notify.codes";
/// The name under which it hears of what people are told of.
pub const TELLER: &str = "notify.tell";
/// The work that looks for messages that have waited long enough.
pub const WAITING: &str = "notify.waiting";

/// How often messages that wait are looked at.
const LOOK_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// The payload of a `notify.sms` event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmsAsked {
    /// The text's id, such as `sign_in_code`.
    pub template: String,
    /// Where it goes.
    pub mobile: String,
    /// What is filled in, by name.
    pub values: BTreeMap<String, String>,
    /// The message in a portal that says the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inbox: Option<String>,
}

impl SmsAsked {
    /// The event to emit; `recipient` is the account or subject that is told.
    pub fn event(&self, recipient: impl Into<String>) -> Event {
        Event::new(SMS, recipient, serde_json::json!(self)).secret()
    }

    pub(crate) fn read(event: &Published) -> Result<Self, serde_json::Error> {
        Self::deserialize(&event.payload)
    }
}

/// The payload of a `notify.sms_due` event.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SmsDue {
    pub(crate) message: MessageId,
}

/// Says that a message to the phone with this hash may go. Events of one phone are delivered in order.
pub(crate) fn due(message: &MessageId, mobile_hash: &str) -> Event {
    let payload = serde_json::json!(SmsDue { message: message.clone() });
    Event::new(SMS_DUE, format!("phone:{mobile_hash}"), payload)
}

/// Has a worker send the text messages that are asked for: codes in a lane of their own, everything else by the rules of
/// the night, and look every minute at what waits.
pub fn consume(worker: Worker, sender: &SmsSender) -> Worker {
    let (codes, messages, waiting) = (sender.clone(), sender.clone(), sender.clone());
    worker
        .consume(CODES, [SMS], move |delivery| {
            let sender = codes.clone();
            async move {
                let sent =
                    service::asked(&sender, &delivery.event, SmsKind::Code, delivery.is_last_try()).await;
                match sent {
                    // What cannot be read is told by the other lane.
                    Err(NotifyError::Event(_) | NotifyError::Text(TextError::Unknown(_))) => Ok(()),
                    sent => sent.map_err(failure),
                }
            }
        })
        .consume(CONSUMER, [SMS, SMS_DUE], move |delivery| {
            let sender = messages.clone();
            async move {
                let (event, last) = (&delivery.event, delivery.is_last_try());
                let sent = if event.kind == SMS_DUE {
                    match SmsDue::deserialize(&event.payload) {
                        Ok(due) => service::is_due(&sender, &due, last).await,
                        Err(error) => Err(NotifyError::Event(error)),
                    }
                } else {
                    service::asked(&sender, event, SmsKind::Message, last).await
                };
                sent.map_err(failure)
            }
        })
        .sweep(WAITING, LOOK_EVERY, move |_| {
            let sender = waiting.clone();
            async move { wait::look(&sender).await.map_err(failure) }
        })
}

/// Has a worker tell firms and staff of the events that concern them, as the content says.
pub fn tell(worker: Worker, db: Db, messages: Arc<Messages>) -> Worker {
    let kinds: Vec<String> = messages.kinds().map(str::to_owned).collect();
    worker.consume(TELLER, kinds, move |delivery| {
        let (db, messages) = (db.clone(), Arc::clone(&messages));
        async move { tell::service::tell(&db, &messages, &delivery).await.map_err(failure) }
    })
}

fn failure(error: NotifyError) -> Failure {
    if error.is_lasting() { Failure::lasting(error) } else { Failure::passing(error) }
}
