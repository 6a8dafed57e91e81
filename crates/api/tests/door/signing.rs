//! A bank's program that signs its calls.

use axum::http::Request;
use axum::http::request::Builder;
use jq_crypto::Algorithm;
use jq_identity::client::key::KeyPurpose;
use jq_testkit::Signer;

use super::{Answer, Door};

/// A program with a token and a key.
pub(crate) struct Caller<'a> {
    pub(crate) door: &'a Door,
    pub(crate) token: String,
    pub(crate) signer: Signer,
    pub(crate) key_id: String,
}

/// What a call says of itself; a test changes parts of it after it was signed.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: &'static str,
    pub(crate) target: String,
    pub(crate) key_id: String,
    pub(crate) time: String,
    pub(crate) nonce: String,
    pub(crate) digest: String,
    pub(crate) signature: String,
    pub(crate) body: String,
}

impl<'a> Caller<'a> {
    /// The client with a fresh registered key of that kind.
    pub(crate) async fn of(door: &'a Door, client: &str, algorithm: Algorithm) -> Self {
        let signer = Signer::fresh(algorithm);
        let key_id = door.add_key(client, KeyPurpose::Request, &signer).await;
        Self { door, token: door.token(client).await, signer, key_id }
    }

    /// A call that is signed now.
    pub(crate) fn call(&self, method: &'static str, target: &str, body: &str) -> Call {
        let now = self.door.test.clock.now();
        let call = Call {
            method,
            target: target.to_owned(),
            key_id: self.key_id.clone(),
            time: now.to_string(),
            nonce: jq_db::fresh_token(now),
            digest: self.signer.digest(body.as_bytes()),
            signature: String::new(),
            body: body.to_owned(),
        };
        self.signed(call)
    }

    /// The call, signed as it is written.
    pub(crate) fn signed(&self, call: Call) -> Call {
        let Call { method, target, time, nonce, digest, .. } = &call;
        let text = format!("JINQIAO-REQUEST-1\n{method}\n{target}\n{time}\n{nonce}\n{digest}");
        Call { signature: self.signer.sign(&text), ..call }
    }

    /// Sends it.
    pub(crate) async fn send(&self, call: &Call) -> Answer {
        self.door.ask(self.request(call), call.body.clone()).await
    }

    /// What is sent, but for the body.
    pub(crate) fn request(&self, call: &Call) -> Builder {
        Request::builder()
            .method(call.method)
            .uri(&call.target)
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .header("accept-language", "en")
            .header("request-key", &call.key_id)
            .header("request-time", &call.time)
            .header("request-nonce", &call.nonce)
            .header("request-digest", &call.digest)
            .header("request-signature", &call.signature)
    }
}
