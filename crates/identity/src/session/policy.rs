//! How long a session lives.

use jiff::{SignedDuration, Timestamp};

/// Who holds a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A person acting for a firm.
    Firm,
    /// An employee of an institution.
    Staff,
}

/// A session's last use is noted at most this often, so that reading pages does not write to the store.
const SEEN_STEP: SignedDuration = SignedDuration::from_secs(60);

/// Sessions that an employee may have at a time: a desk, a counter, a phone and some room. The oldest ends when one more
/// is opened, so that a forgotten one does not stay.
pub(super) const STAFF_SESSIONS_MAX: u32 = 5;

impl Holder {
    /// The word kept in the table.
    pub fn code(self) -> &'static str {
        match self {
            Self::Firm => "firm",
            Self::Staff => "staff",
        }
    }

    /// How long a session lives at most.
    pub fn life(self) -> SignedDuration {
        match self {
            Self::Firm => SignedDuration::from_hours(7 * 24),
            Self::Staff => SignedDuration::from_hours(12),
        }
    }

    /// How long it may lie unused.
    pub fn idle(self) -> SignedDuration {
        match self {
            Self::Firm => SignedDuration::from_hours(12),
            Self::Staff => SignedDuration::from_mins(30),
        }
    }

    /// Whether a session last seen at `seen_at` that ends at `expires_at` still holds.
    pub(crate) fn holds(self, seen_at: Timestamp, expires_at: Timestamp, now: Timestamp) -> bool {
        now < expires_at && now.duration_since(seen_at) < self.idle()
    }
}

/// Whether it is time to note the session's use again.
pub(crate) fn is_to_be_noted(seen_at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(seen_at) >= SEEN_STEP
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staff_sessions_end_after_half_an_hour_unused_and_after_twelve_hours() {
        let start = Timestamp::UNIX_EPOCH;
        let at = |minutes| start + SignedDuration::from_mins(minutes);
        let end = start + Holder::Staff.life();
        assert!(Holder::Staff.holds(start, end, at(29)));
        assert!(!Holder::Staff.holds(start, end, at(30)));
        assert!(Holder::Staff.holds(at(719), end, at(719)));
        assert!(!Holder::Staff.holds(at(719), end, at(720)));
        assert!(Holder::Firm.holds(start, start + Holder::Firm.life(), at(719)));
    }
}
