//! What a flow sees of a subject: the features of its vector, then what the flow derived from them.

use std::ops::Index;

/// The values by position; those that the flow derives stand behind the features.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Values<'a> {
    features: &'a [Option<f64>],
    derived: &'a [Option<f64>],
}

impl<'a> Values<'a> {
    pub(crate) fn new(features: &'a [Option<f64>], derived: &'a [Option<f64>]) -> Self {
        Self { features, derived }
    }
}

impl Index<usize> for Values<'_> {
    type Output = Option<f64>;

    #[inline]
    fn index(&self, at: usize) -> &Option<f64> {
        match at.checked_sub(self.features.len()) {
            None => &self.features[at],
            Some(at) => &self.derived[at],
        }
    }
}
