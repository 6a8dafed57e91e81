//! When phones are left in peace and how much one phone gets: content, checked when it is loaded.

use std::path::Path;

use jiff::civil::Time;
use jiff::{SignedDuration, Timestamp, ToSpan};
use jq_base::clock;
use serde::Deserialize;

use super::model::{SmsKind, SmsReason};

const SHIPPED: &str = include_str!("../../../../notify/limits.toml");
/// The file's place in the data folder.
const FILE: &str = "notify/limits.toml";

/// What is wrong with the limits.
#[derive(Debug, thiserror::Error)]
#[error("{FILE}: {0}")]
pub struct RulesError(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    quiet: QuietFile,
    codes: Limit,
    messages: Limit,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuietFile {
    from: String,
    until: String,
}

/// How many messages of a kind one phone gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// In sixty minutes.
    pub per_hour: u32,
    /// On a day in Beijing.
    pub per_day: u32,
}

/// When phones are left in peace (静默时段), and how much one phone gets (每人上限).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsRules {
    quiet_from: Time,
    quiet_until: Time,
    codes: Limit,
    messages: Limit,
}

impl SmsRules {
    /// The rules shipped with the platform.
    pub fn embedded() -> Result<Self, RulesError> {
        Self::read(SHIPPED)
    }

    /// Those of the data folder, or else the shipped ones.
    pub fn load(folder: &Path) -> Result<Self, RulesError> {
        match std::fs::read_to_string(folder.join(FILE)) {
            Ok(own) => Self::read(&own),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::embedded(),
            Err(error) => Err(RulesError(error.to_string())),
        }
    }

    /// Reads and checks the file's text.
    pub fn read(text: &str) -> Result<Self, RulesError> {
        let file: RulesFile = toml::from_str(text).map_err(|error| RulesError(error.to_string()))?;
        for limit in [file.codes, file.messages] {
            if limit.per_hour == 0 || limit.per_day < limit.per_hour {
                let reason = "a limit is at least 1, and that of a day at least that of an hour";
                return Err(RulesError(reason.to_owned()));
            }
        }
        let time = |text: &str| {
            text.parse::<Time>().map_err(|_| RulesError(format!("{text} is no time of the day")))
        };
        let (quiet_from, quiet_until) = (time(&file.quiet.from)?, time(&file.quiet.until)?);
        Ok(Self { quiet_from, quiet_until, codes: file.codes, messages: file.messages })
    }

    /// How many messages of this kind one phone gets.
    pub fn limit(&self, kind: SmsKind) -> Limit {
        match kind {
            SmsKind::Code => self.codes,
            SmsKind::Message => self.messages,
        }
    }

    /// Until when phones are left in peace; nothing where a message may go now.
    pub fn quiet_until(&self, now: Timestamp) -> Option<Timestamp> {
        let (from, until) = (self.quiet_from, self.quiet_until);
        let at = now.to_zoned(clock::zone());
        let time = at.time();
        let over_night = from > until;
        let quiet = if over_night { time >= from || time < until } else { time >= from && time < until };
        if !quiet {
            return None;
        }
        let day = if over_night && time >= from { at.date().saturating_add(1.day()) } else { at.date() };
        day.to_datetime(until).to_zoned(clock::zone()).ok().map(|end| end.timestamp())
    }

    /// Why a phone that has had this much gets no more of the kind now.
    pub(crate) fn over(&self, kind: SmsKind, had: Had) -> Option<SmsReason> {
        let limit = self.limit(kind);
        if had.in_day >= limit.per_day {
            Some(SmsReason::Day)
        } else if had.in_hour >= limit.per_hour {
            Some(SmsReason::Hour)
        } else {
            None
        }
    }
}

/// How much a phone has had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Had {
    pub(crate) in_hour: u32,
    pub(crate) in_day: u32,
}

/// Since when an hour and a day are counted.
pub(crate) fn counted_since(now: Timestamp) -> (Timestamp, Timestamp) {
    let hour = now.checked_sub(SignedDuration::from_hours(1)).unwrap_or(Timestamp::MIN);
    (hour, clock::start_of(clock::date_of(now)).unwrap_or(hour))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn nights_are_quiet_from_half_past_nine_until_eight() {
        let rules = SmsRules::embedded().unwrap();
        let until = |text: &str| rules.quiet_until(at(text));
        assert_eq!(until("2026-11-10T21:29:59+08:00"), None);
        let morning = Some(at("2026-11-11T08:00:00+08:00"));
        assert_eq!(until("2026-11-10T21:30:00+08:00"), morning);
        assert_eq!(until("2026-11-11T00:00:00+08:00"), morning);
        assert_eq!(until("2026-11-11T07:59:59+08:00"), morning);
        assert_eq!(until("2026-11-11T08:00:00+08:00"), None);
    }

    fn with(from: &str, until: &str, limit: &str) -> Result<SmsRules, RulesError> {
        SmsRules::read(&format!(
            "[quiet]\nfrom = '{from}'\nuntil = '{until}'\n[codes]\n{limit}\n[messages]\n{limit}"
        ))
    }

    #[test]
    fn quiet_hours_may_lie_within_a_day_and_may_be_none() {
        let noon = with("12:00", "14:00", "per_hour = 1\nper_day = 2").unwrap();
        let two = Some(at("2026-11-10T14:00:00+08:00"));
        assert_eq!(noon.quiet_until(at("2026-11-10T13:00:00+08:00")), two);
        assert_eq!(noon.quiet_until(at("2026-11-10T23:00:00+08:00")), None);
        let never = with("00:00", "00:00", "per_hour = 1\nper_day = 2").unwrap();
        assert_eq!(never.quiet_until(at("2026-11-10T00:00:00+08:00")), None);
    }

    #[test]
    fn a_limit_is_reached_not_passed() {
        let rules = with("21:30", "08:00", "per_hour = 2\nper_day = 3").unwrap();
        let over = |in_hour, in_day| rules.over(SmsKind::Message, Had { in_hour, in_day });
        assert_eq!(
            [over(1, 2), over(2, 2), over(0, 3), over(2, 3)],
            [None, Some(SmsReason::Hour), Some(SmsReason::Day), Some(SmsReason::Day)]
        );
    }

    #[test]
    fn rules_that_make_no_sense_are_refused() {
        assert!(with("25:00", "08:00", "per_hour = 1\nper_day = 2").is_err());
        assert!(with("21:30", "08:00", "per_hour = 0\nper_day = 2").is_err());
        assert!(with("21:30", "08:00", "per_hour = 3\nper_day = 2").is_err());
        assert!(with("21:30", "08:00", "per_hour = 3").is_err());
    }

    #[test]
    fn a_day_is_counted_from_midnight_in_beijing() {
        let (hour, day) = counted_since(at("2026-11-10T00:30:00+08:00"));
        assert_eq!((hour, day), (at("2026-11-09T23:30:00+08:00"), at("2026-11-10T00:00:00+08:00")));
    }
}
