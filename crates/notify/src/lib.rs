//! Telling people: text messages to their phones and messages in their portals.
//!
//! The promise: what is announced with a change is sent once the change is true, each message once, and what was
//! sent to whom is on record.
//!
//! ```text
//! event notify.sms ─▶ sending ─▶ sent
//!                        ├─ the carrier fails for now: the event is delivered again later
//!                        └▶ refused (the text cannot be made, or the carrier will never take it)
//! ```
//!
//! Other capabilities announce what happened, and know nothing of messages. [`tell`] hears of it and does what the
//! content says: `notify/events.toml` names the kinds of events and the values they carry, `notify/messages.toml`
//! who is told of which with which words, `notify/sms/*.toml` the texts that go to phones. All of it is checked when
//! it is loaded. A one-time code is asked for directly: `notify.sms` with [`SmsAsked`].
//!
//! Tables: `notify_sms` (the record, secrets hidden), `notify_message` (the demo phone), `notify_inbox`. An inbox
//! belongs to a subject, for all who act for it ([`inbox::firm`]), or to one member of staff ([`inbox::staff`]).
//!
//! What it never does: send inside a transaction, tell of one event twice, put anything of a firm's credit into an
//! SMS, or keep a code or another secret of a message in its record. The demo phone shows messages in full; it is
//! wired up in demo mode only.
//!
//! A message that was handed to the carrier just before the process died may be handed over again; its id is the
//! event's, and a carrier's driver passes it on so that the carrier can drop the second one.

mod error;
mod events;
pub mod inbox;
mod sms;
mod tell;

pub use error::NotifyError;
pub use events::{CONSUMER, SMS, SmsAsked, TELLER, consume, tell};
pub use sms::demo::{DemoPhone, Received, list_received};
pub use sms::gateway::{Gateway, GatewayError, Sending, Sms};
pub use sms::texts::{Text, TextError, Texts};
pub use tell::{Messages, MessagesError};
