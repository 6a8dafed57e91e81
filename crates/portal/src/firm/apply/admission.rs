//! Whether the firm may have the product at all, asked as soon as it has said how much it wants: what stands in the way
//! is told before anything is sent. It keeps nobody from applying: the bank decides.

use jq_base::lang::Lang;
use jq_consent::OwnPurpose;
use jq_decision::flow::Stage;
use jq_decision::{Outcome, StoredDecision};
use jq_identity::{FirmUser, MandateScope};
use jq_lending::product::Product;

use crate::refused::Refused;
use crate::state::PortalState;

/// Asks the flows for admission to these products, all under one permit; who may not look at the firm's records for it
/// asks nothing.
pub async fn ask(
    state: &PortalState,
    user: &FirmUser,
    products: &[&Product],
) -> Result<Vec<StoredDecision>, Refused> {
    if !user.may(MandateScope::Report) {
        return Ok(Vec::new());
    }
    let items = state.decisions.items_of(Stage::Admission);
    let items: Vec<&str> = items.iter().map(String::as_str).collect();
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    let own = OwnPurpose::Prequal;
    let permit = jq_consent::permit_self(&mut tx, &state.catalog, user, own, &items, now).await?;
    tx.commit().await?;
    let ids: Vec<&str> = products.iter().map(|product| product.id.as_str()).collect();
    Ok(state.decisions.admission(&permit, &ids).await?)
}

/// Whether an answer keeps the firm from this product.
pub fn says_no(state: &PortalState, answer: &StoredDecision, product: &Product) -> bool {
    let flows = state.decisions.flows();
    let flow = flows.find(&answer.decision.flow_id);
    answer.decision.outcome == Outcome::Cannot
        && flow.is_some_and(|flow| flow.about().is_for(product.id.as_str()))
}

/// What stood in the way when the firm was last asked about, in words; nothing for whoever may not look.
pub(super) async fn hindrances(
    state: &PortalState,
    user: &FirmUser,
    product: &Product,
    lang: Lang,
) -> Result<Vec<String>, Refused> {
    if !user.may(MandateScope::Report) {
        return Ok(Vec::new());
    }
    let answers = state.decisions.last_of(Stage::Admission, user.subject()).await?;
    let mut told: Vec<String> = Vec::new();
    // The last product that was looked at may have been another one.
    for answer in answers.iter().filter(|answer| says_no(state, answer, product)) {
        for reason in &answer.decision.reasons {
            let text = reason.words.text(lang);
            if !told.iter().any(|known| known == text) {
                told.push(text.to_owned());
            }
        }
    }
    Ok(told)
}
