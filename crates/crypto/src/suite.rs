//! The suites that an operator chooses from.

use std::fmt;
use std::str::FromStr;

use jq_base::sm3;
use sha2::{Digest, Sha256};

use crate::CryptoError;
use crate::algorithm::{Algorithm, Use};

/// A set of algorithms that belong together (密码套件).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Suite {
    /// SM2, SM3, SM4-GCM (国密), as Chinese law asks of a public platform.
    #[default]
    National,
    /// Ed25519, SHA-256, AES-256-GCM.
    International,
    /// The same with ECDSA on P-256, for those whose programs do not know Ed25519.
    InternationalP256,
}

impl Suite {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::National, Self::International, Self::InternationalP256];

    /// The stable word.
    pub fn code(self) -> &'static str {
        match self {
            Self::National => "national",
            Self::International => "international",
            Self::InternationalP256 => "international-p256",
        }
    }

    /// The digest of `bytes`: 256 bits in every suite.
    pub fn digest(self, bytes: &[u8]) -> [u8; 32] {
        match self {
            Self::National => sm3::digest(bytes),
            Self::International | Self::InternationalP256 => Sha256::digest(bytes).into(),
        }
    }

    /// The algorithm of the suite for this use.
    pub fn algorithm(self, made_for: Use) -> Algorithm {
        match (made_for, self) {
            (Use::Signing, Self::National) => Algorithm::Sm2Sm3,
            (Use::Signing, Self::International) => Algorithm::Ed25519,
            (Use::Signing, Self::InternationalP256) => Algorithm::EcdsaP256,
            (Use::Sealing, Self::National) => Algorithm::Sm4Gcm,
            (Use::Sealing, Self::International | Self::InternationalP256) => Algorithm::Aes256Gcm,
        }
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Suite {
    type Err = CryptoError;

    fn from_str(text: &str) -> Result<Self, CryptoError> {
        let known = Self::ALL.into_iter().find(|suite| suite.code() == text);
        known.ok_or(CryptoError::Form("a suite: national, international or international-p256"))
    }
}
