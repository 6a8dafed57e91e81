//! How many cases ended well and how many badly; all of binning and measuring is done on such pairs.

use std::ops::{Add, AddAssign, Sub};

use serde::{Deserialize, Serialize};

use crate::number::figure;

/// Good and bad cases of a group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Cases that ended well.
    pub good: u64,
    /// Cases that ended badly.
    pub bad: u64,
}

impl Counts {
    /// Counts one case.
    pub(crate) fn take(&mut self, is_bad: bool) {
        self.bad += u64::from(is_bad);
        self.good += u64::from(!is_bad);
    }

    /// All cases.
    pub fn rows(&self) -> u64 {
        self.good + self.bad
    }

    /// Share of the bad ones; 0 of nothing.
    pub fn bad_share(&self) -> f64 {
        if self.rows() == 0 { 0.0 } else { figure(self.bad) / figure(self.rows()) }
    }

    /// True when both kinds are there.
    pub(crate) fn has_both(&self) -> bool {
        self.good > 0 && self.bad > 0
    }
}

impl Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { good: self.good + other.good, bad: self.bad + other.bad }
    }
}

impl Sub for Counts {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { good: self.good - other.good, bad: self.bad - other.bad }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl std::iter::Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}
