//! Files that belong to records, such as drawn reports and papers that firms hand in: each written whole and once,
//! sealed for its name where the store seals, and read back by it. A file of a release that did not seal is read as it
//! is.

use std::io::{ErrorKind, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jq_base::ids::ReportNo;
use jq_base::lang::Lang;
use jq_base::seal::{Seal, SealMarks, SecretLevel, SecretPlace};

use crate::{Db, Resealed};

/// What reports show is of all levels.
const LEVEL: SecretLevel = SecretLevel::Four;
/// How the name of a file ends while it is written.
const UNFINISHED: &str = ".part";

/// A file could not be kept or read.
#[derive(Debug, thiserror::Error)]
#[error("file {path}")]
pub struct ShelfError {
    /// Which file.
    pub path: String,
    /// Why not.
    #[source]
    pub source: std::io::Error,
}

/// A folder of numbered files in two languages. Clones share it.
#[derive(Clone, Debug)]
pub struct Shelf {
    folder: PathBuf,
    seal: Option<Arc<dyn Seal>>,
}

impl Shelf {
    /// The files under `folder`, sealed as the store seals.
    pub fn new(db: &Db, folder: PathBuf) -> Self {
        Self { folder, seal: db.shared_seal() }
    }

    /// Keeps a file; it is there as a whole or not at all.
    pub async fn keep(
        &self,
        number: &ReportNo,
        lang: Lang,
        kind: &str,
        bytes: Vec<u8>,
    ) -> Result<(), ShelfError> {
        let (own, path) = (self.clone(), self.path(number, lang, kind));
        blocking(move || own.write(&path, &bytes, Wait::No)).await
    }

    /// The file as it was kept; nothing when there is none.
    pub async fn find(
        &self,
        number: &ReportNo,
        lang: Lang,
        kind: &str,
    ) -> Result<Option<Vec<u8>>, ShelfError> {
        let (own, path) = (self.clone(), self.path(number, lang, kind));
        blocking(move || own.read(&path)).await
    }

    /// Keeps a file under a name of its own and waits until it is on the disk.
    pub async fn keep_as(&self, name: &str, bytes: Vec<u8>) -> Result<(), ShelfError> {
        let (own, path) = (self.clone(), self.path_as(name));
        blocking(move || own.write(&path, &bytes, Wait::ForDisk)).await
    }

    /// The file with that name as it was kept; nothing when there is none.
    pub async fn find_as(&self, name: &str) -> Result<Option<Vec<u8>>, ShelfError> {
        let (own, path) = (self.clone(), self.path_as(name));
        blocking(move || own.read(&path)).await
    }

    /// Removes the file with that name for good; one that is not there is gone already.
    pub async fn remove_as(&self, name: &str) -> Result<(), ShelfError> {
        let path = self.path_as(name);
        blocking(move || match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(&path)(error)),
            _ => Ok(()),
        })
        .await
    }

    /// The names of files that were written so long ago; what was being written then is removed.
    pub async fn list_as(&self, ago: Range<Duration>) -> Result<Vec<String>, ShelfError> {
        let own = self.clone();
        blocking(move || {
            let mut names = Vec::new();
            for path in entries(&own.folder)?
                .iter()
                .map(|group| entries(group))
                .collect::<Result<Vec<_>, _>>()?
                .concat()
            {
                let written = path.metadata().and_then(|about| about.modified()).map_err(failed(&path))?;
                if !written.elapsed().is_ok_and(|age| ago.contains(&age)) {
                    continue;
                }
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                if name.ends_with(UNFINISHED) {
                    std::fs::remove_file(&path).map_err(failed(&path))?;
                } else {
                    names.push(name);
                }
            }
            Ok(names)
        })
        .await
    }

    /// `<folder>/7f/0193a…7f`: names begin alike and end differently.
    fn path_as(&self, name: &str) -> PathBuf {
        let name: String = name.chars().filter(|sign| sign.is_ascii_alphanumeric() || *sign == '-').collect();
        self.folder.join(&name[name.len().saturating_sub(2)..]).join(name)
    }

    /// Seals anew what lies under a former key or in clear, one file after the other. Cut off at any moment, each file
    /// is there as a whole; the next pass goes on with what is left.
    pub async fn reseal(&self) -> Result<Resealed, ShelfError> {
        let own = self.clone();
        blocking(move || own.reseal_all()).await
    }

    /// `<folder>/2026-11/CQZ20261110….zh-CN.pdf`
    pub fn path(&self, number: &ReportNo, lang: Lang, kind: &str) -> PathBuf {
        let (number, lang) = (number.as_str(), lang.code());
        let month = format!("{}-{}", number.get(3..7).unwrap_or(""), number.get(7..9).unwrap_or(""));
        self.folder.join(month).join(format!("{number}.{lang}.{kind}"))
    }

    fn write(&self, path: &Path, bytes: &[u8], wait: Wait) -> Result<(), ShelfError> {
        let sealed = match &self.seal {
            None => None,
            Some(seal) => Some(seal.seal(LEVEL, &place(path), bytes).map_err(closed(path))?),
        };
        replace(path, sealed.as_ref().map_or(bytes, String::as_bytes), wait).map_err(failed(path))
    }

    fn read(&self, path: &Path) -> Result<Option<Vec<u8>>, ShelfError> {
        let kept = match std::fs::read(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            kept => kept.map_err(failed(path))?,
        };
        let Some(seal) = &self.seal else { return Ok(Some(kept)) };
        seal.open(&place(path), &kept).map(Some).map_err(closed(path))
    }

    fn reseal_all(&self) -> Result<Resealed, ShelfError> {
        let mut done = Resealed::default();
        let Some(seal) = &self.seal else { return Ok(done) };
        let marks = seal.marks(LEVEL).map_err(closed(&self.folder))?;
        for month in entries(&self.folder)? {
            for path in entries(&month)? {
                if waits(&path, &marks).map_err(failed(&path))? {
                    self.reseal_one(&path, &mut done)?;
                }
            }
        }
        Ok(done)
    }

    fn reseal_one(&self, path: &Path, done: &mut Resealed) -> Result<(), ShelfError> {
        match self.read(path) {
            Ok(Some(bytes)) => {
                self.write(path, &bytes, Wait::ForDisk)?;
                done.values += 1;
            }
            Ok(None) => {}
            Err(error) if error.source.kind() == ErrorKind::InvalidData => done.closed += 1,
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ShelfError> + Send + 'static,
) -> Result<T, ShelfError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(stopped) => Err(ShelfError { path: String::new(), source: std::io::Error::other(stopped) }),
    }
}

