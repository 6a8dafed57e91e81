//! Writing data files beside the making of rows: encoding, digests and the disk take a thread of their own.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use jq_base::sm3::Hasher;

use crate::CityError;

/// Pieces that wait to be written.
const WAITING_MAX: usize = 64;

/// A data file that grows piece by piece.
pub(crate) struct DataFile {
    path: PathBuf,
    gb_18030: bool,
    hasher: Mutex<Hasher>,
}

impl DataFile {
    /// Begins an empty file.
    pub(crate) fn create(path: PathBuf, gb_18030: bool) -> Result<Self, CityError> {
        std::fs::File::create(&path).map_err(CityError::Write)?;
        Ok(Self { path, gb_18030, hasher: Mutex::new(Hasher::new()) })
    }

    /// The digest of what was written, once the writer has ended.
    pub(crate) fn digest(&self) -> String {
        std::mem::take(&mut *self.hasher.lock().expect("no panic holds this lock")).finish_hex()
    }

    /// A city has more batches than a process may have open files, so each is opened when there is something for it.
    fn append(&self, text: &str) -> std::io::Result<()> {
        let bytes = encode(text, self.gb_18030);
        self.hasher.lock().expect("no panic holds this lock").update(&bytes);
        OpenOptions::new().append(true).open(&self.path)?.write_all(&bytes)
    }
}

/// The bytes of a text in the unit's encoding.
pub(crate) fn encode(text: &str, gb_18030: bool) -> std::borrow::Cow<'_, [u8]> {
    if gb_18030 { encoding_rs::GB18030.encode(text).0 } else { text.as_bytes().into() }
}

struct Piece {
    file: Arc<DataFile>,
    text: String,
}

/// Writes the pieces it is given, in order.
pub(crate) struct Writer {
    give: SyncSender<Piece>,
    failure: Failure,
    thread: JoinHandle<()>,
}

/// Why the writer stopped, until it is told.
type Failure = Arc<Mutex<Option<std::io::Error>>>;

/// One data file's access to the writer.
pub(crate) struct Pen {
    file: Arc<DataFile>,
    give: SyncSender<Piece>,
    failure: Failure,
}

impl Writer {
    pub(crate) fn start() -> Self {
        let (give, pieces) = sync_channel(WAITING_MAX);
        let failure = Failure::default();
        let told = Arc::clone(&failure);
        Self { give, failure, thread: std::thread::spawn(move || write_all(&pieces, &told)) }
    }

    pub(crate) fn pen(&self, file: Arc<DataFile>) -> Pen {
        Pen { file, give: self.give.clone(), failure: Arc::clone(&self.failure) }
    }

    /// Waits until everything is written; all pens must have been laid down.
    pub(crate) fn finish(self) -> Result<(), CityError> {
        drop(self.give);
        let ended = self.thread.join().is_ok();
        let failure = self.failure.lock().expect("no panic holds this lock").take();
        match failure {
            None if ended => Ok(()),
            failure => Err(stopped(failure)),
        }
    }
}

impl Pen {
    /// Adds a piece to the file.
    pub(crate) fn write(&self, text: String) -> Result<(), CityError> {
        let piece = Piece { file: Arc::clone(&self.file), text };
        self.give.send(piece).map_err(|_| {
            // Nobody takes pieces any more after an error.
            stopped(self.failure.lock().expect("no panic holds this lock").take())
        })
    }
}

fn stopped(failure: Option<std::io::Error>) -> CityError {
    CityError::Write(failure.unwrap_or_else(|| std::io::Error::other("the writer has stopped")))
}

fn write_all(pieces: &Receiver<Piece>, failure: &Failure) {
    for Piece { file, text } in pieces {
        if let Err(error) = file.append(&text) {
            *failure.lock().expect("no panic holds this lock") = Some(error);
            return;
        }
    }
}
