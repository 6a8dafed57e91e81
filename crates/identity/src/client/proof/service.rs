//! Believing a client: a token for an assertion or a certificate, and the signature of a call.

use base64ct::{Base64UrlUnpadded, Encoding};
use jiff::Timestamp;
use jq_crypto::Algorithm;
use jq_db::Db;
use serde_json::json;

use super::assertion::{Assertion, AssertionFault};
use super::request::{RequestFault, SignedRequest, remembered_until};
use super::store::{Once, use_once};
use crate::IdentityError;
use crate::client::key::store::{has_certificate, list_keys};
use crate::client::key::{KeyPurpose, TokenAuth};
use crate::client::model::{ApiClient, Bearer};
use crate::client::service::{give, line, refuse};
use crate::client::store;

/// A certificate that a trusted proxy has checked and hands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownCertificate {
    /// The SHA-256 digest of its bytes.
    pub fingerprint: String,
    /// Its subject's distinguished name, when the proxy tells it.
    pub subject: Option<String>,
}

/// Gives a token for an assertion that one of the client's keys signed (RFC 7523). It is used up by that, also when
/// several processes are asked at the same moment. `claimed` is the client id that came beside it, `places` are the
/// names under which this place may be meant.
pub async fn issue_for_assertion(
    db: &Db,
    text: &str,
    claimed: Option<&str>,
    places: &[&str],
    now: Timestamp,
) -> Result<Bearer, IdentityError> {
    let assertion = Assertion::parse(text).map_err(IdentityError::Assertion)?;
    let named = assertion.client_id.as_str();
    let found =
        if claimed.is_none_or(|claimed| claimed == named) { store::find(db, named).await? } else { None };
    let Some(found) = found else { return Err(IdentityError::Assertion(AssertionFault::Issuer)) };
    let client = found.client;
    let mut tx = match judge(db, &assertion, &client, found.token_auth, places, now).await? {
        Ok(()) => db.begin().await?,
        Err(fault) => {
            refuse(db, &client, fault.code()).await?;
            return Err(IdentityError::Assertion(fault));
        }
    };
    let word = (client.client_id(), Once::Assertion, assertion.jti.as_str());
    if !use_once(&mut tx, word, assertion.remembered_until()).await? {
        tx.rollback().await?;
        refuse(db, &client, AssertionFault::Replayed.code()).await?;
        return Err(IdentityError::Assertion(AssertionFault::Replayed));
    }
    give(tx, &client, TokenAuth::PrivateKeyJwt, None, now).await
}

/// That the assertion is for here and now and signed by a key of the client, which asks in this way.
async fn judge(
    db: &Db,
    assertion: &Assertion,
    client: &ApiClient,
    way: TokenAuth,
    places: &[&str],
    now: Timestamp,
) -> Result<Result<(), AssertionFault>, IdentityError> {
    if way != TokenAuth::PrivateKeyJwt {
        return Ok(Err(AssertionFault::Issuer));
    }
    if let Err(fault) = assertion.check(places, now) {
        return Ok(Err(fault));
    }
    let keys = list_keys(db, client.client_id(), KeyPurpose::Token).await?;
    let signed = assertion.signed.as_bytes();
    let fits = keys.iter().any(|key| key.public.verify_pair(signed, &assertion.pair).is_ok());
    Ok(if fits { Ok(()) } else { Err(AssertionFault::Forged) })
}

/// Gives a token to a client whose certificate is registered; it can be used with this certificate only (RFC 8705).
pub async fn issue_for_certificate(
    db: &Db,
    client_id: &str,
    shown: &ShownCertificate,
    now: Timestamp,
) -> Result<Bearer, IdentityError> {
    let Some(found) = store::find(db, client_id).await? else { return Err(IdentityError::WrongLogin) };
    let client = found.client;
    let subject = shown.subject.as_deref().map(str::trim).filter(|subject| !subject.is_empty());
    let is_own = found.token_auth == TokenAuth::TlsClientAuth
        && has_certificate(db, client.client_id(), &shown.fingerprint, subject).await?;
    if !is_own {
        refuse(db, &client, "certificate").await?;
        return Err(IdentityError::WrongLogin);
    }
    give(db.begin().await?, &client, TokenAuth::TlsClientAuth, Some(&shown.fingerprint), now).await
}

/// That a call is signed by a key of the client, now, and for the first time; by which algorithm, so that the body can
/// be compared with its digest. A call that is not believed is put on record.
pub async fn check_request(
    db: &Db,
    client: &ApiClient,
    request: &SignedRequest<'_>,
    now: Timestamp,
) -> Result<Algorithm, IdentityError> {
    let (signed_at, algorithm) = match judge_request(db, client, request, now).await? {
        Ok(believed) => believed,
        Err(fault) => return Err(refuse_request(db, client, fault).await?),
    };
    let mut tx = db.begin().await?;
    let word = (client.client_id(), Once::Request, request.nonce);
    if !use_once(&mut tx, word, remembered_until(signed_at)).await? {
        tx.rollback().await?;
        return Err(refuse_request(db, client, RequestFault::Replayed).await?);
    }
    tx.commit().await?;
    Ok(algorithm)
}

async fn judge_request(
    db: &Db,
    client: &ApiClient,
    request: &SignedRequest<'_>,
    now: Timestamp,
) -> Result<Result<(Timestamp, Algorithm), RequestFault>, IdentityError> {
    let signed_at = match request.signed_at(now) {
        Ok(signed_at) => signed_at,
        Err(fault) => return Ok(Err(fault)),
    };
    let Ok(signature) = Base64UrlUnpadded::decode_vec(request.signature) else {
        return Ok(Err(RequestFault::Form));
    };
    let keys = list_keys(db, client.client_id(), KeyPurpose::Request).await?;
    let Some(key) = keys.into_iter().find(|key| key.key_id == request.key_id) else {
        return Ok(Err(RequestFault::KeyUnknown));
    };
    Ok(match key.public.verify(request.text().as_bytes(), &signature) {
        Ok(()) => Ok((signed_at, key.public.algorithm())),
        Err(_) => Err(RequestFault::Forged),
    })
}

/// Puts on record that a call was not believed; the error to answer with.
pub async fn refuse_request(
    db: &Db,
    client: &ApiClient,
    fault: RequestFault,
) -> Result<IdentityError, IdentityError> {
    let mut tx = db.begin().await?;
    tx.audit(line(client, "request_refused").detail(json!({ "why": fault.code() })));
    tx.commit().await?;
    Ok(IdentityError::Request(fault))
}
