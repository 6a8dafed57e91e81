//! Who is at the workbench, as every page of it says, and who else works at the bank.

use std::collections::BTreeMap;

use jq_base::lang::Lang;
use jq_identity::{BankUser, StaffEntry, StaffRole, institution, staff};
use jq_notify::inbox;

use crate::refused::Refused;
use crate::state::PortalState;

/// The signed-in employee as the head of each page shows them.
pub struct Me {
    /// The employee's own name.
    pub name: String,
    /// What they may do.
    pub role: &'static str,
    /// Bank, and branch where they belong to one.
    pub place: String,
    /// Keeps the bank's accounts: sees the team.
    pub is_admin: bool,
    /// Messages that are new.
    pub unread: u64,
}

impl Me {
    /// The employee.
    pub async fn of(state: &PortalState, user: &BankUser, lang: Lang) -> Result<Self, Refused> {
        let employee = user.staff();
        let mut place = bank_name(state, user, lang).await?;
        if let Some(branch) = user.branch() {
            let found = institution::find(&state.db, branch.as_str()).await?;
            place = found.map_or(place, |branch| branch.name(lang).to_owned());
        }
        Ok(Self {
            // Shown to nobody but the employee.
            name: employee.name().for_storage().clone(),
            role: employee.role().text(lang),
            place,
            is_admin: user.role() == StaffRole::BankAdmin,
            unread: inbox::count_unread(&state.db, &inbox::staff(employee.login())).await?,
        })
    }
}

/// The name of the employee's bank.
async fn bank_name(state: &PortalState, user: &BankUser, lang: Lang) -> Result<String, Refused> {
    let found = institution::find(&state.db, user.bank().as_str()).await?;
    Ok(found.map_or_else(|| user.bank().to_string(), |bank| bank.name(lang).to_owned()))
}

/// The people of one bank by login, for its own people: colleagues know each other's names.
pub struct Colleagues {
    people: BTreeMap<String, StaffEntry>,
    branches: BTreeMap<String, String>,
}

impl Colleagues {
    /// Everybody of the employee's bank.
    pub async fn of(state: &PortalState, user: &BankUser, lang: Lang) -> Result<Self, Refused> {
        let people = staff::list_of(&state.db, user.bank().as_str()).await?;
        let branches = institution::list_branches(&state.db, user.bank()).await?;
        Ok(Self {
            people: people.into_iter().map(|one| (one.login.clone(), one)).collect(),
            branches: branches.iter().map(|one| (one.id.clone(), one.name(lang).to_owned())).collect(),
        })
    }

    /// The name of a colleague; the login of one who has left; nothing for somebody else's.
    pub fn name(&self, login: &str) -> String {
        self.people.get(login).map_or_else(|| login.to_owned(), |one| one.person_name.clone())
    }

    /// Whether this login is a colleague's.
    pub fn knows(&self, login: &str) -> bool {
        self.people.contains_key(login)
    }

    /// The name of a branch of the bank.
    pub fn branch(&self, branch: &str) -> String {
        self.branches.get(branch).cloned().unwrap_or_default()
    }

    /// A customer manager with the branch, as lists to choose from name them.
    pub fn label(&self, one: &StaffEntry) -> String {
        let place = one.branch.as_ref().map(|id| self.branch(id.as_str())).unwrap_or_default();
        format!("{} {place}", one.person_name).trim_end().to_owned()
    }

    /// The branches by id, with their names.
    pub fn branches(&self) -> impl Iterator<Item = (&str, &str)> {
        self.branches.iter().map(|(id, name)| (id.as_str(), name.as_str()))
    }

    /// The customer managers that this employee may see: of a branch those of the branch.
    pub fn officers<'a>(&'a self, user: &'a BankUser) -> impl Iterator<Item = &'a StaffEntry> {
        let near = |one: &&StaffEntry| user.branch().is_none() || one.branch.as_ref() == user.branch();
        self.people.values().filter(|one| one.role == StaffRole::Officer).filter(near)
    }
}
