//! Whether the firm may have the product at all, asked as soon as it has said how much it wants: what stands in the way
//! is told before anything is sent. It keeps nobody from applying: the bank decides.

use jq_base::lang::Lang;
use jq_consent::OwnPurpose;
use jq_decision::Outcome;
use jq_decision::flow::Stage;
use jq_identity::{FirmUser, MandateScope};
use jq_lending::product::Product;

use crate::refused::Refused;
use crate::state::PortalState;

/// Asks the flows for admission; who may not look at the firm's records for it asks nothing.
pub(super) async fn ask(state: &PortalState, user: &FirmUser, product: &Product) -> Result<(), Refused> {
    if !user.may(MandateScope::Report) {
        return Ok(());
    }
    let items = state.decisions.items_of(Stage::Admission);
    let items: Vec<&str> = items.iter().map(String::as_str).collect();
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    let own = OwnPurpose::Prequal;
    let permit = jq_consent::permit_self(&mut tx, &state.catalog, user, own, &items, now).await?;
    tx.commit().await?;
    state.decisions.admission(&permit, &[product.id.as_str()]).await?;
    Ok(())
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
    let flows = state.decisions.flows();
    let mut told: Vec<String> = Vec::new();
    for answer in answers.iter().filter(|answer| answer.decision.outcome == Outcome::Cannot) {
        let flow = flows.find(&answer.decision.flow_id);
        // The last product that was looked at may have been another one.
        if flow.is_none_or(|flow| !flow.about().is_for(product.id.as_str())) {
            continue;
        }
        for reason in &answer.decision.reasons {
            let text = reason.words.text(lang);
            if !told.iter().any(|known| known == text) {
                told.push(text.to_owned());
            }
        }
    }
    Ok(told)
}
