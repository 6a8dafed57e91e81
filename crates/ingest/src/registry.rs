//! Who is registered: records about anybody else wait until the register knows them.

use hashbrown::HashSet;

/// The register's credit codes, held in memory while batches are taken.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    codes: HashSet<[u8; 18]>,
}

impl Registry {
    pub(crate) fn new(codes: impl IntoIterator<Item = String>) -> Self {
        Self { codes: codes.into_iter().filter_map(|code| code.into_bytes().try_into().ok()).collect() }
    }

    /// True when the code is registered.
    pub(crate) fn knows(&self, code: &str) -> bool {
        <[u8; 18]>::try_from(code.as_bytes()).is_ok_and(|code| self.codes.contains(&code))
    }
}
