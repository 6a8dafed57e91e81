//! Calls to carriers over HTTP: with limits on waiting and on what is read, and no address or secret in an error.

use std::error::Error;
use std::time::Duration;

use reqwest::{Client, RequestBuilder};

use super::gateway::GatewayError;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a whole call may take.
const WHOLE: Duration = Duration::from_secs(15);
/// Bytes of an answer that are read.
const ANSWER_MAX: usize = 64 * 1024;
/// Characters of a carrier's words that are kept.
const WORDS_MAX: usize = 200;

/// A carrier's answer.
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) text: String,
}

/// What calls are made with. A redirect is not followed: it would carry the message and the password elsewhere.
pub(super) fn client() -> Result<Client, reqwest::Error> {
    Client::builder()
        .connect_timeout(CONNECT)
        .timeout(WHOLE)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
}

/// Makes a call; a carrier that cannot be reached may be reached later.
pub(super) async fn call(request: RequestBuilder) -> Result<Answered, GatewayError> {
    let mut response = request.send().await.map_err(passing)?;
    let status = response.status().as_u16();
    let mut read = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(passing)? {
        read.extend_from_slice(&chunk);
        if read.len() > ANSWER_MAX {
            return Err(GatewayError::Passing("the answer is too long".into()));
        }
    }
    Ok(Answered { status, text: String::from_utf8_lossy(&read).into_owned() })
}

/// A carrier's words, short enough to be kept.
pub(super) fn words(text: &str) -> String {
    kept(text.trim())
}

/// As much of a carrier's words as is kept.
pub(super) fn kept(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_control()).take(WORDS_MAX).collect()
}

/// The error with its causes and without the address, in which a key may stand.
fn passing(error: reqwest::Error) -> GatewayError {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    GatewayError::Passing(words(&text).into())
}
