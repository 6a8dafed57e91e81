//! A certificate of somebody else's, as far as it is told apart from others: whoever ended the TLS connection has
//! checked it, so nothing of what it says is read here.

use base64ct::{Base64, Encoding};
use p256::pkcs8::Document;

use crate::{CryptoError, digest};

const LABEL: &str = "CERTIFICATE";
const WHAT: CryptoError = CryptoError::Form("a certificate");
/// The longest certificate that is read, in characters of its text.
const TEXT_CHARS_MAX: usize = 16 * 1024;

/// A certificate (X.509).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
}

impl Certificate {
    /// Reads a certificate in PEM, as OpenSSL writes it.
    pub fn parse_pem(pem: &str) -> Result<Self, CryptoError> {
        if pem.len() > TEXT_CHARS_MAX {
            return Err(WHAT);
        }
        let (label, document) = Document::from_pem(pem.trim()).map_err(|_| WHAT)?;
        if label != LABEL {
            return Err(WHAT);
        }
        Ok(Self { der: document.as_bytes().to_vec() })
    }

    /// Reads a certificate as a proxy hands it on in a header: its DER bytes in base64 between colons (RFC 9440).
    pub fn parse_header(text: &str) -> Result<Self, CryptoError> {
        let coded = text.trim().strip_prefix(':').and_then(|rest| rest.strip_suffix(':')).ok_or(WHAT)?;
        if coded.len() > TEXT_CHARS_MAX {
            return Err(WHAT);
        }
        let der = Base64::decode_vec(coded).map_err(|_| WHAT)?;
        Document::try_from(der.as_slice()).map_err(|_| WHAT)?;
        Ok(Self { der })
    }

    /// The SHA-256 digest of its bytes, 64 lower-case hexadecimal digits: `openssl x509 -fingerprint -sha256` without
    /// the colons.
    pub fn fingerprint(&self) -> String {
        digest::sha256_hex(&self.der)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_the_same_in_pem_and_in_a_header() {
        // A DER sequence of one number stands for a certificate: what is in it is not looked at.
        let pem = "-----BEGIN CERTIFICATE-----\nMAMCAQU=\n-----END CERTIFICATE-----\n";
        let (one, other) =
            (Certificate::parse_pem(pem).unwrap(), Certificate::parse_header(":MAMCAQU=:").unwrap());
        assert_eq!(one, other);
        assert_eq!(one.fingerprint().len(), 64);
        for text in ["MAMCAQU=", ":MAMCAQU", ":MAMCAQ=:", "::", ":AAAA:", ""] {
            assert!(Certificate::parse_header(text).is_err(), "{text}");
        }
        assert!(Certificate::parse_pem(&pem.replace("CERTIFICATE", "PUBLIC KEY")).is_err());
    }
}
