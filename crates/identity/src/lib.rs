//! Who is there: people who act for firms, staff of institutions, and the programs of institutions.
//!
//! The promise: whoever acts is known before the act, by a way that fits the risk, and every coming and going is
//! on record.
//!
//! | Who | Signs in with | Stays signed in |
//! | --- | --- | --- |
//! | [`firm`]: a person, for one of the subjects that person may act for | mobile number and a one-time code | 12 hours idle, 7 days in all |
//! | [`staff`]: an employee of a source unit, bank, the platform or those who watch it | login, password and a second factor: a code from a phone or a passkey | 30 minutes idle, 12 hours in all, at 5 devices |
//! | [`client`]: a program of an institution | secret, signed assertion or certificate (OAuth 2.0 client credentials) | 1 hour |
//!
//! Anybody who holds a mobile number can sign up with it. What such a person may do begins with the real-name check:
//! against the register, as the legal representative ([`firm::kyc`]), or by accepting a mandate ([`firm::mandate`]).
//! Each portal has its own signed-in type: [`FirmUser`], [`UnitUser`], [`BankUser`], [`DeskUser`], [`OversightUser`],
//! [`SystemUser`], [`SecurityUser`], [`AuditUser`]; the last three are the platform's administrators, none of whom can do
//! another's work.
//!
//! An employee who has shown the password owes what [`staff::Due`] says; until then [`staff::authenticate`] knows nobody.
//! Whatever opens level-4 data asks [`StaffUser::require_fresh_second_factor`] first, and
//! [`staff::SecondFactors::step_up`] makes it fresh.
//!
//! ```text
//! code:    sent ─▶ used
//!            └──▶ spent (5 wrong tries) · expired (5 minutes) · replaced (a newer one)
//! session: open ─▶ closed (signed out) · idle too long · over
//! person:  pending ─▶ verified        pending ─▶ refused ─▶ verified
//! mandate: offered ─▶ held ─▶ expired · revoked · ended     offered ─▶ declined · revoked · lapsed
//! account: awaits a role ─▶ open ─▶ closed
//! staff:   free ─(5 wrong passwords, or 5 wrong second factors)─▶ locked 15 minutes, or until somebody unlocks ─▶ free
//! sign-in: password ─▶ second factor ─▶ inside     password ─▶ enrol one ─▶ inside (outside a demonstration)
//! ```
//!
//! Tables: `identity_person`, `identity_relation`, `identity_mandate`, `identity_check`, `identity_code`,
//! `identity_institution`, `identity_staff`, `identity_password_past`, `identity_totp`, `identity_passkey`,
//! `identity_ceremony`, `identity_rescue`, `identity_session`, `identity_client`, `identity_client_key`,
//! `identity_client_certificate`, `identity_client_once`, `identity_bearer`.
//!
//! What it never does: tell a stranger whether a mobile number is known, before the code that was sent to it is
//! right; believe an assertion or a signed call twice; keep a password, a code, a secret, a token or an identity number
//! in clear (the secrets of second factors are sealed, passwords and tokens hashed); keep in its tables a mobile
//! number whose holder has not shown the code; tell what the register holds where a claim disagrees with it; decide
//! what a signed-in reader may read (that is `consent`).
//!
//! The number and the code do pass through the outbox to the SMS gateway, and lie there sealed until old events are
//! forgotten; the code is of no use after five minutes or after its first use.

pub mod admin;
pub mod client;
mod error;
pub mod firm;
pub mod institution;
mod key;
mod password;
pub mod session;
pub mod staff;
mod token;

pub use client::ApiClient;
pub use error::IdentityError;
pub use firm::kyc::{KycMismatch, KycOutcome};
pub use firm::mandate::MandateScope;
pub use firm::{FirmPerson, FirmRole, FirmSession, FirmSubject, FirmUser};
pub use institution::{Institution, InstitutionKind};
pub use key::{CodeKey, IdHashKey};
pub use password::PasswordHash;
pub use staff::{
    AuditUser, BankUser, DeskUser, OversightUser, SecondFactors, SecurityUser, StaffEntry, StaffRole,
    StaffUser, SystemUser, UnitUser,
};
pub use token::Token;

/// The tables with columns that lie sealed.
pub const SECRET_TABLES: [&jq_base::seal::SecretTable; 2] = [&firm::SECRETS, &staff::factor::SECRETS];
