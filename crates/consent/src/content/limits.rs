//! How often one person may read, and how far a reading in an emergency goes: `consent/limits.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::ConsentError;

static EMBEDDED: LazyLock<Result<Limits, String>> =
    LazyLock::new(|| read(include_str!("../../../../consent/limits.toml")));

/// The longest that an emergency reading can stay open.
const MINUTES_MAX: u32 = 24 * 60;

/// What binds the people of banks (查询限额).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limits {
    pub(crate) officer: OfficerLimits,
    pub(crate) emergency: EmergencyTerms,
}

/// What binds one person.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfficerLimits {
    /// Readings on one Beijing day.
    pub(crate) readings_day_max: u32,
}

/// How far a reading in an emergency goes (应急查询).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmergencyTerms {
    /// How long it stays open once it is approved.
    pub minutes: u32,
    /// For how many readings.
    pub readings_max: u32,
    /// How long it waits for the second person.
    pub wait_hours: u32,
    /// The shortest reason, in characters.
    pub reason_chars_min: usize,
}

/// The limits in force.
pub(crate) fn limits() -> Result<&'static Limits, ConsentError> {
    EMBEDDED.as_ref().map_err(|reason| ConsentError::Content(reason.clone()))
}

/// How far a reading in an emergency goes; nothing when the content cannot be used.
pub fn emergency_terms() -> Option<&'static EmergencyTerms> {
    EMBEDDED.as_ref().ok().map(|limits| &limits.emergency)
}

fn read(content: &str) -> Result<Limits, String> {
    let limits: Limits = toml::from_str(content).map_err(|error| error.to_string())?;
    let emergency = &limits.emergency;
    if limits.officer.readings_day_max == 0 {
        return Err("nobody may read".to_owned());
    }
    if !(1..=MINUTES_MAX).contains(&emergency.minutes) || emergency.readings_max == 0 {
        return Err(format!(
            "an emergency reading is open for 1 to {MINUTES_MAX} minutes and one reading or more"
        ));
    }
    if emergency.wait_hours == 0 || emergency.reason_chars_min == 0 {
        return Err("an emergency reading waits for a second person and has a reason".to_owned());
    }
    Ok(limits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_would_open_everything_is_refused() {
        let shipped = include_str!("../../../../consent/limits.toml");
        assert!(read(shipped).is_ok());
        assert!(read(&shipped.replace("minutes = 60", "minutes = 1441")).is_err());
        assert!(read(&shipped.replace("reason_chars_min = 10", "reason_chars_min = 0")).is_err());
        assert!(read(&shipped.replace("readings_day_max = 200", "readings_day_max = 0")).is_err());
        assert!(read(&shipped.replace("[emergency]", "[emergencies]")).is_err());
    }
}
