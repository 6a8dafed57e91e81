//! Staff accounts, their roles, and who is signed in.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jq_base::ids::{AccountId, BranchId, SessionId};
use jq_base::lang::Lang;
use jq_base::masked::Masked;

use super::due::{self, Standing};
use crate::{IdentityError, PasswordHash};

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
    /// Keeps the platform's institutions, their accounts and the configuration (系统管理员).
    SystemAdmin,
    /// Keeps roles, locks, keys and lost second factors (安全管理员).
    SecurityAdmin,
    /// Reads the record of who did what, and nothing else (审计管理员).
    AuditAdmin,
}

impl StaffRole {
    /// Every role.
    pub const ALL: [Self; 10] = [
        Self::Unit,
        Self::Officer,
        Self::Approver,
        Self::BankAdmin,
        Self::Operator,
        Self::Supervisor,
        Self::Regulator,
        Self::SystemAdmin,
        Self::SecurityAdmin,
        Self::AuditAdmin,
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
            Self::SystemAdmin => "system_admin",
            Self::SecurityAdmin => "security_admin",
            Self::AuditAdmin => "audit_admin",
        }
    }

    /// The portal in which somebody of this role works, as its addresses begin.
    pub fn portal(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Officer | Self::Approver | Self::BankAdmin => "bank",
            Self::Operator => "desk",
            Self::Supervisor | Self::Regulator => "oversight",
            Self::SystemAdmin => "system",
            Self::SecurityAdmin => "security",
            Self::AuditAdmin => "audit",
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
            Self::SystemAdmin => lang.pick("系统管理员", "system administrator"),
            Self::SecurityAdmin => lang.pick("安全管理员", "security administrator"),
            Self::AuditAdmin => lang.pick("审计管理员", "audit administrator"),
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

/// A signed-in employee. Only [`super::authenticate`] makes one, and [`super::recognise`] for whoever still owes a step.
#[derive(Clone, Debug)]
pub struct StaffUser {
    pub(super) standing: Standing,
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

    /// When the second factor was last shown in this session.
    pub fn proven_at(&self) -> Option<Timestamp> {
        self.standing.proven_at
    }

    /// Whether the employee has a second factor.
    pub fn is_enrolled(&self) -> bool {
        self.standing.enrolled
    }

    /// Whether the session was opened where everybody must have a second factor.
    pub fn is_strict(&self) -> bool {
        self.standing.strict
    }

    /// Whether the second factor was shown a moment ago.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        due::is_fresh(self.standing.proven_at, now)
    }

    /// That the second factor was shown a moment ago, within [`super::FRESH`]; ask before anything of level 4 is shown
    /// and before anything that would let somebody else in. [`super::SecondFactors::step_up`] makes it so.
    pub fn require_fresh_second_factor(&self, now: Timestamp) -> Result<(), IdentityError> {
        if self.is_fresh(now) { Ok(()) } else { Err(IdentityError::SecondFactorStale) }
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
