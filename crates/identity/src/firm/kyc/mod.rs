//! The real-name check (实名认证): is this person the legal representative of this firm, or the head of this farm
//! household, as the register knows them?
//!
//! The caller reads the register under a permit and hands over an extract; here it is compared with what the person
//! claims. A refused check names the fields that disagree, never what the register holds, and only a few checks can
//! be tried on one day, so that nobody guesses an identity number. The number itself is kept nowhere: what stays is
//! its keyed hash.
//!
//! ```text
//! pending ─▶ verified ─(another firm: checked again, stays verified)
//!    └─────▶ refused ─▶ verified
//! ```

mod model;
mod policy;
mod service;
mod store;

pub use model::{Claim, HouseholdExtract, KycMismatch, KycOutcome, RegisterExtract, SelfClaim};
pub use service::{verify_legal_rep, verify_self};
pub use store::{CHECKS_PER_DAY_MAX, SUBJECT_CHECKS_PER_DAY_MAX};

pub(super) use policy::{is_adult, same_name};
pub(super) use service::{Check, conclude};
