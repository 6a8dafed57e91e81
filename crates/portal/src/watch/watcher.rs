//! Who watches: somebody of the service desk, a supervisor or a regulator.

use axum::extract::FromRequestParts;
use axum::response::Response;
use jq_base::lang::Lang;
use jq_identity::{StaffRole, StaffUser, institution};
use jq_lending::Actor;
use jq_notify::inbox;
use jq_supervision::Urger;

use crate::refused::Refused;
use crate::session::{Desk, Oversight};
use crate::state::PortalState;

/// A signed-in type that watches over orders.
pub trait Watching: FromRequestParts<PortalState, Rejection = Response> + Send + Sync + 'static {
    /// The portal's first page.
    const HOME: &'static str;
    /// The list of orders.
    const ORDERS: &'static str;
    /// The employee.
    fn staff(&self) -> &StaffUser;
    /// The employee as somebody who urges.
    fn urger(&self) -> Urger<'_>;
    /// The employee as somebody who acts on orders.
    fn actor(&self) -> Actor<'_>;
}

impl Watching for Desk {
    const HOME: &'static str = "/desk";
    const ORDERS: &'static str = "/desk";

    fn staff(&self) -> &StaffUser {
        self.0.staff()
    }

    fn urger(&self) -> Urger<'_> {
        Urger::Desk(&self.0)
    }

    fn actor(&self) -> Actor<'_> {
        Actor::Desk(&self.0)
    }
}

impl Watching for Oversight {
    const HOME: &'static str = "/oversight";
    const ORDERS: &'static str = "/oversight/orders";

    fn staff(&self) -> &StaffUser {
        self.0.staff()
    }

    fn urger(&self) -> Urger<'_> {
        Urger::Oversight(&self.0)
    }

    fn actor(&self) -> Actor<'_> {
        Actor::Oversight(&self.0)
    }
}

/// The signed-in employee as the head of each page shows them.
pub struct Watcher {
    /// The portal's first page.
    pub home: &'static str,
    /// The list of orders.
    pub orders: &'static str,
    /// The employee's own name.
    pub name: String,
    /// What they may do.
    pub role: &'static str,
    /// Where they work.
    pub place: String,
    /// Sees figures and banks.
    pub oversees: bool,
    /// Messages that are new.
    pub unread: u64,
}

impl Watcher {
    /// The employee.
    pub async fn of<W: Watching>(state: &PortalState, user: &W, lang: Lang) -> Result<Self, Refused> {
        let staff = user.staff();
        let place = institution::find(&state.db, staff.institution()).await?;
        let place = place.map_or_else(|| staff.institution().to_owned(), |found| found.name(lang).to_owned());
        Ok(Self {
            home: W::HOME,
            orders: W::ORDERS,
            // Shown to nobody but the employee.
            name: staff.name().for_storage().clone(),
            role: staff.role().text(lang),
            place,
            oversees: staff.role() != StaffRole::Operator,
            unread: inbox::count_unread(&state.db, &inbox::staff(staff.login())).await?,
        })
    }
}
