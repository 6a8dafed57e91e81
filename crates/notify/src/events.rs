//! What others announce and this capability sends.

use std::collections::BTreeMap;
use std::sync::Arc;

use jq_db::Db;
use jq_db::outbox::{Event, Published};
use jq_jobs::{Failure, Worker};
use serde::{Deserialize, Serialize};

use crate::NotifyError;
use crate::sms::{gateway::Gateway, service, texts::Texts};
use crate::tell::{self, Messages};

/// The kind of event that asks for a text message.
pub const SMS: &str = "notify.sms";
/// The name under which this capability hears of text messages that are asked for.
pub const CONSUMER: &str = "notify";
/// The name under which it hears of what people are told of.
pub const TELLER: &str = "notify.tell";

/// The payload of a `notify.sms` event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmsAsked {
    /// The text's id, such as `sign_in_code`.
    pub template: String,
    /// Where it goes.
    pub mobile: String,
    /// What is filled in, by name.
    pub values: BTreeMap<String, String>,
}

impl SmsAsked {
    /// The event to emit; `recipient` is the account or subject that is told.
    pub fn event(&self, recipient: impl Into<String>) -> Event {
        let payload = serde_json::json!({
            "template": self.template, "mobile": self.mobile, "values": self.values,
        });
        Event::new(SMS, recipient, payload).secret()
    }

    pub(crate) fn read(event: &Published) -> Result<Self, serde_json::Error> {
        Self::deserialize(&event.payload)
    }
}

/// Has a worker send the text messages that are asked for.
pub fn consume(worker: Worker, db: Db, gateway: Arc<dyn Gateway>, texts: Arc<Texts>) -> Worker {
    worker.consume(CONSUMER, [SMS], move |delivery| {
        let (db, gateway, texts) = (db.clone(), Arc::clone(&gateway), Arc::clone(&texts));
        async move {
            let now = db.clock().now();
            service::send(&db, gateway.as_ref(), &texts, &delivery.event, now).await.map_err(failure)
        }
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
