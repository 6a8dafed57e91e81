//! Staff accounts, their roles, and who is signed in.

use std::fmt;
use std::str::FromStr;

use jq_base::ids::{AccountId, BranchId, SessionId};
use jq_base::lang::Lang;
use jq_base::masked::Masked;

use crate::PasswordHash;

/// What an employee may do (角色).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StaffRole {
    /// Delivers a source unit's data.
    Unit,
    /// Handles orders at a bank.
    Officer,
    /// Approves at a bank.
    Approver,
    /// Keeps a bank's accounts and products.
    BankAdmin,
    /// Runs the platform's service.
    Operator,
    /// Supervises the city's financing.
    Supervisor,
    /// Regulates banks.
    Regulator,
}

impl StaffRole {
    /// Every role.
    pub const ALL: [Self; 7] = [
        Self::Unit,
        Self::Officer,
        Self::Approver,
        Self::BankAdmin,
        Self::Operator,
        Self::Supervisor,
        Self::Regulator,
    ];

    /// The word kept in the table and on audit lines.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Officer => "officer",
            Self::Approver => "approver",
            Self::BankAdmin => "bank_admin",
            Self::Operator => "operator",
            Self::Supervisor => "supervisor",
            Self::Regulator => "regulator",
        }
    }

    /// What a person reads.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::Unit => lang.pick("信源单位", "source unit"),
            Self::Officer => lang.pick("客户经理", "bank officer"),
            Self::Approver => lang.pick("审批人", "bank approver"),
            Self::BankAdmin => lang.pick("机构管理员", "bank administrator"),
            Self::Operator => lang.pick("平台运营", "platform operator"),
            Self::Supervisor => lang.pick("督导", "supervisor"),
            Self::Regulator => lang.pick("监管", "regulator"),
        }
    }
}

impl fmt::Display for StaffRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for StaffRole {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|role| role.code() == text).ok_or(())
    }
}

/// An account to be opened.
#[derive(Clone, Debug)]
pub struct NewStaff {
    /// What is typed at sign-in, such as `unit@scjg`; kept in lower case.
    pub login: String,
    /// The hash of the first password.
    pub password: PasswordHash,
    /// The employee's name.
    pub person_name: String,
    /// The source unit, bank or authority.
    pub institution: String,
    /// The branch of the bank; none for the head office and for other institutions.
    pub branch: Option<BranchId>,
    /// What the employee may do.
    pub role: StaffRole,
}

/// A signed-in employee. Only [`super::authenticate`] makes one.
#[derive(Clone, Debug)]
pub struct StaffUser {
    pub(super) session: SessionId,
    pub(super) account: AccountId,
    pub(super) login: String,
    pub(super) name: Masked<String>,
    pub(super) institution: String,
    pub(super) branch: Option<BranchId>,
    pub(super) role: StaffRole,
}

impl StaffUser {
    /// The session, for forms that must belong to it.
    pub fn session(&self) -> &SessionId {
        &self.session
    }

    /// The account that acts.
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// What was typed at sign-in; audit lines name it.
    pub fn login(&self) -> &str {
        &self.login
    }

    /// The employee's name; shows itself masked.
    pub fn name(&self) -> &Masked<String> {
        &self.name
    }

    /// The source unit, bank or authority.
    pub fn institution(&self) -> &str {
        &self.institution
    }

    /// The branch of the bank.
    pub fn branch(&self) -> Option<&BranchId> {
        self.branch.as_ref()
    }

    /// What the employee may do.
    pub fn role(&self) -> StaffRole {
        self.role
    }
}

/// An employee as others see them: in a queue, beside an order, when work is given out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffEntry {
    /// The account.
    pub account: AccountId,
    /// What is typed at sign-in, such as `m001@bank01`; orders and audit lines name it.
    pub login: String,
    /// The employee's name.
    pub person_name: String,
    /// The source unit, bank or authority.
    pub institution: String,
    /// The branch of the bank.
    pub branch: Option<BranchId>,
    /// What the employee may do.
    pub role: StaffRole,
    /// Whether the account is open.
    pub active: bool,
}
