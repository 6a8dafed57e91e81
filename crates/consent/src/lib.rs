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
//!             └────▶ suspended (another legal representative, an abnormal listing) ─▶ active (confirmed) · withdrawn
//! request: asked ─▶ granted (yes, perhaps to less) · refused (no) · lapsed (nobody answered in time)
//! permit:  asked ─▶ issued (kept, audited) ─▶ checked where the records are read
//!             └──▶ refused (kept, audited): no consent · withdrawn · expired · suspended · superseded · item not
//!                  granted · field not granted · other purpose · other order · other reader · quota used · a person's
//!                  quota used · subject closed
//! stop notice: sent (with a withdrawal or a suspension) ─▶ acknowledged by the bank
//! emergency:   asked ─▶ open (a second person said yes) ─▶ over ─▶ told to the firm
//!                └────▶ refused · lapsed
//! ```
//!
//! Expired, lapsed and over are computed from the time whenever a row is read; nothing has to run for them to be true.
//! What may be granted at most, the text a firm agrees to, what binds a bank's people and what counts as unusual are
//! content: `consent/*.toml`.
//!
//! Tables: `consent_grant`, `consent_text`, `consent_request`, `consent_permit`, `consent_refused_look`,
//! `consent_closed_subject`, `consent_stop_notice`, `consent_officer_day`, `consent_alert`, `consent_emergency`,
//! `consent_receipt`, `consent_receipt_file`.
//!
//! Events about the subject: `consent.granted`, `consent.withdrawn`, `consent.suspended`, `consent.confirmed`,
//! `consent.stop_acknowledged`, `consent.asked`, `consent.answered`, `consent.read` and `consent.read_refused` (the
//! first of a bank on a day), `consent.emergency_asked`, `consent.emergency_decided`, `consent.emergency_over`; about
//! the bank: `consent.alert`.
//!
//! What it never does: issue a permit that is not on record in the same transaction; issue one for items it was not
//! asked for; let a firm speak for a natural person, or anybody but the person itself; read past a withdrawal, not
//! even in an emergency; read records; keep a permit for later; put credit records into an event.

mod content;
mod emergency;
mod error;
mod grant;
mod look;
mod permit;
mod receipt;
mod request;
mod stop;
mod watch;

pub use content::limits::{EmergencyTerms, emergency_terms};
pub use content::purposes::{PurposeTerms, grantable, purpose_terms};
pub use content::text::{ConsentText, consent_text};
pub use content::watch::{WatchRule, WatchRules};
pub use emergency::model::{Emergency, EmergencyState, NewEmergency};
pub use emergency::service::{EMERGENCY, announce_emergencies, ask_emergency, decide_emergency};
pub use emergency::store::{find_emergency, list_all_emergencies, list_emergencies};
pub use error::ConsentError;
pub use grant::evidence::Evidence;
pub use grant::model::{Grant, GrantState};
pub use grant::new::NewGrant;
pub use grant::past::{PastGrant, take_past};
pub use grant::policy::can_be_left_out;
pub use grant::service::{grant, withdraw};
pub use grant::store::{
    find_active, find_active_in, find_grant, find_grant_in, find_text, list_grants, list_grants_before,
    list_grants_to, list_unbound,
};
pub use grant::suspension::{
    Suspension, SuspensionWhy, confirm, list_subjects_watched, suspend_of_former, suspend_until,
};
pub use look::{Look, LookOutcome, find_look, list_looks, list_looks_by_others, list_looks_under};
pub use permit::bank::{BankReader, ReadBefore, Reading, permit_bank, permit_reading, withheld_from_bank};
pub use permit::closed::{close_subject, open_subject};
pub use permit::cover::{Covering, covers, list_consented, still_covers};
pub use permit::denial::{Denial, DenialKind};
pub use permit::service::{
    OwnPurpose, REAL_NAME_CHECK, REGISTER_CHECK, permit_claim, permit_operator, permit_platform,
    permit_public, permit_self, permit_standing,
};
pub use permit::store::{IssuedPermit, list_permits};
pub use receipt::{ReceiptCheck, ReceiptEntry, ReceiptError, ReceiptFile, ReceiptView, Receipts};
pub use request::model::{Answer, NewRequest, Request, RequestState};
pub use request::service::{answer_request, request};
pub use request::store::{find_request, list_requests, list_requests_before, list_requests_by};
pub use stop::{
    StopNotice, StopWhy, acknowledge_stop, find_stop_notice, list_stop_notices, list_stop_notices_about,
    list_stop_notices_of,
};
pub use watch::Alert;
pub use watch::service::{answer_alert, notice_unusual, subjects_to_compare};
pub use watch::store::list_alerts;
