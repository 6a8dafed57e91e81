//! What counts as unusual when a bank's people read: `consent/watch.toml`, or the data folder's file in its place.

use std::collections::BTreeSet;
use std::path::Path;

use jq_base::ids::SubjectKey;
use jq_base::lang::Lang;
use serde::Deserialize;

use crate::ConsentError;

const EMBEDDED: &str = include_str!("../../../../consent/watch.toml");
/// The longest time that a rule looks back, in minutes: two days.
const MINUTES_MAX: u32 = 2 * 24 * 60;

/// A rule that notices unusual reading (查询异常规则).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchRule {
    /// Its stable word.
    pub id: String,
    name_zh: String,
    name_en: String,
    /// What it looks for.
    pub(crate) looks_for: LooksFor,
}

/// What a rule looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LooksFor {
    /// One person reads many subjects.
    Bulk { minutes: u32, subjects_min: u32 },
    /// One person reads at night; the hours of Beijing.
    Night { from_hour: i8, to_hour: i8, readings_min: u32 },
    /// One person reads several firms of one legal representative.
    SameRep { minutes: u32, subjects_min: u32 },
    /// Somebody reads one of these.
    Listed { subjects: BTreeSet<SubjectKey> },
}

impl WatchRule {
    /// What a person reads.
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.name_zh, &self.name_en)
    }
}

/// All rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WatchRules {
    rules: Vec<WatchRule>,
}

impl WatchRules {
    /// The rules shipped with the platform.
    pub fn embedded() -> Result<Self, ConsentError> {
        read(EMBEDDED).map_err(|reason| ConsentError::Content(format!("watch.toml: {reason}")))
    }

    /// Those of the data folder's `consent/watch.toml`, where there is one.
    pub fn load(folder: &Path) -> Result<Self, ConsentError> {
        let path = folder.join("consent/watch.toml");
        let wrong = |reason: String| ConsentError::Content(format!("{}: {reason}", path.display()));
        match std::fs::read_to_string(&path) {
            Ok(content) => read(&content).map_err(wrong),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::embedded(),
            Err(error) => Err(wrong(error.to_string())),
        }
    }

    /// The rules as written.
    pub fn read(content: &str) -> Result<Self, ConsentError> {
        read(content).map_err(ConsentError::Content)
    }

    /// Every rule.
    pub fn list(&self) -> &[WatchRule] {
        &self.rules
    }

    /// The rule with that word; one that is no longer there is nothing.
    pub fn find(&self, id: &str) -> Option<&WatchRule> {
        self.rules.iter().find(|rule| rule.id == id)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rule: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    kind: String,
    name_zh: String,
    name_en: String,
    minutes: Option<u32>,
    subjects_min: Option<u32>,
    readings_min: Option<u32>,
    from_hour: Option<i8>,
    to_hour: Option<i8>,
    subjects: Option<Vec<String>>,
}

fn read(content: &str) -> Result<WatchRules, String> {
    let file: File = toml::from_str(content).map_err(|error| error.to_string())?;
    let mut seen = BTreeSet::new();
    let mut rules = Vec::new();
    for entry in file.rule {
        if !seen.insert(entry.id.clone()) {
            return Err(format!("{} is there twice", entry.id));
        }
        rules.push(entry.check()?);
    }
    Ok(WatchRules { rules })
}

impl Entry {
    fn check(self) -> Result<WatchRule, String> {
        let looks_for = self.looks_for().ok_or_else(|| format!("{}: the columns of its kind", self.id))?;
        if self.id.is_empty() || self.name_zh.is_empty() || self.name_en.is_empty() {
            return Err(format!("{}: a name is missing", self.id));
        }
        Ok(WatchRule { id: self.id, name_zh: self.name_zh, name_en: self.name_en, looks_for })
    }

    /// What it looks for, when it has exactly the columns of its kind and they make sense.
    fn looks_for(&self) -> Option<LooksFor> {
        let minutes = self.minutes.filter(|minutes| (1..=MINUTES_MAX).contains(minutes));
        let subjects_min = self.subjects_min.filter(|least| *least >= 2);
        let hour = |hour: Option<i8>| hour.filter(|hour| (0..=23).contains(hour));
        let has_hours = self.from_hour.is_some() || self.to_hour.is_some() || self.readings_min.is_some();
        let has_window = self.minutes.is_some() || self.subjects_min.is_some();
        match self.kind.as_str() {
            "bulk" | "same_rep" if !has_hours && self.subjects.is_none() => {
                let (minutes, subjects_min) = (minutes?, subjects_min?);
                Some(if self.kind == "bulk" {
                    LooksFor::Bulk { minutes, subjects_min }
                } else {
                    LooksFor::SameRep { minutes, subjects_min }
                })
            }
            "night" if !has_window && self.subjects.is_none() => {
                let (from_hour, to_hour) = (hour(self.from_hour)?, hour(self.to_hour)?);
                let readings_min = self.readings_min.filter(|least| *least >= 1)?;
                (from_hour > to_hour).then_some(LooksFor::Night { from_hour, to_hour, readings_min })
            }
            "listed" if !has_window && !has_hours => {
                let named = self.subjects.as_ref()?.iter().map(|subject| SubjectKey::parse(subject).ok());
                Some(LooksFor::Listed { subjects: named.collect::<Option<_>>()? })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_rules_are_the_four_kinds() {
        let rules = WatchRules::embedded().unwrap();
        let ids: Vec<&str> = rules.list().iter().map(|rule| rule.id.as_str()).collect();
        assert_eq!(ids, ["bulk", "night", "same_rep", "vip"]);
        assert_eq!(rules.find("night").unwrap().name(Lang::En), "Reading at night");
    }

    #[test]
    fn a_rule_that_says_too_little_or_too_much_is_refused() {
        assert!(read(&EMBEDDED.replacen("minutes = 60\n", "", 1)).is_err());
        assert!(
            read(&EMBEDDED.replace("from_hour = 22", "from_hour = 5")).is_err(),
            "a night goes over midnight"
        );
        assert!(read(&EMBEDDED.replace("subjects = []", "subjects = [\"nobody\"]")).is_err());
        assert!(read(&EMBEDDED.replace("id = \"night\"", "id = \"bulk\"")).is_err());
        assert!(read(&EMBEDDED.replace("readings_min = 3", "readings_min = 3\nminutes = 5")).is_err());
    }

    #[test]
    fn an_installation_names_its_own_list() {
        let own = EMBEDDED.replace("subjects = []", "subjects = [\"91500102MAC8YUW23Y\"]");
        let rules = WatchRules::read(&own).unwrap();
        let LooksFor::Listed { subjects } = &rules.find("vip").unwrap().looks_for else { panic!("a list") };
        assert_eq!(subjects.len(), 1);
    }
}
