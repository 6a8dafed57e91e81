//! Events: what happened, told to whoever has to know, after it is true and never before.
//!
//! An event is written in the transaction that makes it true and gets the next position when that commits, so that
//! positions are the order of the commits. Each consumer has its own deliveries: at least once, for one subject one
//! after the other in order, again after a growing pause when it fails, and `dead` after [`TRIES_MAX`] failures or
//! after one that no further try can mend, where an operator sees it and can have it tried again.

mod delivery;
mod event;

pub use delivery::{
    Dead, Delivery, TRIES_MAX, claim, count_waiting, fail, finish, forget, give_up, list_dead, pause_after,
    renew, spread, try_again,
};
pub use event::{Event, EventPage, Published, list_after, list_after_with};

pub(crate) use event::{SECRETS, write};
