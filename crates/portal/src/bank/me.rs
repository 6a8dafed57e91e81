//! Who is at the workbench, as every page of it says, and who else works at the bank.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use jq_base::ids::BankId;
use jq_base::lang::Lang;
use jq_db::{Db, DbError};
use jq_identity::staff::PeopleStamp;
use jq_identity::{BankUser, Institution, StaffEntry, StaffRole, institution, staff};
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

/// The people and branches of each bank, kept as long as none of them changes: every page of the workbench names some,
/// and a large bank has hundreds.
#[derive(Clone, Default)]
pub struct BankPeople(Arc<Mutex<HashMap<BankId, Kept>>>);

/// What a bank's people were like when they were read, and who they are.
type Kept = (PeopleStamp, Arc<People>);

/// The people of a bank by login, its branches by id.
struct People {
    staff: BTreeMap<String, StaffEntry>,
    branches: BTreeMap<String, Institution>,
}

impl BankPeople {
    async fn of(&self, db: &Db, bank: &BankId) -> Result<Arc<People>, DbError> {
        // The stamp is read first: what changes after it is read again the next time.
        let stamp = staff::stamp_of(db, bank).await?;
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(bank).cloned();
        if let Some((_, people)) = kept.filter(|(kept, _)| *kept == stamp) {
            return Ok(people);
        }
        let all = staff::list_of(db, bank.as_str()).await?;
        let branches = institution::list_branches(db, bank).await?;
        let people = Arc::new(People {
            staff: all.into_iter().map(|one| (one.login.clone(), one)).collect(),
            branches: branches.into_iter().map(|one| (one.id.clone(), one)).collect(),
        });
        let mut banks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        banks.insert(bank.clone(), (stamp, Arc::clone(&people)));
        Ok(people)
    }
}

/// The people of one bank by login, for its own people: colleagues know each other's names.
pub struct Colleagues {
    people: Arc<People>,
    lang: Lang,
}

impl Colleagues {
    /// Everybody of the employee's bank.
    pub async fn of(state: &PortalState, user: &BankUser, lang: Lang) -> Result<Self, Refused> {
        Ok(Self { people: state.bank_people.of(&state.db, user.bank()).await?, lang })
    }

    /// The name of a colleague; the login of one who has left; nothing for somebody else's.
    pub fn name(&self, login: &str) -> String {
        self.people.staff.get(login).map_or_else(|| login.to_owned(), |one| one.person_name.clone())
    }

    /// Whether this login is a colleague's.
    pub fn knows(&self, login: &str) -> bool {
        self.people.staff.contains_key(login)
    }

    /// The name of a branch of the bank.
    pub fn branch(&self, branch: &str) -> String {
        self.people.branches.get(branch).map(|one| one.name(self.lang).to_owned()).unwrap_or_default()
    }

    /// A customer manager with the branch, as lists to choose from name them.
    pub fn label(&self, one: &StaffEntry) -> String {
        let place = one.branch.as_ref().map(|id| self.branch(id.as_str())).unwrap_or_default();
        format!("{} {place}", one.person_name).trim_end().to_owned()
    }

    /// The branches by id, with their names.
    pub fn branches(&self) -> impl Iterator<Item = (&str, &str)> {
        self.people.branches.iter().map(|(id, one)| (id.as_str(), one.name(self.lang)))
    }

    /// The customer managers that this employee may see: of a branch those of the branch.
    pub fn officers<'a>(&'a self, user: &'a BankUser) -> impl Iterator<Item = &'a StaffEntry> {
        let near = |one: &&StaffEntry| user.branch().is_none() || one.branch.as_ref() == user.branch();
        self.people.staff.values().filter(|one| one.role == StaffRole::Officer).filter(near)
    }
}
