//! How many calls an institution may make in a minute, counted by each process in its own memory: no call waits for a
//! store because of it, and `n` processes let through `n` times as many at most.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use jq_identity::ApiClient;

use crate::state::Limits;

/// Seconds after which the count begins anew.
const WINDOW_SECONDS: i64 = 60;

/// The counts of all institutions; clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rates(Arc<Mutex<HashMap<String, Window>>>);

#[derive(Clone, Copy, Debug)]
struct Window {
    begun_at: Timestamp,
    calls: u32,
}

/// Where an institution stands after a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Count {
    calls: u32,
    calls_max: u32,
    seconds_left: i64,
}

impl Rates {
    /// Counts a call of this client for its institution.
    pub(super) fn count(&self, client: &ApiClient, limits: Limits, now: Timestamp) -> Count {
        let calls_max = client.calls_a_minute().unwrap_or(limits.calls_a_minute);
        self.count_for(&format!("{}:{}", client.kind().code(), client.institution()), calls_max, now)
    }

    fn count_for(&self, who: &str, calls_max: u32, now: Timestamp) -> Count {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = Window { begun_at: now, calls: 0 };
        let window = all.entry(who.to_owned()).or_insert(fresh);
        let age = now.duration_since(window.begun_at);
        // A clock that was set back begins anew as well.
        if age.is_negative() || age >= SignedDuration::from_secs(WINDOW_SECONDS) {
            *window = fresh;
        }
        window.calls = window.calls.saturating_add(1);
        let seconds_left = WINDOW_SECONDS - now.duration_since(window.begun_at).as_secs();
        Count { calls: window.calls, calls_max, seconds_left }
    }
}

impl Count {
    /// Whether this call was one too many.
    pub(super) fn is_over(&self) -> bool {
        self.calls > self.calls_max
    }

    /// Seconds until the count begins anew.
    pub(super) fn resets_in(&self) -> String {
        self.seconds_left.max(1).to_string()
    }

    /// `RateLimit-Policy`: how many calls in how many seconds.
    pub(super) fn policy(&self) -> String {
        format!("\"minute\";q={};w={WINDOW_SECONDS}", self.calls_max)
    }

    /// `RateLimit`: calls that are left, and seconds until the count begins anew.
    pub(super) fn left(&self) -> String {
        let left = self.calls_max.saturating_sub(self.calls);
        format!("\"minute\";r={left};t={}", self.resets_in())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_for_a_minute_and_each_institution_has_its_own() {
        let rates = Rates::default();
        let begin: Timestamp = "2026-11-10T01:30:00Z".parse().unwrap();
        let at = |who: &str, seconds| rates.count_for(who, 2, begin + SignedDuration::from_secs(seconds));
        assert!(!at("bank:bank01", 0).is_over());
        let second = at("bank:bank01", 20);
        assert_eq!((second.is_over(), second.left().as_str()), (false, "\"minute\";r=0;t=40"));
        let third = at("bank:bank01", 59);
        assert_eq!((third.is_over(), third.resets_in().as_str()), (true, "1"));
        assert!(!at("bank:bank02", 59).is_over());
        assert_eq!(at("bank:bank01", 60).left(), "\"minute\";r=1;t=60");
        assert_eq!(third.policy(), "\"minute\";q=2;w=60");
    }
}
