//! The firm's portal: sign in by mobile, read the own report, ask the banks.

pub mod choose;
pub mod home;
pub mod prequal;
pub mod report;
pub mod sign_in;
