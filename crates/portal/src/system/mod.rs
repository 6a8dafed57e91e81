//! The system administrator's portal: institutions and their accounts, how the platform is set up, and work that was
//! given up. No role is given here, nothing is unlocked, and the record is not read.

mod account;
mod place;
mod platform;
mod work;

use axum::routing::{get, post};
use jq_web::audience::{Audience, Pages};

use crate::state::PortalState;

/// Every address of the portal but its door.
pub fn pages() -> Pages<PortalState> {
    let whom = Audience::System;
    Pages::default()
        .at(whom, "/system", get(place::list).post(place::join))
        .at(whom, "/system/platform", get(platform::show))
        .at(whom, "/system/platform/jobs/again", post(work::try_job_again))
        .at(whom, "/system/platform/events/again", post(work::try_event_again))
        .at(whom, "/system/institutions/{id}", get(account::list).post(account::open))
        .at(whom, "/system/institutions/{id}/active", post(place::set_active))
        .at(whom, "/system/institutions/{id}/close", post(account::close))
}
