//! How wide the catalogue reaches: items by layer, access and level, and how many records a whole city holds.

use crate::model::Item;
use crate::terms::{Access, Layer};

/// Enterprises of the city for which the record figures per enterprise were made.
pub const ENTERPRISES: u64 = 1_100_000;

/// Counts over all items of a catalogue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coverage {
    pub items: usize,
    pub national: usize,
    pub local: usize,
    pub agriculture: usize,
    pub public: usize,
    pub authorised: usize,
    /// Items by sensitivity, level 1 first.
    pub by_level: [usize; 5],
    /// Records held per enterprise when the city is full.
    pub stock_per_enterprise: f64,
    /// Records arriving per enterprise and year.
    pub new_per_enterprise_year: f64,
}

impl Coverage {
    pub(crate) fn of(items: &[Item]) -> Self {
        let layer = |layer| items.iter().filter(|item| item.layer == layer).count();
        let access = |access| items.iter().filter(|item| item.access == access).count();
        let level = |level| items.iter().filter(|item| item.level == level).count();
        Self {
            items: items.len(),
            national: layer(Layer::National),
            local: layer(Layer::Local),
            agriculture: layer(Layer::Agriculture),
            public: access(Access::Public),
            authorised: access(Access::Authorised),
            by_level: [level(1), level(2), level(3), level(4), level(5)],
            stock_per_enterprise: items.iter().map(|item| item.stock_per_enterprise).sum(),
            new_per_enterprise_year: items.iter().map(|item| item.new_per_enterprise_year).sum(),
        }
    }

    /// Records that a city of so many enterprises holds, rounded.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a size estimate: far below 2^53 and never negative"
    )]
    pub fn records(&self, enterprises: u64) -> u64 {
        (self.stock_per_enterprise * enterprises as f64).round() as u64
    }
}
