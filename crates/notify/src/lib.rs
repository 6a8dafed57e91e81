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
//! Other capabilities emit `notify.sms` with [`SmsAsked`] in the transaction of their change, or put a message into
//! a portal's inbox with [`inbox::put`]. The texts are content: `notify/sms/*.toml`.
//!
//! Tables: `notify_sms` (the record, secrets hidden), `notify_message` (the demo phone), `notify_inbox`.
//!
//! What it never does: decide who is told what, send inside a transaction, or keep a code or another secret of a
//! message in its record. The demo phone shows messages in full; it is wired up in demo mode only.
//!
//! A message that was handed to the carrier just before the process died may be handed over again; its id is the
//! event's, and a carrier's driver passes it on so that the carrier can drop the second one.

mod error;
mod events;
pub mod inbox;
mod sms;

pub use error::NotifyError;
pub use events::{CONSUMER, SMS, SmsAsked, consume};
pub use sms::demo::{DemoPhone, Received, list_received};
pub use sms::gateway::{Gateway, GatewayError, Sending, Sms};
pub use sms::texts::{Text, TextError, Texts};
