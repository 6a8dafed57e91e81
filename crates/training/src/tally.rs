//! The second look at a file: how many cases of each kind fall into each fine piece of each variable, counted over all
//! rows; and the pieces of the rows themselves, a byte each, of all rows or of a sample when there are very many.

use std::borrow::Cow;

use crate::counts::Counts;
use crate::fine::Fine;
use crate::number::{draw, mix};

/// Bytes of kept rows at most, however many variables there are.
const KEPT_BYTES_MAX: usize = 256 << 20;

/// A variable with its counts.
pub(crate) struct Variable {
    pub(crate) fine: Fine,
    /// By piece, for the two halves into which chance has put the rows.
    pub(crate) halves: [Vec<Counts>; 2],
    /// Cells that were no number and count as missing.
    pub(crate) unparsable: u64,
}

impl Variable {
    fn new(fine: Fine) -> Self {
        let empty = vec![Counts::default(); fine.pieces()];
        Self { halves: [empty.clone(), empty], unparsable: 0, fine }
    }

    /// Counts by piece over all rows.
    pub(crate) fn counts(&self) -> Vec<Counts> {
        self.halves[0].iter().zip(&self.halves[1]).map(|(one, other)| *one + *other).collect()
    }
}

/// Rows kept in memory.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept {
    pub(crate) bad: Vec<bool>,
    /// By variable: the piece of each row.
    pub(crate) pieces: Vec<Vec<u8>>,
}

impl Kept {
    /// Every second, third, … row, so that no more than `rows_max` are left.
    pub(crate) fn thinned(&self, rows_max: usize) -> Cow<'_, Self> {
        let step = self.bad.len().div_ceil(rows_max).max(1);
        if step == 1 {
            return Cow::Borrowed(self);
        }
        let thin = |pieces: &Vec<u8>| pieces.iter().step_by(step).copied().collect();
        Cow::Owned(Self {
            bad: self.bad.iter().step_by(step).copied().collect(),
            pieces: self.pieces.iter().map(thin).collect(),
        })
    }
}

/// All variables, counted.
pub(crate) struct Tally {
    pub(crate) variables: Vec<Variable>,
    pub(crate) kept: Kept,
    pub(crate) total: Counts,
    rows_max: usize,
    seed: u64,
}

impl Tally {
    pub(crate) fn new(fine: Vec<Fine>, rows_max: usize, seed: u64) -> Self {
        let pieces = vec![Vec::new(); fine.len()];
        let rows_max = rows_max.min(KEPT_BYTES_MAX / (fine.len() + 1));
        Self {
            variables: fine.into_iter().map(Variable::new).collect(),
            kept: Kept { bad: Vec::new(), pieces },
            total: Counts::default(),
            rows_max,
            seed,
        }
    }

    /// Counts a row by the pieces of its cells.
    pub(crate) fn take(&mut self, is_bad: bool, pieces: &[u8]) {
        let index = self.total.rows();
        self.total.take(is_bad);
        let half = usize::from(mix(self.seed ^ mix(index)) & 1 == 1);
        for (variable, piece) in self.variables.iter_mut().zip(pieces) {
            variable.halves[half][usize::from(*piece)].take(is_bad);
        }
        self.keep(index, is_bad, pieces);
    }

    fn keep(&mut self, index: u64, is_bad: bool, pieces: &[u8]) {
        if self.kept.bad.len() < self.rows_max {
            self.kept.bad.push(is_bad);
            for (column, piece) in self.kept.pieces.iter_mut().zip(pieces) {
                column.push(*piece);
            }
            return;
        }
        if let Ok(at) = usize::try_from(draw(self.seed, index, index + 1))
            && at < self.rows_max
        {
            self.kept.bad[at] = is_bad;
            for (column, piece) in self.kept.pieces.iter_mut().zip(pieces) {
                column[at] = *piece;
            }
        }
    }
}
