//! A door that lets only so many callers do costly work at once; the others are asked to come back.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::code;
use crate::problem::ApiProblem;

/// How long a caller waits at the door.
const WAIT: Duration = Duration::from_secs(5);

/// The door; clones are the same door.
#[derive(Clone, Debug)]
pub(crate) struct Gate(Arc<Semaphore>);

impl Gate {
    /// A door for `at_once` callers.
    pub(crate) fn of(at_once: usize) -> Self {
        Self(Arc::new(Semaphore::new(at_once)))
    }

    /// Waits a little for a place; the place is free again when the answer is dropped.
    pub(crate) async fn enter(&self) -> Result<OwnedSemaphorePermit, ApiProblem> {
        match timeout(WAIT, Arc::clone(&self.0).acquire_owned()).await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(ApiProblem::new(&code::BUSY).header("retry-after", "10")),
        }
    }
}
