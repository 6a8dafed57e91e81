//! One-time codes that change every 30 seconds (TOTP, RFC 6238 over HOTP, RFC 4226), as authenticator programs on
//! phones show them: HMAC-SHA-1, six digits.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use rand::TryRng;
use rand::rngs::SysRng;
use sha1::Sha1;
use url::form_urlencoded;

use crate::IdentityError;

/// Seconds for which a code is shown.
const STEP_S: i64 = 30;
/// Bytes of a secret: as many as the hash gives out, as RFC 4226 recommends.
const SECRET: usize = 20;
/// Digits of a code.
const DIGITS: u32 = 6;
/// A code is also taken this many steps early or late, for clocks that are not quite right and for slow typing.
const STEPS_AROUND: i64 = 1;

/// What a phone and the platform share.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct TotpSecret(Vec<u8>);

impl TotpSecret {
    /// A secret of 160 random bits.
    pub(super) fn fresh() -> Result<Self, IdentityError> {
        let mut bytes = vec![0_u8; SECRET];
        SysRng.try_fill_bytes(&mut bytes).map_err(|_| IdentityError::Secret)?;
        Ok(Self(bytes))
    }

    /// Reads [`TotpSecret::text`]; nothing when it cannot be one.
    pub(super) fn parse(text: &str) -> Option<Self> {
        BASE32_NOPAD.decode(text.as_bytes()).ok().map(Self)
    }

    /// The secret as a person types it into a phone, and as it is kept.
    pub(super) fn text(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    /// The address that an authenticator program reads from a QR code.
    pub(super) fn address(&self, issuer: &str, login: &str) -> String {
        let escaped = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let (issuer, login) = (escaped(issuer).replace('+', "%20"), escaped(login));
        format!(
            "otpauth://totp/{issuer}:{login}?secret={}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP_S}",
            self.text()
        )
    }

    /// The step whose code this is, near `now` and after `last_step`, so that no code is taken twice.
    pub(super) fn step_of(&self, code: &str, last_step: i64, now: Timestamp) -> Option<i64> {
        let code: String = code.chars().filter(|sign| !sign.is_whitespace()).collect();
        let here = now.as_second().div_euclid(STEP_S);
        let mut near = (here - STEPS_AROUND..=here + STEPS_AROUND).filter(|step| *step > last_step);
        near.find(|step| self.code(*step) == code)
    }

    /// The code of a step.
    pub(super) fn code(&self, step: i64) -> String {
        let digits = DIGITS as usize;
        format!("{:0digits$}", self.number(step) % 10_u32.pow(DIGITS))
    }

    /// The 31 bits of RFC 4226, section 5.3: where they start stands in the last four bits of the hash.
    fn number(&self, step: i64) -> u32 {
        let mut mac =
            <Hmac<Sha1> as KeyInit>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(&step.to_be_bytes());
        let hash = mac.finalize().into_bytes();
        let start = usize::from(hash[hash.len() - 1] & 0x0f);
        let taken = [hash[start], hash[start + 1], hash[start + 2], hash[start + 3]];
        u32::from_be_bytes(taken) & 0x7fff_ffff
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(**)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of the examples in both standards.
    fn example() -> TotpSecret {
        TotpSecret(b"12345678901234567890".to_vec())
    }

    #[test]
    fn the_codes_are_those_of_rfc_6238_appendix_b() {
        let printed = [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000_i64, 65_353_130),
        ];
        for (second, code) in printed {
            assert_eq!(example().number(second / STEP_S) % 100_000_000, code, "at second {second}");
        }
    }

    #[test]
    fn the_codes_are_those_of_rfc_4226_appendix_d() {
        let printed = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
            "520489",
        ];
        for (step, code) in (0..).zip(printed) {
            assert_eq!(example().code(step), code);
        }
    }

    #[test]
    fn a_code_is_taken_a_step_early_or_late_and_once() {
        let secret = example();
        let at = |second| Timestamp::from_second(second).unwrap();
        let code = secret.code(100);
        for second in [2_970, 3_000, 3_029, 3_059] {
            assert_eq!(secret.step_of(&code, 0, at(second)), Some(100), "{second}");
        }
        for second in [2_969, 3_060] {
            assert_eq!(secret.step_of(&code, 0, at(second)), None, "{second}");
        }
        assert_eq!(secret.step_of(&code, 100, at(3_000)), None, "it was used");
        assert_eq!(secret.step_of("", 0, at(3_000)), None);
    }

    #[test]
    fn a_phone_is_told_whose_secret_it_is() {
        let address = example().address("金桥 jinqiao", "officer@bank01");
        assert_eq!(
            address,
            "otpauth://totp/%E9%87%91%E6%A1%A5%20jinqiao:officer%40bank01?secret=\
             GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%E9%87%91%E6%A1%A5%20jinqiao&algorithm=SHA1&digits=6&period=30"
        );
        assert_eq!(format!("{:?}", example()), "TotpSecret(**)");
        assert_ne!(TotpSecret::fresh().unwrap(), TotpSecret::fresh().unwrap());
        assert_eq!(TotpSecret::parse(&example().text()), Some(example()));
        assert_eq!(TotpSecret::parse("not a secret"), None);
    }
}
