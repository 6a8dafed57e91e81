//! What a signed-in employee still owes before anything opens: the second factor, enrolling one, a new password.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

/// For so long a shown second factor counts as fresh: long enough for one piece of work at one screen, short enough
/// that a screen left alone opens nothing of level 4.
pub const FRESH: SignedDuration = SignedDuration::from_mins(10);
/// Days after which a password must be changed, as rules for systems of level 3 usually ask.
pub const PASSWORD_DAYS_MAX: i64 = 90;

/// Whether employees must have a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorRule {
    /// Everybody must have one, and a password of their own that is not too old.
    Required,
    /// Only who enrolled one is asked for it: a demonstration, whose accounts are printed on the page.
    WhereEnrolled,
}

/// What a session owes (登录待办). Only a session that owes nothing opens pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nothing.
    Nothing,
    /// To show the second factor.
    SecondFactor,
    /// To enrol a second factor.
    Enrolment,
    /// To choose a new password.
    Password,
}

impl Due {
    /// The stable word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::SecondFactor => "second_factor",
            Self::Enrolment => "enrolment",
            Self::Password => "password",
        }
    }
}

impl fmt::Display for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// What is known of an account that has shown its password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// Where it signed in, everybody must have a second factor.
    pub(super) strict: bool,
    /// It has a second factor.
    pub(super) enrolled: bool,
    /// When the second factor was shown in this session.
    pub(super) proven_at: Option<Timestamp>,
    /// When its holder chose the password; none when somebody else gave it.
    pub(super) password_set_at: Option<Timestamp>,
}

impl Standing {
    /// The first thing that the session owes.
    pub(super) fn due(self, now: Timestamp) -> Due {
        match self {
            Self { enrolled: true, proven_at: None, .. } => Due::SecondFactor,
            Self { enrolled: false, strict: true, .. } => Due::Enrolment,
            Self { password_set_at, strict: true, .. } if is_old(password_set_at, now) => Due::Password,
            _ => Due::Nothing,
        }
    }
}

/// A password that somebody else gave counts as old.
fn is_old(set_at: Option<Timestamp>, now: Timestamp) -> bool {
    let life = SignedDuration::from_hours(24 * PASSWORD_DAYS_MAX);
    set_at.is_none_or(|set_at| now.duration_since(set_at) >= life)
}

/// Whether a second factor that was shown at `proven_at` is fresh.
pub(super) fn is_fresh(proven_at: Option<Timestamp>, now: Timestamp) -> bool {
    proven_at.is_some_and(|proven_at| now.duration_since(proven_at) < FRESH)
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::UNIX_EPOCH;

    fn after(days: i64) -> Timestamp {
        START + SignedDuration::from_hours(24 * days)
    }

    #[test]
    fn outside_a_demonstration_a_second_factor_and_an_own_password_come_first() {
        let new = Standing { strict: true, enrolled: false, proven_at: None, password_set_at: None };
        let enrolled = Standing { enrolled: true, ..new };
        let proven = Standing { proven_at: Some(START), ..enrolled };
        let own = Standing { password_set_at: Some(START), ..proven };
        let due = |standing: Standing| standing.due(after(1));
        assert_eq!(
            [new, enrolled, proven, own].map(due),
            [Due::Enrolment, Due::SecondFactor, Due::Password, Due::Nothing]
        );
        assert_eq!(own.due(after(89)), Due::Nothing);
        assert_eq!(own.due(after(90)), Due::Password);
    }

    #[test]
    fn in_a_demonstration_only_who_enrolled_is_asked() {
        let new = Standing { strict: false, enrolled: false, proven_at: None, password_set_at: None };
        assert_eq!(new.due(after(400)), Due::Nothing);
        let enrolled = Standing { enrolled: true, ..new };
        assert_eq!(enrolled.due(after(0)), Due::SecondFactor);
    }

    #[test]
    fn a_second_factor_is_fresh_for_ten_minutes() {
        let at = |minutes| START + SignedDuration::from_mins(minutes);
        assert!(is_fresh(Some(START), at(9)));
        assert!(!is_fresh(Some(START), at(10)));
        assert!(!is_fresh(None, at(0)));
    }
}
