//! Who acts on an order, and how the record names them.

use jq_base::ids::BranchId;
use jq_db::Tx;
use jq_identity::{
    ApiClient, BankUser, DeskUser, FirmUser, MandateScope, OversightUser, StaffEntry, StaffRole, staff,
};

use super::event::Who;
use super::model::Order;
use super::state::OrderEventKind;
use crate::LendingError;

/// Which of a bank's employees acted, as the bank's program says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clerk {
    /// The login of an officer, approver or administrator of that bank.
    pub login: String,
}

/// Who wants to see or to do something.
#[derive(Clone, Debug)]
pub enum Actor<'a> {
    /// The firm's legal representative or agent.
    Firm(&'a FirmUser),
    /// An employee of a bank.
    Bank(&'a BankUser),
    /// A bank's program, for one of the bank's employees.
    Client {
        /// The program.
        client: &'a ApiClient,
        /// The employee.
        clerk: Option<Clerk>,
    },
    /// The platform's service.
    Desk(&'a DeskUser),
    /// A supervisor or regulator.
    Oversight(&'a OversightUser),
}

impl Actor<'_> {
    /// Whether this actor may know that the order exists: the firm its own, a bank's employee those of the bank, at a
    /// branch those of the branch, the own ones, and those that lie with no branch and nobody.
    pub fn may_know(&self, order: &Order) -> bool {
        match self {
            Self::Firm(user) => *user.subject() == order.subject,
            Self::Bank(user) => {
                *user.bank() == order.bank
                    && user.branch().is_none_or(|branch| {
                        order.branch.as_ref() == Some(branch)
                            || order.officer.as_deref() == Some(user.staff().login())
                            || (order.branch.is_none() && order.officer.is_none())
                    })
            }
            Self::Client { client, .. } => client.institution() == order.bank.as_str(),
            Self::Desk(_) | Self::Oversight(_) => true,
        }
    }

    /// The same as a condition on rows of `lending_order`, which go by the name `orders`; `place` binds a value. Deny by
    /// default: an actor of whom it is not known what he may see sees nothing.
    pub(crate) fn may_know_rows(&self, orders: &str, mut place: impl FnMut(&str) -> String) -> String {
        match self {
            Self::Firm(user) => format!("{orders}.subject_key = {}", place(user.subject().as_str())),
            Self::Bank(user) => {
                let bank = format!("{orders}.bank_id = {}", place(user.bank().as_str()));
                let Some(branch) = user.branch() else { return bank };
                let (branch, login) = (place(branch.as_str()), place(user.staff().login()));
                format!(
                    "{bank} and ({orders}.branch_id = {branch} or {orders}.officer = {login}
                         or ({orders}.branch_id is null and {orders}.officer is null))"
                )
            }
            Self::Client { client, .. } => format!("{orders}.bank_id = {}", place(client.institution())),
            Self::Desk(_) | Self::Oversight(_) => "1 = 1".to_owned(),
        }
    }
}

/// Who stands on the record of a step.
#[derive(Clone, Debug)]
pub(crate) struct By {
    /// Account, login, or `system`.
    pub(crate) actor: String,
    /// In which role.
    pub(crate) role: String,
    /// For which institution; empty for the firm and the platform.
    pub(crate) institution: String,
    /// As the state machine knows the actor.
    pub(crate) who: Option<Who>,
    /// The employee's branch.
    pub(crate) branch: Option<BranchId>,
    /// The bank's program that the employee acted through.
    pub(crate) client: Option<String>,
}

impl By {
    /// The platform itself.
    pub(crate) fn system() -> Self {
        let word = || "system".to_owned();
        Self {
            actor: word(),
            role: word(),
            institution: String::new(),
            who: Some(Who::System),
            branch: None,
            client: None,
        }
    }

    /// The actor, for an act that leads to this event.
    pub(super) async fn of(
        tx: &mut Tx,
        actor: &Actor<'_>,
        event: OrderEventKind,
    ) -> Result<Self, LendingError> {
        match actor {
            Actor::Firm(user) => firm(user, event),
            Actor::Bank(user) => {
                let staff = user.staff();
                let branch = staff.branch().cloned();
                Ok(Self::employee(staff.login(), staff.role(), staff.institution(), branch))
            }
            Actor::Client { client, clerk } => {
                let clerk = clerk.as_ref().ok_or(LendingError::ClerkMissing)?;
                let found = staff::find_by_login_within(tx, &clerk.login).await?;
                let own = |entry: &StaffEntry| entry.active && entry.institution == client.institution();
                let entry = found.filter(own).ok_or(LendingError::ClerkMissing)?;
                let by = Self::employee(&entry.login, entry.role, &entry.institution, entry.branch.clone());
                Ok(Self { client: Some(client.client_id().to_string()), ..by })
            }
            Actor::Desk(user) => {
                let staff = user.staff();
                let by = Self::employee(staff.login(), staff.role(), staff.institution(), None);
                Ok(Self { who: Some(Who::Operator), ..by })
            }
            Actor::Oversight(_) => Err(LendingError::WrongRole { event, who: event.who() }),
        }
    }

    fn employee(login: &str, role: StaffRole, institution: &str, branch: Option<BranchId>) -> Self {
        Self {
            actor: login.to_owned(),
            role: role.code().to_owned(),
            institution: institution.to_owned(),
            who: match role {
                StaffRole::Officer => Some(Who::Officer),
                StaffRole::Approver => Some(Who::Approver),
                StaffRole::BankAdmin => Some(Who::BankAdmin),
                StaffRole::Operator => Some(Who::Operator),
                _ => None,
            },
            branch,
            client: None,
        }
    }
}

/// The firm's person, when the mandate covers the event.
fn firm(user: &FirmUser, event: OrderEventKind) -> Result<By, LendingError> {
    let scope = match event {
        OrderEventKind::Sign => MandateScope::Sign,
        OrderEventKind::AskDraw => MandateScope::Drawdown,
        _ => MandateScope::Apply,
    };
    if !user.may(scope) {
        return Err(LendingError::MandateMissing);
    }
    Ok(By {
        actor: user.account().to_string(),
        role: user.role().code().to_owned(),
        institution: String::new(),
        who: Some(Who::Firm),
        branch: None,
        client: None,
    })
}
