//! Staff of source units, banks, the platform and those who watch it: accounts, sign-in, who is there, and what a
//! sign-in takes beside the password.

mod due;
pub mod factor;
mod model;
pub mod password;
pub mod rescue;
mod service;
mod store;
mod user;
mod view;

pub use due::{Due, FRESH, FactorRule, PASSWORD_DAYS_MAX};
pub use factor::{Factor, FactorKind, Proof, SecondFactors, Site, TotpOffer};
pub use model::{NewStaff, StaffEntry, StaffRole, StaffUser};
pub use password::PasswordFault;
pub use rescue::Rescue;
pub use service::{
    Arrival, LOCK, LOCK_AFTER_TRIES, authenticate, authenticate_bank, authenticate_desk,
    authenticate_oversight, authenticate_unit, create, create_all, end_other_sessions, end_session,
    recognise, retire, sign_in, sign_in_by,
};
pub(crate) use store::read_entry;
pub use store::{
    PeopleStamp, find_by_login, find_by_login_within, find_entry, list_by_role, list_by_role_within, list_of,
    stamp_of,
};
pub use user::{AuditUser, BankUser, DeskUser, OversightUser, SecurityUser, SystemUser, UnitUser};
pub use view::{SavedView, drop_view, list_views, save_view};
