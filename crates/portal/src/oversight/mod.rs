//! What supervisors and regulators see: the city's figures with their definitions, the banks beside each
//! other, how banks read, how warning models do.

pub mod banks;
pub mod figures;
mod months;
pub mod reading;
pub mod warnings;

use axum::routing::get;
use jq_web::audience::{Audience, Pages};

use crate::session::Oversight;
use crate::state::PortalState;
use crate::watch::{self, Watching};

/// Every address of the portal but its door.
pub fn pages() -> Pages<PortalState> {
    let whom = Audience::Oversight;
    watch::pages::<Oversight>(whom, Oversight::ORDERS)
        .at(whom, "/oversight", get(figures::show))
        .at(whom, "/oversight/banks", get(banks::show))
        .at(whom, "/oversight/banks.csv", get(banks::csv))
        .at(whom, "/oversight/reading", get(reading::show))
        .at(whom, "/oversight/warnings", get(warnings::show))
}
