//! A trial in shadow (影子试算): what a version would have answered to the city's past applications, beside what the flow in
//! service answers to them and what the banks decided.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jq_base::ids::SubjectKey;
use serde::{Deserialize, Serialize};

use crate::flow::Quick;
use crate::model::Outcome;

/// Applications that a trial looks at at most, the newest first.
pub const APPLICATIONS_MAX: u32 = 20_000;
/// A group of fewer applications is not told apart: nothing is said of a single firm.
pub const GROUP_MIN: u32 = 10;
/// Bands of the limits that were answered, each with as many answers.
const BANDS: usize = 5;

/// An application that a bank has decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastApplication {
    /// Who applied.
    pub subject: SubjectKey,
    /// On which day.
    pub applied_on: Date,
    /// The bank granted it.
    pub granted: bool,
    /// The loan went bad; nothing where none was paid out.
    pub bad: Option<bool>,
    /// The district, six digits.
    pub district: Option<String>,
    /// The industry, by its code.
    pub industry: Option<String>,
    /// The firm had no bank loan before.
    pub first_loan: bool,
}

/// What was answered to the applications that a flow is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Yes, with a limit where the flow gives one.
    pub can: u32,
    /// No.
    pub cannot: u32,
    /// A visit first.
    pub need_visit: u32,
    /// Not enough known.
    pub not_enough_data: u32,
    /// The middle one of the limits, in fen.
    pub limit_fen_median: Option<i64>,
    /// How the loans ended of those to whom it would have said yes.
    pub loans_can: Loans,
    /// How the loans ended of those to whom it would not.
    pub loans_other: Loans,
}

impl Tally {
    /// Applications that the flow is for.
    pub fn all(&self) -> u32 {
        self.can + self.cannot + self.need_visit + self.not_enough_data
    }
}

/// Loans that were paid out, and how many of them went bad.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loans {
    /// All.
    pub all: u32,
    /// More than 30 days late with an instalment, or written off.
    pub bad: u32,
}

/// How the version and the banks decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// Both said yes.
    pub both_yes: u32,
    /// Both said no.
    pub both_no: u32,
    /// The version alone said yes.
    pub version_only: u32,
    /// The bank alone said yes.
    pub bank_only: u32,
}

/// By what applications are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// By the insured headcount: `0-9`, `10-49`, `50-299`, `300-`, empty where it is not known.
    Size,
    /// By the district, six digits.
    District,
    /// By the industry's division, two digits.
    Industry,
    /// By whether the firm had a bank loan before: `first` or `again`.
    FirstLoan,
}

impl Dimension {
    /// Every dimension.
    pub const ALL: [Self; 4] = [Self::Size, Self::District, Self::Industry, Self::FirstLoan];

    /// The stable word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Size => "size",
            Self::District => "district",
            Self::Industry => "industry",
            Self::FirstLoan => "first_loan",
        }
    }
}

/// Who gains and who loses in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRow {
    /// By what it is told apart.
    pub dimension: Dimension,
    /// Which group; empty for all that are unknown or too few.
    pub group: String,
    /// Applications.
    pub all: u32,
    /// To how many the version says yes.
    pub can: u32,
    /// To how many the flow in service says yes.
    pub can_before: u32,
    /// No before, yes now.
    pub gains: u32,
    /// Yes before, no now.
    pub loses: u32,
}

/// How the answers are spread: the cells that later answers are compared in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Between the bands of limits, in fen, ascending.
    pub bounds_fen: Vec<i64>,
    /// No, a visit, not enough known, then the bands from the lowest.
    pub counts: Vec<u32>,
}

