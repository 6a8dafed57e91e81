//! Institutions: the banks with their branches, the source units, the platform, and those who watch over it.

mod model;
mod service;
mod store;

pub use model::{Counts, Institution, InstitutionKind};
pub use service::{insert, insert_all, set_active};
pub(crate) use store::list_branch_banks;
pub use store::{counts, find, find_within, list_banks, list_branches, list_branches_within, list_kind};
