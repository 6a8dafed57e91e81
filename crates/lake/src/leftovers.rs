//! What a process that was stopped leaves behind: files and folders that it had begun and that nobody comes back for.

use std::fs::{self, DirEntry};
use std::io;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use jq_base::clock::Clock;

use crate::error::LakeError;

/// Removes the entries of a folder that have not been touched for `grace` and whose names `is_left` knows; a folder
/// that is not there has none.
pub fn remove_leftovers(
    folder: &Path,
    grace: SignedDuration,
    is_left: impl Fn(&str) -> bool,
) -> Result<(), LakeError> {
    remove(folder, grace, is_left)
        .map_err(|source| LakeError::Disk { path: folder.display().to_string(), source })
}

fn remove(folder: &Path, grace: SignedDuration, is_left: impl Fn(&str) -> bool) -> io::Result<()> {
    let Some(entries) = found(fs::read_dir(folder))? else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        if is_left(&entry.file_name().to_string_lossy()) {
            // Whoever was still at it may have removed it meanwhile.
            found(remove_old(&entry, grace))?;
        }
    }
    Ok(())
}

fn remove_old(entry: &DirEntry, grace: SignedDuration) -> io::Result<()> {
    let meta = entry.metadata()?;
    let age =
        Timestamp::try_from(meta.modified()?).map(|touched| Clock::System.now().duration_since(touched));
    match age {
        Ok(age) if age >= grace && meta.is_dir() => fs::remove_dir_all(entry.path()),
        Ok(age) if age >= grace => fs::remove_file(entry.path()),
        _ => Ok(()),
    }
}

/// What was asked for, or nothing where it is not there.
fn found<T>(outcome: io::Result<T>) -> io::Result<Option<T>> {
    match outcome {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        outcome => outcome.map(Some),
    }
}