/// What a trial found (试算报告).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrialReport {
    /// The version that was in service then; nothing for a new flow.
    pub against: Option<String>,
    /// The first application's day.
    pub from: Date,
    /// The last application's day.
    pub to: Date,
    /// Applications that were looked at.
    pub applications: u32,
    /// Of these, by whom nothing was known on that day.
    pub unknown: u32,
    /// What the version answers.
    pub version: Tally,
    /// What the flow in service answers.
    pub before: Option<Tally>,
    /// How the version and the banks decided.
    pub banks: Agreement,
    /// No before, yes now.
    pub gains: u32,
    /// Yes before, no now.
    pub loses: u32,
    /// Who gains and who loses.
    pub groups: Vec<GroupRow>,
    /// What later answers are compared with.
    pub profile: Profile,
}

/// One application with the answers to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tried<'a> {
    pub(super) application: &'a PastApplication,
    pub(super) headcount: Option<f64>,
    pub(super) version: Quick,
    pub(super) before: Option<Quick>,
}

impl Tried<'_> {
    /// The version is for this kind of subject.
    fn applies(&self) -> bool {
        self.version.outcome != Outcome::NotApplicable
    }

    fn can(&self) -> bool {
        self.version.outcome == Outcome::Can
    }

    fn could(&self) -> bool {
        self.before.is_some_and(|before| before.outcome == Outcome::Can)
    }

    fn gains(&self) -> bool {
        self.before.is_some() && self.can() && !self.could()
    }

    fn loses(&self) -> bool {
        self.could() && !self.can()
    }

    fn group(&self, dimension: Dimension) -> String {
        let known = match dimension {
            Dimension::Size => self.headcount.map(|count| size_of(count).to_owned()),
            Dimension::District => self.application.district.clone(),
            Dimension::Industry => {
                let code = self.application.industry.as_deref();
                code.map(|code| code.chars().filter(char::is_ascii_digit).take(2).collect())
            }
            Dimension::FirstLoan => {
                Some(if self.application.first_loan { "first" } else { "again" }.to_owned())
            }
        };
        known.unwrap_or_default()
    }
}

fn size_of(headcount: f64) -> &'static str {
    match headcount {
        few if few < 10.0 => "0-9",
        few if few < 50.0 => "10-49",
        many if many < 300.0 => "50-299",
        _ => "300-",
    }
}

/// Sums up the answers to applications; nothing where there is not one of a known subject.
pub(super) fn report(against: Option<String>, tried: &[Tried<'_>], unknown: u32) -> Option<TrialReport> {
    let days = || tried.iter().map(|one| one.application.applied_on);
    let (from, to) = (days().min()?, days().max()?);
    let applying: Vec<&Tried<'_>> = tried.iter().filter(|one| one.applies()).collect();
    let version = tally(applying.iter().map(|one| (one.application, one.version)));
    let before = tried
        .iter()
        .any(|one| one.before.is_some())
        .then(|| tally(applying.iter().filter_map(|one| one.before.map(|before| (one.application, before)))));
    Some(TrialReport {
        against,
        from,
        to,
        applications: count(tried.len()) + unknown,
        unknown,
        version,
        before,
        banks: agreement(&applying),
        gains: count(applying.iter().filter(|one| one.gains()).count()),
        loses: count(applying.iter().filter(|one| one.loses()).count()),
        groups: Dimension::ALL.into_iter().flat_map(|dimension| groups(dimension, &applying)).collect(),
        profile: Profile::of(&applying.iter().map(|one| one.version).collect::<Vec<_>>()),
    })
}

fn tally<'a>(answers: impl Iterator<Item = (&'a PastApplication, Quick)>) -> Tally {
    let (mut tally, mut limits) = (Tally::default(), Vec::new());
    for (application, answer) in answers {
        match answer.outcome {
            Outcome::Can => tally.can += 1,
            Outcome::Cannot => tally.cannot += 1,
            Outcome::NeedVisit => tally.need_visit += 1,
            Outcome::NotEnoughData => tally.not_enough_data += 1,
            Outcome::NotApplicable => continue,
        }
        limits.extend(answer.limit_fen);
        if let Some(bad) = application.bad {
            let can = answer.outcome == Outcome::Can;
            let loans = if can { &mut tally.loans_can } else { &mut tally.loans_other };
            loans.all += 1;
            loans.bad += u32::from(bad);
        }
    }
    limits.sort_unstable();
    tally.limit_fen_median = limits.get(limits.len() / 2).copied();
    tally
}

