//! What the records say that a claim is compared with: a firm's entry in the register, a household's land contract.
//!
//! Nothing of it is shown to anybody: the identity check reads it under its own permit and keeps only its answer.

use jq_base::permit::Permit;

use crate::facts::Facts;
use crate::record::{Record, RepairState};
use crate::{Credit, CreditError};

/// The item that is the register of enterprises.
pub const REGISTER: &str = "ent_registration";
/// The item that holds the land contracts of farm households.
pub const LAND_CONTRACTS: &str = "land_contract_right";
/// The status of a firm that exists and does business.
const ACTIVE: &str = "active";
/// The state of a contract that holds no longer.
const ENDED: &str = "cancelled";

/// A firm's entry in the register. It has no `Debug`: names do not get into a log.
#[derive(Clone)]
pub struct RegisterEntry {
    /// The firm's name.
    pub name: String,
    /// The legal representative's name.
    pub legal_rep_name: String,
    /// The keyed hash of the legal representative's identity number.
    pub legal_rep_id_hash: String,
    /// Whether the firm exists and does business.
    pub active: bool,
}

impl Credit {
    /// The entry of the permit's subject in the register; nothing when the register does not know it.
    pub async fn register_entry(&self, permit: &Permit) -> Result<Option<RegisterEntry>, CreditError> {
        let records = self.records_of(permit, REGISTER).await?;
        let word = |record: &Record, field: &str| record.word(field).unwrap_or_default();
        Ok(records.first().map(|record| RegisterEntry {
            name: word(record, "name"),
            legal_rep_name: word(record, "legal_rep_name"),
            legal_rep_id_hash: word(record, "legal_rep_id_hash"),
            active: word(record, "status") == ACTIVE,
        }))
    }

    /// Whether the permit's subject holds the land contract with this certificate number. Spaces and the case of
    /// letters do not count.
    pub async fn holds_land_contract(
        &self,
        permit: &Permit,
        certificate_no: &str,
    ) -> Result<bool, CreditError> {
        let wanted = plain(certificate_no);
        let records = self.records_of(permit, LAND_CONTRACTS).await?;
        let is_it = |record: &Record| {
            record.word("certificate_no").is_some_and(|number| plain(&number) == wanted)
                && record.word("state").as_deref() != Some(ENDED)
        };
        Ok(!wanted.is_empty() && records.iter().any(is_it))
    }

    /// The current records of one item that are not repaired.
    async fn records_of(&self, permit: &Permit, item: &str) -> Result<Vec<Record>, CreditError> {
        let Some(item) = self.catalog.item(item) else { return Ok(Vec::new()) };
        let mut facts = Facts::gather_of(&self.lake, permit, &[item]).await?;
        let records = facts.items.remove(&item.id).unwrap_or_default().records;
        Ok(records.into_iter().filter(|record| record.repair != RepairState::Repaired).collect())
    }
}

/// A number as it is compared.
fn plain(number: &str) -> String {
    number.chars().filter(|sign| !sign.is_whitespace()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_compared_as_a_reader_would() {
        assert_eq!(plain(" 渝（2019）江津 0001 jx "), "渝（2019）江津0001JX");
    }
}
