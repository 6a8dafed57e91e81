//! What the platform's administrators do to accounts and institutions, divided so that none of them can do another's
//! work (三员分立): the system administrator opens and closes accounts, the security administrator gives roles, the audit
//! administrator reads the record.
//!
//! ```text
//! account: opened by the system administrator ─▶ awaits a role ─(the security administrator gives one)─▶ open ─▶ closed
//! ```
//!
//! An account that awaits a role cannot sign in, so that it takes two people to let somebody in; each act wants the
//! administrator's second factor shown a moment ago.

mod model;
mod security;
mod store;
mod system;

pub use model::{Account, InitialPassword, NewAccount, roles_for};
pub use security::{give_role, list_awaiting};
pub use system::{close_account, join_institution, list_accounts, open_account, set_institution_active};
