//! Institutions join and leave.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jq_db::Tx;
use jq_db::audit::AuditLine;

use super::model::{Institution, InstitutionKind};
use super::store;
use crate::IdentityError;

/// Takes an institution in; fails when the id is taken, or when a branch's bank is not there.
pub async fn insert(
    tx: &mut Tx,
    institution: &Institution,
    by: &str,
    now: Timestamp,
) -> Result<(), IdentityError> {
    if !institution.is_well_placed() {
        return Err(IdentityError::NoInstitution);
    }
    if let Some(bank) = &institution.parent {
        let found = store::find_within(tx, bank).await?;
        found.filter(|found| found.kind == InstitutionKind::Bank).ok_or(IdentityError::NoInstitution)?;
    }
    if !store::insert(tx, institution, now).await? {
        return Err(IdentityError::Taken("institution id"));
    }
    let detail = serde_json::json!({ "kind": institution.kind.code() });
    let line = AuditLine::new(by, "operator", "identity.institution_joined");
    tx.audit(line.subject(&institution.id).detail(detail));
    Ok(())
}

/// Takes many institutions in at once, with one line on record that says how many of each kind; banks stand before
/// their branches or are there already.
pub async fn insert_all(
    tx: &mut Tx,
    institutions: &[Institution],
    by: &str,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let mut banks = store::list_bank_ids(tx).await?;
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for institution in institutions {
        let known = institution.parent.as_ref().is_none_or(|bank| banks.contains(bank));
        if !known || !institution.is_well_placed() {
            return Err(IdentityError::NoInstitution);
        }
        if institution.kind == InstitutionKind::Bank {
            banks.insert(institution.id.clone());
        }
        *counts.entry(institution.kind.code()).or_default() += 1;
    }
    if !store::insert_all(tx, institutions, now).await? {
        return Err(IdentityError::Taken("institution id"));
    }
    let line = AuditLine::new(by, "operator", "identity.institutions_joined");
    tx.audit(line.detail(serde_json::json!({ "kinds": counts })));
    Ok(())
}

/// Notes that an institution no longer takes part, or does again. Its staff and programs are out at the next request,
/// and are in again when it is back.
pub async fn set_active(
    tx: &mut Tx,
    institution: &str,
    active: bool,
    by: &str,
    now: Timestamp,
) -> Result<(), IdentityError> {
    if !store::set_active(tx, institution, active, now).await? {
        return Err(IdentityError::NoInstitution);
    }
    let action = if active { "identity.institution_back" } else { "identity.institution_left" };
    tx.audit(AuditLine::new(by, "operator", action).subject(institution));
    Ok(())
}
