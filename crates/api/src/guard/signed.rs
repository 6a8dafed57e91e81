//! The signature of a call: its headers are read, its text is verified before anything runs, and its body is compared
//! with the signed digest while it streams by, so that a large batch is not held in memory for it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::OriginalUri;
use axum::http::HeaderName;
use axum::http::request::Parts;
use futures::{Stream, StreamExt};
use jiff::Timestamp;
use jq_crypto::Digest;
use jq_identity::client::SignatureRule;
use jq_identity::client::proof::{RequestFault, SignedRequest, check_request, refuse_request};
use jq_identity::{ApiClient, IdentityError};

use crate::code;
use crate::problem::ApiProblem;
use crate::state::ApiState;

/// Tells the platform's time to a client whose clock is wrong.
const TIME: HeaderName = HeaderName::from_static("request-time");
/// The parts of a signature, each in a header of its own.
const PARTS: [&str; 5] =
    ["request-key", "request-time", "request-nonce", "request-digest", "request-signature"];

/// A body whose digest is watched.
pub(super) struct Checked {
    pub(super) body: Body,
    pub(super) differs: Arc<AtomicBool>,
}

/// Believes the call or says why not; the body goes on to be read.
pub(super) async fn check(
    state: &ApiState,
    client: &ApiClient,
    parts: &Parts,
    body: Body,
) -> Result<Checked, ApiProblem> {
    let now = state.db.clock().now();
    let header = |name: &str| parts.headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let differs = Arc::new(AtomicBool::new(false));
    if PARTS.iter().all(|name| header(name).is_none()) {
        return match client.signatures() {
            SignatureRule::Accepted => Ok(Checked { body, differs }),
            SignatureRule::Demanded => {
                Err(refusal(refuse_request(&state.db, client, RequestFault::Missing).await?, now))
            }
        };
    }
    let [key_id, time, nonce, digest, signature] = PARTS.map(|name| header(name).unwrap_or_default().trim());
    let original = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
    let target = original.path_and_query().map_or_else(|| original.path(), |both| both.as_str());
    let method = parts.method.as_str();
    let request = SignedRequest { method, target, key_id, time, nonce, digest, signature };
    let algorithm =
        check_request(&state.db, client, &request, now).await.map_err(|error| refusal(error, now))?;
    let watched = Watched {
        pieces: body.into_data_stream(),
        digest: Some(Digest::beside(algorithm)),
        expected: digest.to_owned(),
        differs: Arc::clone(&differs),
    };
    Ok(Checked { body: Body::from_stream(watched), differs })
}

/// What to answer when the body turned out to be another one than was signed.
pub(super) async fn forged_body(
    state: &ApiState,
    client: &ApiClient,
    differs: &AtomicBool,
) -> Option<ApiProblem> {
    if !differs.load(Ordering::Acquire) {
        return None;
    }
    let now = state.db.clock().now();
    match refuse_request(&state.db, client, RequestFault::Forged).await {
        Ok(error) | Err(error) => Some(refusal(error, now)),
    }
}

/// What the client hears. A key that is not its own and a signature that does not fit are not told apart.
fn refusal(error: IdentityError, now: Timestamp) -> ApiProblem {
    let IdentityError::Request(fault) = error else { return error.into() };
    let code = match fault {
        RequestFault::Missing | RequestFault::Form => &code::SIGNATURE_MISSING,
        RequestFault::Time => &code::SIGNATURE_TIME,
        RequestFault::KeyUnknown | RequestFault::Forged => &code::SIGNATURE_INVALID,
        RequestFault::Replayed => &code::REPLAYED,
    };
    let problem = ApiProblem::new(code).header("www-authenticate", "Jinqiao-Request realm=\"jinqiao\"");
    match fault {
        RequestFault::Time => problem.header_of(TIME, whole_seconds(now)),
        _ => problem,
    }
}

/// The platform's time as clients are told it.
pub(crate) fn whole_seconds(now: Timestamp) -> String {
    Timestamp::from_second(now.as_second()).unwrap_or(now).to_string()
}

/// A body on its way, which ends with an error when its digest is not the signed one.
struct Watched {
    pieces: BodyDataStream,
    digest: Option<Digest>,
    expected: String,
    differs: Arc<AtomicBool>,
}

impl Stream for Watched {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = std::task::ready!(self.pieces.poll_next_unpin(context));
        if let Some(Ok(piece)) = &next
            && let Some(digest) = &mut self.digest
        {
            digest.update(piece);
        }
        if next.is_none()
            && let Some(digest) = self.digest.take()
            && digest.finish_hex() != self.expected
        {
            self.differs.store(true, Ordering::Release);
            let error = io::Error::other("the body is not the one that was signed");
            return Poll::Ready(Some(Err(axum::Error::new(error))));
        }
        Poll::Ready(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;
    use jq_crypto::Algorithm;

    async fn read(pieces: &'static [&'static str], expected: &str) -> (Option<Bytes>, bool) {
        let differs = Arc::new(AtomicBool::new(false));
        let stream =
            futures::stream::iter(pieces.iter().map(|piece| Ok::<_, axum::Error>(Bytes::from(*piece))));
        let watched = Watched {
            pieces: Body::from_stream(stream).into_data_stream(),
            digest: Some(Digest::beside(Algorithm::EcdsaP256)),
            expected: expected.to_owned(),
            differs: Arc::clone(&differs),
        };
        let read = to_bytes(Body::from_stream(watched), 1_000).await.ok();
        (read, differs.load(Ordering::Acquire))
    }

    #[tokio::test]
    async fn a_body_that_was_not_signed_is_never_read_to_its_end() {
        const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(read(&["a", "bc"], ABC).await, (Some(Bytes::from("abc")), false));
        assert_eq!(read(&["a", "bd"], ABC).await, (None, true));
        assert_eq!(read(&[], ABC).await, (None, true));
    }
}
