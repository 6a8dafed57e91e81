//! An assertion with which a client asks for a token: a JSON Web Token that it signed (RFC 7523, section 3). Read and
//! judged here without a store and without keys.

use base64ct::{Base64UrlUnpadded, Encoding};
use jiff::{SignedDuration, Timestamp};
use jq_base::ids::ClientId;
use serde_json::{Map, Value};

/// How assertions are signed: ECDSA on P-256 over SHA-256.
pub const ASSERTION_ALGORITHM: &str = "ES256";
/// The longest assertion, in characters.
const CHARS_MAX: usize = 3_000;
/// The longest name of one assertion.
const JTI_CHARS_MAX: usize = 128;
/// How far two clocks may be apart.
const CLOCKS_APART: SignedDuration = SignedDuration::from_secs(60);
/// How long an assertion may be good for; a longer one would have to be remembered longer.
const LIFE_MAX: SignedDuration = SignedDuration::from_mins(15);

/// Why an assertion is not believed; the client hears that it is not, the record says why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssertionFault {
    /// It is no JSON Web Token with the members that it needs.
    Form,
    /// Signed in another way than ES256, or with a condition that is not known here.
    Algorithm,
    /// Issuer and subject are not the client.
    Issuer,
    /// It is for another place.
    Audience,
    /// Its time is over, has not begun, or is too long.
    Time,
    /// No key of the client signed it.
    Forged,
    /// It was used before.
    Replayed,
}

impl AssertionFault {
    /// The word on the record.
    pub fn code(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Algorithm => "algorithm",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::Time => "time",
            Self::Forged => "forged",
            Self::Replayed => "replayed",
        }
    }
}

/// An assertion as it was sent; nothing of it is believed until a key has verified it.
#[derive(Debug)]
pub(super) struct Assertion {
    /// The client that it says it is of.
    pub(super) client_id: ClientId,
    /// Its own name.
    pub(super) jti: String,
    /// Until when it is good.
    pub(super) expires_at: Timestamp,
    /// What is signed: header and claims as they were sent.
    pub(super) signed: String,
    /// The signature, two numbers of 32 bytes.
    pub(super) pair: Vec<u8>,
    claims: Map<String, Value>,
}

impl Assertion {
    /// Reads the three parts.
    pub(super) fn parse(text: &str) -> Result<Self, AssertionFault> {
        let parts: Vec<&str> = text.split('.').collect();
        let [header, claims, signature] = parts[..] else { return Err(AssertionFault::Form) };
        if text.len() > CHARS_MAX {
            return Err(AssertionFault::Form);
        }
        let header = object(header)?;
        if header.get("alg").and_then(Value::as_str) != Some(ASSERTION_ALGORITHM)
            || header.contains_key("crit")
        {
            return Err(AssertionFault::Algorithm);
        }
        let claims_read = object(claims)?;
        let text_of = |name: &str| claims_read.get(name).and_then(Value::as_str);
        let issuer = text_of("iss").ok_or(AssertionFault::Form)?;
        if text_of("sub") != Some(issuer) {
            return Err(AssertionFault::Issuer);
        }
        let jti = text_of("jti").filter(|jti| (1..=JTI_CHARS_MAX).contains(&jti.chars().count()));
        let jti = jti.filter(|jti| !jti.chars().any(char::is_control)).ok_or(AssertionFault::Form)?;
        Ok(Self {
            client_id: ClientId::parse(issuer).map_err(|_| AssertionFault::Issuer)?,
            jti: jti.to_owned(),
            expires_at: instant(&claims_read, "exp")?.ok_or(AssertionFault::Form)?,
            signed: text.rsplit_once('.').map(|(signed, _)| signed.to_owned()).unwrap_or_default(),
            pair: Base64UrlUnpadded::decode_vec(signature).map_err(|_| AssertionFault::Form)?,
            claims: claims_read,
        })
    }

