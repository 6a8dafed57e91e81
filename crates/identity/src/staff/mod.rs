//! Staff of source units, banks, the platform and regulators: accounts, sign-in, who is there.

mod model;
mod service;
mod store;

pub use model::{NewStaff, StaffRole, StaffUser, UnitUser};
pub use service::{LOCK_AFTER_TRIES, authenticate, authenticate_unit, create, retire, sign_in};
