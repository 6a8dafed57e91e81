//! Staff of source units, banks, the platform and those who watch it: accounts, sign-in, who is there.

mod model;
mod service;
mod store;
mod user;

pub use model::{NewStaff, StaffEntry, StaffRole, StaffUser};
pub use service::{
    LOCK_AFTER_TRIES, authenticate, authenticate_bank, authenticate_desk, authenticate_oversight,
    authenticate_unit, create, create_all, retire, sign_in,
};
pub use store::{
    find_by_login, find_by_login_within, find_entry, list_by_role, list_by_role_within, list_of,
};
pub use user::{BankUser, DeskUser, OversightUser, UnitUser};
