//! The accounts that a visitor of the demonstration can try.

use std::collections::BTreeMap;

use jq_base::lang::Lang;
use jq_identity::{Institution, InstitutionKind, StaffEntry, institution, staff};

use super::StaffPortal;
use crate::refused::Refused;
use crate::state::PortalState;

/// The password of every employee's account in a demonstration.
pub const PASSWORD: &str = "jinqiao-demo";

/// An institution with some of its accounts.
pub(super) struct Place {
    /// Its name.
    pub name: String,
    /// Its accounts, those of the head office first.
    pub accounts: Vec<Account>,
}

/// An account to try.
pub(super) struct Account {
    /// What is typed at sign-in.
    pub login: String,
    /// What the employee may do.
    pub role: &'static str,
}

/// The institutions whose people the portal `P` is for; of banks only those that offer something.
pub(super) async fn places<P: StaffPortal>(state: &PortalState, lang: Lang) -> Result<Vec<Place>, Refused> {
    let mut places = Vec::new();
    for &kind in P::PLACES {
        for (id, name) in names(state, kind, lang).await? {
            let people = staff::list_of(&state.db, &id).await?;
            let accounts = accounts::<P>(people, lang);
            if !accounts.is_empty() {
                places.push(Place { name, accounts });
            }
        }
    }
    Ok(places)
}

/// Identifier and name of the institutions of a kind, by identifier.
async fn names(
    state: &PortalState,
    kind: InstitutionKind,
    lang: Lang,
) -> Result<BTreeMap<String, String>, Refused> {
    Ok(match kind {
        InstitutionKind::Bank => {
            let products = state.lending.products().list();
            products.map(|one| (one.bank.to_string(), one.bank_name(lang).to_owned())).collect()
        }
        InstitutionKind::Unit => {
            state.catalog.units().map(|unit| (unit.id.clone(), unit.name(lang).to_owned())).collect()
        }
        kind => {
            let named = |one: Institution| (one.id.clone(), one.name(lang).to_owned());
            institution::list_kind(&state.db, kind).await?.into_iter().map(named).collect()
        }
    })
}

/// For each role that the portal is for, the first account of the head office and the first of a branch.
fn accounts<P: StaffPortal>(mut people: Vec<StaffEntry>, lang: Lang) -> Vec<Account> {
    people.sort_by(|a, b| (a.login.len(), &a.login).cmp(&(b.login.len(), &b.login)));
    let first = |role, at_branch| {
        people.iter().find(move |one| one.role == role && one.branch.is_some() == at_branch)
    };
    let shown = P::ROLES.iter().flat_map(|&role| [first(role, false), first(role, true)]).flatten();
    shown.map(|one| Account { login: one.login.clone(), role: one.role.text(lang) }).collect()
}
