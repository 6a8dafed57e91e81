//! Everything that waits for the firm, each source with a function of its own; the firm's home shows them together.

use jq_identity::FirmUser;
use jq_web::Visit;

use super::consents::{GrantView, LISTED_MAX, list::requests, may_consent};
use super::home::Waiting;
use super::{agents, order};
use crate::refused::Refused;
use crate::state::PortalState;

/// What waits: banks' requests first, then orders, offers of mandates, and messages that nobody has read.
pub async fn waiting(state: &PortalState, user: &FirmUser, v: &Visit) -> Result<Vec<Waiting>, Refused> {
    let mut found = consent_requests(state, user, v).await?;
    found.extend(suspended_consents(state, user, v).await?);
    found.extend(order::waiting(state, user, v).await?);
    found.extend(mandate_offers(state, user, v).await?);
    found.extend(unread_messages(v));
    Ok(found)
}

/// Banks that ask for a consent; only for somebody who may answer.
async fn consent_requests(state: &PortalState, user: &FirmUser, v: &Visit) -> Result<Vec<Waiting>, Refused> {
    if !may_consent(user) {
        return Ok(Vec::new());
    }
    let (asked, _) = requests(state, user, v).await?;
    let wait = |request: super::consents::list::RequestView| Waiting {
        text: v.one("waiting-consent", "bank", &request.bank),
        when: v.one("waiting-answer-by", "at", &request.answer_by),
        href: format!("/firm/consents/requests/{}", request.id),
    };
    Ok(asked.into_iter().map(wait).collect())
}

/// Consents that stand still until somebody has looked at them; only for somebody who may.
async fn suspended_consents(
    state: &PortalState,
    user: &FirmUser,
    v: &Visit,
) -> Result<Vec<Waiting>, Refused> {
    if !may_consent(user) {
        return Ok(Vec::new());
    }
    let now = state.db.clock().now();
    let grants = jq_consent::list_grants(&state.db, user.subject(), LISTED_MAX).await?;
    let views = grants.iter().map(|grant| GrantView::new(v, grant, now));
    let wait = |grant: GrantView| Waiting {
        text: v.one("waiting-suspended", "bank", &grant.bank),
        when: grant.suspended,
        href: format!("/firm/consents/{}", grant.id),
    };
    Ok(views.filter(|grant| grant.is_suspended && grant.can_be_confirmed).map(wait).collect())
}

/// Firms that want the person as their agent.
async fn mandate_offers(state: &PortalState, user: &FirmUser, v: &Visit) -> Result<Vec<Waiting>, Refused> {
    let offers = agents::offers(state, user.person(), v).await?;
    let wait = |offer: agents::MandateView| Waiting {
        text: v.one("waiting-mandate", "firm", &offer.firm),
        when: v.one("waiting-answer-by", "at", &offer.answer_by),
        href: format!("/firm/agents/{}", offer.id),
    };
    Ok(offers.into_iter().map(wait).collect())
}

/// Messages that nobody of the firm has read, as one line.
fn unread_messages(v: &Visit) -> Option<Waiting> {
    let unread = v.unread();
    let wait = || Waiting {
        text: v.n("waiting-messages", unread),
        when: String::new(),
        href: "/firm/messages".to_owned(),
    };
    (unread > 0).then(wait)
}
