//! Passwords and client secrets, kept as slow salted hashes (argon2id).

use std::fmt;

use argon2::{Argon2, PasswordHasher, PasswordVerifier};

use crate::IdentityError;
use crate::token::fresh_salt;

/// Characters a password has.
pub(crate) const LENGTH: std::ops::RangeInclusive<usize> = 10..=128;

/// A hash that no password has, of the same cost as a real one.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5$\
                      AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// What is kept of a password: algorithm, cost, salt and hash in one text (PHC format).
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Hashes a password of 10 to 128 characters, on a thread of its own because it is slow on purpose.
    ///
    /// A hash is made for one account; demo accounts, whose password is printed anyway, may share one.
    pub async fn of(password: &str) -> Result<Self, IdentityError> {
        if !LENGTH.contains(&password.chars().count()) {
            return Err(IdentityError::PasswordLength);
        }
        let password = password.to_owned();
        let salt = fresh_salt()?;
        let hash = move || Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
        let hashed = tokio::task::spawn_blocking(hash).await.map_err(|_| IdentityError::Secret)?;
        hashed.map(|hash| Self(hash.to_string())).map_err(|_| IdentityError::Secret)
    }

    /// Whether `password` is the one that was hashed.
    pub(crate) async fn fits(&self, password: &str) -> Result<bool, IdentityError> {
        if password.chars().count() > *LENGTH.end() {
            return Ok(false);
        }
        let (kept, password) = (self.0.clone(), password.to_owned());
        let verify = move || {
            let kept: &str = &kept;
            Argon2::default().verify_password(password.as_bytes(), kept).is_ok()
        };
        tokio::task::spawn_blocking(verify).await.map_err(|_| IdentityError::Secret)
    }

    /// Takes as long as a real check, so that an unknown login is not told from a wrong password by the time.
    pub(crate) async fn fits_nobody(password: &str) -> Result<(), IdentityError> {
        Self(NOBODY.to_owned()).fits(password).await.map(|_| ())
    }

    pub(crate) fn from_storage(kept: String) -> Self {
        Self(kept)
    }

    pub(crate) fn for_storage(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(**)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_only_itself() {
        let hash = PasswordHash::of("jinqiao-demo").await.unwrap();
        assert!(hash.fits("jinqiao-demo").await.unwrap());
        assert!(!hash.fits("jinqiao-dem0").await.unwrap());
        assert!(hash.for_storage().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_ne!(PasswordHash::of("jinqiao-demo").await.unwrap(), hash, "each hash has its own salt");
        assert!(matches!(PasswordHash::of("short").await, Err(IdentityError::PasswordLength)));
    }

    #[tokio::test]
    async fn nobodys_hash_costs_a_real_check() {
        assert!(argon2::password_hash::phc::PasswordHash::new(NOBODY).is_ok(), "else nothing is computed");
        PasswordHash::fits_nobody("jinqiao-demo").await.unwrap();
    }
}
