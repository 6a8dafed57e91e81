//! A permit: what one reader may read of one subject, for one purpose, at one moment.
//!
//! Credit data leaves the lake only through a permit, and only `consent` issues one (a tidy test says so).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::ids::{PermitId, SubjectKey};
use crate::lang::Lang;

/// Why credit data is read (查询目的).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// The subject reads its own records.
    ReportSelf,
    /// Banks' models give an indicative limit at the subject's own request (预授信).
    Prequal,
    /// A bank decides on an application (贷前).
    PreLoan,
    /// A bank watches a loan that is being drawn (贷中).
    InLoan,
    /// A bank watches a live loan (贷后).
    PostLoan,
    /// A model is tried on records in the platform's closed room (模型测试).
    ModelTest,
    /// Items anybody may see, logged all the same (公开).
    Public,
}

impl Purpose {
    /// Every purpose, in the order of a loan's life.
    pub const ALL: [Self; 7] = [
        Self::ReportSelf,
        Self::Prequal,
        Self::PreLoan,
        Self::InLoan,
        Self::PostLoan,
        Self::ModelTest,
        Self::Public,
    ];

    /// The stable word kept in tables and used by the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::ReportSelf => "report_self",
            Self::Prequal => "prequal",
            Self::PreLoan => "pre_loan",
            Self::InLoan => "in_loan",
            Self::PostLoan => "post_loan",
            Self::ModelTest => "model_test",
            Self::Public => "public",
        }
    }

    /// What a person reads.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::ReportSelf => lang.pick("查看本主体信用信息", "own records"),
            Self::Prequal => lang.pick("预授信", "pre-credit"),
            Self::PreLoan => lang.pick("贷前审查", "before a loan"),
            Self::InLoan => lang.pick("贷中管理", "during drawdown"),
            Self::PostLoan => lang.pick("贷后管理", "while a loan lives"),
            Self::ModelTest => lang.pick("模型测试", "model test"),
            Self::Public => lang.pick("公开信息查询", "public information"),
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The word names no purpose.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such purpose: {0}")]
pub struct UnknownPurpose(String);

impl FromStr for Purpose {
    type Err = UnknownPurpose;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|purpose| purpose.code() == text)
            .ok_or_else(|| UnknownPurpose(text.to_owned()))
    }
}

/// What one reader may read of one subject, for one purpose, at one moment (查询许可).
///
/// A permit is not stored in a session or handed to another process: whoever reads asks `consent` again,
/// so a withdrawal holds for the next read that starts after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    id: PermitId,
    reader: String,
    purpose: Purpose,
    subject: SubjectKey,
    items: BTreeSet<String>,
    withheld: BTreeMap<String, BTreeSet<String>>,
    left_out_of: BTreeSet<String>,
    issued_at: Timestamp,
    basis: String,
}

impl Permit {
    /// Issues a permit; only `consent` calls this. `basis` names the consent or the rule it rests on.
    pub fn issue(
        id: PermitId,
        reader: impl Into<String>,
        purpose: Purpose,
        subject: SubjectKey,
        items: BTreeSet<String>,
        issued_at: Timestamp,
        basis: impl Into<String>,
    ) -> Self {
        let (reader, basis, withheld) = (reader.into(), basis.into(), BTreeMap::new());
        let left_out_of = BTreeSet::new();
        Self { id, reader, purpose, subject, items, withheld, left_out_of, issued_at, basis }
    }

    /// The same without these columns: by item, as the lake names them. Only `consent` calls this.
    #[must_use]
    pub fn withholding(self, withheld: BTreeMap<String, BTreeSet<String>>) -> Self {
        Self { withheld, ..self }
    }

    /// The same, of whose items the subject itself left fields out in these. Only `consent` calls this.
    #[must_use]
    pub fn left_out_of(self, left_out_of: BTreeSet<String>) -> Self {
        Self { left_out_of, ..self }
    }

    /// The same for models: an item of which the subject left a field out is closed to them as a whole, because a
    /// figure computed from what is left of it would be taken for the whole figure.
    #[must_use]
    pub fn for_models(&self) -> Self {
        let is_whole = |item: &&String| !self.left_out_of.contains(*item);
        Self { items: self.items.iter().filter(is_whole).cloned().collect(), ..self.clone() }
    }

