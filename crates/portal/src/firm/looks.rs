//! Who looked at the firm's records: which bank, which of its people, for what, when, allowed or refused and why.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Query, State};
use jq_base::ids::{BankId, BranchId, ConsentId};
use jq_base::lang::Lang;
use jq_consent::{EMERGENCY, Look, LookOutcome, REAL_NAME_CHECK, REGISTER_CHECK};
use jq_identity::{FirmUser, StaffRole, firm, institution, staff};
use jq_web::{Visit, page, say};
use serde::Deserialize;

use crate::firm::consents::may_consent;
use crate::refused::{Answer, Refused};
use crate::session::Firm;
use crate::state::PortalState;

/// Looks that are listed at most.
const LOOKS_MAX: u32 = 200;
/// Consents that are asked whether they still hold.
const GRANTS_MAX: u32 = 200;
/// Items that are named before the others are folded away.
const ITEMS_NAMED: usize = 3;

/// The page.
#[derive(Template)]
#[template(path = "firm/looks.html")]
pub struct LooksPage {
    v: Visit,
    may: bool,
    own: bool,
    looks: Vec<LookView>,
}

/// One look.
pub struct LookView {
    /// Its name.
    pub id: String,
    /// Whether the firm can complain about it: somebody else looked.
    pub can_complain: bool,
    /// What is said about a reading in an emergency; empty for others.
    pub emergency: String,
    /// Who: the bank, or what kind of reader.
    pub reader: String,
    /// Which of its people, by branch and role; empty when that says nothing more.
    pub person: String,
    /// What for.
    pub purpose: String,
    /// When.
    pub at: String,
    /// The first items by name.
    pub items: String,
    /// The other items by name; empty when there are none.
    pub more_items: Vec<String>,
    /// Whether the reader might read.
    pub granted: bool,
    /// Why not, in words; empty when granted.
    pub refused: String,
    /// The consent it rests on; empty when on none.
    pub consent: String,
    /// That consent holds still.
    pub consent_holds: bool,
}

/// Which looks.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Which {
    own: String,
}

/// `GET /firm/looks`; with `own` those of the firm's own people too.
pub async fn list(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Query(which): Query<Which>,
    v: Visit,
) -> Answer {
    let own = !which.own.is_empty();
    let found = if own {
        jq_consent::list_looks(&state.db, user.subject(), LOOKS_MAX).await?
    } else {
        by_others(&state, &user, LOOKS_MAX).await?
    };
    let looks = shown(&state, &user, &found, &v).await?;
    Ok(page(&LooksPage { may: may_consent(&user), own, looks, v }))
}

/// The newest looks by anybody but the firm's own people.
pub async fn latest(
    state: &PortalState,
    user: &FirmUser,
    v: &Visit,
    limit: u32,
) -> Result<Vec<LookView>, Refused> {
    let found = by_others(state, user, limit).await?;
    shown(state, user, &found, v).await
}

/// The looks that rest on one consent.
pub async fn under(
    state: &PortalState,
    user: &FirmUser,
    consent: &ConsentId,
    v: &Visit,
) -> Result<Vec<LookView>, Refused> {
    let found = jq_consent::list_looks_under(&state.db, user.subject(), consent, LOOKS_MAX).await?;
    shown(state, user, &found, v).await
}

/// One look by somebody else; nothing when there is none of that name, or it is the firm's own.
pub async fn one(
    state: &PortalState,
    user: &FirmUser,
    look_id: &str,
    v: &Visit,
) -> Result<Option<(Look, LookView)>, Refused> {
    let Some(found) = jq_consent::find_look(&state.db, user.subject(), look_id).await? else {
        return Ok(None);
    };
    let mut views = shown(state, user, std::slice::from_ref(&found), v).await?;
    let view = views.pop().filter(|view| view.can_complain);
    Ok(view.map(|view| (found, view)))
}

async fn by_others(state: &PortalState, user: &FirmUser, limit: u32) -> Result<Vec<Look>, Refused> {
    let own: Vec<String> = own_readers(state, user).await?.into_iter().collect();
    Ok(jq_consent::list_looks_by_others(&state.db, user.subject(), &own, limit).await?)
}

/// How permits name the firm's own people.
async fn own_readers(state: &PortalState, user: &FirmUser) -> Result<BTreeSet<String>, Refused> {
    let now = state.db.clock().now();
    let people = firm::list_people(&state.db, user.subject(), now).await?;
    Ok(people.iter().map(|person| format!("firm:{}", person.account)).collect())
}

async fn shown(
    state: &PortalState,
    user: &FirmUser,
    looks: &[Look],
    v: &Visit,
) -> Result<Vec<LookView>, Refused> {
    let names = Names::read(state, user, looks, v.lang()).await?;
    Ok(looks.iter().map(|look| LookView::new(v, state, look, &names)).collect())
}

