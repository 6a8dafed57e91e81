//! Who is there: people who act for firms, staff of institutions, and the programs of institutions.
//!
//! The promise: whoever acts is known before the act, by a way that fits the risk, and every coming and going is
//! on record.
//!
//! | Who | Signs in with | Stays signed in |
//! | --- | --- | --- |
//! | [`firm`]: a verified person, for one of the subjects that person may act for | mobile number and a one-time code | 12 hours idle, 7 days in all |
//! | [`staff`]: an employee of a source unit, bank, the platform or a regulator | login and password | 30 minutes idle, 12 hours in all |
//! | [`client`]: a program of an institution | client id and secret (OAuth 2.0 client credentials) | 1 hour |
//!
//! ```text
//! code:    requested ─▶ sent ─▶ used
//!                         ├──▶ spent (5 wrong tries) · expired (5 minutes) · replaced (a newer one)
//! session: open ─▶ closed (signed out) · idle too long · over
//! staff:   free ─(5 wrong passwords)─▶ locked 15 minutes ─▶ free
//! ```
//!
//! Tables: `identity_person`, `identity_relation`, `identity_code`, `identity_staff`, `identity_session`,
//! `identity_client`, `identity_bearer`.
//!
//! What it never does: tell a stranger whether a mobile number is known; keep a password, a code, a secret or a
//! token in clear; keep a mobile number of somebody who has no account; decide what a signed-in reader may read
//! (that is `consent`). The code itself passes through the outbox to the SMS gateway; it is of no use after five
//! minutes or after its first use.

pub mod client;
mod error;
pub mod firm;
mod key;
mod password;
pub mod session;
pub mod staff;
mod token;

pub use client::ApiClient;
pub use error::IdentityError;
pub use firm::{FirmPerson, FirmRole, FirmSession, FirmSubject, FirmUser};
pub use key::CodeKey;
pub use password::PasswordHash;
pub use staff::{StaffRole, StaffUser, UnitUser};
pub use token::Token;
