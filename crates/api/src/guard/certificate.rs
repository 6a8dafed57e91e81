//! The certificate of the caller's TLS connection, as the proxy that ended the connection tells it (RFC 9440).
//!
//! Anybody can write the header, so it is believed only when the connection comes from a proxy that the operator named.
//! The proxy must have checked the certificate, and must take away a header of this name that came from outside.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use jq_crypto::Certificate;
use jq_identity::client::proof::ShownCertificate;

use crate::basic::unescape;
use crate::guard::Refused;
use crate::state::ApiState;

/// The certificate: its bytes in base64 between colons, or in PEM with percent signs, as nginx writes it.
const CERTIFICATE: &str = "client-cert";
/// The distinguished name of its subject.
const SUBJECT: &str = "client-cert-subject";

/// The certificate that a trusted proxy hands on.
pub(crate) fn shown(parts: &Parts, state: &ApiState) -> Option<ShownCertificate> {
    let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let handed_on = text(CERTIFICATE)?;
    if !is_trusted(parts, &state.proxies) {
        state.refuse(Refused::Certificate);
        tracing::warn!("a certificate that no trusted proxy handed on is passed over");
        return None;
    }
    let read = if handed_on.starts_with("-----BEGIN") {
        Certificate::parse_pem(&unescape(handed_on))
    } else {
        Certificate::parse_header(handed_on)
    };
    match read {
        Ok(certificate) => Some(ShownCertificate {
            fingerprint: certificate.fingerprint(),
            subject: text(SUBJECT).map(str::to_owned),
        }),
        Err(error) => {
            state.refuse(Refused::Certificate);
            tracing::warn!(%error, "the proxy handed on no certificate that can be read");
            None
        }
    }
}

/// Whether the connection comes from one of these; one that nobody knows the address of does not.
fn is_trusted(parts: &Parts, proxies: &[IpAddr]) -> bool {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
    peer.is_some_and(|peer| proxies.contains(&peer))
}
