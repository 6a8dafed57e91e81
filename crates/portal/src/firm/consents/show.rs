//! One consent: what it opens, how it was used, the text that was agreed to, and its receipt.

use askama::Template;
use axum::extract::{Path, State};
use jq_consent::{ConsentText, Grant};
use jq_identity::FirmUser;
use jq_web::{Visit, page};

use super::{GrantView, find, may_consent, terms_of};
use crate::firm::looks::{self, LookView};
use crate::public::product::reads::{ReadGroup, groups_where};
use crate::refused::Answer;
use crate::session::Firm;
use crate::state::PortalState;

/// One consent.
#[derive(Template)]
#[template(path = "firm/consent.html")]
pub struct ConsentPage {
    v: Visit,
    may: bool,
    detail: Detail,
    looks: Vec<LookView>,
}

/// The receipt of a consent that was given or taken back, to be kept or printed.
#[derive(Template)]
#[template(path = "firm/consent_receipt.html")]
pub struct ReceiptPage {
    v: Visit,
    may: bool,
    firm: String,
    code: String,
    detail: Detail,
}

/// What both pages say.
pub struct Detail {
    /// Its head.
    pub head: GrantView,
    /// In which capacity it was given.
    pub given_by: &'static str,
    /// The items by group.
    pub groups: Vec<ReadGroup>,
    /// How often the bank may read on one day.
    pub queries_day: u32,
    /// Why it was taken back, in the firm's words.
    pub reason: String,
    /// The version of the text.
    pub version: String,
    /// The digest of the text.
    pub hash: String,
    /// The text itself, when the version that was agreed to is still the one in force.
    pub text: Option<ConsentText>,
    /// Where the same could be given again.
    pub again: String,
}

/// `GET /firm/consents/{id}`
pub async fn show(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    v: Visit,
) -> Answer {
    let grant = find(&state, &user, &id).await?;
    let looks = looks::under(&state, &user, &grant.consent_id, &v).await?;
    Ok(page(&ConsentPage { may: may_consent(&user), detail: Detail::new(&v, &state, &grant), looks, v }))
}

/// `GET /firm/consents/{id}/receipt`
pub async fn receipt(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    v: Visit,
) -> Answer {
    let grant = find(&state, &user, &id).await?;
    Ok(page(&ReceiptPage::new(v, &state, &user, &grant)))
}

impl ReceiptPage {
    fn new(v: Visit, state: &PortalState, user: &FirmUser, grant: &Grant) -> Self {
        Self {
            may: may_consent(user),
            firm: grant.subject_name.clone(),
            code: grant.subject.to_string(),
            detail: Detail::new(&v, state, grant),
            v,
        }
    }
}

impl Detail {
    /// The consent as it stands now.
    pub fn new(v: &Visit, state: &PortalState, grant: &Grant) -> Self {
        let terms = terms_of(grant);
        let text = jq_consent::consent_text(v.lang(), &state.catalog, &grant.subject_name, &terms);
        let items: Vec<&str> = grant.items.iter().map(String::as_str).collect();
        let (bank, purpose, items) = (&grant.bank, grant.purpose.code(), items.join(","));
        Self {
            head: GrantView::new(v, grant, state.db.clock().now()),
            given_by: grant.grantor_role.text(v.lang()),
            groups: groups_where(v, &state.catalog, |item| grant.items.contains(item)),
            queries_day: grant.queries_day_max,
            reason: grant.withdraw_reason.clone().unwrap_or_default(),
            version: grant.text_version.clone(),
            hash: grant.text_hash.clone(),
            text: text.filter(|text| text.hash == grant.text_hash),
            again: format!(
                "/firm/consents/new?bank={bank}&purpose={purpose}&items={items}&days={}",
                terms.days
            ),
        }
    }
}