    /// True when this permit covers `item` of `subject`.
    pub fn allows(&self, subject: &SubjectKey, item: &str) -> bool {
        self.subject == *subject && self.items.contains(item)
    }

    /// True when this permit covers that column of `item`.
    pub fn allows_column(&self, subject: &SubjectKey, item: &str, column: &str) -> bool {
        let is_withheld = self.withheld.get(item).is_some_and(|columns| columns.contains(column));
        self.allows(subject, item) && !is_withheld
    }

    /// The columns that stay closed although their item is open, by item.
    pub fn withheld(&self) -> &BTreeMap<String, BTreeSet<String>> {
        &self.withheld
    }

    /// The permit's number, written on every read it allowed.
    pub fn id(&self) -> &PermitId {
        &self.id
    }

    /// Who reads: `firm:<account>`, `bank:<bank>:<login or client>`, `staff:<login>` or `public`.
    pub fn reader(&self) -> &str {
        &self.reader
    }

    /// Why it is read.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Whose records are read.
    pub fn subject(&self) -> &SubjectKey {
        &self.subject
    }

    /// The catalogue items that may be read, sorted.
    pub fn items(&self) -> &BTreeSet<String> {
        &self.items
    }

    /// The moment from which it holds.
    pub fn issued_at(&self) -> Timestamp {
        self.issued_at
    }

    /// The consent or the rule it rests on.
    pub fn basis(&self) -> &str {
        &self.basis
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permit() -> Permit {
        Permit::issue(
            PermitId::parse("p-1").unwrap(),
            "bank:bank01",
            Purpose::PreLoan,
            SubjectKey::parse("91500102MAC8YUW23Y").unwrap(),
            ["tax_payment".to_owned()].into(),
            Timestamp::UNIX_EPOCH,
            "consent:1",
        )
    }

    #[test]
    fn an_item_that_is_not_granted_is_not_allowed() {
        let subject = SubjectKey::parse("91500102MAC8YUW23Y").unwrap();
        assert!(permit().allows(&subject, "tax_payment"));
        assert!(!permit().allows(&subject, "tax_arrears"));
    }

    #[test]
    fn a_permit_for_one_subject_does_not_open_another() {
        let other = SubjectKey::parse("91500107MA7TEX0100").unwrap();
        assert!(!permit().allows(&other, "tax_payment"));
    }

    #[test]
    fn a_column_that_is_withheld_stays_closed_in_an_item_that_is_open() {
        let subject = SubjectKey::parse("91500102MAC8YUW23Y").unwrap();
        let withheld =
            BTreeMap::from([("tax_payment".to_owned(), BTreeSet::from(["receipt_no".to_owned()]))]);
        let permit = permit().withholding(withheld);
        assert!(permit.allows(&subject, "tax_payment"));
        assert!(permit.allows_column(&subject, "tax_payment", "amount_fen"));
        assert!(!permit.allows_column(&subject, "tax_payment", "receipt_no"));
        assert!(
            !permit.allows_column(&subject, "tax_arrears", "amount_fen"),
            "nor does it open another item"
        );
    }

    #[test]
    fn an_item_of_which_a_field_was_left_out_is_closed_to_models_as_a_whole() {
        let subject = SubjectKey::parse("91500102MAC8YUW23Y").unwrap();
        let withheld =
            BTreeMap::from([("tax_payment".to_owned(), BTreeSet::from(["receipt_no".to_owned()]))]);
        let by_rule = permit().withholding(withheld);
        assert!(by_rule.for_models().allows(&subject, "tax_payment"), "nobody left anything out");
        let left_out = by_rule.left_out_of(["tax_payment".to_owned()].into());
        assert!(left_out.allows(&subject, "tax_payment"), "a person reads what is left");
        assert!(!left_out.for_models().allows(&subject, "tax_payment"));
        assert_eq!(left_out.for_models().id(), left_out.id());
    }

    #[test]
    fn purposes_read_back_from_their_codes() {
        for purpose in Purpose::ALL {
            assert_eq!(purpose.code().parse(), Ok(purpose));
        }
        assert!("curiosity".parse::<Purpose>().is_err());
    }
}
