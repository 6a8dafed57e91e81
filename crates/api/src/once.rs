//! The same request sent twice does its work once and gets the same answer twice.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jq_db::Tx;
use jq_db::idempotency::Once;
use serde::Serialize;

use crate::caller::BankClient;
use crate::code;
use crate::params::wrong;
use crate::problem::ApiProblem;
use crate::said::Said;
use crate::state::ApiState;

/// The longest key, in characters.
const KEY_CHARS_MAX: usize = 255;
/// Says that an answer is a kept one.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// The key of a request that must have one.
#[derive(Clone, Debug)]
pub(crate) struct Key(String);

/// The key of a request that may have one.
#[derive(Clone, Debug)]
pub(crate) struct OptKey(pub(crate) Option<Key>);

impl<S: Send + Sync> FromRequestParts<S> for OptKey {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiProblem> {
        let Some(sent) = parts.headers.get("idempotency-key") else { return Ok(Self(None)) };
        match sent.to_str().map(str::trim) {
            Ok(text) if (1..=KEY_CHARS_MAX).contains(&text.len()) => Ok(Self(Some(Key(text.to_owned())))),
            _ => {
                let words =
                    Said::fixed("应为 1 至 255 个可打印字符", "must have 1 to 255 printable characters");
                Err(wrong("Idempotency-Key", words))
            }
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiProblem> {
        let OptKey(key) = OptKey::from_request_parts(parts, state).await?;
        key.ok_or_else(|| ApiProblem::new(&code::NO_KEY))
    }
}

/// A request that is done now, in one transaction with the answer that is kept for its key.
pub(crate) struct Call {
    /// What it does is done in here.
    pub(crate) tx: Tx,
    actor: String,
    key: Key,
}

/// What is to be done with a request.
pub(crate) enum Begun {
    /// Do it.
    New(Call),
    /// It was done before: this was the answer.
    Before(Response),
}

/// Claims the key for this request. A request that fails leaves the key free.
pub(crate) async fn begin(
    state: &ApiState,
    client: &BankClient,
    key: Key,
    digest: &str,
) -> Result<Begun, ApiProblem> {
    let actor = format!("client:{}", client.id());
    let mut tx = state.db.begin().await?;
    match tx.once(&actor, &key.0, digest).await? {
        Once::New => Ok(Begun::New(Call { tx, actor, key })),
        Once::Replay { status, answer } => Ok(Begun::Before(again(status, answer))),
        Once::Conflict => Err(ApiProblem::new(&code::KEY_REUSED)),
    }
}

impl Call {
    /// Keeps the answer, makes everything true, and answers.
    pub(crate) async fn finish(
        mut self,
        status: StatusCode,
        view: &impl Serialize,
    ) -> Result<Response, ApiProblem> {
        let answer = serde_json::to_string(view).map_err(|error| ApiProblem::internal(&error))?;
        self.tx.keep_answer(&self.actor, &self.key.0, status.as_u16(), &answer).await?;
        self.tx.commit().await?;
        Ok(json(status, answer))
    }

    /// Gives the key back; the work is done outside of this transaction.
    pub(crate) async fn release(self) -> Result<Key, ApiProblem> {
        self.tx.rollback().await?;
        Ok(self.key)
    }
}

/// The text of a kept answer, beside its response.
#[derive(Clone, Debug)]
pub(crate) struct Kept(pub(crate) Arc<str>);

/// A kept answer.
fn again(status: u16, answer: String) -> Response {
    let kept = Kept(answer.as_str().into());
    let mut response = json(StatusCode::from_u16(status).unwrap_or(StatusCode::OK), answer);
    response.extensions_mut().insert(kept);
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

fn json(status: StatusCode, answer: String) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], answer).into_response()
}
