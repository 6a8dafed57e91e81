//! A signed call: what exactly is signed, and within which time. Pure.

use jiff::{SignedDuration, Timestamp};

/// How far the time of a signed call may be from the platform's, either way.
pub const TIME_WINDOW: SignedDuration = SignedDuration::from_mins(5);
/// The first line of what is signed; another way of writing it would have another number.
const FIRST_LINE: &str = "JINQIAO-REQUEST-1";
/// Characters of a word that is used once.
const NONCE_CHARS: std::ops::RangeInclusive<usize> = 16..=64;
/// Digits of a digest.
const DIGEST_DIGITS: usize = 64;

/// Why a signed call is not believed, ordered by what is looked at first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestFault {
    /// The client must sign and did not.
    Missing,
    /// A part of the signature is missing or cannot be read.
    Form,
    /// Its time is too far from the platform's.
    Time,
    /// The client has no such key.
    KeyUnknown,
    /// The signature is not over this call by this key, or the body is not the one that was signed.
    Forged,
    /// It was used before.
    Replayed,
}

impl RequestFault {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Missing, Self::Form, Self::Time, Self::KeyUnknown, Self::Forged, Self::Replayed];

    /// The word on the record.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Form => "form",
            Self::Time => "time",
            Self::KeyUnknown => "key_unknown",
            Self::Forged => "forged",
            Self::Replayed => "replayed",
        }
    }
}

/// A call with what its client says of it.
#[derive(Clone, Copy, Debug)]
pub struct SignedRequest<'a> {
    /// The method in capitals.
    pub method: &'a str,
    /// Path and query as they were sent.
    pub target: &'a str,
    /// The key that signed, as it is registered.
    pub key_id: &'a str,
    /// When it was signed, RFC 3339.
    pub time: &'a str,
    /// A word that the client never uses again.
    pub nonce: &'a str,
    /// The digest of the body, 64 hexadecimal digits: SM3 for an SM2 key, SHA-256 for ECDSA.
    pub digest: &'a str,
    /// The signature in base64url without padding; its bytes are DER.
    pub signature: &'a str,
}

impl SignedRequest<'_> {
    /// What is signed: six lines, joined by line feeds, without one at the end.
    pub fn text(&self) -> String {
        [FIRST_LINE, self.method, self.target, self.time, self.nonce, self.digest].join("\n")
    }

    /// When it was signed, if its parts can be read and the time is near `now`.
    pub(super) fn signed_at(&self, now: Timestamp) -> Result<Timestamp, RequestFault> {
        let fits_nonce = NONCE_CHARS.contains(&self.nonce.len())
            && self.nonce.bytes().all(|sign| sign.is_ascii_alphanumeric() || b"-_".contains(&sign));
        let is_digit = |sign: u8| sign.is_ascii_digit() || (b'a'..=b'f').contains(&sign);
        let fits_digest = self.digest.len() == DIGEST_DIGITS && self.digest.bytes().all(is_digit);
        if !fits_nonce || !fits_digest {
            return Err(RequestFault::Form);
        }
        let at: Timestamp = self.time.parse().map_err(|_| RequestFault::Form)?;
        if at.duration_since(now).abs() > TIME_WINDOW {
            return Err(RequestFault::Time);
        }
        Ok(at)
    }
}

/// Until when the word of a call that was signed then must be remembered: a little longer than the call could be
/// believed.
pub(super) fn remembered_until(signed_at: Timestamp) -> Timestamp {
    signed_at.checked_add(TIME_WINDOW + SignedDuration::from_mins(1)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request<'a>(time: &'a str, nonce: &'a str, digest: &'a str) -> SignedRequest<'a> {
        let (method, target) = ("GET", "/api/v1/events?after=1");
        SignedRequest { method, target, key_id: "k", time, nonce, digest, signature: "AA" }
    }

    #[test]
    fn what_is_signed_is_six_lines() {
        let digest = "0a".repeat(32);
        let signed = request("2026-11-10T01:30:00Z", "abcdefghijklmnop", &digest);
        assert_eq!(
            signed.text(),
            format!(
                "JINQIAO-REQUEST-1\nGET\n/api/v1/events?after=1\n2026-11-10T01:30:00Z\nabcdefghijklmnop\n{digest}"
            )
        );
    }

    #[test]
    fn a_call_is_believed_five_minutes_before_and_after() {
        let (now, digest) = ("2026-11-10T01:30:00Z".parse().unwrap(), "0a".repeat(32));
        let at = |time: &str| request(time, "abcdefghijklmnop", &digest).signed_at(now).map(|_| ());
        assert_eq!(at("2026-11-10T01:25:00Z"), Ok(()));
        assert_eq!(at("2026-11-10T01:24:59Z"), Err(RequestFault::Time));
        assert_eq!(at("2026-11-10T09:35:00+08:00"), Ok(()));
        assert_eq!(at("2026-11-10T01:35:01Z"), Err(RequestFault::Time));
        assert_eq!(at("yesterday"), Err(RequestFault::Form));
    }

    #[test]
    fn no_part_can_hold_a_line_break_or_be_too_short_to_be_random() {
        let (now, digest) = ("2026-11-10T01:30:00Z".parse().unwrap(), "0a".repeat(32));
        let time = "2026-11-10T01:30:00Z";
        for nonce in ["short", "abcdefghijklmno\n", "abcdefghijklmno ", &"a".repeat(65)] {
            assert_eq!(request(time, nonce, &digest).signed_at(now), Err(RequestFault::Form), "{nonce}");
        }
        for digest in ["", &"0A".repeat(32), &"0a".repeat(31)] {
            assert_eq!(request(time, "abcdefghijklmnop", digest).signed_at(now), Err(RequestFault::Form));
        }
    }
}
