//! Who may help whom. Pure.

use crate::staff::{StaffRole, StaffUser};

/// Whose accounts somebody may help with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach<'a> {
    /// Everybody's.
    All,
    /// Those of one institution.
    Institution(&'a str),
    /// Nobody's.
    None,
}

impl Reach<'_> {
    /// Whether it covers an account of this institution.
    pub(super) fn covers(self, institution: &str) -> bool {
        match self {
            Self::All => true,
            Self::Institution(own) => own == institution,
            Self::None => false,
        }
    }
}

/// How far somebody's help reaches.
pub(super) fn reach(helper: &StaffUser) -> Reach<'_> {
    of(helper.role(), helper.institution())
}

fn of(role: StaffRole, institution: &str) -> Reach<'_> {
    match role {
        StaffRole::SecurityAdmin => Reach::All,
        StaffRole::BankAdmin => Reach::Institution(institution),
        StaffRole::Unit
        | StaffRole::Officer
        | StaffRole::Approver
        | StaffRole::Operator
        | StaffRole::Supervisor
        | StaffRole::Regulator
        | StaffRole::SystemAdmin
        | StaffRole::AuditAdmin => Reach::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_banks_administrator_helps_at_that_bank_and_the_security_administrator_everywhere() {
        for role in StaffRole::ALL {
            let own = of(role, "bank01");
            let (here, there) = (own.covers("bank01"), own.covers("bank02"));
            let expected = match role {
                StaffRole::SecurityAdmin => (true, true),
                StaffRole::BankAdmin => (true, false),
                _ => (false, false),
            };
            assert_eq!((here, there), expected, "{role}");
        }
    }
}
