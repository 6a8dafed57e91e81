//! A program with a key of its own, as a bank would have it.

use base64ct::{Base64UrlUnpadded, Encoding};
use jq_crypto::{Algorithm, Digest, PublicKey, Secret};
use serde_json::Value;

/// A key pair that signs calls and assertions.
pub struct Signer {
    private: Secret,
    /// The public half, to be registered.
    pub public: PublicKey,
}

impl Signer {
    /// A fresh pair; panics for an algorithm that does not sign.
    pub fn fresh(algorithm: Algorithm) -> Self {
        let signs = algorithm.signs().expect("an algorithm that signs");
        let private = signs.generate().expect("random bytes");
        let public = signs.public_key(&private).expect("a public half");
        Self { private, public: PublicKey::parse_der(&public).expect("a public key") }
    }

    /// The signature over a text: DER in base64url.
    pub fn sign(&self, text: &str) -> String {
        Base64UrlUnpadded::encode_string(&self.der(text.as_bytes()))
    }

    /// The digest of a body that goes with the key.
    pub fn digest(&self, body: &[u8]) -> String {
        let mut digest = Digest::beside(self.public.algorithm());
        digest.update(body);
        digest.finish_hex()
    }

    /// A JSON Web Token with these claims, signed as ES256.
    pub fn token(&self, claims: &Value) -> String {
        let part = |text: &str| Base64UrlUnpadded::encode_string(text.as_bytes());
        let signed = format!("{}.{}", part(r#"{"alg":"ES256","typ":"JWT"}"#), part(&claims.to_string()));
        let pair = pair(&self.der(signed.as_bytes()));
        format!("{signed}.{}", Base64UrlUnpadded::encode_string(&pair))
    }

    fn der(&self, message: &[u8]) -> Vec<u8> {
        let signs = self.public.algorithm().signs().expect("an algorithm that signs");
        signs.sign(&self.private, message).expect("a signature")
    }
}

/// The two numbers of a DER signature, 32 bytes each.
fn pair(der: &[u8]) -> Vec<u8> {
    let mut rest = &der[2..];
    let mut both = Vec::with_capacity(64);
    for _ in 0..2 {
        let (number, after) = rest[2..].split_at(usize::from(rest[1]));
        let number = &number[number.len().saturating_sub(32)..];
        both.extend(std::iter::repeat_n(0, 32 - number.len()));
        both.extend_from_slice(number);
        rest = after;
    }
    both
}
