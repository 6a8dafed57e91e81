//! What a source unit has delivered, newest first.

use askama::Template;
use jq_web::Visit;

use crate::unit::StateWords;

/// The unit's deliveries.
#[derive(Template)]
#[template(path = "unit/home.html")]
pub struct HomePage {
    /// The visit.
    pub v: Visit,
    /// Name of the unit.
    pub unit: String,
    /// Newest first.
    pub deliveries: Vec<Delivery>,
}

/// One batch.
pub struct Delivery {
    /// Its id.
    pub batch: String,
    /// Name of the item.
    pub item: String,
    /// When it came.
    pub received: String,
    /// Rows in the file.
    pub rows: u64,
    /// Rows that were not taken.
    pub wrong: u64,
    /// What became of it.
    pub state: StateWords,
}
