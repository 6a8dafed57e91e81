//! The four portals of employees, by what sets them apart at the door.

use jq_identity::{BankUser, DeskUser, IdentityError, OversightUser, StaffRole, StaffUser, UnitUser};

use crate::session::{BANK_COOKIE, Bank, DESK_COOKIE, Desk, OVERSIGHT_COOKIE, Oversight, UNIT_COOKIE, Unit};

/// A portal for employees. Its signed-in type is made of an employee whose role it is for, and of nobody else.
pub trait StaffPortal: Send + Sync + 'static {
    /// The employee as this portal knows them.
    type User: TryFrom<StaffUser, Error = IdentityError> + Send;
    /// The session cookie.
    const COOKIE: &'static str;
    /// The word in texts and addresses, such as `bank`.
    const WORD: &'static str;
    /// The first page.
    const HOME: &'static str;
    /// Whom it is for.
    const ROLES: &'static [StaffRole];
}

impl StaffPortal for Unit {
    type User = UnitUser;
    const COOKIE: &'static str = UNIT_COOKIE;
    const WORD: &'static str = "unit";
    const HOME: &'static str = "/unit";
    const ROLES: &'static [StaffRole] = &[StaffRole::Unit];
}

impl StaffPortal for Bank {
    type User = BankUser;
    const COOKIE: &'static str = BANK_COOKIE;
    const WORD: &'static str = "bank";
    const HOME: &'static str = "/bank";
    const ROLES: &'static [StaffRole] = &[StaffRole::Officer, StaffRole::Approver, StaffRole::BankAdmin];
}

impl StaffPortal for Desk {
    type User = DeskUser;
    const COOKIE: &'static str = DESK_COOKIE;
    const WORD: &'static str = "desk";
    const HOME: &'static str = "/desk";
    const ROLES: &'static [StaffRole] = &[StaffRole::Operator];
}

impl StaffPortal for Oversight {
    type User = OversightUser;
    const COOKIE: &'static str = OVERSIGHT_COOKIE;
    const WORD: &'static str = "oversight";
    const HOME: &'static str = "/oversight";
    const ROLES: &'static [StaffRole] = &[StaffRole::Supervisor, StaffRole::Regulator];
}
