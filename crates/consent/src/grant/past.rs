//! Consents of the past: what the subjects of a demo city allowed before the platform's present began, taken with its past
//! orders by the same terms and texts; nobody is told of them again.

use jiff::Timestamp;
use jq_base::ids::{AccountId, SubjectKey, SubjectKind};
use jq_catalog::Catalog;
use jq_db::Tx;
use jq_db::audit::AuditLine;
use jq_identity::FirmRole;

use super::evidence::Evidence;
use super::new::{Given, NewGrant};
use super::{policy, store};
use crate::ConsentError;
use crate::content::text;

/// A consent that was given before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastGrant {
    /// Whose records.
    pub subject: SubjectKey,
    /// The subject's name.
    pub subject_name: String,
    /// Who gave it.
    pub grantor: AccountId,
    /// When.
    pub given_at: Timestamp,
    /// What was allowed to whom.
    pub new: NewGrant,
}

/// Takes consents of the past, with one line for `by` on record. One for the same bank and purpose that stands already is
/// left alone, so that it can be done again. Returns how many were new.
pub async fn take_past(
    tx: &mut Tx,
    catalog: &Catalog,
    by: &str,
    past: Vec<PastGrant>,
) -> Result<u64, ConsentError> {
    let mut taken = 0;
    for PastGrant { subject, subject_name, grantor, given_at, mut new } in past {
        let terms = policy::check_terms(catalog, &mut new)?;
        let agreed = text::agreed(catalog, &subject_name, &new, terms)?;
        store::keep_text(tx, &agreed).await?;
        let role = if subject.kind() == SubjectKind::Person { FirmRole::OneSelf } else { FirmRole::LegalRep };
        let (subject, subject_name, grantor) = (&subject, subject_name.as_str(), &grantor);
        let given =
            Given { subject, subject_name, grantor, role, evidence: Evidence::default(), at: given_at };
        taken += u64::from(store::insert(tx, &new.given(given, terms, agreed)).await?);
    }
    if taken > 0 {
        let detail = serde_json::json!({ "consents": taken });
        tx.audit(AuditLine::new(by, "operator", "consent.history_taken").detail(detail));
    }
    Ok(taken)
}
