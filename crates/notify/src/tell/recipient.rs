//! Whom a message goes to: roles in the content, people in the store.

use jq_base::ids::{BankId, BranchId, SubjectKey};
use jq_db::Db;
use jq_identity::institution::{self, InstitutionKind};
use jq_identity::{StaffRole, staff};
use serde::Deserialize;
use serde_json::Value as Json;

use crate::NotifyError;
use crate::inbox;

/// A role that is told of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum To {
    /// The firm, or the person, whose order or consent it is.
    Firm,
    /// The officer who has the order; those who keep the branch while nobody has.
    Officer,
    /// The approvers of the bank.
    Approvers,
    /// Who keeps the branch; the head office where a branch has nobody.
    BranchAdmins,
    /// Who keeps the bank's accounts at its head office.
    HeadOffice,
    /// The platform's service.
    Operators,
    /// Those who watch over all banks.
    Supervisors,
    /// Who keeps the accounts of the bank in which somebody works who needs help; never that person.
    BankHelpers,
    /// The platform's security administrators, who help everybody; never the person who needs it.
    SecurityAdmins,
    /// The one who asked or urged.
    Asker,
}

impl To {
    /// Where this role's pages begin; an asker may be at home in any of them.
    pub(super) fn portal(self) -> Option<&'static str> {
        match self {
            Self::Firm => Some("/firm"),
            Self::Officer | Self::Approvers | Self::BranchAdmins | Self::HeadOffice | Self::BankHelpers => {
                Some("/bank")
            }
            Self::SecurityAdmins => Some("/security"),
            Self::Operators => Some("/desk"),
            Self::Supervisors => Some("/oversight"),
            Self::Asker => None,
        }
    }

    /// The inboxes of the people in this role for an event with this payload.
    pub(super) async fn resolve(self, db: &Db, payload: &Json) -> Result<Vec<String>, NotifyError> {
        let staff = |login: &str| inbox::staff(login);
        Ok(match self {
            Self::Firm => vec![inbox::firm(&subject(payload)?)],
            Self::Officer => match field(payload, "officer") {
                Some(officer) => vec![staff(officer)],
                None => branch_admins(db, payload).await?,
            },
            Self::Approvers => logins(db, &bank(payload)?, StaffRole::Approver, |_| true).await?,
            Self::BranchAdmins => branch_admins(db, payload).await?,
            Self::HeadOffice => head_office(db, payload).await?,
            Self::Operators => all(db, InstitutionKind::Platform, StaffRole::Operator).await?,
            Self::Supervisors => all(db, InstitutionKind::Supervisor, StaffRole::Supervisor).await?,
            Self::BankHelpers => bank_helpers(db, payload).await?,
            Self::SecurityAdmins => {
                let all = all(db, InstitutionKind::Platform, StaffRole::SecurityAdmin).await?;
                others(all, payload)
            }
            Self::Asker => vec![staff(field(payload, "asked_by").ok_or_else(|| missing("asked_by"))?)],
        })
    }
}

/// The subject an event is about.
pub(super) fn subject(payload: &Json) -> Result<SubjectKey, NotifyError> {
    let subject = field(payload, "subject").and_then(|text| SubjectKey::parse(text).ok());
    subject.ok_or_else(|| missing("subject"))
}

fn bank(payload: &Json) -> Result<BankId, NotifyError> {
    let bank = field(payload, "bank").and_then(|text| BankId::parse(text).ok());
    bank.ok_or_else(|| missing("bank"))
}

fn field<'a>(payload: &'a Json, name: &str) -> Option<&'a str> {
    payload.get(name).and_then(Json::as_str)
}

fn missing(name: &str) -> NotifyError {
    NotifyError::Value(name.to_owned())
}

async fn branch_admins(db: &Db, payload: &Json) -> Result<Vec<String>, NotifyError> {
    let Some(branch) = field(payload, "branch") else { return head_office(db, payload).await };
    let here = |of: Option<&str>| of == Some(branch);
    let found = logins(db, &bank(payload)?, StaffRole::BankAdmin, here).await?;
    if found.is_empty() { head_office(db, payload).await } else { Ok(found) }
}

async fn head_office(db: &Db, payload: &Json) -> Result<Vec<String>, NotifyError> {
    logins(db, &bank(payload)?, StaffRole::BankAdmin, |branch| branch.is_none()).await
}

async fn logins(
    db: &Db,
    bank: &BankId,
    role: StaffRole,
    at: impl Fn(Option<&str>) -> bool,
) -> Result<Vec<String>, NotifyError> {
    let staff = staff::list_by_role(db, bank.as_str(), role).await?;
    let here = staff.iter().filter(|entry| at(entry.branch.as_ref().map(BranchId::as_str)));
    Ok(here.map(|entry| inbox::staff(&entry.login)).collect())
}

/// The administrators of the institution that the event names; nobody where it is no bank.
async fn bank_helpers(db: &Db, payload: &Json) -> Result<Vec<String>, NotifyError> {
    let institution = field(payload, "institution").ok_or_else(|| missing("institution"))?;
    let staff = staff::list_by_role(db, institution, StaffRole::BankAdmin).await?;
    Ok(others(staff.iter().map(|entry| inbox::staff(&entry.login)).collect(), payload))
}

/// These inboxes but that of whoever asked.
fn others(mut inboxes: Vec<String>, payload: &Json) -> Vec<String> {
    let asker = field(payload, "asked_by").map(inbox::staff);
    inboxes.retain(|one| Some(one) != asker.as_ref());
    inboxes
}

/// Everyone in a role at every institution of a kind.
async fn all(db: &Db, kind: InstitutionKind, role: StaffRole) -> Result<Vec<String>, NotifyError> {
    let mut found = Vec::new();
    for institution in institution::list_kind(db, kind).await? {
        let staff = staff::list_by_role(db, &institution.id, role).await?;
        found.extend(staff.iter().map(|entry| inbox::staff(&entry.login)));
    }
    Ok(found)
}
