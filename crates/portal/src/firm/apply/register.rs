//! Where the firm is and what its trade is, as the register says; public facts, read under a permit like everything.

use jq_catalog::Catalog;
use jq_consent::ConsentError;
use jq_credit::Reader;
use jq_identity::FirmUser;

use crate::refused::Refused;
use crate::state::PortalState;

/// The item that is the register.
const REGISTER: &str = "ent_registration";

/// What decides which products are for a firm and which branch is near.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Its district, six digits.
    pub district: Option<String>,
    /// Its trade by GB/T 4754, the section's letter before the digits, such as `C1312`.
    pub industry: Option<String>,
}

/// The firm's place; empty for a natural person, of whom the register knows nothing.
pub async fn place(state: &PortalState, user: &FirmUser) -> Result<Place, Refused> {
    let reader = format!("firm:{}", user.account());
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    let asked = jq_consent::permit_public(&mut tx, &state.catalog, &reader, user.subject(), &[REGISTER], now);
    let permit = match asked.await {
        Ok(permit) => permit,
        Err(ConsentError::PersonIsNotPublic) => {
            tx.rollback().await?;
            return Ok(Place::default());
        }
        Err(error) => return Err(error.into()),
    };
    tx.commit().await?;
    let reader = Reader {
        actor: user.account().to_string(),
        role: user.role().code().to_owned(),
        shown_zh: user.subject_name().to_owned(),
        shown_en: user.subject_name().to_owned(),
    };
    let items = state.credit.records(&permit, &reader).await?.items;
    let record = items.iter().flat_map(|item| &item.records).next();
    let word = |field: &str| record?.values.get(field)?.as_str().map(str::to_owned);
    let industry = word("industry_code").map(|code| with_letter(&state.catalog, code));
    Ok(Place { district: word("division"), industry })
}

/// The trade's code with the letter of its section, as products name trades.
fn with_letter(catalog: &Catalog, code: String) -> String {
    let is_bare = code.starts_with(|sign: char| sign.is_ascii_digit());
    match catalog.industry(&code).filter(|_| is_bare) {
        Some(industry) => format!("{}{code}", industry.section.code),
        None => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trade_is_named_with_the_letter_of_its_section() {
        let catalog = Catalog::embedded().unwrap();
        assert_eq!(with_letter(&catalog, "1312".to_owned()), "C1312");
        assert_eq!(with_letter(&catalog, "C1312".to_owned()), "C1312");
        assert_eq!(with_letter(&catalog, "0000".to_owned()), "0000");
    }
}
