//! Watching over the orders of all banks, for the service desk and for those who supervise: who is late, how an order
//! goes, urging its bank. Nothing here reads a credit record, and contact data stays masked.

pub mod act;
pub mod choice;
pub mod list;
pub mod messages;
pub mod order;
mod row;
mod watcher;

use axum::routing::{get, post};
use jq_web::audience::{Audience, Pages};

use crate::state::PortalState;

pub use watcher::{Watcher, Watching};

/// The addresses that both portals have: the list at `orders`, an order, urging, messages.
pub fn pages<W: Watching>(whom: Audience, orders: &str) -> Pages<PortalState> {
    let at = |rest: &str| format!("{}{rest}", W::HOME);
    Pages::default()
        .at(whom, orders, get(list::show::<W>))
        .at(whom, &at("/orders/{id}"), get(order::show::<W>))
        .at(whom, &at("/orders/{id}/urge"), post(act::urge::<W>))
        .at(whom, &at("/messages"), get(messages::list::<W>).post(messages::read_all::<W>))
}
