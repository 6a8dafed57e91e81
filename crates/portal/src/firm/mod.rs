//! The firm's portal: sign in by mobile, read the own report, ask the banks, apply for loans and follow them.

pub mod apply;
pub mod choose;
pub mod home;
pub mod order;
pub mod prequal;
pub mod report;
pub mod sign_in;
