//! An object store that does what it is asked, except for the one call at which it is told to fail.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deltalake_core::DeltaResult;
use deltalake_core::logstore::{ObjectStoreFactory, ObjectStoreRef, StorageConfig, object_store_factories};
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use url::Url;

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Nothing is done.
    Refused,
    /// All is done, and the answer is lost. So can fail what changes something.
    AnswerLost,
    /// All is done, the answer is lost on the way, and the call that was made again finds its own work.
    FoundOwnWork,
}

pub(crate) const FAILURES: [Failure; 3] = [Failure::Refused, Failure::AnswerLost, Failure::FoundOwnWork];

/// The failure that is to come; nothing when all goes well.
static TO_COME: Mutex<Option<ToCome>> = Mutex::new(None);

struct ToCome {
    calls_before: usize,
    failure: Failure,
}

fn to_come() -> MutexGuard<'static, Option<ToCome>> {
    TO_COME.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lets the call after so many others fail, of those that can fail so.
pub(crate) fn fail_after(calls_before: usize, failure: Failure) {
    *to_come() = Some(ToCome { calls_before, failure });
}

/// Lets all go well again; how many calls were still to go well before the failure, nothing when it has come.
pub(crate) fn stop_failing() -> Option<usize> {
    to_come().take().map(|coming| coming.calls_before)
}

/// What a call does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Call {
    Reads,
    Changes,
}

/// How the present call fails, if it does.
fn failure(call: Call) -> Option<Failure> {
    let mut to_come = to_come();
    match to_come.as_mut() {
        Some(coming) if call == Call::Reads && coming.failure != Failure::Refused => None,
        Some(coming) if coming.calls_before > 0 => {
            coming.calls_before -= 1;
            None
        }
        _ => to_come.take().map(|coming| coming.failure),
    }
}

/// From now on the logs of this process's lakes lie in a store that can fail.
pub(crate) fn install() {
    let scheme = Url::parse("file://").expect("a scheme");
    object_store_factories().insert(scheme, Arc::new(Factory));
}

struct Factory;

impl ObjectStoreFactory for Factory {
    fn parse_url_opts(&self, url: &Url, _: &StorageConfig) -> DeltaResult<(ObjectStoreRef, Path)> {
        Ok((Arc::new(FailingStore(LocalFileSystem::new())), Path::from_url_path(url.path())?))
    }
}

#[derive(Debug)]
struct FailingStore(LocalFileSystem);

impl fmt::Display for FailingStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "failing {}", self.0)
    }
}

fn failed<T>() -> Result<T> {
    Err(Error::Generic { store: "failing", source: "the connection was lost".into() })
}

async fn reading<T>(call: impl Future<Output = Result<T>>) -> Result<T> {
    if failure(Call::Reads).is_some() { failed() } else { call.await }
}

fn listing<T: Send + 'static>(all: BoxStream<'static, Result<T>>) -> BoxStream<'static, Result<T>> {
    if failure(Call::Reads).is_some() { stream::once(async { failed() }).boxed() } else { all }
}

async fn change<T>(at: &Path, call: impl Future<Output = Result<T>>) -> Result<T> {
    let failure = failure(Call::Changes);
    if failure == Some(Failure::Refused) {
        return failed();
    }
    let done = call.await?;
    match failure {
        None => Ok(done),
        Some(Failure::FoundOwnWork) => {
            Err(Error::AlreadyExists { path: at.to_string(), source: "written by the first try".into() })
        }
        Some(_) => failed(),
    }
}

type Answer<'f, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'f>>;

// The trait's functions are written by a macro; these are the same signatures without it.
impl ObjectStore for FailingStore {
    fn put_opts<'s, 'p, 'f>(
        &'s self,
        location: &'p Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Answer<'f, PutResult>
    where
        's: 'f,
        'p: 'f,
        Self: 'f,
    {
        Box::pin(change(location, self.0.put_opts(location, payload, options)))
    }

    fn put_multipart_opts<'s, 'p, 'f>(
        &'s self,
        location: &'p Path,
        options: PutMultipartOptions,
    ) -> Answer<'f, Box<dyn MultipartUpload>>
    where
        's: 'f,
        'p: 'f,
        Self: 'f,
    {
        Box::pin(change(location, self.0.put_multipart_opts(location, options)))
    }

    fn get_opts<'s, 'p, 'f>(&'s self, location: &'p Path, options: GetOptions) -> Answer<'f, GetResult>
    where
        's: 'f,
        'p: 'f,
        Self: 'f,
    {
        Box::pin(reading(self.0.get_opts(location, options)))
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        let done = self.0.delete_stream(locations);
        match failure(Call::Changes) {
            None => done,
            Some(Failure::Refused) => stream::once(async { failed() }).boxed(),
            Some(_) => done.chain(stream::once(async { failed() })).boxed(),
        }
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        listing(self.0.list(prefix))
    }

    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        listing(self.0.list_with_offset(prefix, offset))
    }

    fn list_with_delimiter<'s, 'p, 'f>(&'s self, prefix: Option<&'p Path>) -> Answer<'f, ListResult>
    where
        's: 'f,
        'p: 'f,
        Self: 'f,
    {
        Box::pin(reading(self.0.list_with_delimiter(prefix)))
    }

    fn copy_opts<'s, 'p, 'q, 'f>(
        &'s self,
        from: &'p Path,
        to: &'q Path,
        options: CopyOptions,
    ) -> Answer<'f, ()>
    where
        's: 'f,
        'p: 'f,
        'q: 'f,
        Self: 'f,
    {
        Box::pin(change(to, self.0.copy_opts(from, to, options)))
    }
}
