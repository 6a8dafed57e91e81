//! What the portals of employees share: one door with account and password, led back to what was asked for.

mod clock;
mod demo;
mod door;
mod portal;
pub mod sign_in;
mod way;

pub use clock::ClockChip;
pub use demo::PASSWORD as DEMO_PASSWORD;
pub use door::enter;
pub use portal::{DoorWords, StaffPortal};
pub use way::{Way, is_page_of};
