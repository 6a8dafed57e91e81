//! Issuing permits. Each is kept and audited in the caller's transaction, and holds once that is committed.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jq_base::ids::{AccountId, ConsentId, SubjectKey};
use jq_base::permit::{Permit, Purpose};
use jq_catalog::Catalog;
use jq_db::Tx;
use jq_db::audit::AuditLine;
use jq_identity::FirmUser;
use jq_identity::firm::mandate::MandateScope;

use super::bank::BankReader;
use super::policy::Columns;
use super::{policy, store};
use crate::ConsentError;

/// What a signed-in person asks the subject's own records for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnPurpose {
    /// To read them.
    Report,
    /// To have the models give an indicative limit, this one time.
    Prequal,
}

impl OwnPurpose {
    fn purpose(self) -> Purpose {
        match self {
            Self::Report => Purpose::ReportSelf,
            Self::Prequal => Purpose::Prequal,
        }
    }
}

/// A permit for a signed-in person: the records of the subject that person acts for, for one of its own purposes.
/// An agent needs a mandate that covers reports.
pub async fn permit_self(
    tx: &mut Tx,
    catalog: &Catalog,
    user: &FirmUser,
    own: OwnPurpose,
    items: &[&str],
    now: Timestamp,
) -> Result<Permit, ConsentError> {
    if !user.may(MandateScope::Report) {
        return Err(ConsentError::MayNotRead);
    }
    let items = policy::known_items(catalog, items)?;
    let (purpose, subject) = (own.purpose(), user.subject());
    let reader = format!("firm:{}", user.account());
    let basis = format!("own-request:{}", user.role());
    let withheld = Columns::new();
    let asked = Asked { reader: &reader, purpose, subject, items, withheld, basis: &basis };
    issue(tx, asked, AuditLine::new(user.account().as_str(), user.role().code(), ISSUED), now).await
}

/// A permit for public items of an organisation. `reader` is `public`, `staff:<login>`, `firm:<account>` or
/// `client:<id>`.
pub async fn permit_public(
    tx: &mut Tx,
    catalog: &Catalog,
    reader: &str,
    subject: &SubjectKey,
    items: &[&str],
    now: Timestamp,
) -> Result<Permit, ConsentError> {
    let items = policy::public_items(catalog, subject, items)?;
    let withheld = policy::identity_columns(catalog, &items);
    let asked = Asked { reader, purpose: Purpose::Public, subject, items, withheld, basis: "public-item" };
    issue(tx, asked, AuditLine::new(reader, "reader", ISSUED), now).await
}

/// What a permit rests on that compares a person's claim with the records.
pub const REAL_NAME_CHECK: &str = "real-name-check";

/// A permit to compare what a signed-in person claims about a subject with what is on record, before that person may
/// act for it: nobody is shown what is read, and the subject sees that somebody tried.
pub async fn permit_claim(
    tx: &mut Tx,
    catalog: &Catalog,
    account: &AccountId,
    subject: &SubjectKey,
    items: &[&str],
    now: Timestamp,
) -> Result<Permit, ConsentError> {
    let items = policy::known_items(catalog, items)?;
    let reader = format!("firm:{account}");
    let (purpose, withheld) = (Purpose::ReportSelf, Columns::new());
    let asked = Asked { reader: &reader, purpose, subject, items, withheld, basis: REAL_NAME_CHECK };
    issue(tx, asked, AuditLine::new(account.as_str(), "firm", ISSUED), now).await
}

/// What a permit rests on with which the platform itself compares the register with what it keeps.
pub const REGISTER_CHECK: &str = "register-check";

/// A permit for the platform itself to look whether the register still says what a firm's consents rest on: nobody is
/// shown what is read, and the subject sees that it was.
pub async fn permit_platform(
    tx: &mut Tx,
    catalog: &Catalog,
    subject: &SubjectKey,
    items: &[&str],
    now: Timestamp,
) -> Result<Permit, ConsentError> {
    issue_to_platform(tx, catalog, subject, items, (Purpose::ReportSelf, REGISTER_CHECK), now).await
}

