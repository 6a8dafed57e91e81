//! The phone of the demonstration: every message the platform would have sent.

use askama::Template;
use jq_web::Visit;

/// The phone.
#[derive(Template)]
#[template(path = "demo/phone.html")]
pub struct PhonePage {
    /// The visit.
    pub v: Visit,
    /// Only messages to this number; all when empty.
    pub mobile: String,
    /// Newest first.
    pub messages: Vec<Message>,
}

/// One message.
pub struct Message {
    /// To whom.
    pub mobile: String,
    /// When.
    pub at: String,
    /// What it says.
    pub text: String,
    /// The code in it, to be read at a glance.
    pub code: Option<String>,
}
