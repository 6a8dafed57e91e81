//! What the portals of employees share: one door with account and password, led back to what was asked for.

mod door;
mod portal;
mod way;

pub use door::enter;
pub use portal::StaffPortal;
pub use way::Way;
