//! How large things get in the lake.

/// Sizes that the lake keeps to. The defaults suit a city; with small ones a few rows go the way of millions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Rows that a data file of the compacted tier holds, more or less.
    pub file_rows: usize,
    /// Rows on one data page of a delivery: what is read at least to find one subject in it.
    pub page_rows: usize,
    /// The same once it is compacted: longer pages compress better.
    pub settled_page_rows: usize,
    /// Bytes of a batch's rows that wait in memory before they are spilled.
    pub waiting_bytes: usize,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { file_rows: 600_000, page_rows: 1_024, settled_page_rows: 3_072, waiting_bytes: 1 << 30 }
    }
}
