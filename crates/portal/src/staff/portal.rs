//! The portals of employees, by what sets them apart at the door.

use jq_identity::{
    AuditUser, BankUser, DeskUser, IdentityError, InstitutionKind, OversightUser, SecurityUser, StaffRole,
    StaffUser, SystemUser, UnitUser,
};
use jq_web::audience::Audience;

use crate::session::{
    AUDIT_COOKIE, Audit, BANK_COOKIE, Bank, DESK_COOKIE, Desk, OVERSIGHT_COOKIE, Oversight, SECURITY_COOKIE,
    SYSTEM_COOKIE, Security, System, UNIT_COOKIE, Unit,
};

/// A portal for employees. Its signed-in type is made of an employee whose role it is for, and of nobody else.
pub trait StaffPortal: Send + Sync + 'static {
    /// The employee as this portal knows them.
    type User: TryFrom<StaffUser, Error = IdentityError> + Send;
    /// The session cookie.
    const COOKIE: &'static str;
    /// The first page.
    const HOME: &'static str;
    /// Whom its pages answer.
    const AUDIENCE: Audience;
    /// Whom it is for.
    const ROLES: &'static [StaffRole];
    /// Where they work.
    const PLACES: &'static [InstitutionKind];
    /// What the door says.
    const WORDS: DoorWords;
}

/// The keys of what the sign-in of one portal says.
#[derive(Clone, Copy, Debug)]
pub struct DoorWords {
    /// Whose sign-in it is.
    pub heading: &'static str,
    /// What can be done inside, and who opens accounts.
    pub lead: &'static str,
    /// What an account looks like.
    pub example: &'static str,
}

impl StaffPortal for Unit {
    type User = UnitUser;
    const COOKIE: &'static str = UNIT_COOKIE;
    const HOME: &'static str = "/unit";
    const AUDIENCE: Audience = Audience::Unit;
    const ROLES: &'static [StaffRole] = &[StaffRole::Unit];
    const PLACES: &'static [InstitutionKind] = &[InstitutionKind::Unit];
    const WORDS: DoorWords =
        DoorWords { heading: "door-unit", lead: "door-unit-lead", example: "door-unit-example" };
}

impl StaffPortal for Bank {
    type User = BankUser;
    const COOKIE: &'static str = BANK_COOKIE;
    const HOME: &'static str = "/bank";
    const AUDIENCE: Audience = Audience::Bank;
    const ROLES: &'static [StaffRole] = &[StaffRole::Officer, StaffRole::Approver, StaffRole::BankAdmin];
    const PLACES: &'static [InstitutionKind] = &[InstitutionKind::Bank];
    const WORDS: DoorWords =
        DoorWords { heading: "door-bank", lead: "door-bank-lead", example: "door-bank-example" };
}

impl StaffPortal for Desk {
    type User = DeskUser;
    const COOKIE: &'static str = DESK_COOKIE;
    const HOME: &'static str = "/desk";
    const AUDIENCE: Audience = Audience::Desk;
    const ROLES: &'static [StaffRole] = &[StaffRole::Operator];
    const PLACES: &'static [InstitutionKind] = &[InstitutionKind::Platform];
    const WORDS: DoorWords =
        DoorWords { heading: "door-desk", lead: "door-desk-lead", example: "door-desk-example" };
}

impl StaffPortal for Oversight {
    type User = OversightUser;
    const COOKIE: &'static str = OVERSIGHT_COOKIE;
    const HOME: &'static str = "/oversight";
    const AUDIENCE: Audience = Audience::Oversight;
    const ROLES: &'static [StaffRole] = &[StaffRole::Supervisor, StaffRole::Regulator];
    const PLACES: &'static [InstitutionKind] = &[InstitutionKind::Supervisor, InstitutionKind::Regulator];
    const WORDS: DoorWords = DoorWords {
        heading: "door-oversight",
        lead: "door-oversight-lead",
        example: "door-oversight-example",
    };
}

