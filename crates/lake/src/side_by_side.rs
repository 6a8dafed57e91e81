//! Work on many files or ranges, done by a few threads that each take the next piece when they are ready.

use std::sync::Mutex;

use crate::error::LakeError;

/// Pieces that are worked on at the same time by work that has the machine.
pub(crate) const WORKERS: usize = 2;

/// Hands every piece to `each` together with what that thread has gathered so far, and returns what the threads
/// gathered. The first error ends the thread that met it and is returned.
pub(crate) fn side_by_side<T, G>(
    workers: usize,
    pieces: impl Iterator<Item = T> + Send,
    each: impl Fn(T, &mut G) -> Result<(), LakeError> + Sync,
) -> Result<Vec<G>, LakeError>
where
    G: Default + Send,
{
    let pieces = Mutex::new(pieces);
    let work = || -> Result<G, LakeError> {
        let mut gathered = G::default();
        loop {
            let next = pieces.lock().expect("no panic holds this lock").next();
            let Some(piece) = next else { return Ok(gathered) };
            each(piece, &mut gathered)?;
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().expect("a worker does not panic")).collect()
    })
}