    /// That it is for this place (one of the names that the place has) and for now.
    pub(super) fn check(&self, places: &[&str], now: Timestamp) -> Result<(), AssertionFault> {
        let is_here = |value: &Value| value.as_str().is_some_and(|name| places.contains(&name));
        let here = match self.claims.get("aud") {
            Some(Value::Array(names)) => names.iter().any(is_here),
            Some(name) => is_here(name),
            None => false,
        };
        if !here {
            return Err(AssertionFault::Audience);
        }
        let left = self.expires_at.duration_since(now);
        let begun = |name| -> Result<bool, AssertionFault> {
            Ok(instant(&self.claims, name)?.is_none_or(|at| at.duration_since(now) <= CLOCKS_APART))
        };
        if left <= -CLOCKS_APART || left > LIFE_MAX + CLOCKS_APART || !begun("nbf")? || !begun("iat")? {
            return Err(AssertionFault::Time);
        }
        Ok(())
    }

    /// Until when its name must be remembered.
    pub(super) fn remembered_until(&self) -> Timestamp {
        self.expires_at.checked_add(CLOCKS_APART * 2).unwrap_or(Timestamp::MAX)
    }
}

fn object(part: &str) -> Result<Map<String, Value>, AssertionFault> {
    let bytes = Base64UrlUnpadded::decode_vec(part).map_err(|_| AssertionFault::Form)?;
    serde_json::from_slice(&bytes).map_err(|_| AssertionFault::Form)
}

/// A claim in seconds since 1970.
fn instant(claims: &Map<String, Value>, name: &str) -> Result<Option<Timestamp>, AssertionFault> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    let seconds = value.as_i64().ok_or(AssertionFault::Form)?;
    Timestamp::from_second(seconds).map(Some).map_err(|_| AssertionFault::Form)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: i64 = 1_794_000_000;
    const HERE: &str = "https://jq.example/oauth/token";

    fn claims() -> Value {
        json!({ "iss": "bank01", "sub": "bank01", "aud": HERE, "exp": NOW + 300, "jti": "1" })
    }

    fn token(header: &Value, claims: &Value) -> String {
        let part = |value: &Value| Base64UrlUnpadded::encode_string(value.to_string().as_bytes());
        format!("{}.{}.{}", part(header), part(claims), Base64UrlUnpadded::encode_string(&[1; 64]))
    }

    fn judged(header: &Value, claims: &Value) -> Result<(), AssertionFault> {
        let now = Timestamp::from_second(NOW).unwrap();
        Assertion::parse(&token(header, claims))?.check(&[HERE, "https://jq.example"], now)
    }

    #[track_caller]
    fn check(change: (&str, Value), expected: Result<(), AssertionFault>) {
        let mut changed = claims();
        changed[change.0] = change.1;
        assert_eq!(judged(&json!({ "alg": "ES256" }), &changed), expected, "{changed}");
    }

    #[test]
    fn an_assertion_says_who_where_and_until_when() {
        check(("more", json!(1)), Ok(()));
        check(("aud", json!(["https://jq.example", "https://other"])), Ok(()));
        check(("aud", json!("https://other/oauth/token")), Err(AssertionFault::Audience));
        check(("aud", Value::Null), Err(AssertionFault::Audience));
        check(("sub", json!("bank02")), Err(AssertionFault::Issuer));
        check(("jti", json!("")), Err(AssertionFault::Form));
        check(("jti", json!("x".repeat(129))), Err(AssertionFault::Form));
        check(("exp", json!("soon")), Err(AssertionFault::Form));
    }

    #[test]
    fn an_assertion_is_good_for_a_short_time_only() {
        check(("exp", json!(NOW - 59)), Ok(()));
        check(("exp", json!(NOW - 60)), Err(AssertionFault::Time));
        check(("exp", json!(NOW + 16 * 60)), Ok(()));
        check(("exp", json!(NOW + 16 * 60 + 1)), Err(AssertionFault::Time));
        check(("nbf", json!(NOW + 61)), Err(AssertionFault::Time));
        check(("iat", json!(NOW + 61)), Err(AssertionFault::Time));
        check(("iat", json!(NOW - 10)), Ok(()));
    }

    #[test]
    fn no_other_algorithm_and_no_unknown_condition_is_taken() {
        for header in [
            json!({ "alg": "none" }),
            json!({ "alg": "HS256" }),
            json!({}),
            json!({ "alg": "ES256", "crit": [] }),
        ] {
            assert_eq!(judged(&header, &claims()), Err(AssertionFault::Algorithm), "{header}");
        }
        for text in ["", "a.b", "a.b.c", "e30.e30.e30.e30", "e30=.e30.e30"] {
            assert!(Assertion::parse(text).is_err(), "{text}");
        }
    }
}