fn agreement(applying: &[&Tried<'_>]) -> Agreement {
    let mut banks = Agreement::default();
    for one in applying {
        let cell = match (one.can(), one.application.granted) {
            (true, true) => &mut banks.both_yes,
            (false, false) => &mut banks.both_no,
            (true, false) => &mut banks.version_only,
            (false, true) => &mut banks.bank_only,
        };
        *cell += 1;
    }
    banks
}

/// The groups of a dimension, the largest first; those that are too small are told as one, or not at all.
fn groups(dimension: Dimension, applying: &[&Tried<'_>]) -> Vec<GroupRow> {
    let empty = |group: &str| GroupRow {
        dimension,
        group: group.to_owned(),
        all: 0,
        can: 0,
        can_before: 0,
        gains: 0,
        loses: 0,
    };
    let mut rows: BTreeMap<String, GroupRow> = BTreeMap::new();
    for one in applying {
        let group = one.group(dimension);
        let row = rows.entry(group.clone()).or_insert_with(|| empty(&group));
        row.all += 1;
        row.can += u32::from(one.can());
        row.can_before += u32::from(one.could());
        row.gains += u32::from(one.gains());
        row.loses += u32::from(one.loses());
    }
    let is_told = |row: &GroupRow| row.all >= GROUP_MIN && !row.group.is_empty();
    let (mut told, small): (Vec<GroupRow>, Vec<GroupRow>) = rows.into_values().partition(is_told);
    told.sort_by(|one, other| other.all.cmp(&one.all).then_with(|| one.group.cmp(&other.group)));
    let rest = small.iter().fold(empty(""), |mut rest, row| {
        rest.all += row.all;
        rest.can += row.can;
        rest.can_before += row.can_before;
        rest.gains += row.gains;
        rest.loses += row.loses;
        rest
    });
    told.extend(Some(rest).filter(|rest| rest.all >= GROUP_MIN));
    told
}

impl Profile {
    /// The profile of answers, with bands of limits of equal counts.
    fn of(answers: &[Quick]) -> Self {
        let mut limits: Vec<i64> = answers.iter().filter_map(|answer| answer.limit_fen).collect();
        limits.sort_unstable();
        let mut bounds_fen: Vec<i64> =
            (1..BANDS).filter_map(|band| limits.get(band * limits.len() / BANDS).copied()).collect();
        bounds_fen.dedup();
        let mut profile = Self { counts: vec![0; 4 + bounds_fen.len()], bounds_fen };
        for answer in answers {
            profile.count(answer.outcome, answer.limit_fen);
        }
        profile
    }

    /// The same cells with nothing in them.
    pub(super) fn emptied(&self) -> Self {
        Self { counts: vec![0; self.counts.len()], ..self.clone() }
    }

    /// Counts an answer in its cell; one that does not concern the subject counts nowhere.
    pub(super) fn count(&mut self, outcome: Outcome, limit_fen: Option<i64>) {
        let cell = match outcome {
            Outcome::NotApplicable => return,
            Outcome::Cannot => 0,
            Outcome::NeedVisit => 1,
            Outcome::NotEnoughData => 2,
            // Each bound is the lowest limit of the band above it.
            Outcome::Can => {
                3 + limit_fen.map_or(0, |limit| self.bounds_fen.partition_point(|bound| *bound <= limit))
            }
        };
        self.counts[cell] += 1;
    }

    /// All answers, and those of them that say yes.
    pub(super) fn totals(&self) -> (u32, u32) {
        let sum = |cells: &[u32]| cells.iter().sum();
        (sum(&self.counts), sum(self.counts.get(3..).unwrap_or_default()))
    }
}

fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(outcome: Outcome, yuan: Option<i64>) -> Quick {
        Quick { outcome, limit_fen: yuan.map(|yuan| yuan * 100), rate: None, rank: None }
    }

    fn application(day: i8, granted: bool, bad: Option<bool>) -> PastApplication {
        PastApplication {
            subject: SubjectKey::parse("91500102MAC8YUW23Y").unwrap(),
            applied_on: jiff::civil::date(2026, 5, day),
            granted,
            bad,
            district: Some(if day < 20 { "500102" } else { "500103" }.to_owned()),
            industry: Some("C3311".to_owned()),
            first_loan: day % 2 == 0,
        }
    }

    #[test]
    fn a_trial_says_who_gains_who_loses_and_what_would_have_been_lost() {
        let applications: Vec<PastApplication> =
            (1..=24).map(|day| application(day, day <= 12, (day <= 12).then_some(day <= 3))).collect();
        let tried: Vec<Tried<'_>> = applications
            .iter()
            .zip(1..)
            .map(|(application, day)| {
                let yes = answer(Outcome::Can, Some(100_000 + day * 1_000));
                let no = answer(Outcome::Cannot, None);
                Tried {
                    application,
                    headcount: Some(12.0),
                    version: if day > 3 && day <= 20 { yes } else { no },
                    before: Some(if day <= 12 { yes } else { no }),
                }
            })
            .collect();
        let report = report(Some("1+a".to_owned()), &tried, 2).unwrap();
        assert_eq!((report.applications, report.unknown), (26, 2));
        assert_eq!((report.version.can, report.version.cannot), (17, 7));
        assert_eq!((report.gains, report.loses), (8, 3));
        assert_eq!(report.version.loans_can, Loans { all: 9, bad: 0 });
        assert_eq!(report.before.unwrap().loans_can, Loans { all: 12, bad: 3 });
        let banks = Agreement { both_yes: 9, both_no: 4, version_only: 8, bank_only: 3 };
        assert_eq!(report.banks, banks);
        let districts: Vec<&GroupRow> =
            report.groups.iter().filter(|row| row.dimension == Dimension::District).collect();
        assert_eq!(districts.len(), 1, "five applications of one district are not told apart: {districts:?}");
        assert_eq!((districts[0].group.as_str(), districts[0].all), ("500102", 19));
        let industry = report.groups.iter().find(|row| row.dimension == Dimension::Industry).unwrap();
        assert_eq!((industry.group.as_str(), industry.gains, industry.loses), ("33", 8, 3));
    }

    #[test]
    fn later_answers_are_counted_in_the_cells_of_the_trial() {
        let answers: Vec<Quick> =
            (0..100).map(|at| answer(Outcome::Can, Some(10_000 + at * 1_000))).collect();
        let profile = Profile::of(&answers);
        assert_eq!(profile.counts, [0, 0, 0, 20, 20, 20, 20, 20]);
        let mut later = profile.emptied();
        later.count(Outcome::Cannot, None);
        later.count(Outcome::NotApplicable, None);
        later.count(Outcome::Can, Some(1));
        later.count(Outcome::Can, Some(i64::MAX));
        assert_eq!(later.counts, [1, 0, 0, 1, 0, 0, 0, 1]);
        assert_eq!(later.totals(), (3, 2));
    }

    #[test]
    fn equal_limits_and_flows_without_limits_have_one_band() {
        let profile = Profile::of(&[answer(Outcome::Can, None), answer(Outcome::Cannot, None)]);
        assert_eq!(profile.counts, [1, 0, 0, 1]);
        let equal = vec![answer(Outcome::Can, Some(5)); 10];
        assert_eq!(Profile::of(&equal).counts, [0, 0, 0, 0, 10], "all lie at the one bound");
    }
}