/// The names of whoever looked, and the consents that hold still.
struct Names {
    banks: BTreeMap<BankId, String>,
    branches: BTreeMap<String, String>,
    own: BTreeSet<String>,
    holding: BTreeSet<ConsentId>,
}

impl Names {
    async fn read(state: &PortalState, user: &FirmUser, looks: &[Look], lang: Lang) -> Result<Self, Refused> {
        let now = state.db.clock().now();
        let mut banks = BTreeMap::new();
        let mut branches = BTreeMap::new();
        for look in looks {
            let Some(bank) = &look.bank else { continue };
            if !banks.contains_key(bank) {
                let found = institution::find(&state.db, bank.as_str()).await?;
                let name = found.map_or_else(|| bank.to_string(), |found| found.name(lang).to_owned());
                banks.insert(bank.clone(), name);
            }
            if !branches.contains_key(&look.reader) {
                branches.insert(look.reader.clone(), branch_of(state, &look.reader, lang).await?);
            }
        }
        let grants = jq_consent::list_grants(&state.db, user.subject(), GRANTS_MAX).await?;
        let holding = grants.into_iter().filter(|grant| grant.is_active(now)).map(|grant| grant.consent_id);
        Ok(Self { banks, branches, own: own_readers(state, user).await?, holding: holding.collect() })
    }
}

/// The branch of a bank's employee; empty for the head office and for programs.
async fn branch_of(state: &PortalState, login: &str, lang: Lang) -> Result<String, Refused> {
    let entry = staff::find_by_login(&state.db, login).await?;
    let Some(branch) = entry.and_then(|entry| entry.branch) else { return Ok(String::new()) };
    let found = institution::find(&state.db, BranchId::as_str(&branch)).await?;
    Ok(found.map_or_else(String::new, |found| found.name(lang).to_owned()))
}

impl LookView {
    fn new(v: &Visit, state: &PortalState, look: &Look, names: &Names) -> Self {
        let name = |item: &String| {
            let found = state.catalog.item(item);
            found.map_or_else(|| item.clone(), |found| found.name(v.lang()).to_owned())
        };
        let mut items: Vec<String> = look.items.iter().map(name).collect();
        let more_items = items.split_off(items.len().min(ITEMS_NAMED));
        let is_check = look.basis == REAL_NAME_CHECK || look.basis == REGISTER_CHECK;
        let is_own = look.bank.is_none() && names.own.contains(&look.reader);
        let in_emergency = look.basis.starts_with(EMERGENCY);
        Self {
            id: look.look_id.clone(),
            can_complain: !is_own,
            emergency: if in_emergency { v.t("looks-emergency") } else { String::new() },
            reader: reader(v, look, names),
            person: person(v, look, names),
            purpose: if is_check { v.t("looks-for-check") } else { look.purpose.text(v.lang()).to_owned() },
            at: say::second(look.at),
            items: items.join(v.pick("、", ", ")),
            more_items,
            granted: look.is_granted(),
            refused: match look.outcome {
                LookOutcome::Granted => String::new(),
                LookOutcome::Refused(kind) => {
                    v.t(&format!("looks-refused-{}", kind.code().replace('_', "-")))
                }
            },
            consent: look.consent_id.as_ref().map(ToString::to_string).unwrap_or_default(),
            consent_holds: look.consent_id.as_ref().is_some_and(|consent| names.holding.contains(consent)),
        }
    }
}

/// Who looked.
fn reader(v: &Visit, look: &Look, names: &Names) -> String {
    if let Some(bank) = &look.bank {
        return names.banks.get(bank).cloned().unwrap_or_else(|| bank.to_string());
    }
    if names.own.contains(&look.reader) {
        return v.t("looks-by-own");
    }
    match look.reader.split(':').next() {
        Some("operator" | "staff" | "platform") => v.t("looks-by-platform"),
        Some("client") => v.t("looks-by-program"),
        Some("firm") if look.basis == REAL_NAME_CHECK => v.t("looks-by-check"),
        Some("firm") => v.t("looks-by-firm"),
        _ => v.t("looks-by-anyone"),
    }
}

/// Which of a bank's people.
fn person(v: &Visit, look: &Look, names: &Names) -> String {
    if look.bank.is_none() {
        return String::new();
    }
    let role = match look.role.parse::<StaffRole>() {
        Ok(role) => role.text(v.lang()).to_owned(),
        Err(()) => v.t("looks-by-bank-program"),
    };
    match names.branches.get(&look.reader) {
        Some(branch) if !branch.is_empty() => format!("{branch} · {role}"),
        _ => role,
    }
}

#[cfg(test)]
mod tests {
    use jq_consent::DenialKind;
    use jq_web::Text;

    use super::*;

    #[test]
    fn every_refusal_has_words_for_the_firm() {
        for kind in DenialKind::ALL {
            let key = format!("looks-refused-{}", kind.code().replace('_', "-"));
            assert!([Lang::Zh, Lang::En].iter().all(|lang| Text::of(*lang).has(&key)), "{key}");
        }
    }
}
