//! Who may consent, and to what. No reading, no writing.

use jq_base::ids::{SubjectKey, SubjectKind};
use jq_catalog::Catalog;
use jq_identity::firm::mandate::MandateScope;
use jq_identity::{FirmRole, FirmUser};

use super::new::NewGrant;
use crate::ConsentError;
use crate::content::purposes::{PurposeTerms, get_terms};
use crate::permit::policy::known_items;

/// Refuses whoever may not give or take back a consent for the subject they act for.
pub(crate) fn check_grantor(user: &FirmUser) -> Result<(), ConsentError> {
    let own = speaks_for(user.subject(), user.role());
    if own && user.may(MandateScope::Consent) { Ok(()) } else { Err(ConsentError::MayNotConsent) }
}

/// True when somebody in this capacity can consent for such a subject at all.
///
/// A natural person's records are opened by that person alone. A name without a number is nobody: who it is has
/// to be found out first.
pub(crate) fn speaks_for(subject: &SubjectKey, role: FirmRole) -> bool {
    match subject.kind() {
        SubjectKind::Person => role == FirmRole::OneSelf,
        SubjectKind::Organisation => true,
        SubjectKind::Local => false,
    }
}

/// The terms of the purpose, when this consent keeps to them. The number of readings becomes definite.
pub(crate) fn check_terms(
    catalog: &Catalog,
    new: &mut NewGrant,
) -> Result<&'static PurposeTerms, ConsentError> {
    let items: Vec<&str> = new.items.iter().map(String::as_str).collect();
    known_items(catalog, &items)?;
    let terms = get_terms(new.purpose)?;
    terms.check_items(&new.items)?;
    new.days = terms.days(Some(new.days))?;
    new.queries_max = Some(terms.queries(new.queries_max)?);
    Ok(terms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_person_itself_opens_a_persons_records() {
        let person = SubjectKey::parse(&"0a".repeat(32)).unwrap();
        assert!(speaks_for(&person, FirmRole::OneSelf));
        assert!(!speaks_for(&person, FirmRole::LegalRep) && !speaks_for(&person, FirmRole::Agent));
        let firm = SubjectKey::parse("91500102MAC8YUW23Y").unwrap();
        assert!(speaks_for(&firm, FirmRole::LegalRep) && speaks_for(&firm, FirmRole::Agent));
        let name = SubjectKey::parse("name:山城火锅店").unwrap();
        assert!(!speaks_for(&name, FirmRole::LegalRep));
    }
}
