//! Who may consent, and to what. No reading, no writing.

use std::collections::BTreeSet;

use jq_base::ids::{SubjectKey, SubjectKind};
use jq_catalog::{Catalog, Item, Polarity};
use jq_identity::firm::mandate::MandateScope;
use jq_identity::{FirmRole, FirmUser};

use super::new::NewGrant;
use crate::ConsentError;
use crate::content::purposes::{PurposeTerms, get_terms};
use crate::permit::policy::{known_fields, known_items};

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
    check_left_out(catalog, &new.items, &new.left_out)?;
    new.days = terms.days(Some(new.days))?;
    new.queries_max = Some(terms.queries(new.queries_max)?);
    Ok(terms)
}

/// True when a subject may agree to the item without this field.
///
/// What tells one record from another, of whom it is and when it holds stays: without it nobody could say what was read,
/// or whether it still counts. Of what tells against the subject nothing is left out, because half of it would be taken
/// for the whole. Such an item can be left out as a whole.
pub fn can_be_left_out(item: &Item, field: &str) -> bool {
    let of_key = item.key.iter().flat_map(|part| &part.fields);
    let of_subject = item.subject.fields.iter().chain(&item.subject.also);
    let dates = [&item.dated_by, &item.valid_from, &item.valid_to].into_iter().flatten();
    let stays = of_key.chain(of_subject).chain(dates).any(|name| name == field);
    item.field(field).is_some() && item.polarity != Polarity::Adverse && !stays
}

/// Checks that each of the fields is of one of the items and can be left out.
pub(crate) fn check_left_out(
    catalog: &Catalog,
    items: &BTreeSet<String>,
    left_out: &BTreeSet<String>,
) -> Result<(), ConsentError> {
    let named: Vec<&str> = left_out.iter().map(String::as_str).collect();
    known_fields(catalog, items, &named)?;
    let can = |named: &str| {
        let (item, field) = named.split_once('.').unwrap_or_default();
        catalog.item(item).is_some_and(|item| can_be_left_out(item, field))
    };
    match named.iter().find(|named| !can(named)) {
        Some(stays) => Err(ConsentError::FieldStays((*stays).to_owned())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_can_be_left_out_and_what_tells_the_record_cannot() {
        let catalog = Catalog::embedded().unwrap();
        let can = |item: &str, field: &str| can_be_left_out(catalog.item(item).unwrap(), field);
        assert!(can("tax_filing", "sales_amount") && can("tax_payment", "late_fee"));
        assert!(!can("tax_filing", "filing_seq"), "part of the key");
        assert!(!can("tax_filing", "filing_date"), "the date of the record");
        assert!(!can("tax_filing", "uscc") && !can("tax_filing", "no_such_field"));
        assert!(!can("tax_arrears", "arrears_balance"), "half of what tells against the firm");
    }

    #[test]
    fn what_is_left_out_is_a_field_of_the_items() {
        let catalog = Catalog::embedded().unwrap();
        let set = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<BTreeSet<_>>();
        let check = |field: &str| check_left_out(&catalog, &set(&["tax_filing"]), &set(&[field]));
        assert!(check("tax_filing.sales_amount").is_ok());
        for unknown in ["tax_payment.amount", "tax_filing.turnover", "sales_amount", "."] {
            assert!(matches!(check(unknown), Err(ConsentError::UnknownField(_))), "{unknown}");
        }
        assert!(matches!(check("tax_filing.tax_type"), Err(ConsentError::FieldStays(_))));
    }

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
