//! The algorithms that keys are made for.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::CryptoError;
use crate::scheme::{Aes256Gcm, EcdsaP256, Ed25519, Seals, Signs, Sm2, Sm4Gcm};

/// What a key is made for: one algorithm, and no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Algorithm {
    /// SM2 signatures over SM3 (GB/T 32918.2), with the default identity, DER.
    #[serde(rename = "sm2-sm3")]
    Sm2Sm3,
    /// Ed25519 (RFC 8032).
    #[serde(rename = "ed25519")]
    Ed25519,
    /// ECDSA on P-256 over SHA-256, deterministic (RFC 6979), DER.
    #[serde(rename = "ecdsa-p256-sha256")]
    EcdsaP256,
    /// SM4 in GCM (GB/T 32907, RFC 8998).
    #[serde(rename = "sm4-gcm")]
    Sm4Gcm,
    /// AES-256 in GCM (NIST SP 800-38D).
    #[serde(rename = "aes-256-gcm")]
    Aes256Gcm,
}

/// The two things that keys do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Sign, and verify with the public half.
    Signing,
    /// Seal and open.
    Sealing,
}

impl fmt::Display for Use {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Signing => "signing",
            Self::Sealing => "sealing",
        })
    }
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Sm2Sm3, Self::Ed25519, Self::EcdsaP256, Self::Sm4Gcm, Self::Aes256Gcm];

    /// The stable word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Sm2Sm3 => "sm2-sm3",
            Self::Ed25519 => "ed25519",
            Self::EcdsaP256 => "ecdsa-p256-sha256",
            Self::Sm4Gcm => "sm4-gcm",
            Self::Aes256Gcm => "aes-256-gcm",
        }
    }

    /// Reads the stable word.
    pub fn parse(text: &str) -> Result<Self, CryptoError> {
        let known = Self::ALL.into_iter().find(|algorithm| algorithm.code() == text);
        known.ok_or(CryptoError::Form("the name of an algorithm"))
    }

    /// What its keys do.
    pub fn is_for(self) -> Use {
        match self {
            Self::Sm2Sm3 | Self::Ed25519 | Self::EcdsaP256 => Use::Signing,
            Self::Sm4Gcm | Self::Aes256Gcm => Use::Sealing,
        }
    }

    /// How it signs, if that is what it does.
    pub fn signs(self) -> Option<&'static dyn Signs> {
        match self {
            Self::Sm2Sm3 => Some(&Sm2),
            Self::Ed25519 => Some(&Ed25519),
            Self::EcdsaP256 => Some(&EcdsaP256),
            Self::Sm4Gcm | Self::Aes256Gcm => None,
        }
    }

    /// How it seals, if that is what it does.
    pub fn seals(self) -> Option<&'static dyn Seals> {
        match self {
            Self::Sm4Gcm => Some(&Sm4Gcm::NEW),
            Self::Aes256Gcm => Some(&Aes256Gcm::NEW),
            Self::Sm2Sm3 | Self::Ed25519 | Self::EcdsaP256 => None,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