/// Whether a file is on the disk before it takes the place of another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wait {
    No,
    ForDisk,
}

/// Puts a file in place of what is there, if anything is.
fn replace(path: &Path, bytes: &[u8], wait: Wait) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(UNFINISHED);
    std::fs::write(&unfinished, bytes)?;
    if wait == Wait::ForDisk {
        std::fs::File::open(&unfinished)?.sync_all()?;
    }
    std::fs::rename(&unfinished, path)
}

/// What is in a folder; nothing when there is none, or when it is a file.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, ShelfError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let found = std::fs::read_dir(folder).map_err(failed(folder))?;
    found.map(|entry| Ok(entry.map_err(failed(folder))?.path())).collect()
}

/// Whether a whole file is not sealed under the key of today.
fn waits(path: &Path, marks: &SealMarks) -> std::io::Result<bool> {
    if !path.is_file() || path.to_string_lossy().ends_with(UNFINISHED) {
        return Ok(false);
    }
    let mut beginning = Vec::new();
    std::fs::File::open(path)?.take(marks.current.len() as u64).read_to_end(&mut beginning)?;
    Ok(beginning != marks.current.as_bytes())
}

/// A file is sealed for its name, which tells number, language and kind.
fn place(path: &Path) -> SecretPlace {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    SecretPlace::new("reports", "file", name)
}

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> ShelfError + '_ {
    move |source| ShelfError { path: path.display().to_string(), source }
}

fn closed(path: &Path) -> impl FnOnce(jq_base::seal::SealError) -> ShelfError + '_ {
    move |error| failed(path)(std::io::Error::new(ErrorKind::InvalidData, error))
}
