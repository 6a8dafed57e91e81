//! One signed-in type per portal, so that a page in the wrong portal does not compile.

use jq_base::ids::{BankId, BranchId, UnitId};

use super::model::{StaffRole, StaffUser};
use crate::IdentityError;

/// A signed-in employee of a source unit.
#[derive(Clone, Debug)]
pub struct UnitUser {
    staff: StaffUser,
    unit: UnitId,
}

impl UnitUser {
    /// The source unit whose batches the employee may see and deliver.
    pub fn unit(&self) -> &UnitId {
        &self.unit
    }

    /// The employee.
    pub fn staff(&self) -> &StaffUser {
        &self.staff
    }
}

impl TryFrom<StaffUser> for UnitUser {
    type Error = IdentityError;

    fn try_from(staff: StaffUser) -> Result<Self, IdentityError> {
        match (staff.role, UnitId::parse(&staff.institution)) {
            (StaffRole::Unit, Ok(unit)) => Ok(Self { staff, unit }),
            (role, _) => Err(IdentityError::OtherRole(role.code())),
        }
    }
}

/// A signed-in employee of a bank: customer manager, approver or administrator.
#[derive(Clone, Debug)]
pub struct BankUser {
    staff: StaffUser,
    bank: BankId,
}

impl BankUser {
    /// The bank whose orders the employee may see.
    pub fn bank(&self) -> &BankId {
        &self.bank
    }

    /// The branch the employee belongs to; none at the head office.
    pub fn branch(&self) -> Option<&BranchId> {
        self.staff.branch()
    }

    /// Officer, approver or bank administrator.
    pub fn role(&self) -> StaffRole {
        self.staff.role
    }

    /// The employee.
    pub fn staff(&self) -> &StaffUser {
        &self.staff
    }
}

impl TryFrom<StaffUser> for BankUser {
    type Error = IdentityError;

    fn try_from(staff: StaffUser) -> Result<Self, IdentityError> {
        match (staff.role, BankId::parse(&staff.institution)) {
            (StaffRole::Officer | StaffRole::Approver | StaffRole::BankAdmin, Ok(bank)) => {
                Ok(Self { staff, bank })
            }
            (role, _) => Err(IdentityError::OtherRole(role.code())),
        }
    }
}

/// A signed-in employee of the platform: the service desk.
#[derive(Clone, Debug)]
pub struct DeskUser {
    staff: StaffUser,
}

impl DeskUser {
    /// The employee.
    pub fn staff(&self) -> &StaffUser {
        &self.staff
    }
}

impl TryFrom<StaffUser> for DeskUser {
    type Error = IdentityError;

    fn try_from(staff: StaffUser) -> Result<Self, IdentityError> {
        match staff.role {
            StaffRole::Operator => Ok(Self { staff }),
            role => Err(IdentityError::OtherRole(role.code())),
        }
    }
}

/// A signed-in supervisor of the city's financing or regulator of banks.
#[derive(Clone, Debug)]
pub struct OversightUser {
    staff: StaffUser,
}

impl OversightUser {
    /// Supervisor or regulator.
    pub fn role(&self) -> StaffRole {
        self.staff.role
    }

    /// The employee.
    pub fn staff(&self) -> &StaffUser {
        &self.staff
    }
}

impl TryFrom<StaffUser> for OversightUser {
    type Error = IdentityError;

    fn try_from(staff: StaffUser) -> Result<Self, IdentityError> {
        match staff.role {
            StaffRole::Supervisor | StaffRole::Regulator => Ok(Self { staff }),
            role => Err(IdentityError::OtherRole(role.code())),
        }
    }
}

/// The platform's signed-in system administrator (系统管理员).
#[derive(Clone, Debug)]
pub struct SystemUser {
    staff: StaffUser,
}

impl SystemUser {
    /// The employee.
    pub fn staff(&self) -> &StaffUser {
        &self.staff
    }
}

impl TryFrom<StaffUser> for SystemUser {
    type Error = IdentityError;

    fn try_from(staff: StaffUser) -> Result<Self, IdentityError> {
        match staff.role {
            StaffRole::SystemAdmin => Ok(Self { staff }),
            role => Err(IdentityError::OtherRole(role.code())),
        }
    }
}

/// The platform's signed-in security administrator (安全管理员).
#[derive(Clone, Debug)]
pub struct SecurityUser {
    staff: StaffUser,
}

impl SecurityUser {
    /// The employee.
    pub fn staff(&self) -> &StaffUser {
        &self.staff
    }
}

impl TryFrom<StaffUser> for SecurityUser {
    type Error = IdentityError;

    fn try_from(staff: StaffUser) -> Result<Self, IdentityError> {
        match staff.role {
            StaffRole::SecurityAdmin => Ok(Self { staff }),
            role => Err(IdentityError::OtherRole(role.code())),
        }
    }
}

/// The platform's signed-in audit administrator (审计管理员).
#[derive(Clone, Debug)]
pub struct AuditUser {
    staff: StaffUser,
}

impl AuditUser {
    /// The employee.
    pub fn staff(&self) -> &StaffUser {
        &self.staff
    }
}

impl TryFrom<StaffUser> for AuditUser {
    type Error = IdentityError;

    fn try_from(staff: StaffUser) -> Result<Self, IdentityError> {
        match staff.role {
            StaffRole::AuditAdmin => Ok(Self { staff }),
            role => Err(IdentityError::OtherRole(role.code())),
        }
    }
}
