//! Finding the batches in what was handed over: a folder, a .zip, or a folder of them.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::IngestError;
use crate::fault::FileFault;
use crate::manifest::{Format, Manifest};
use crate::rule::Rule;

/// Largest manifest that is read.
const MANIFEST_BYTES_MAX: u64 = 1 << 20;
/// The longest name that a file can have on the disk.
const NAME_BYTES_MAX: usize = 255;
/// Characters of an archive's name that its folder repeats.
const STEM_CHARS_MAX: usize = 40;
/// Largest sum of unpacked files of one archive.
const UNPACKED_BYTES_MAX: u64 = 8 << 30;

/// One batch as handed over.
#[derive(Debug)]
pub struct Delivery {
    /// The folder with manifest and data file.
    pub(crate) folder: PathBuf,
    pub(crate) manifest: Result<Manifest, FileFault>,
    /// Unpacked archives are removed when the delivery has been taken.
    temporary: bool,
    /// Mended rows come outside the sequence.
    pub(crate) corrections: bool,
}

impl Delivery {
    /// A batch of mended rows that the platform wrote itself.
    pub(crate) fn of_corrections(folder: PathBuf) -> Self {
        let mut delivery = Self::read(folder, false);
        delivery.corrections = true;
        delivery
    }

    fn read(folder: PathBuf, temporary: bool) -> Self {
        let manifest = read_manifest(&folder);
        Self { folder, manifest, temporary, corrections: false }
    }

    /// An archive among others that cannot be unpacked: it is answered, and the others are taken.
    fn of_broken_archive(path: &Path, reason: &IngestError) -> Self {
        let fault = FileFault::new(Rule::ArchiveBroken, reason.to_string());
        Self { folder: path.to_owned(), manifest: Err(fault), temporary: false, corrections: false }
    }

