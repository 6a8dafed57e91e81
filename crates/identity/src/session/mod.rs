//! Sessions: how long somebody who signed in stays signed in, at which devices, and how they sign out.

mod device;
mod policy;
mod service;
mod store;

pub use device::{Device, list_devices};
pub use policy::Holder;
pub use service::{forget_expired, sign_out};

pub(crate) use device::{close_one, close_others};
pub(crate) use service::{close_all, find, open, open_staff};
pub(crate) use store::{Session, choose, note_proof};
