//! How care for the lake goes about its work: as fast as it can, or beside readers.

use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use crate::error::LakeError;
use crate::side_by_side::WORKERS;

/// The longest rest between two pieces.
const REST_MAX: Duration = Duration::from_secs(5);

/// A word to work that goes on elsewhere, that it is to end; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<Word>);

#[derive(Debug, Default)]
struct Word {
    said: Mutex<bool>,
    heard: Condvar,
}

impl Stop {
    /// Says it, for good.
    pub fn say(&self) {
        *self.0.said.lock().expect("no panic holds this lock") = true;
        self.0.heard.notify_all();
    }

    /// True when it has been said.
    pub fn is_said(&self) -> bool {
        *self.0.said.lock().expect("no panic holds this lock")
    }

    /// Waits so long, or until it is said.
    fn wait(&self, time: Duration) {
        let said = self.0.said.lock().expect("no panic holds this lock");
        let ended = self.0.heard.wait_timeout_while(said, time, |said| !*said);
        drop(ended.expect("no panic holds this lock"));
    }
}

/// How care for a table is taken. By default as fast as it goes, after waiting for whoever cares for the table now.
#[derive(Debug, Clone, Default)]
pub struct Pace {
    beside: Option<Stop>,
}

impl Pace {
    /// Beside readers: on one core, resting after each piece as long as the piece took, until told to stop, and not at
    /// all where somebody else cares for the table.
    pub fn beside(stop: Stop) -> Self {
        Self { beside: Some(stop) }
    }

    /// True when nobody is to be waited for.
    pub(crate) fn is_beside(&self) -> bool {
        self.beside.is_some()
    }

    pub(crate) fn workers(&self) -> usize {
        if self.is_beside() { 1 } else { WORKERS }
    }

    /// An error when the work has been told to stop.
    pub(crate) fn go_on(&self) -> Result<(), LakeError> {
        if self.beside.as_ref().is_some_and(Stop::is_said) { Err(LakeError::Left) } else { Ok(()) }
    }

    /// Rests after a piece of work that began then.
    pub(crate) fn rest(&self, began: Instant) {
        if let Some(stop) = &self.beside {
            stop.wait(began.elapsed().min(REST_MAX));
        }
    }
}

/// What was done; nothing where the work is left for another time.
pub(crate) fn unless_left<T>(done: Result<T, LakeError>) -> Result<Option<T>, LakeError> {
    match done {
        Err(LakeError::Left) => Ok(None),
        done => done.map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_told_to_stop_does_not_go_on_and_does_not_rest() {
        let stop = Stop::default();
        let pace = Pace::beside(stop.clone());
        pace.go_on().unwrap();
        stop.say();
        assert!(matches!(pace.go_on(), Err(LakeError::Left)));
        stop.wait(Duration::MAX);
        Pace::default().go_on().unwrap();
    }
}