impl StaffPortal for System {
    type User = SystemUser;
    const COOKIE: &'static str = SYSTEM_COOKIE;
    const HOME: &'static str = "/system";
    const AUDIENCE: Audience = Audience::System;
    const ROLES: &'static [StaffRole] = &[StaffRole::SystemAdmin];
    const PLACES: &'static [InstitutionKind] = &[InstitutionKind::Platform];
    const WORDS: DoorWords =
        DoorWords { heading: "door-system", lead: "door-system-lead", example: "door-system-example" };
}

impl StaffPortal for Security {
    type User = SecurityUser;
    const COOKIE: &'static str = SECURITY_COOKIE;
    const HOME: &'static str = "/security";
    const AUDIENCE: Audience = Audience::Security;
    const ROLES: &'static [StaffRole] = &[StaffRole::SecurityAdmin];
    const PLACES: &'static [InstitutionKind] = &[InstitutionKind::Platform];
    const WORDS: DoorWords =
        DoorWords { heading: "door-security", lead: "door-security-lead", example: "door-security-example" };
}

impl StaffPortal for Audit {
    type User = AuditUser;
    const COOKIE: &'static str = AUDIT_COOKIE;
    const HOME: &'static str = "/audit";
    const AUDIENCE: Audience = Audience::Audit;
    const ROLES: &'static [StaffRole] = &[StaffRole::AuditAdmin];
    const PLACES: &'static [InstitutionKind] = &[InstitutionKind::Platform];
    const WORDS: DoorWords =
        DoorWords { heading: "door-audit", lead: "door-audit-lead", example: "door-audit-example" };
}

/// The portal of a role: its name's key and its sign-in.
pub(super) fn door_of(role: StaffRole) -> (&'static str, &'static str) {
    match role {
        StaffRole::Unit => (Unit::WORDS.heading, "/unit/sign-in"),
        StaffRole::Officer | StaffRole::Approver | StaffRole::BankAdmin => {
            (Bank::WORDS.heading, "/bank/sign-in")
        }
        StaffRole::Operator => (Desk::WORDS.heading, "/desk/sign-in"),
        StaffRole::Supervisor | StaffRole::Regulator => (Oversight::WORDS.heading, "/oversight/sign-in"),
        StaffRole::SystemAdmin => (System::WORDS.heading, "/system/sign-in"),
        StaffRole::SecurityAdmin => (Security::WORDS.heading, "/security/sign-in"),
        StaffRole::AuditAdmin => (Audit::WORDS.heading, "/audit/sign-in"),
    }
}

#[cfg(test)]
mod tests {
    use jq_base::lang::Lang;
    use jq_web::Text;

    use super::*;

    #[test]
    fn every_role_has_one_portal_whose_door_has_words() {
        let portals = [
            (Unit::ROLES, Unit::WORDS, Unit::HOME),
            (Bank::ROLES, Bank::WORDS, Bank::HOME),
            (Desk::ROLES, Desk::WORDS, Desk::HOME),
            (Oversight::ROLES, Oversight::WORDS, Oversight::HOME),
            (System::ROLES, System::WORDS, System::HOME),
            (Security::ROLES, Security::WORDS, Security::HOME),
            (Audit::ROLES, Audit::WORDS, Audit::HOME),
        ];
        for role in StaffRole::ALL {
            let own: Vec<_> = portals.iter().filter(|(roles, ..)| roles.contains(&role)).collect();
            let [(_, words, home)] = own.as_slice() else { panic!("{role} has {} portals", own.len()) };
            assert_eq!(door_of(role), (words.heading, format!("{home}/sign-in").as_str()));
            assert_eq!(format!("/{}", role.portal()), *home, "where messages lead");
            for key in [words.heading, words.lead, words.example] {
                assert!([Lang::Zh, Lang::En].iter().all(|&lang| Text::of(lang).has(key)), "{key}");
            }
        }
    }
}
