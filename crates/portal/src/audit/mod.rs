//! The audit administrator's portal: looking up who did what and who read what. Nothing can be changed here, and looking
//! is on record itself.

mod csv;
mod query;
mod search;

use axum::routing::get;
use jq_web::audience::{Audience, Pages};

use crate::state::PortalState;

/// Every address of the portal but its door.
pub fn pages() -> Pages<PortalState> {
    Pages::default().at(Audience::Audit, "/audit", get(search::show)).at(
        Audience::Audit,
        "/audit/lines.csv",
        get(csv::export),
    )
}
