//! Who is registered: records about anybody else wait until the register knows them.

use hashbrown::HashSet;

/// The register's credit codes, held in memory while batches are taken.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    version: u64,
    codes: HashSet<[u8; 18]>,
}

impl Registry {
    /// The codes that a version of the register's table holds.
    pub(crate) fn new(version: u64, codes: impl IntoIterator<Item = String>) -> Self {
        let codes = codes.into_iter().filter_map(|code| code.into_bytes().try_into().ok()).collect();
        Self { version, codes }
    }

    /// True when it was read from this version of the table.
    pub(crate) fn is_of(&self, version: u64) -> bool {
        self.version == version
    }

    /// True when the code is registered.
    pub(crate) fn knows(&self, code: &str) -> bool {
        <[u8; 18]>::try_from(code.as_bytes()).is_ok_and(|code| self.codes.contains(&code))
    }
}
