//! What lists and figures can be narrowed by: a bank, a district, a kind of order.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jq_base::clock::date_of;
use jq_identity::institution;
use jq_lending::OrderKind;
use jq_web::Visit;

use crate::form::Choice;
use crate::refused::Refused;
use crate::state::PortalState;

/// The banks by their id.
pub(crate) async fn bank_names(state: &PortalState, v: &Visit) -> Result<BTreeMap<String, String>, Refused> {
    let banks = institution::list_banks(&state.db).await?;
    Ok(banks.into_iter().map(|bank| (bank.id.clone(), bank.name(v.lang()).to_owned())).collect())
}

/// All banks, to choose one.
pub(crate) fn bank_choices(v: &Visit, banks: &BTreeMap<String, String>, chosen: &str) -> Vec<Choice> {
    let all = Choice::plain("", &v.t("watch-bank-all"), chosen);
    std::iter::once(all).chain(banks.iter().map(|(id, name)| Choice::plain(id, name, chosen))).collect()
}

/// The districts of today, to choose one.
pub(crate) fn district_choices(state: &PortalState, v: &Visit, now: Timestamp, chosen: &str) -> Vec<Choice> {
    let all = Choice::plain("", &v.t("watch-district-all"), chosen);
    let each = state.catalog.districts().at(date_of(now));
    let each = each.map(|one| Choice::plain(&one.code, one.name(v.lang()), chosen));
    std::iter::once(all).chain(each).collect()
}

/// The kinds of orders, to choose one.
pub(crate) fn kind_choices(v: &Visit, chosen: &str) -> Vec<Choice> {
    let all = Choice::plain("", &v.t("queue-kind-all"), chosen);
    let each = OrderKind::ALL.iter().map(|kind| Choice::plain(kind.code(), kind.text(v.lang()), chosen));
    std::iter::once(all).chain(each).collect()
}
