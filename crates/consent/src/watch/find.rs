//! The rules applied to what was read. No reading, no writing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use jq_base::clock;
use jq_base::ids::{BankId, SubjectKey};

use crate::content::watch::{LooksFor, WatchRule};

/// That somebody of a bank read a subject, and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) bank: BankId,
    pub(crate) reader: String,
    pub(crate) role: String,
    pub(crate) subject: SubjectKey,
    pub(crate) times: u32,
    pub(crate) is_person: bool,
}

/// What a rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) bank: BankId,
    pub(crate) reader: String,
    pub(crate) role: String,
    pub(crate) about: String,
    pub(crate) day: Date,
    pub(crate) count: u32,
}

/// From when until when a rule looks at `now`, and the day that its findings belong to.
pub(crate) fn window(rule: &WatchRule, now: Timestamp) -> (Timestamp, Timestamp, Date) {
    let today = clock::date_of(now);
    match rule.looks_for {
        LooksFor::Bulk { minutes, .. } | LooksFor::SameRep { minutes, .. } => {
            (now - SignedDuration::from_mins(minutes.into()), now, today)
        }
        LooksFor::Listed { .. } => (clock::start_of(today).unwrap_or(now), now, today),
        LooksFor::Night { from_hour, to_hour, .. } => night(from_hour, to_hour, now),
    }
}

/// The night that is, or the last one.
fn night(from_hour: i8, to_hour: i8, now: Timestamp) -> (Timestamp, Timestamp, Date) {
    let at = now.to_zoned(clock::zone());
    let began = if at.hour() >= from_hour { at.date() } else { at.date().saturating_sub(1.day()) };
    let hour = |day: Date, hour: i8| {
        clock::start_of(day).map_or(now, |start| start + SignedDuration::from_hours(hour.into()))
    };
    let ends = hour(began.saturating_add(1.day()), to_hour);
    (hour(began, from_hour), ends.min(now), began)
}

/// What a rule finds in what was read in its window. `reps` names the legal representative of a firm.
pub(crate) fn find(
    rule: &WatchRule,
    read: &[Read],
    reps: &BTreeMap<SubjectKey, String>,
    day: Date,
) -> Vec<Found> {
    match &rule.looks_for {
        LooksFor::Listed { subjects } => read
            .iter()
            .filter(|one| subjects.contains(&one.subject))
            .map(|one| found(one, one.subject.to_string(), day, one.times))
            .collect(),
        LooksFor::Bulk { subjects_min, .. } => by_person(read)
            .into_iter()
            .map(|all| (all[0], count(all.len())))
            .filter(|(_, subjects)| subjects >= subjects_min)
            .map(|(one, subjects)| found(one, String::new(), day, subjects))
            .collect(),
        LooksFor::Night { readings_min, .. } => by_person(read)
            .into_iter()
            .map(|all| (all[0], all.iter().map(|one| one.times).sum::<u32>()))
            .filter(|(_, times)| times >= readings_min)
            .map(|(one, times)| found(one, String::new(), day, times))
            .collect(),
        LooksFor::SameRep { subjects_min, .. } => {
            let mut all = Vec::new();
            for person in by_person(read) {
                let mut firms: BTreeMap<&str, BTreeSet<&SubjectKey>> = BTreeMap::new();
                for one in &person {
                    if let Some(rep) = reps.get(&one.subject) {
                        firms.entry(rep).or_default().insert(&one.subject);
                    }
                }
                let many = firms.into_iter().filter(|(_, firms)| count(firms.len()) >= *subjects_min);
                all.extend(
                    many.map(|(rep, firms)| found(person[0], rep.to_owned(), day, count(firms.len()))),
                );
            }
            all
        }
    }
}

/// What each person read; programs are left out.
fn by_person(read: &[Read]) -> Vec<Vec<&Read>> {
    let mut people: BTreeMap<(&BankId, &str), Vec<&Read>> = BTreeMap::new();
    for one in read.iter().filter(|one| one.is_person) {
        people.entry((&one.bank, &one.reader)).or_default().push(one);
    }
    people.into_values().collect()
}

fn found(one: &Read, about: String, day: Date, count: u32) -> Found {
    let (bank, reader, role) = (one.bank.clone(), one.reader.clone(), one.role.clone());
    Found { bank, reader, role, about, day, count }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::WatchRules;

    const CODES: [&str; 2] = ["91500102MAC8YUW23Y", "91500107MA7TEX0100"];

    fn read(subject: usize, role: &str) -> Read {
        let digits = format!("{subject:02}").repeat(32);
        Read {
            bank: BankId::parse("bank01").unwrap(),
            reader: format!("{role}@bank01"),
            role: role.to_owned(),
            subject: SubjectKey::parse(CODES.get(subject).unwrap_or(&digits.as_str())).unwrap(),
            times: 1,
            is_person: role != "client",
        }
    }

    fn rule(id: &str) -> WatchRule {
        let own = include_str!("../../../../consent/watch.toml")
            .replace("subjects_min = 30", "subjects_min = 3")
            .replace("subjects = []", "subjects = [\"91500107MA7TEX0100\"]");
        WatchRules::read(&own).unwrap().find(id).unwrap().clone()
    }

    fn found_by(id: &str, all: &[Read], reps: &BTreeMap<SubjectKey, String>) -> Vec<(String, u32)> {
        let found = find(&rule(id), all, reps, date(2026, 11, 10));
        found.into_iter().map(|one| (one.reader, one.count)).collect()
    }

    #[test]
    fn many_subjects_are_noticed_of_a_person_and_not_of_a_program() {
        let mut all: Vec<Read> = (10..13).map(|at| read(at, "officer")).collect();
        all.extend((10..20).map(|at| read(at, "client")));
        assert_eq!(found_by("bulk", &all, &BTreeMap::new()), [("officer@bank01".to_owned(), 3)]);
        assert_eq!(found_by("bulk", &all[..2], &BTreeMap::new()), []);
    }

    #[test]
    fn the_firms_of_one_representative_are_noticed_together() {
        let all: Vec<Read> = (10..14).map(|at| read(at, "officer")).collect();
        let mut reps: BTreeMap<SubjectKey, String> =
            all.iter().map(|one| (one.subject.clone(), "same".to_owned())).collect();
        assert_eq!(found_by("same_rep", &all, &reps), [("officer@bank01".to_owned(), 4)]);
        for one in &all[..2] {
            reps.insert(one.subject.clone(), "other".to_owned());
        }
        assert_eq!(found_by("same_rep", &all, &reps), []);
    }

    #[test]
    fn a_listed_subject_is_noticed_whoever_reads_it() {
        let all = [read(1, "client"), read(0, "officer")];
        assert_eq!(found_by("vip", &all, &BTreeMap::new()), [("client@bank01".to_owned(), 1)]);
    }

    #[test]
    fn a_night_belongs_to_the_day_on_which_it_began() {
        let night = |at: &str| {
            let (from, to, day) = window(&rule("night"), at.parse().unwrap());
            let local = |at: Timestamp| at.to_zoned(clock::zone()).strftime("%d %H:%M").to_string();
            (local(from), local(to), day.day())
        };
        let of = |from: &str, to: &str, day| (from.to_owned(), to.to_owned(), day);
        assert_eq!(night("2026-11-10T23:30:00+08:00"), of("10 22:00", "10 23:30", 10));
        assert_eq!(night("2026-11-11T02:00:00+08:00"), of("10 22:00", "11 02:00", 10));
        assert_eq!(night("2026-11-11T09:00:00+08:00"), of("10 22:00", "11 06:00", 10));
    }
}
