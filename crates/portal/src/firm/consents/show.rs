//! One consent: what it opens, how it was used, the text that was agreed to, and whether the bank has taken note of its end.

use askama::Template;
use axum::extract::{Path, State};
use jq_consent::{ConsentText, Grant};
use jq_web::{Visit, page};

use super::fields::LeftOut;
use super::stops::StopView;
use super::{GrantView, find, may_consent, terms_of};
use crate::firm::looks::{self, LookView};
use crate::public::product::reads::{ReadGroup, groups_where};
use crate::refused::{Answer, Refused};
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
    stops: Vec<StopView>,
}

/// What both pages say.
pub struct Detail {
    /// Its head.
    pub head: GrantView,
    /// In which capacity it was given.
    pub given_by: &'static str,
    /// The items by group.
    pub groups: Vec<ReadGroup>,
    /// Fields that are left out, by item.
    pub left_out: Vec<LeftOut>,
    /// How often the bank may read on one day.
    pub queries_day: u32,
    /// Why it was taken back, in the firm's words.
    pub reason: String,
    /// The version of the text.
    pub version: String,
    /// The digest of the text.
    pub hash: String,
    /// The text itself, word for word as it was agreed to.
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
    let notices = jq_consent::list_stop_notices_of(&state.db, &grant.consent_id).await?;
    let stops = notices.iter().map(|notice| StopView::new(&v, notice)).collect();
    let detail = Detail::new(&v, &state, &grant).await?;
    Ok(page(&ConsentPage { may: may_consent(&user), detail, looks, stops, v }))
}

impl Detail {
    /// The consent as it stands now.
    pub async fn new(v: &Visit, state: &PortalState, grant: &Grant) -> Result<Self, Refused> {
        let terms = terms_of(grant);
        let text = match jq_consent::find_text(&state.db, grant, v.lang()).await? {
            Some(kept) => Some(kept),
            None => jq_consent::consent_text(v.lang(), &state.catalog, &grant.subject_name, &terms),
        };
        let items: Vec<&str> = grant.items.iter().map(String::as_str).collect();
        let without: Vec<&str> = grant.left_out.iter().map(String::as_str).collect();
        let (bank, purpose, items, without) =
            (&grant.bank, grant.purpose.code(), items.join(","), without.join(","));
        Ok(Self {
            head: GrantView::new(v, grant, state.db.clock().now()),
            given_by: grant.grantor_role.text(v.lang()),
            groups: groups_where(v, &state.catalog, |item| grant.items.contains(item)),
            left_out: LeftOut::of(v, &state.catalog, &grant.left_out),
            queries_day: grant.queries_day_max,
            reason: grant.withdraw_reason.clone().unwrap_or_default(),
            version: grant.text_version.clone(),
            hash: grant.text_hash.clone(),
            text: text.filter(|text| text.hash == grant.text_hash),
            again: format!(
                "/firm/consents/new?bank={bank}&purpose={purpose}&items={items}&without={without}&days={}",
                terms.days
            ),
        })
    }
}
