//! What an institution is, and where it stands.

use std::fmt;
use std::str::FromStr;

use jq_base::ids::{BankId, BranchId};
use jq_base::lang::Lang;

/// What an institution is there for (机构类别).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InstitutionKind {
    /// A bank, by its head office in the city.
    Bank,
    /// A branch of a bank.
    Branch,
    /// A source unit, which delivers records.
    Unit,
    /// The platform's own operator.
    Platform,
    /// The authority that supervises the city's financing.
    Supervisor,
    /// The authority that regulates banks.
    Regulator,
}

impl InstitutionKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Bank, Self::Branch, Self::Unit, Self::Platform, Self::Supervisor, Self::Regulator];

    /// The word kept in the table.
    pub fn code(self) -> &'static str {
        match self {
            Self::Bank => "bank",
            Self::Branch => "branch",
            Self::Unit => "unit",
            Self::Platform => "platform",
            Self::Supervisor => "supervisor",
            Self::Regulator => "regulator",
        }
    }

    /// What a person reads.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::Bank => lang.pick("银行", "bank"),
            Self::Branch => lang.pick("网点", "branch"),
            Self::Unit => lang.pick("信源单位", "source unit"),
            Self::Platform => lang.pick("平台运营方", "platform operator"),
            Self::Supervisor => lang.pick("督导部门", "supervising authority"),
            Self::Regulator => lang.pick("监管部门", "regulating authority"),
        }
    }
}

impl fmt::Display for InstitutionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for InstitutionKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.code() == text).ok_or(())
    }
}

/// An institution on the platform (机构).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Institution {
    /// Its name in tables and logins, such as `bank01`, `bank01-007` or `scjg`.
    pub id: String,
    /// What it is there for.
    pub kind: InstitutionKind,
    /// The bank of a branch; nothing for every other kind.
    pub parent: Option<String>,
    /// Its name in Chinese.
    pub name_zh: String,
    /// Its name in English.
    pub name_en: String,
    /// The district where it sits, by its code, such as `500103`.
    pub district: Option<String>,
    /// Whether it takes part at present.
    pub active: bool,
}

impl Institution {
    /// The name in the reader's language.
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.name_zh, &self.name_en)
    }

    /// The bank's id, when it is a bank.
    pub fn bank_id(&self) -> Option<BankId> {
        (self.kind == InstitutionKind::Bank).then(|| BankId::parse(&self.id).ok()).flatten()
    }

    /// The branch's id, when it is a branch.
    pub fn branch_id(&self) -> Option<BranchId> {
        (self.kind == InstitutionKind::Branch).then(|| BranchId::parse(&self.id).ok()).flatten()
    }

    /// Whether id and parent are those of its kind: a branch is named after its bank, such as `bank01-007`,
    /// and nothing else has a parent.
    pub(super) fn is_well_placed(&self) -> bool {
        match (self.kind, &self.parent) {
            (InstitutionKind::Branch, Some(bank)) => {
                self.branch_id().is_some()
                    && self.id.strip_prefix(bank.as_str()).is_some_and(is_branch_number)
            }
            (InstitutionKind::Branch, None) | (_, Some(_)) => false,
            (_, None) => BankId::parse(&self.id).is_ok(),
        }
    }
}

/// A dash and a number.
fn is_branch_number(rest: &str) -> bool {
    let number = rest.strip_prefix('-').unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// How many take part at present.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Banks.
    pub banks: u64,
    /// Branches of these banks.
    pub branches: u64,
    /// Customer managers of these banks.
    pub managers: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_is_named_after_its_bank_and_nothing_else_has_a_parent() {
        let placed = |id: &str, kind, parent: Option<&str>| {
            let (name_zh, name_en) = (String::from("山城银行"), String::from("Shancheng Bank"));
            let (id, parent) = (id.to_owned(), parent.map(str::to_owned));
            Institution { id, kind, parent, name_zh, name_en, district: None, active: true }.is_well_placed()
        };
        assert!(placed("bank01", InstitutionKind::Bank, None));
        assert!(placed("bank01-007", InstitutionKind::Branch, Some("bank01")));
        assert!(!placed("bank01-007", InstitutionKind::Branch, None));
        assert!(!placed("bank01-007", InstitutionKind::Branch, Some("bank02")));
        assert!(!placed("bank01-", InstitutionKind::Branch, Some("bank01")));
        assert!(!placed("bank01", InstitutionKind::Bank, Some("bank02")));
        assert!(!placed("", InstitutionKind::Platform, None));
    }
}
