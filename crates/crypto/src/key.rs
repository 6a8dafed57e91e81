//! A key as everybody may know it: its name, what it is for, how it lives.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::algorithm::{Algorithm, Use};
use crate::{CryptoError, random};

/// Small letters and digits that are not taken for one another.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Characters of a fresh id.
const ID: usize = 8;
/// Characters of an id at most; a hardware module may have longer ones.
const ID_MAX: usize = 40;

/// The name of a key. It tells nothing of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyId(String);

impl KeyId {
    /// A fresh id of 40 random bits.
    pub(crate) fn fresh() -> Result<Self, CryptoError> {
        let drawn: [u8; ID] = random::bytes()?;
        Ok(Self(drawn.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()))
    }

    /// Reads an id: 1 to 40 small letters, digits or `-`.
    pub fn parse(text: &str) -> Result<Self, CryptoError> {
        let fits = |sign: u8| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'-';
        if text.is_empty() || text.len() > ID_MAX || !text.bytes().all(fits) {
            return Err(CryptoError::Form("the id of a key"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for KeyId {
    type Err = CryptoError;

    fn from_str(text: &str) -> Result<Self, CryptoError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for KeyId {
    type Error = CryptoError;

    fn try_from(text: String) -> Result<Self, CryptoError> {
        Self::parse(&text)
    }
}

impl From<KeyId> for String {
    fn from(id: KeyId) -> Self {
        id.0
    }
}

/// What a key is for; one key is active for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// The platform's signature under reports and anchors of the audit chain (平台签名).
    Signature,
    /// Sealing fields of level 3 (三级数据).
    #[serde(rename = "level-3")]
    Level3,
    /// Sealing fields of level 4 (四级数据).
    #[serde(rename = "level-4")]
    Level4,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Signature, Self::Level3, Self::Level4];

    /// The stable word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Level3 => "level-3",
            Self::Level4 => "level-4",
        }
    }

    /// What a key for it must be able to do.
    pub fn needs(self) -> Use {
        match self {
            Self::Signature => Use::Signing,
            Self::Level3 | Self::Level4 => Use::Sealing,
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Purpose {
    type Err = CryptoError;

    fn from_str(text: &str) -> Result<Self, CryptoError> {
        let known = Self::ALL.into_iter().find(|purpose| purpose.code() == text);
        known.ok_or(CryptoError::Form("a purpose: signature, level-3 or level-4"))
    }
}

/// How a key lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// Does all it is for.
    Active,
    /// Opens and verifies what it made, and makes nothing new.
    Retired,
    /// Its private bytes are gone; it is refused everywhere.
    Destroyed,
}

impl fmt::Display for KeyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Active => "active",
            Self::Retired => "retired",
            Self::Destroyed => "destroyed",
        })
    }
}

/// What everybody may know of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyInfo {
    /// Its name.
    pub id: KeyId,
    /// What it is for.
    pub purpose: Purpose,
    /// How it does it.
    pub algorithm: Algorithm,
    /// How it lives.
    pub state: KeyState,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it lives so.
    pub state_since: Timestamp,
}

impl KeyInfo {
    /// That the key may make something new.
    pub(crate) fn may_make(&self, act: &'static str) -> Result<(), CryptoError> {
        match self.state {
            KeyState::Active => Ok(()),
            state => Err(CryptoError::State { id: self.id.clone(), state, act }),
        }
    }

    /// That the key may be used on what it made.
    pub(crate) fn may_use(&self, act: &'static str) -> Result<(), CryptoError> {
        match self.state {
            KeyState::Active | KeyState::Retired => Ok(()),
            state @ KeyState::Destroyed => Err(CryptoError::State { id: self.id.clone(), state, act }),
        }
    }
}
