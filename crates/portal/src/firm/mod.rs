//! The firm's portal: sign in by mobile and be verified, read the own report, ask the banks, apply for loans and
//! follow them, let agents act, say who may read what, and see who did.

pub mod agents;
pub mod apply;
pub mod choose;
pub mod complaints;
pub mod consents;
pub mod entrance;
pub mod home;
pub mod looks;
pub mod messages;
pub mod order;
pub mod prequal;
pub mod report;
pub mod sign_in;
pub mod verify;
pub mod waiting;
