//! Secret files: only their owner reads them, and they are written whole or not at all.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::{CryptoError, Secret, random, text};

/// Which state of a file was seen; another one says that it was written since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    inode: u64,
    length: u64,
    changed: (i64, i64),
}

/// The state of the file; none when it is not there.
pub(crate) fn stamp(path: &Path) -> Result<Option<Stamp>, CryptoError> {
    match fs::metadata(path) {
        Ok(found) => Ok(Some(Stamp {
            inode: found.ino(),
            length: found.len(),
            changed: (found.mtime(), found.mtime_nsec()),
        })),
        Err(source) if source.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(failed("look at", path, source)),
    }
}

/// What a secret file holds; none when it is not there. One that others can read is refused: it may be known already.
pub(crate) fn read(path: &Path) -> Result<Option<Secret>, CryptoError> {
    let mode = match fs::metadata(path) {
        Ok(found) => found.mode(),
        Err(source) if source.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(failed("look at", path, source)),
    };
    if mode & 0o077 != 0 {
        return Err(CryptoError::ReadByOthers { path: path.to_owned() });
    }
    let bytes = fs::read(path).map_err(|source| failed("read", path, source))?;
    Ok(Some(Secret::new(bytes)))
}

/// Puts a secret file in the place of the former one: written beside it, on the disk, then renamed.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), CryptoError> {
    let beside = write_beside(path, bytes)?;
    let done = fs::rename(&beside, path).map_err(|source| failed("rename to", path, source));
    settle(path, &beside, done)
}

/// Makes a secret file that is not there yet.
pub(crate) fn create(path: &Path, bytes: &[u8]) -> Result<(), CryptoError> {
    let beside = write_beside(path, bytes)?;
    // A link is refused where the name is taken, which a rename is not.
    let done = fs::hard_link(&beside, path).map_err(|source| match source.kind() {
        ErrorKind::AlreadyExists => CryptoError::Exists { path: path.to_owned() },
        _ => failed("make", path, source),
    });
    let done =
        done.and_then(|()| fs::remove_file(&beside).map_err(|source| failed("remove", &beside, source)));
    settle(path, &beside, done)
}

/// Moves one secret file into the place of another.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), CryptoError> {
    fs::rename(from, to).map_err(|source| failed("rename", from, source))?;
    sync_folder(to)
}

/// Holds everybody else off until it is let go; the file itself says nothing.
pub(crate) fn lock(path: &Path) -> Result<File, CryptoError> {
    make_folder(path)?;
    let opened = OpenOptions::new().create(true).append(true).mode(0o600).open(path);
    let file = opened.map_err(|source| failed("open", path, source))?;
    file.lock().map_err(|source| failed("lock", path, source))?;
    Ok(file)
}

fn write_beside(path: &Path, bytes: &[u8]) -> Result<PathBuf, CryptoError> {
    make_folder(path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.{}", text::to_hex(&random::bytes::<8>()?)));
    let opened = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&beside);
    let written = opened.and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    match written {
        Ok(()) => Ok(beside),
        Err(source) => {
            let error = failed("write", &beside, source);
            // What is left of it holds no more than was to be written, and only its owner reads it.
            let _ = fs::remove_file(&beside);
            Err(error)
        }
    }
}

fn settle(path: &Path, beside: &Path, done: Result<(), CryptoError>) -> Result<(), CryptoError> {
    if done.is_err() {
        let _ = fs::remove_file(beside);
        return done;
    }
    sync_folder(path)
}

fn make_folder(path: &Path) -> Result<(), CryptoError> {
    let folder = folder_of(path);
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|source| failed("make", folder, source))
}

fn sync_folder(path: &Path) -> Result<(), CryptoError> {
    let folder = folder_of(path);
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|source| failed("sync", folder, source))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn failed(step: &'static str, path: &Path, source: std::io::Error) -> CryptoError {
    CryptoError::File { step, path: path.to_owned(), source }
}
