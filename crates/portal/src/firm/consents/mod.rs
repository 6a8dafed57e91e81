//! Consents: what the firm allows which bank, for what and until when; asked for by banks, given, and taken back.

pub mod confirm;
pub mod fields;
pub mod list;
pub mod new;
pub mod receipt;
pub mod request;
pub mod show;
pub mod stops;
pub mod terms;
pub mod wish;
pub mod withdraw;

use jiff::Timestamp;
use jq_base::ids::ConsentId;
use jq_consent::{ConsentError, Evidence, Grant, GrantState, NewGrant, SuspensionWhy};
use jq_identity::{FirmUser, MandateScope};
use jq_web::{Visit, say};

use crate::refused::Refused;
use crate::state::PortalState;

/// Consents and requests that are listed at most.
pub const LISTED_MAX: u32 = 200;

/// A consent as lists and heads show it.
pub struct GrantView {
    /// Its number.
    pub id: String,
    /// The bank.
    pub bank: String,
    /// What for.
    pub purpose: &'static str,
    /// How many items.
    pub items: usize,
    /// Where it stands.
    pub state: &'static str,
    /// The colour of that word.
    pub tone: &'static str,
    /// The icon beside it.
    pub icon: &'static str,
    /// From when.
    pub since: String,
    /// Until when.
    pub until: String,
    /// When it was taken back; empty when it was not.
    pub withdrawn_at: String,
    /// How often the bank has read and may read, in words.
    pub used: String,
    /// It holds.
    pub is_active: bool,
    /// It stands still until it is confirmed or let go.
    pub is_suspended: bool,
    /// Since when it stands still and why; empty when it does not.
    pub suspended: String,
    /// Whether it can be confirmed at all while things are as they are.
    pub can_be_confirmed: bool,
}

impl GrantView {
    /// The consent as it stands at `now`.
    pub fn new(v: &Visit, grant: &Grant, now: Timestamp) -> Self {
        let state = grant.state(now);
        let (tone, icon) = match state {
            GrantState::Active => ("good", "lock-open"),
            GrantState::Suspended => ("soon", "lock"),
            GrantState::Withdrawn => ("", "circle-x"),
            GrantState::Expired => ("", "clock"),
            GrantState::Superseded => ("", "history"),
        };
        Self {
            id: grant.consent_id.to_string(),
            bank: grant.bank_name(v.lang()).to_owned(),
            purpose: grant.purpose.text(v.lang()),
            items: grant.items.len(),
            state: state.text(v.lang()),
            tone,
            icon,
            since: say::moment(grant.valid_from),
            until: say::moment(grant.valid_to),
            withdrawn_at: grant.withdrawn_at.map(say::moment).unwrap_or_default(),
            used: v
                .text()
                .with("consent-used", &[("used", &grant.queries_used), ("max", &grant.queries_max)]),
            is_active: state == GrantState::Active,
            is_suspended: state == GrantState::Suspended,
            suspended: suspended(v, grant),
            can_be_confirmed: grant.suspended_why() != Some(SuspensionWhy::Deregistered),
        }
    }
}

/// Since when a consent stands still, and why.
fn suspended(v: &Visit, grant: &Grant) -> String {
    let Some(suspended) = grant.suspended else { return String::new() };
    let at = say::moment(suspended.at);
    let values: [(&str, &dyn std::fmt::Display); 2] = [("at", &at), ("why", &suspended.why.text(v.lang()))];
    v.text().with("consent-suspended-since", &values)
}

/// What is kept of a yes that comes through a page.
pub fn evidence(v: &Visit) -> Evidence {
    Evidence::from_web(v.address(), v.device())
}

/// Whether the person may give and take back consents for the firm.
pub fn may_consent(user: &FirmUser) -> bool {
    user.may(MandateScope::Consent)
}

/// Refuses whoever may not.
fn must_consent(user: &FirmUser) -> Result<(), Refused> {
    if may_consent(user) { Ok(()) } else { Err(ConsentError::MayNotConsent.into()) }
}

/// The firm's consent with this number; another firm's is not there.
async fn find(state: &PortalState, user: &FirmUser, id: &str) -> Result<Grant, Refused> {
    let id = ConsentId::parse(id).map_err(|_| ConsentError::NotFound)?;
    let found = jq_consent::find_grant(&state.db, &id).await?;
    let own = found.filter(|grant| grant.subject == *user.subject());
    own.ok_or_else(|| ConsentError::NotFound.into())
}

/// The terms of a consent that was given, as they would be given again.
fn terms_of(grant: &Grant) -> NewGrant {
    let hours = grant.valid_to.duration_since(grant.valid_from).as_hours();
    NewGrant {
        bank: grant.bank.clone(),
        bank_zh: grant.bank_zh.clone(),
        bank_en: grant.bank_en.clone(),
        items: grant.items.clone(),
        left_out: grant.left_out.clone(),
        purpose: grant.purpose,
        product: grant.product.clone(),
        order: grant.order.clone(),
        days: u32::try_from(hours / 24).unwrap_or_default(),
        queries_max: Some(grant.queries_max),
        text_hash: None,
        evidence: Evidence::default(),
    }
}
