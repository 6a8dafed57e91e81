//! What the check reads of the records, under a permit of its own that the subject sees.

use jq_base::ids::SubjectKey;
use jq_base::permit::Permit;
use jq_base::uscc::Uscc;
use jq_credit::register::{LAND_CONTRACTS, REGISTER, RegisterEntry};
use jq_identity::FirmPerson;

use crate::refused::Refused;
use crate::state::PortalState;

/// The firm's entry in the register; nothing when it knows none.
pub(super) async fn register_entry(
    state: &PortalState,
    person: &FirmPerson,
    code: &Uscc,
) -> Result<Option<RegisterEntry>, Refused> {
    let permit = permit(state, person, &SubjectKey::from(code.clone()), REGISTER).await?;
    Ok(state.credit.register_entry(&permit).await?)
}

/// Whether the household with this key holds the land contract with this certificate.
pub(super) async fn holds_land_contract(
    state: &PortalState,
    person: &FirmPerson,
    subject: &SubjectKey,
    certificate_no: &str,
) -> Result<bool, Refused> {
    let permit = permit(state, person, subject, LAND_CONTRACTS).await?;
    Ok(state.credit.holds_land_contract(&permit, certificate_no).await?)
}

async fn permit(
    state: &PortalState,
    person: &FirmPerson,
    subject: &SubjectKey,
    item: &str,
) -> Result<Permit, Refused> {
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    let account = person.account();
    let permit = jq_consent::permit_claim(&mut tx, &state.catalog, account, subject, &[item], now).await?;
    tx.commit().await?;
    Ok(permit)
}
