//! Where what was read waits to be fetched: a file for each subject, in a folder for each bulk reading.

use std::io;
use std::path::PathBuf;

use tokio::fs::OpenOptions;
use tokio::io::AsyncWriteExt;

use crate::state::ApiState;

/// The folder of one bulk reading; its number has letters, digits and dashes only.
fn folder(state: &ApiState, bulk_id: &str) -> PathBuf {
    state.bulk.join(bulk_id)
}

/// Keeps the line of a subject; it is there as a whole or not at all.
pub(super) async fn keep(state: &ApiState, bulk_id: &str, place: u32, line: &str) -> io::Result<()> {
    let folder = folder(state, bulk_id);
    tokio::fs::create_dir_all(&folder).await?;
    let unfinished = folder.join(format!("{place}.part"));
    let mut options = OpenOptions::new();
    // Nobody but the platform's own account reads it.
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&unfinished).await?;
    file.write_all(line.as_bytes()).await?;
    file.sync_all().await?;
    tokio::fs::rename(&unfinished, folder.join(format!("{place}.json"))).await
}

/// The line of a subject.
pub(super) async fn read(state: &ApiState, bulk_id: &str, place: u32) -> io::Result<String> {
    tokio::fs::read_to_string(folder(state, bulk_id).join(format!("{place}.json"))).await
}

/// Removes all lines of a bulk reading.
pub(super) async fn remove(state: &ApiState, bulk_id: &str) -> io::Result<()> {
    match tokio::fs::remove_dir_all(folder(state, bulk_id)).await {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
