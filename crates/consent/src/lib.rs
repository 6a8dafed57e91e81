//! Who may read whose credit records: every read starts with a permit, and permits come from here only.
//!
//! The promise: nobody reads a record without a permit for this reader, this purpose, this subject, these items and
//! this moment; every permit rests on the subject's own act or on the law's openness of the item; and the subject
//! can see each one.
//!
//! | Permit | Rests on | Opens |
//! | --- | --- | --- |
//! | [`permit_self`] | the signed-in person acts for the subject | the subject's own records |
//! | [`permit_prequal`] | the same, and the person asked for an indicative limit | what the models need, for this one run |
//! | [`permit_public`] | the catalogue says that anyone may read the item | public items of organisations |
//!
//! ```text
//! asked ─▶ issued (kept, audited) ─▶ checked where the records are read
//!    └──▶ refused: unknown item · item is not public · a natural person has no public records
//! ```
//!
//! Table: `consent_permit`.
//!
//! What it never does: issue a permit that is not on record in the same transaction; issue one for items it was not
//! asked for; read records itself; keep a permit for later. A permit is asked for again with every read, so that
//! what the subject takes back is gone for the next read that starts.

mod error;
mod policy;
mod service;
mod store;

pub use error::ConsentError;
pub use service::{permit_operator, permit_prequal, permit_public, permit_self};
pub use store::{IssuedPermit, list_permits};
