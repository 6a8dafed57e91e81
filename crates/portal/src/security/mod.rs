//! The security administrator's portal: roles of accounts, keys; locks and lost second factors are under
//! [`crate::staff::colleague`]. No account is opened here, and the record is not read.

mod key;
mod role;

use axum::routing::{get, post};
use jq_web::audience::{Audience, Pages};

use crate::state::PortalState;

/// Every address of the portal but its door.
pub fn pages() -> Pages<PortalState> {
    let whom = Audience::Security;
    Pages::default()
        .at(whom, "/security", get(role::list))
        .at(whom, "/security/roles", post(role::give))
        .at(whom, "/security/keys", get(key::list))
        .at(whom, "/security/keys/rotate", post(key::rotate))
}
