//! Mandates: whom the legal representative lets act for the firm, and for which firms the person may act as an agent.

pub mod answer;
pub mod grant;
pub mod list;
pub mod revoke;

use jiff::Timestamp;
use jq_base::ids::{MandateId, SubjectKey};
use jq_identity::firm::mandate::{self, Mandate, MandateState, OFFER_DAYS};
use jq_identity::{FirmPerson, FirmRole, FirmUser, MandateScope};
use jq_web::{Visit, say};

use crate::refused::Refused;
use crate::state::PortalState;
use crate::words;

/// A mandate as pages show it.
pub struct MandateView {
    /// Its name, for addresses.
    pub id: String,
    /// The firm that gives it.
    pub firm: String,
    /// Its key.
    pub subject: SubjectKey,
    /// The agent, masked.
    pub agent: String,
    /// What it covers, in words.
    pub scopes: Vec<&'static str>,
    /// Its last day, in words.
    pub until: String,
    /// When it was given.
    pub since: String,
    /// Where it stands.
    pub state: &'static str,
    /// The colour of that word.
    pub tone: &'static str,
    /// The icon beside it.
    pub icon: &'static str,
    /// It waits for the agent.
    pub is_offered: bool,
    /// The agent may act under it, or could by accepting.
    pub is_open: bool,
    /// Until when an offer can be accepted.
    pub answer_by: String,
}

impl MandateView {
    fn new(v: &Visit, mandate: &Mandate, now: Timestamp) -> Self {
        let lang = v.lang();
        let today = jq_base::clock::date_of(now);
        let (tone, icon) = match mandate.state {
            MandateState::Offered => ("soon", "clock"),
            MandateState::Held => ("good", "circle-check"),
            MandateState::Lapsed | MandateState::Expired | MandateState::Declined => ("", "circle-dashed"),
            MandateState::Revoked | MandateState::Ended => ("", "circle-x"),
        };
        let lapses = mandate.granted_at + jiff::SignedDuration::from_hours(24 * OFFER_DAYS);
        Self {
            id: mandate.mandate_id.to_string(),
            firm: mandate.subject_name.clone(),
            subject: mandate.subject.clone(),
            agent: format!("{} {}", mandate.agent_name, mandate.agent_mobile),
            scopes: mandate.scopes.iter().map(|scope| scope.text(lang)).collect(),
            until: words::day(lang, mandate.until(), today),
            since: say::moment(mandate.granted_at),
            state: mandate.state.text(lang),
            tone,
            icon,
            is_offered: mandate.state == MandateState::Offered,
            is_open: matches!(mandate.state, MandateState::Offered | MandateState::Held),
            answer_by: say::moment(lapses.min(mandate.ends_at)),
        }
    }

    /// What it covers, as one line.
    pub fn scopes_line(&self, v: &Visit) -> String {
        self.scopes.join(v.pick("、", ", "))
    }
}

/// The mandates that wait for this person's answer.
pub async fn offers(
    state: &PortalState,
    person: &FirmPerson,
    v: &Visit,
) -> Result<Vec<MandateView>, Refused> {
    let mut held = held(state, person, v).await?;
    held.retain(|mandate| mandate.is_offered);
    Ok(held)
}

/// The mandates that wait for this person, and those the person holds or held.
async fn held(state: &PortalState, person: &FirmPerson, v: &Visit) -> Result<Vec<MandateView>, Refused> {
    let now = state.db.clock().now();
    let found = mandate::list_held(&state.db, &state.code_key, person, now).await?;
    Ok(found.iter().map(|mandate| MandateView::new(v, mandate, now)).collect())
}

/// The mandates given for the firm; none are shown to somebody who could not give one.
async fn given(state: &PortalState, user: &FirmUser, v: &Visit) -> Result<Vec<MandateView>, Refused> {
    let now = state.db.clock().now();
    let found = mandate::list_given(&state.db, user, now).await?;
    Ok(found.iter().map(|mandate| MandateView::new(v, mandate, now)).collect())
}

/// The mandate with this name among those.
fn pick(mandates: Vec<MandateView>, id: &MandateId) -> Option<MandateView> {
    mandates.into_iter().find(|mandate| mandate.id == id.as_str())
}

/// Whether somebody can give mandates: the legal representative.
fn may_give(user: &FirmUser) -> bool {
    user.role() == FirmRole::LegalRep
}

/// What the agent at hand may do, when the person is an agent.
fn own_scopes(user: &FirmUser, v: &Visit) -> Vec<String> {
    let all = MandateScope::ALL.into_iter().filter(|scope| user.may(*scope));
    all.map(|scope| scope.text(v.lang()).to_owned()).collect()
}
