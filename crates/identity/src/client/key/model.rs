//! Keys and certificates of clients, and what is demanded of a client.

use std::str::FromStr;

use jiff::Timestamp;
use jq_base::ids::ClientId;
use jq_crypto::{Algorithm, PublicKey};

use crate::IdentityError;

/// How a client asks for a token; each client has one way (RFC 7591, `token_endpoint_auth_method`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenAuth {
    /// By a shared secret.
    ClientSecret,
    /// By an assertion that it signs with its own key (RFC 7523).
    PrivateKeyJwt,
    /// By the certificate of its TLS connection (RFC 8705).
    TlsClientAuth,
}

/// Whether a client signs its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureRule {
    /// It may; a signature that comes is checked.
    Accepted,
    /// It must; a call without one is refused.
    Demanded,
}

/// What a client's key is for; the same key is registered once for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPurpose {
    /// Signing assertions that ask for a token: ECDSA P-256 (ES256).
    Token,
    /// Signing calls: SM2 or ECDSA P-256.
    Request,
}

/// By what a certificate is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateMark {
    /// The SHA-256 digest of its bytes.
    Fingerprint,
    /// Its subject's distinguished name, as the proxy writes it.
    Subject,
}

macro_rules! words {
    ($name:ident: $($variant:ident = $word:literal),* $(,)?) => {
        impl $name {
            /// The word kept in the table and used at the command line.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    _ => Err([$($word),*].join(", ")),
                }
            }
        }
    };
}

words!(TokenAuth: ClientSecret = "client_secret", PrivateKeyJwt = "private_key_jwt", TlsClientAuth = "tls_client_auth");
words!(SignatureRule: Accepted = "accepted", Demanded = "demanded");
words!(KeyPurpose: Token = "token", Request = "request");
words!(CertificateMark: Fingerprint = "fingerprint", Subject = "subject");

impl KeyPurpose {
    /// Whether keys of this algorithm serve it.
    pub fn takes(self, algorithm: Algorithm) -> bool {
        match self {
            Self::Token => algorithm == Algorithm::EcdsaP256,
            Self::Request => matches!(algorithm, Algorithm::EcdsaP256 | Algorithm::Sm2Sm3),
        }
    }
}

/// What may be changed about a client; what is empty stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// How it asks for a token.
    pub token_auth: Option<TokenAuth>,
    /// Whether it signs its calls.
    pub signatures: Option<SignatureRule>,
    /// Calls a minute; 0 for the platform's usual number.
    pub calls_a_minute: Option<u32>,
}

/// A public key that a client was registered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientKey {
    /// The beginning of the key's SHA-256 digest; the client names it in each signed call.
    pub key_id: String,
    /// What for.
    pub purpose: KeyPurpose,
    /// The key.
    pub public: PublicKey,
    /// Since when.
    pub added_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// A certificate that a client was registered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCertificate {
    /// By what it is known.
    pub mark: CertificateMark,
    /// The digest or the name.
    pub value: String,
    /// Since when.
    pub added_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// How a client shows itself, with everything it was registered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientAccess {
    /// The client.
    pub client_id: ClientId,
    /// Its bank, source unit or node.
    pub institution: String,
    /// How it asks for a token.
    pub token_auth: TokenAuth,
    /// Whether it signs its calls.
    pub signatures: SignatureRule,
    /// Calls a minute; the platform's usual number when empty.
    pub calls_a_minute: Option<u32>,
    /// Its keys, ended ones as well.
    pub keys: Vec<ClientKey>,
    /// Its certificates, ended ones as well.
    pub certificates: Vec<ClientCertificate>,
}

/// Digits of a key's digest that name it.
const KEY_ID_DIGITS: usize = 32;
/// The longest distinguished name.
const SUBJECT_CHARS_MAX: usize = 512;

/// Under which name a key is registered.
pub(super) fn key_id(public: &PublicKey) -> String {
    public.fingerprint().chars().take(KEY_ID_DIGITS).collect()
}

/// A certificate's digest without colons in lower case, or its name without spaces around it.
pub(super) fn clean_value(mark: CertificateMark, value: &str) -> Result<String, IdentityError> {
    let value = value.trim();
    let cleaned = match mark {
        CertificateMark::Fingerprint => {
            let digits: String = value.chars().filter(|sign| *sign != ':').collect();
            let fits = digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            fits.then(|| digits.to_ascii_lowercase())
        }
        CertificateMark::Subject => {
            let fits = value.contains('=')
                && value.chars().count() <= SUBJECT_CHARS_MAX
                && !value.chars().any(char::is_control);
            fits.then(|| value.to_owned())
        }
    };
    cleaned.ok_or(IdentityError::Certificate(mark.code()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_the_same_with_and_without_colons() {
        let digits = "0A".repeat(32);
        let colons = vec!["0a"; 32].join(":");
        let clean = |text: &str| clean_value(CertificateMark::Fingerprint, text).ok();
        assert_eq!(clean(&digits), clean(&colons));
        assert_eq!(clean(&digits[1..]), None);
        assert_eq!(clean_value(CertificateMark::Subject, " CN=bank01 ").ok().as_deref(), Some("CN=bank01"));
        assert!(clean_value(CertificateMark::Subject, "bank01").is_err());
    }

    #[test]
    fn a_token_is_asked_for_by_es256_and_a_call_signed_by_sm2_as_well() {
        assert!(!KeyPurpose::Token.takes(Algorithm::Sm2Sm3) && KeyPurpose::Token.takes(Algorithm::EcdsaP256));
        assert!(
            KeyPurpose::Request.takes(Algorithm::Sm2Sm3) && !KeyPurpose::Request.takes(Algorithm::Ed25519)
        );
    }
}
