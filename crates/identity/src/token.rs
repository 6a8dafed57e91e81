//! Random tokens that stand for a session, and random one-time codes.

use std::fmt;

use jq_base::sm3;
use rand::TryRng;
use rand::rngs::SysRng;

use crate::IdentityError;

/// A token of 256 random bits that its holder shows with every request; only its hash is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A new token: the hash of 256 random bits, which is as random as they are.
    pub(crate) fn fresh() -> Result<Self, IdentityError> {
        let mut bytes = [0_u8; 32];
        SysRng.try_fill_bytes(&mut bytes).map_err(|_| IdentityError::Secret)?;
        Ok(Self(sm3::hex(&bytes)))
    }

    /// Reads a token that came with a request; `None` when it cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        fits.then(|| Self(text.to_owned()))
    }

    /// The token in clear, for the cookie or the answer that hands it to its holder.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub(crate) fn hash(&self) -> String {
        sm3::hex(self.0.as_bytes())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(**)")
    }
}

/// Six random digits, each of the million equally likely.
pub(crate) fn fresh_code() -> Result<String, IdentityError> {
    const CODES: u32 = 1_000_000;
    const FAIR_END: u32 = u32::MAX - u32::MAX % CODES;
    loop {
        let drawn = SysRng.try_next_u32().map_err(|_| IdentityError::Secret)?;
        if drawn < FAIR_END {
            return Ok(format!("{:06}", drawn % CODES));
        }
    }
}

/// A random salt for a password hash.
pub(crate) fn fresh_salt() -> Result<[u8; 16], IdentityError> {
    let mut salt = [0_u8; 16];
    SysRng.try_fill_bytes(&mut salt).map_err(|_| IdentityError::Secret)?;
    Ok(salt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_does_not_show_itself() {
        let token = Token::fresh().unwrap();
        assert_eq!(Token::parse(token.expose()), Some(token.clone()));
        assert_eq!(format!("{token:?}"), "Token(**)");
        assert_ne!(token.hash(), token.expose());
        assert_eq!(Token::parse("abc"), None);
    }

    #[test]
    fn a_code_has_six_digits() {
        for _ in 0..100 {
            let code = fresh_code().unwrap();
            assert!(code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()), "{code}");
        }
    }
}
