//! The service desk: all orders, who is late, urging banks, sending out what lies with nobody, firms' complaints, and
//! text messages that did not arrive.

pub mod complaints;
pub mod sms;

use axum::routing::{get, post};
use jq_web::audience::{Audience, Pages};

use crate::session::Desk;
use crate::state::PortalState;
use crate::watch::{self, Watching, act};

/// Every address of the desk but its door.
pub fn pages() -> Pages<PortalState> {
    let whom = Audience::Desk;
    watch::pages::<Desk>(whom, Desk::ORDERS)
        .at(whom, "/desk/orders/{id}/send", post(act::send))
        .at(whom, "/desk/complaints", get(complaints::list))
        .at(whom, "/desk/complaints/{id}", post(complaints::answer))
        .at(whom, "/desk/sms", get(sms::list))
        .at(whom, "/desk/sms/{id}/again", post(sms::send_again))
}
