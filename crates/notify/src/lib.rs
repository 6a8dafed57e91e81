//! Telling people: text messages to their phones and messages in their portals.
//!
//! The promise: what is announced with a change is sent once the change is true, each message once, at an hour and in
//! a number that people bear, and what was sent to whom, and what became of it, is on record.
//!
//! ```text
//! event notify.sms ─▶ waiting ─▶ sending ─▶ sent ─▶ delivered
//!                      │   ▲        │        └▶ undelivered ─┐
//!                      │   │        └▶ failed ───────────────┤ somebody of the service sends it again
//!                      │   └─────────────────────────────────┘
//!                      └▶ held_back (its phone has had enough; it stands in the portal)
//! ```
//!
//! * *waiting*: it is night, or an earlier message to the same phone has not gone yet. A sweep hands on what is due, in
//!   the order in which it was asked for. One-time codes never wait; they have a lane of their own.
//! * *sending*: handed to the carrier, maybe more than once: while the carrier fails for now, the event is delivered
//!   again later.
//! * *failed*: the carrier will never take it, could not be reached, or nobody can use it any more.
//!
//! Other capabilities announce what happened, and know nothing of messages. [`tell`] hears of it and does what the
//! content says: `notify/events.toml` names the kinds of events and the values they carry, `notify/messages.toml`
//! who is told of which with which words, `notify/sms/*.toml` the texts that go to phones, `notify/limits.toml` the quiet
//! hours and how much one phone gets. All of it is checked when it is loaded. A one-time code is asked for directly:
//! `notify.sms` with [`SmsAsked`].
//!
//! A carrier is a [`Gateway`]: the demo phone, Kannel over HTTP, or Tencent Cloud; `notify/carrier.toml` of the data
//! folder says which ([`Carrier`]). What carriers tell of messages comes in by [`SmsSender::receive`], each thing once,
//! in any order, and only with a key.
//!
//! Tables: `notify_sms` (the record, secrets hidden, numbers sealed), `notify_sms_try` (each time one was handed over),
//! `notify_sms_receipt` (what carriers told), `notify_phone` (what is locked while a phone's messages are counted),
//! `notify_message` (the demo phone), `notify_inbox`. An inbox belongs to a subject, for all who act for it
//! ([`inbox::firm`]), to one person ([`inbox::person`]), or to one member of staff ([`inbox::staff`]).
//!
//! What it never does: send inside a transaction, tell of one event twice, put anything of a firm's credit into an
//! SMS, or keep a code or another secret of a message in its record. The demo phone shows messages in full; its page
//! is wired up in demo mode only.
//!
//! A message that was handed to the carrier just before the process died may be handed over again. Both carry the same
//! reference, the event's id and the round ([`Sms::reference`]), so that the carrier, or whoever reads its log, knows
//! the second for what it is; here the try that was cut off stays on record without an end.

mod error;
mod events;
pub mod inbox;
mod sms;
mod tell;

pub use error::NotifyError;
pub use events::{CODES, CONSUMER, SMS, SMS_DUE, SmsAsked, TELLER, WAITING, consume, tell};
pub use sms::again::send_again;
pub use sms::carrier::{Carrier, CarrierError, SmsSecrets};
pub use sms::demo::{DemoPhone, Received, list_received};
pub use sms::gateway::{Gateway, GatewayError, Handed, Sending, Sms};
pub use sms::length::parts;
pub use sms::list::{SmsGroup, SmsLine, count_sms, list_sms};
pub use sms::model::{SmsKind, SmsReason, SmsState};
pub use sms::receipt::{Receipt, ReceiptKey, Taken, Told};
pub use sms::rules::{Limit, RulesError, SmsRules};
pub use sms::sender::SmsSender;
pub use sms::texts::{PARTS_MAX, Text, TextError, Texts};
pub use tell::{Messages, MessagesError};

/// The tables with columns that lie sealed.
pub const SECRET_TABLES: [&jq_base::seal::SecretTable; 1] = [&sms::SECRETS];