/// What a permit for a subject's own standing question rests on.
const STANDING: &str = "own-standing-request";

/// A permit for the platform to answer anew what the subject asked it to keep answering. Nobody but the subject is shown the
/// answer, and the subject sees each reading. That it asked, and still does, the caller knows.
pub async fn permit_standing(
    tx: &mut Tx,
    catalog: &Catalog,
    subject: &SubjectKey,
    items: &[&str],
    now: Timestamp,
) -> Result<Permit, ConsentError> {
    issue_to_platform(tx, catalog, subject, items, (Purpose::Prequal, STANDING), now).await
}

/// A permit under which the platform reads by itself, and on what that rests.
async fn issue_to_platform(
    tx: &mut Tx,
    catalog: &Catalog,
    subject: &SubjectKey,
    items: &[&str],
    (purpose, basis): (Purpose, &str),
    now: Timestamp,
) -> Result<Permit, ConsentError> {
    let items = policy::known_items(catalog, items)?;
    let (reader, withheld) = ("platform", Columns::new());
    let asked = Asked { reader, purpose, subject, items, withheld, basis };
    issue(tx, asked, AuditLine::new("system", "system", ISSUED), now).await
}

/// A permit for the operator at the platform's own command line, who has the data folder anyway: it makes the
/// read an act on record instead of a look into files. `operator` is the account, such as `operator@cli`.
pub async fn permit_operator(
    tx: &mut Tx,
    catalog: &Catalog,
    operator: &str,
    purpose: Purpose,
    subject: &SubjectKey,
    items: &[&str],
    now: Timestamp,
) -> Result<Permit, ConsentError> {
    let items = policy::known_items(catalog, items)?;
    let reader = format!("operator:{operator}");
    let (withheld, basis) = (Columns::new(), "operator-at-the-machine");
    let asked = Asked { reader: &reader, purpose, subject, items, withheld, basis };
    issue(tx, asked, AuditLine::new(operator, "operator", ISSUED), now).await
}

/// The action on the audit line of every permit.
pub(super) const ISSUED: &str = "consent.permit_issued";

/// What a permit shall say.
pub(super) struct Asked<'a> {
    pub(super) reader: &'a str,
    pub(super) purpose: Purpose,
    pub(super) subject: &'a SubjectKey,
    pub(super) items: BTreeSet<String>,
    /// Columns that stay closed, by item.
    pub(super) withheld: Columns,
    pub(super) basis: &'a str,
}

/// Who of which bank reads, and under which consent; none in an emergency.
#[derive(Clone, Copy)]
pub(super) struct ByBank<'a> {
    pub(super) reader: BankReader<'a>,
    pub(super) consent: Option<&'a ConsentId>,
}

/// Makes the permit, keeps it and audits it.
pub(super) async fn issue(
    tx: &mut Tx,
    asked: Asked<'_>,
    line: AuditLine,
    now: Timestamp,
) -> Result<Permit, ConsentError> {
    issue_by(tx, asked, None, line, now).await
}

/// The same for somebody of a bank, where `by` says of which.
pub(super) async fn issue_by(
    tx: &mut Tx,
    asked: Asked<'_>,
    by: Option<ByBank<'_>>,
    line: AuditLine,
    now: Timestamp,
) -> Result<Permit, ConsentError> {
    let permit = Permit::issue(
        jq_db::fresh_id(now),
        asked.reader,
        asked.purpose,
        asked.subject.clone(),
        asked.items,
        now,
        asked.basis,
    )
    .withholding(asked.withheld);
    store::insert(tx, &permit, by).await?;
    tx.audit(
        line.subject(permit.subject().as_str())
            .items(permit.items().iter().cloned())
            .permit(permit.purpose().code(), permit.id().as_str())
            .detail(serde_json::json!({ "basis": permit.basis() })),
    );
    Ok(permit)
}
