//! What the portals of employees share: one door with account and password, led back to what was asked for; the second
//! factor, devices and password of each; helping colleagues back in.

mod clock;
pub mod colleague;
mod demo;
mod door;
pub mod me;
pub mod messages;
pub mod models;
mod portal;
pub mod second;
pub mod sign_in;
mod way;

pub use clock::ClockChip;
pub use demo::PASSWORD as DEMO_PASSWORD;
pub use door::{Entrant, Inside, enter, prove_first};
pub use portal::{DoorWords, StaffPortal};
pub use way::{Way, is_page_of};
