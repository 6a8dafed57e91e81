//! The system administrator's portal: institutions and their accounts. No role is given here, nothing is unlocked, and
//! the record is not read.

mod account;
mod place;

use axum::routing::{get, post};
use jq_web::audience::{Audience, Pages};

use crate::state::PortalState;

/// Every address of the portal but its door.
pub fn pages() -> Pages<PortalState> {
    let whom = Audience::System;
    Pages::default()
        .at(whom, "/system", get(place::list).post(place::join))
        .at(whom, "/system/institutions/{id}", get(account::list).post(account::open))
        .at(whom, "/system/institutions/{id}/active", post(place::set_active))
        .at(whom, "/system/institutions/{id}/close", post(account::close))
}
