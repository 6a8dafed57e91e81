//! The phone of the demonstration: every message the platform would have sent.

use askama::Template;
use axum::extract::{Query, State};
use jq_base::mobile::Mobile;
use jq_notify::{Received, SmsGroup};
use jq_web::{Visit, page, say};
use serde::Deserialize;

use crate::refused::Answer;
use crate::state::PortalState;

/// Messages shown at most.
const MESSAGES_MAX: u32 = 50;
/// Digits of a one-time code.
const CODE_DIGITS: usize = 6;

/// The phone.
#[derive(Template)]
#[template(path = "demo/phone.html")]
pub struct PhonePage {
    /// The visit.
    pub v: Visit,
    /// Only messages to this number; all when empty.
    pub mobile: String,
    /// Messages to anybody that wait for the morning.
    pub waiting: u64,
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

/// Whose messages.
#[derive(Deserialize)]
pub struct Whose {
    #[serde(default)]
    mobile: String,
}

/// `GET /demo/phone?mobile=`
pub async fn show(State(state): State<PortalState>, Query(whose): Query<Whose>, v: Visit) -> Answer {
    let mobile = Mobile::parse(&whose.mobile).ok();
    let received = jq_notify::list_received(&state.db, mobile.as_ref(), MESSAGES_MAX).await?;
    let shown = mobile.map(|mobile| mobile.for_storage().to_owned()).unwrap_or_default();
    let counts = jq_notify::count_sms(&state.db).await?;
    let waiting = counts.iter().find(|(group, _)| *group == SmsGroup::Waiting).map_or(0, |(_, count)| *count);
    let messages = received.iter().map(Message::from).collect();
    Ok(page(&PhonePage { v, mobile: shown, waiting, messages }))
}

impl From<&Received> for Message {
    fn from(received: &Received) -> Self {
        Self {
            mobile: received.mobile.to_string(),
            at: say::second(received.arrived_at),
            text: received.text.clone(),
            code: code(&received.text),
        }
    }
}

/// The one-time code in a message: the only run of exactly six digits.
fn code(text: &str) -> Option<String> {
    let mut runs = text.split(|sign: char| !sign.is_ascii_digit());
    runs.find(|run| run.len() == CODE_DIGITS).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_found_among_other_figures() {
        assert_eq!(code("验证码 493021，5 分钟内有效").as_deref(), Some("493021"));
        assert_eq!(code("还款 1234567 元"), None);
    }
}
