//! Institutions join and leave.

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
