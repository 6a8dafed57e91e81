//! Who may read whose credit records: what a firm allows a bank, and the permit every read starts with.
//!
//! The promise: nobody reads a record without a permit for this reader, this purpose, this subject, these items and
//! this moment; every permit rests on the subject's own act or on the law's openness of the item; what the subject
//! takes back is gone for the next read that starts; and the subject can see each look, also the refused ones.
//!
//! | Permit | Rests on | Opens |
//! | --- | --- | --- |
//! | [`permit_self`] | the signed-in person acts for the subject | the subject's own records, or what the models need for one run |
//! | [`permit_claim`] | a person claims to act for the subject | nothing to the person: claim and record are compared |
//! | [`permit_public`] | the catalogue says that anyone may read the item | public items of organisations |
//! | [`permit_bank`] | a consent the subject gave this bank | the items of that consent, none else |
//!
//! ```text
//! consent: active ─▶ withdrawn (by the firm, one act) · superseded (a newer one for the same) · expired (its time is up)
//! request: asked ─▶ granted (yes, perhaps to less) · refused (no) · lapsed (nobody answered in time)
//! permit:  asked ─▶ issued (kept, audited) ─▶ checked where the records are read
//!             └──▶ refused (kept, audited): no consent · withdrawn · expired · item not granted · other purpose ·
//!                  other order · quota used · subject closed
//! ```
//!
//! Expired and lapsed are computed from the time whenever a row is read; nothing has to run for them to be true.
//! What may be granted at most, and the text a firm agrees to, are content: `consent/*.toml`.
//!
//! Tables: `consent_grant`, `consent_request`, `consent_permit`, `consent_refused_look`, `consent_closed_subject`.
//!
//! Events, each about the subject: `consent.granted`, `consent.withdrawn`, `consent.asked`, `consent.answered`.
//!
//! What it never does: issue a permit that is not on record in the same transaction; issue one for items it was not
//! asked for; let a firm speak for a natural person, or anybody but the person itself; read records; keep a permit
//! for later; put credit records into an event.

mod content;
mod error;
mod grant;
mod look;
mod permit;
mod request;

pub use content::purposes::{PurposeTerms, grantable, purpose_terms};
pub use content::text::{ConsentText, consent_text};
pub use error::ConsentError;
pub use grant::model::{Grant, GrantState, NewGrant};
pub use grant::service::{grant, withdraw};
pub use grant::store::{find_active, find_active_in, find_grant, find_grant_in, list_grants, list_grants_to};
pub use look::{Look, LookOutcome, list_looks, list_looks_by_others};
pub use permit::bank::{BankReader, permit_bank, withheld_from_bank};
pub use permit::closed::{close_subject, open_subject};
pub use permit::denial::{Denial, DenialKind};
pub use permit::service::{
    OwnPurpose, REAL_NAME_CHECK, permit_claim, permit_operator, permit_public, permit_self,
};
pub use permit::store::{IssuedPermit, list_permits};
pub use request::model::{Answer, NewRequest, Request, RequestState};
pub use request::service::{answer_request, request};
pub use request::store::{find_request, list_requests, list_requests_before, list_requests_by};
