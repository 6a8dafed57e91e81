//! Keys and what is done with them: signing what the platform puts out, sealing what it must keep secret.
//!
//! The operator chooses a [`Suite`]: the national one (SM2, SM3, SM4-GCM) or the international one (Ed25519 or ECDSA
//! P-256, SHA-256, AES-256-GCM). Each key remembers what it was made for, so that a change of suite is a rotation:
//! new keys are of the new suite, what the old ones sealed still opens.
//!
//! A key has a purpose and a life:
//!
//! ```text
//! active ──rotate, retire──▶ retired ──destroy──▶ destroyed
//!  signs, seals               verifies, opens      nothing
//! ```
//!
//! [`KeyStore`] is shaped like a hardware security module: keys are named by id, and their private bytes never leave
//! it. [`Keyring`] keeps them in one file, each wrapped under a [`MasterKey`] that lies elsewhere; another store, a
//! real module for one, takes its place by implementing the same trait.
//!
//! A sealed value ([`Sealed`]) is a text for a column; the [`Place`] it stands in is bound to it, so that a value that
//! is moved to another row or field does not open. A signature ([`Signature`]) is detached and names its key; public
//! keys are exported as PEM, and anybody checks with OpenSSL.
//!
//! Others' keys and certificates are checked and told apart as well: [`PublicKey`] verifies what a program signs,
//! [`Certificate`] is known by its fingerprint, [`Digest`] goes over a body as it arrives.
//!
//! Every primitive is a kept crate's; none is made here. Private bytes are wiped from memory when they are let go.
//!
//! ```
//! use jq_crypto::{KeyStore, Keyring, Master, MasterKey, Place, Purpose, Suite};
//!
//! # let folder = std::env::temp_dir().join(format!("jq-crypto-doc-{}", std::process::id()));
//! # let now = "2026-11-10T09:30:00+08:00".parse()?;
//! let keys = Keyring::open(&folder, Master::Given(MasterKey::generate()?))?;
//! let key = keys.generate(Purpose::Level4, Suite::National, now)?;
//! let place = Place::new("person", "mobile", "p-17");
//! let sealed = keys.seal(&key.id, &place, b"13812341234")?;
//! assert_eq!(keys.open(&sealed, &place)?.bytes(), b"13812341234");
//! assert!(keys.open(&sealed, &Place::new("person", "mobile", "p-18")).is_err(), "it is another's");
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod algorithm;
mod certificate;
mod data_key;
mod digest;
mod error;
mod file;
mod key;
mod keyring;
mod master;
mod place;
mod public_key;
mod random;
mod scheme;
mod sealed;
mod sealer;
mod secret;
mod signatory;
mod signature;
mod store;
mod suite;
mod text;

pub use algorithm::{Algorithm, Use};
pub use certificate::Certificate;
pub use data_key::DataKey;
pub use digest::Digest;
pub use error::CryptoError;
pub use key::{KeyId, KeyInfo, KeyState, Purpose};
pub use keyring::Keyring;
pub use master::{Master, MasterKey};
pub use place::Place;
pub use public_key::PublicKey;
pub use scheme::{NONCE, SM2_DIST_ID, Seals, Signs};
pub use sealed::Sealed;
pub use sealer::Sealer;
pub use secret::Secret;
pub use signatory::Signatory;
pub use signature::Signature;
pub use store::KeyStore;
pub use suite::Suite;
