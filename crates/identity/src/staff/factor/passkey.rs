//! Passkeys (WebAuthn): what the browser is asked and what its answer is worth. The protocol is `webauthn-rs`'s.

use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use webauthn_rs::prelude::{Passkey, Url, WebauthnError};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use crate::IdentityError;

/// The address that passkeys are bound to (依赖方).
#[derive(Clone, Debug)]
pub struct Site {
    pub(super) webauthn: Webauthn,
    pub(super) address: String,
}

impl Site {
    /// The site at this address, such as `https://jinqiao.example`; none when it has no name, since passkeys are bound
    /// to names and not to numbers.
    pub fn at(address: &str) -> Option<Self> {
        let origin = Url::parse(address).ok()?;
        let host = origin.domain()?;
        let builder = WebauthnBuilder::new(host, &origin).ok()?.rp_name(super::ISSUER);
        let address = origin.as_str().trim_end_matches('/').to_owned();
        Some(Self { webauthn: builder.build().ok()?, address })
    }
}

/// The id of a passkey as it is kept and written into forms.
pub(super) fn id_of(passkey: &Passkey) -> String {
    BASE64URL_NOPAD.encode(passkey.cred_id())
}

pub(super) fn write<T: Serialize>(value: &T) -> Result<String, IdentityError> {
    serde_json::to_string(value).map_err(|error| IdentityError::Passkey(error.to_string()))
}

/// Reads what we kept; that it cannot be read is a fault of ours.
pub(super) fn read<T: DeserializeOwned>(kept: &str) -> Result<T, IdentityError> {
    serde_json::from_str(kept).map_err(|error| IdentityError::Passkey(error.to_string()))
}

/// A question that could not be asked is a fault of ours.
pub(super) fn unasked(error: &WebauthnError) -> IdentityError {
    IdentityError::Passkey(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_are_bound_to_a_name() {
        assert!(Site::at("https://jinqiao.example").is_some());
        assert!(Site::at("http://localhost:8080").is_some());
        assert!(Site::at("http://127.0.0.1:8080").is_none());
        assert!(Site::at("nothing").is_none());
    }
}