    /// The name to call it by while nothing better is known.
    pub fn name(&self) -> String {
        self.folder.file_name().map_or_else(|| "batch".to_owned(), |name| name.to_string_lossy().into_owned())
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        if self.temporary {
            // A folder that cannot be removed now is only a little space in the temp folder.
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

fn read_manifest(folder: &Path) -> Result<Manifest, FileFault> {
    let wrong = |detail: String| FileFault::new(Rule::ManifestInvalid, detail);
    let file = File::open(folder.join("manifest.json")).map_err(|error| wrong(error.to_string()))?;
    let mut text = Vec::new();
    file.take(MANIFEST_BYTES_MAX).read_to_end(&mut text).map_err(|error| wrong(error.to_string()))?;
    Manifest::parse(&text).map_err(wrong)
}

/// Finds every batch under the paths, in the order in which they are to be taken: registration first,
/// then item by item, each by its sequence. A broken archive that comes alone is an error, one among others is
/// answered like any other wrong batch. `order_of` gives an item's place in the catalogue.
pub(crate) fn find(
    paths: &[PathBuf],
    scratch: &Path,
    order_of: impl Fn(&str) -> u32,
) -> Result<Vec<Delivery>, IngestError> {
    let mut found = Vec::new();
    for path in paths {
        match collect(path, scratch, 0, &mut found) {
            Err(error) if paths.len() > 1 && error.is_about_archive() => {
                found.push(Delivery::of_broken_archive(path, &error));
            }
            other => other?,
        }
    }
    found.sort_by_cached_key(|delivery: &Delivery| match &delivery.manifest {
        Ok(manifest) => {
            (order_of(&manifest.item_id), manifest.source_unit.clone(), manifest.seq, delivery.folder.clone())
        }
        Err(_) => (u32::MAX, String::new(), 0, delivery.folder.clone()),
    });
    Ok(found)
}

/// Folders inside folders that are searched at most.
const DEPTH_MAX: usize = 4;

fn collect(path: &Path, scratch: &Path, depth: usize, found: &mut Vec<Delivery>) -> Result<(), IngestError> {
    if path.is_file() && path.extension().is_some_and(|end| end.eq_ignore_ascii_case("zip")) {
        let folder = unpack(path, scratch, UNPACKED_BYTES_MAX)?;
        found.push(Delivery::read(folder, true));
        return Ok(());
    }
    if path.join("manifest.json").is_file() {
        found.push(Delivery::read(path.to_owned(), false));
        return Ok(());
    }
    let entries = std::fs::read_dir(path)
        .map_err(|source| IngestError::NoBatch { path: path.to_owned(), source: Some(source) })?;
    let mut inner: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    inner.sort();
    if inner.iter().any(|path| is_data(path)) {
        // A data file without a manifest is a delivery that must be answered, not passed over.
        found.push(Delivery::read(path.to_owned(), false));
        return Ok(());
    }
    let before = found.len();
    if depth < DEPTH_MAX {
        for path in
            inner.iter().filter(|path| path.is_dir() || path.extension().is_some_and(|end| end == "zip"))
        {
            match collect(path, scratch, depth + 1, found) {
                Err(IngestError::NoBatch { .. }) => {}
                Err(error) if error.is_about_archive() => {
                    found.push(Delivery::of_broken_archive(path, &error));
                }
                other => other?,
            }
        }
    }
    if found.len() == before {
        return Err(IngestError::NoBatch { path: path.to_owned(), source: None });
    }
    Ok(())
}

/// The file is named like a data file.
fn is_data(path: &Path) -> bool {
    let end = path.extension().and_then(|end| end.to_str());
    path.is_file() && end.is_some_and(|end| Format::ALL.iter().any(|format| format.name() == end))
}

/// Unpacks an archive of a manifest and a data file; nothing else is taken out of it.
fn unpack(path: &Path, scratch: &Path, bytes_max: u64) -> Result<PathBuf, IngestError> {
    let file = File::open(path).map_err(|source| IngestError::Disk { path: path.to_owned(), source })?;
    let mut archive = ZipArchive::new(file).map_err(|source| {
        let path = path.to_owned();
        IngestError::Archive { path, step: "open", source }
    })?;
    // What the archive says of its size is asked first, and not believed afterwards.
    if archive.decompressed_size().is_some_and(|bytes| bytes > u128::from(bytes_max)) {
        return Err(IngestError::ArchiveTooLarge { path: path.to_owned() });
    }
    let stem = path.file_stem().map_or("batch".into(), OsStr::to_string_lossy);
    let folder = scratch.join(format!("{stem:.STEM_CHARS_MAX$}-{}", uuid::Uuid::now_v7().simple()));
    let unpacked = unpack_into(&folder, &mut archive, path, bytes_max);
    if unpacked.is_err() {
        // Half an archive is of no use, least of all on a full disk; what stays now goes as a leftover later.
        let _ = std::fs::remove_dir_all(&folder);
    }
    unpacked.map(|()| folder)
}

fn unpack_into(
    folder: &Path,
    archive: &mut ZipArchive<File>,
    path: &Path,
    bytes_max: u64,
) -> Result<(), IngestError> {
    let failed = |step: &'static str| {
        let path = path.to_owned();
        move |source: ZipError| IngestError::Archive { path, step, source }
    };
    let disk = |source| IngestError::Disk { path: folder.to_owned(), source };
    std::fs::create_dir_all(folder).map_err(disk)?;
    let mut room = bytes_max;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(failed("read"))?;
        let Some(name) = entry.enclosed_name().and_then(|name| name.file_name().map(ToOwned::to_owned))
        else {
            continue;
        };
        if entry.is_dir() || name.len() > NAME_BYTES_MAX {
            continue;
        }
        let mut out = File::create(folder.join(&name)).map_err(disk)?;
        room -= copy(&mut entry.take(room), &mut out).map_err(|step| match step {
            Copying::Reading(error) => failed("unpack")(error.into()),
            Copying::Writing(error) => disk(error),
        })?;
        if room == 0 {
            return Err(IngestError::ArchiveTooLarge { path: path.to_owned() });
        }
    }
    Ok(())
}

/// Which side of a copy failed: a damaged archive is the sender's to mend, a full disk is ours.
enum Copying {
    Reading(io::Error),
    Writing(io::Error),
}

fn copy(from: &mut impl Read, to: &mut impl Write) -> Result<u64, Copying> {
    let mut piece = vec![0; 1 << 16];
    let mut copied = 0;
    loop {
        let read = match from.read(&mut piece) {
            Ok(0) => return Ok(copied),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Copying::Reading(error)),
        };
        to.write_all(&piece[..read]).map_err(Copying::Writing)?;
        copied += read as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An archive with one file of so many zeros, which take next to no room.
    fn bomb(path: &Path, zeros: usize) {
        let mut archive = zip::ZipWriter::new(File::create(path).unwrap());
        archive.start_file("data.csv", zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(&vec![0; zeros]).unwrap();
        archive.finish().unwrap();
    }

    #[test]
    fn an_archive_that_unpacks_to_too_much_is_refused_and_leaves_nothing_behind() {
        let folder = std::env::temp_dir().join(format!("jq-ingest-bomb-{}", std::process::id()));
        let scratch = folder.join("scratch");
        std::fs::create_dir_all(&scratch).unwrap();
        let path = folder.join("bomb.zip");
        bomb(&path, 1 << 20);
        let told = unpack(&path, &scratch, 1 << 16);
        assert!(matches!(told, Err(IngestError::ArchiveTooLarge { .. })));
        // The same with a false word about its size, in both places where it stands.
        let mut bytes = std::fs::read(&path).unwrap();
        let size = (1_u32 << 20).to_le_bytes();
        let places: Vec<usize> = (0..bytes.len() - 4).filter(|at| bytes[*at..at + 4] == size).collect();
        assert!(!places.is_empty());
        for at in places {
            bytes[at..at + 4].copy_from_slice(&100_u32.to_le_bytes());
        }
        std::fs::write(&path, bytes).unwrap();
        assert!(unpack(&path, &scratch, 1 << 16).unwrap_err().is_about_archive());
        assert_eq!(std::fs::read_dir(&scratch).unwrap().count(), 0, "nothing is left");
        let _ = std::fs::remove_dir_all(&folder);
    }
}
