//! Telling a full disk from whatever else can fail, so that people hear what to do about it.

use std::error::Error;
use std::iter::successors;

/// How a system says that there is no room, that a quota is used up, or that a file may not grow further, and how SQLite
/// says it of its database and of the shared memory beside it. Libraries on the way keep the text of a cause where they
/// do not keep the cause.
const FULL: [&str; 5] =
    ["os error 28", "os error 122", "os error 27", "database or disk is full", "(code: 4874) disk I/O error"];

/// Whether the error, or what led to it, is a disk without room.
///
/// ```
/// let full = std::io::Error::from_raw_os_error(28);
/// assert!(jq_base::disk::is_full(&full));
/// ```
pub fn is_full(error: &(dyn Error + 'static)) -> bool {
    let mut chain = successors(Some(error), |&error| error.source());
    chain.any(|error| {
        let text = error.to_string();
        FULL.iter().any(|full| text.contains(full))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Step(std::io::Error);

    impl std::fmt::Display for Step {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a step failed")
        }
    }

    impl Error for Step {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn a_full_disk_is_seen_behind_the_step_that_met_it() {
        for (code, expected) in [(28, true), (122, true), (27, true), (2, false), (13, false)] {
            assert_eq!(is_full(&Step(std::io::Error::from_raw_os_error(code))), expected, "{code}");
        }
    }
}
