//! Footers read ahead: what one subject's reads need of every data file, before the first of them comes.

use std::sync::Arc;

use crate::Lake;
use crate::error::LakeError;
use crate::pace::{Pace, unless_left};
use crate::snapshot::Tier;

impl Lake {
    /// Reads the footers of all files of a table in which one subject is looked for, so that nobody's first read
    /// waits for them. Those that are kept already cost nothing, so this may be said again after every change.
    /// Nothing when it was told to stop on the way.
    pub async fn warm(&self, table: &str, pace: &Pace) -> Result<Option<()>, LakeError> {
        let snapshot = self.table(table)?.snapshot().await?;
        let (footers, pace) = (Arc::clone(self.footers()), pace.clone());
        let read = tokio::task::spawn_blocking(move || {
            snapshot.files.iter().filter(|file| file.tier != Tier::History).try_for_each(|file| {
                pace.go_on()?;
                footers.of(file).map(drop)
            })
        });
        unless_left(read.await?)
    }
}
