//! The natural keys of a batch, so that none comes twice and those that a snapshot lacks are known.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};
use jq_lake::KeyDigest;

/// The digests of a batch's natural keys, each with the row that has it.
#[derive(Default)]
pub(crate) struct Keys {
    rows: HashTable<KeyRow>,
    /// When each row was changed at its source, in microseconds since 1970; the first is row 1.
    updated_at: Vec<i64>,
    hasher: DefaultHashBuilder,
}

/// Ninety-six bits of a digest tell the keys of a batch apart; with the row they fill sixteen bytes.
struct KeyRow {
    high: u64,
    low: u32,
    row: u32,
}

impl Keys {
    /// Rows for which there is room at once: what a unit claims is not believed beyond.
    const ROOM_MAX: usize = 1 << 22;

    /// No keys, with room for about so many.
    pub(crate) fn with_room(rows: u64) -> Self {
        let room = usize::try_from(rows).unwrap_or(usize::MAX).min(Self::ROOM_MAX);
        Self { rows: HashTable::with_capacity(room), ..Self::default() }
    }

    fn parts(digest: KeyDigest) -> (u64, u32) {
        #[expect(clippy::cast_possible_truncation, reason = "two pieces of a digest")]
        let parts = ((digest >> 64) as u64, digest as u32);
        parts
    }

    /// Enters the key of a row; the row that has it already, if one does.
    pub(crate) fn enter(&mut self, digest: KeyDigest, row: u32) -> Option<u32> {
        let (high, low) = Self::parts(digest);
        let hasher = &self.hasher;
        let entry = self.rows.entry(
            hasher.hash_one(high),
            |known| known.high == high && known.low == low,
            |known| hasher.hash_one(known.high),
        );
        match entry {
            hashbrown::hash_table::Entry::Occupied(known) => Some(known.get().row),
            hashbrown::hash_table::Entry::Vacant(place) => {
                place.insert(KeyRow { high, low, row });
                None
            }
        }
    }

    /// Notes when the next rows were changed at their source.
    pub(crate) fn note_instants(&mut self, updated_at: &[i64]) {
        self.updated_at.extend_from_slice(updated_at);
    }

    /// When the row of the batch that has this key was changed at its source; nothing when none has it.
    pub(crate) fn find(&self, digest: KeyDigest) -> Option<i64> {
        let (high, low) = Self::parts(digest);
        let same = |known: &KeyRow| known.high == high && known.low == low;
        let found = self.rows.find(self.hasher.hash_one(high), same)?;
        self.updated_at.get((found.row as usize).checked_sub(1)?).copied()
    }
}
