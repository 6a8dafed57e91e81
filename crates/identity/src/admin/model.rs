//! Accounts as administrators see them, and which roles there are where.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use jq_base::ids::BranchId;
use rand::TryRng;
use rand::rngs::SysRng;

use crate::{IdentityError, InstitutionKind, StaffEntry, StaffRole};

/// An account to be opened, without a role yet.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// What is typed at sign-in, such as `m002@bank01`.
    pub login: String,
    /// The employee's name.
    pub person_name: String,
    /// The source unit, bank or authority.
    pub institution: String,
    /// The branch of the bank.
    pub branch: Option<BranchId>,
    /// The role that is wished for; the security administrator decides.
    pub wished: StaffRole,
}

/// An account as administrators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Whose.
    pub entry: StaffEntry,
    /// Whether it waits for the security administrator; its role is the one that is wished for.
    pub awaits_role: bool,
}

/// A first password, handed to its holder on paper or by word; it must be changed at the first sign-in.
pub struct InitialPassword(String);

impl InitialPassword {
    /// A password of 80 random bits in groups that can be read out.
    pub(super) fn fresh() -> Result<Self, IdentityError> {
        let mut bytes = [0_u8; 10];
        SysRng.try_fill_bytes(&mut bytes).map_err(|_| IdentityError::Secret)?;
        let signs: Vec<char> = BASE32_NOPAD.encode(&bytes).chars().collect();
        Ok(Self(signs.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")))
    }

    /// The password in clear, to be shown once.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for InitialPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InitialPassword(**)")
    }
}

/// The roles that employees of such an institution can have.
pub fn roles_for(kind: InstitutionKind) -> &'static [StaffRole] {
    use StaffRole as R;
    match kind {
        InstitutionKind::Bank => &[R::Officer, R::Approver, R::BankAdmin],
        InstitutionKind::Branch => &[],
        InstitutionKind::Unit => &[R::Unit],
        InstitutionKind::Platform => &[R::Operator, R::SystemAdmin, R::SecurityAdmin, R::AuditAdmin],
        InstitutionKind::Supervisor => &[R::Supervisor],
        InstitutionKind::Regulator => &[R::Regulator],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_belongs_to_one_kind_of_institution() {
        for role in StaffRole::ALL {
            let kinds = InstitutionKind::ALL.into_iter().filter(|&kind| roles_for(kind).contains(&role));
            assert_eq!(kinds.count(), 1, "{role}");
        }
    }

    #[test]
    fn a_first_password_can_be_read_out_and_does_not_show_itself() {
        let password = InitialPassword::fresh().unwrap();
        assert_eq!(password.expose().len(), 19);
        assert_eq!(format!("{password:?}"), "InitialPassword(**)");
    }
}
