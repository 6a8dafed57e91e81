//! When a mandate can be given, and how it moves.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use jq_base::mobile::Mobile;

use super::model::{MandateFault, MandateState, NewMandate};
use crate::IdentityError;

/// Characters an agent's name has at most.
pub const NAME_CHARS_MAX: usize = 50;
/// Days an offered mandate waits for the agent.
pub const OFFER_DAYS: i64 = 7;
/// Mandates of one firm that can be open at the same time.
pub const OPEN_MAX: usize = 20;

/// What happens to a mandate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MandateEvent {
    /// The agent agrees.
    Accept,
    /// The agent says no, or lays it down.
    Decline,
    /// The legal representative takes it back.
    Revoke,
}

impl MandateState {
    /// The state after `event`; the only place it changes, but for what ends with a person's right to act.
    pub(super) fn after(self, event: MandateEvent) -> Result<Self, IdentityError> {
        use MandateEvent::{Accept, Decline, Revoke};
        match (self, event) {
            (Self::Offered, Accept) => Ok(Self::Held),
            (Self::Offered, Decline) => Ok(Self::Declined),
            (Self::Held, Decline) => Ok(Self::Ended),
            (Self::Offered | Self::Held, Revoke) => Ok(Self::Revoked),
            (state, _) => Err(IdentityError::Mandate(state.code())),
        }
    }

    /// What a kept state means at `now`: offers lapse and mandates expire without anybody's doing.
    pub(super) fn at(self, granted_at: Timestamp, ends_at: Timestamp, now: Timestamp) -> Self {
        match self {
            Self::Offered if now >= ends_at.min(offer_ends(granted_at)) => Self::Lapsed,
            Self::Held if now >= ends_at => Self::Expired,
            state => state,
        }
    }
}

/// When an offer that was made at `granted_at` lapses.
fn offer_ends(granted_at: Timestamp) -> Timestamp {
    granted_at.checked_add(SignedDuration::from_hours(24 * OFFER_DAYS)).unwrap_or(Timestamp::MAX)
}

/// Everything that is wrong with a mandate to be given on `today` by the holder of `own` mobile number.
pub(super) fn faults(new: &NewMandate, own: &Mobile, open: usize, today: Date) -> Vec<MandateFault> {
    let name_chars = new.name.trim().chars().count();
    let last_day = today.checked_add(1.year()).unwrap_or(today);
    let checks = [
        ((1..=NAME_CHARS_MAX).contains(&name_chars), MandateFault::Name),
        (new.mobile != *own, MandateFault::OwnMobile),
        (open < OPEN_MAX, MandateFault::TooMany),
        (!new.scopes.is_empty(), MandateFault::NoScope),
        (new.until >= today, MandateFault::UntilPast),
        (new.until <= last_day, MandateFault::UntilTooFar),
    ];
    checks.into_iter().filter(|(holds, _)| !holds).map(|(_, fault)| fault).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::model::MandateScope;
    use super::*;

    const TODAY: Date = date(2026, 11, 10);

    fn mandate(until: Date) -> NewMandate {
        let mobile = Mobile::parse("13900005678").unwrap();
        NewMandate { mobile, name: "李华".to_owned(), scopes: [MandateScope::Apply].into(), until }
    }

    #[test]
    fn a_mandate_lasts_a_year_at_most() {
        let own = Mobile::parse("13800001234").unwrap();
        let wrong = |until| faults(&mandate(until), &own, 0, TODAY);
        assert_eq!(wrong(TODAY), []);
        assert_eq!(wrong(date(2027, 11, 10)), []);
        assert_eq!(wrong(date(2027, 11, 11)), [MandateFault::UntilTooFar]);
        assert_eq!(wrong(date(2026, 11, 9)), [MandateFault::UntilPast]);
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let mut new = mandate(TODAY);
        let own = new.mobile.clone();
        new.name = " ".to_owned();
        new.scopes.clear();
        let expected =
            [MandateFault::Name, MandateFault::OwnMobile, MandateFault::TooMany, MandateFault::NoScope];
        assert_eq!(faults(&new, &own, OPEN_MAX, TODAY), expected);
    }

    #[test]
    fn a_mandate_moves_only_where_it_may() {
        use MandateEvent::{Accept, Decline, Revoke};
        let mut moves = Vec::new();
        for state in MandateState::ALL {
            for event in [Accept, Decline, Revoke] {
                if let Ok(after) = state.after(event) {
                    moves.push(format!("{} {event:?} {}", state.code(), after.code()));
                }
            }
        }
        let expected = [
            "offered Accept held",
            "offered Decline declined",
            "offered Revoke revoked",
            "held Decline ended",
            "held Revoke revoked",
        ];
        assert_eq!(moves, expected);
    }

    #[test]
    fn an_offer_lapses_after_a_week_and_a_mandate_expires_with_its_last_day() {
        let start = Timestamp::UNIX_EPOCH;
        let day = |days: i64| start + SignedDuration::from_hours(24 * days);
        let at = |state: MandateState, days| state.at(start, day(30), day(days));
        assert_eq!(at(MandateState::Offered, 6), MandateState::Offered);
        assert_eq!(at(MandateState::Offered, 7), MandateState::Lapsed);
        assert_eq!(at(MandateState::Held, 29), MandateState::Held);
        assert_eq!(at(MandateState::Held, 30), MandateState::Expired);
        assert_eq!(at(MandateState::Revoked, 40), MandateState::Revoked);
    }
}
