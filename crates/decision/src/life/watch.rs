//! Watching versions in service: do they still answer as in the trial, and do the banks decide as they say. Where one has
//! gone astray beyond chance the version before it answers again.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use jq_base::ids::SubjectKey;
use serde::{Deserialize, Serialize};

use super::model::{FlowVersion, LifeError, Steward, VersionState};
use super::statistic::{deviation, is_no_chance, share_at_least, stability};
use super::store::{self, Answered};
use crate::model::Outcome;
use crate::service::Decisions;

/// Fewer answers than this say nothing.
const ANSWERS_MIN: u32 = 100;
/// Answers that are looked at at most, the newest.
const ANSWERS_MAX: u32 = 50_000;
/// The last days that are looked at.
const DAYS: i64 = 30;
/// A stability index from which a shift matters, by the usage of the trade.
const PSI_MATTERS: f64 = 0.25;
/// A change of the share of yes that matters, in parts of one.
const JUMP_MATTERS: f64 = 0.10;
/// Fewer decisions of banks than this say nothing.
const DECIDED_MIN: u32 = 30;
/// The share of decisions against the version that matters.
const OVERRIDES_MATTER: f64 = 0.30;

/// What a bank decided on an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankDecision {
    /// On whose.
    pub subject: SubjectKey,
    /// The flow of the product that was applied for.
    pub flow_id: String,
    /// When.
    pub at: Timestamp,
    /// It granted.
    pub granted: bool,
}

/// How often a bank decided otherwise than the version said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// Decisions on which the version had said yes or no.
    pub decided: u32,
    /// Of these, against the version.
    pub against: u32,
}

/// What the watch concludes (监测结论).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Too few answers to say anything.
    TooFew,
    /// As in the trial.
    Calm,
    /// It answers otherwise than in the trial, beyond chance.
    Drifted,
    /// It says yes much more or much less often, beyond chance.
    Jumped,
    /// The bank decides against it too often.
    Overridden,
}

impl Verdict {
    /// Whether the version has to go.
    pub fn is_astray(self) -> bool {
        !matches!(self, Self::TooFew | Self::Calm)
    }

    /// The stable word.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooFew => "too_few",
            Self::Calm => "calm",
            Self::Drifted => "drifted",
            Self::Jumped => "jumped",
            Self::Overridden => "overridden",
        }
    }
}

/// What the watch found of a version in service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Watched {
    /// The flow.
    pub flow_id: String,
    /// The version.
    pub version: String,
    /// The answers of how many days at most were looked at, in whole days.
    pub days: i64,
    /// Answers to subjects.
    pub answers: u32,
    /// Of these, yes.
    pub can: u32,
    /// Answers in the trial.
    pub trial_answers: u32,
    /// Of these, yes.
    pub trial_can: u32,
    /// The population stability index against the trial.
    pub psi: Option<f64>,
    /// Up to where the index is chance.
    pub psi_by_chance: Option<f64>,
    /// What the bank decided.
    pub overrides: Override,
    /// The conclusion.
    pub verdict: Verdict,
}

impl Decisions {
    /// Looks at every version in service; `decided` is what the banks decided in the last days, in the order of time.
    /// Versions that have gone astray are taken back. What was found is kept and returned.
    pub async fn watch_flows(&self, decided: &[BankDecision]) -> Result<Vec<Watched>, LifeError> {
        let now = self.db.clock().now();
        let mut all = Vec::new();
        for service in store::list_services(&self.db).await? {
            let Some(version) = service.version else { continue };
            let Some(watched) = self.watch(&version, decided, now).await? else { continue };
            let mut tx = self.db.begin().await?;
            store::save_watch(&mut tx, &watched).await?;
            tx.commit().await?;
            if watched.verdict.is_astray() {
                let by = Steward {
                    login: "system".to_owned(),
                    role: "system".to_owned(),
                    bank_id: version.bank_id.clone(),
                };
                match self.fall_back_flow(&by, &version.version_id, &watched.said()).await {
                    // A person was faster.
                    Ok(_) | Err(LifeError::NotAllowed { .. } | LifeError::MovedOn) => {}
                    Err(error) => return Err(error),
                }
            }
            all.push(watched);
        }
        Ok(all)
    }

    /// What the last watch found of a flow, if its version in service was ever watched.
    pub async fn last_watch(&self, flow_id: &str) -> Result<Option<Watched>, LifeError> {
        store::find_watch(&self.db, flow_id).await
    }

    async fn watch(
        &self,
        version: &FlowVersion,
        decided: &[BankDecision],
        now: Timestamp,
    ) -> Result<Option<Watched>, LifeError> {
        debug_assert_eq!(version.state, VersionState::Serving);
        let (Some(report), Some(begun)) = (version.trial.report(), version.approved_at) else {
            return Ok(None);
        };
        let since = begun.max(now - SignedDuration::from_hours(24 * DAYS));
        let flows = self.serving.current(&self.db).await?;
        let Some(flow) = flows.find(&version.flow_id) else { return Ok(None) };
        let answers = store::list_answers(&self.db, flow.id(), flow.version(), since, ANSWERS_MAX).await?;
        let mut seen = report.profile.emptied();
        for answer in &answers {
            if let Some(outcome) = Outcome::parse(&answer.outcome) {
                seen.count(outcome, answer.limit_fen);
            }
        }
        let overrides = overrides(&answers, decided.iter().filter(|one| one.flow_id == flow.id()));
        let ((trial_answers, trial_can), (count, can)) = (report.profile.totals(), seen.totals());
        let stable = stability(&report.profile.counts, &seen.counts);
        let mut watched = Watched {
            flow_id: flow.id().to_owned(),
            version: flow.version().to_owned(),
            days: days_up(now.duration_since(since)),
            answers: count,
            can,
            trial_answers,
            trial_can,
            psi: stable.map(|stable| stable.psi),
            psi_by_chance: stable.map(|stable| stable.by_chance),
            overrides,
            verdict: Verdict::Calm,
        };
        watched.verdict = watched.conclude();
        Ok(Some(watched))
    }
}

impl Watched {
    fn conclude(&self) -> Verdict {
        let against = share_at_least(self.overrides.against, self.overrides.decided);
        if self.overrides.decided >= DECIDED_MIN && against > OVERRIDES_MATTER {
            return Verdict::Overridden;
        }
        if self.answers < ANSWERS_MIN {
            return Verdict::TooFew;
        }
        let moved = self.share() - self.trial_share();
        let apart = deviation((self.trial_can, self.trial_answers), (self.can, self.answers));
        if moved.abs() >= JUMP_MATTERS && apart.is_some_and(is_no_chance) {
            return Verdict::Jumped;
        }
        match (self.psi, self.psi_by_chance) {
            (Some(psi), Some(by_chance)) if psi >= PSI_MATTERS && psi > by_chance => Verdict::Drifted,
            _ => Verdict::Calm,
        }
    }

    /// The share of yes now, in parts of one.
    pub fn share(&self) -> f64 {
        share(self.can, self.answers)
    }

    /// The share of yes in the trial, in parts of one.
    pub fn trial_share(&self) -> f64 {
        share(self.trial_can, self.trial_answers)
    }

    /// What was found, for the record.
    fn said(&self) -> String {
        format!(
            "{}: {} answers in {} days, yes {:.1} % after {:.1} % in the trial, PSI {:.3} (by chance up to {:.3}), \
             {} of {} bank decisions against it",
            self.verdict.code(),
            self.answers,
            self.days,
            self.share() * 100.0,
            self.trial_share() * 100.0,
            self.psi.unwrap_or_default(),
            self.psi_by_chance.unwrap_or_default(),
            self.overrides.against,
            self.overrides.decided,
        )
    }
}

/// Whole days, a begun one counted, one at least.
fn days_up(span: SignedDuration) -> i64 {
    let hours = span.as_hours().max(1);
    (hours + 23) / 24
}

fn share(part: u32, all: u32) -> f64 {
    if all == 0 { 0.0 } else { f64::from(part) / f64::from(all) }
}

/// Compares each decision with the last answer that the subject had before it.
fn overrides<'a>(answers: &[Answered], decided: impl Iterator<Item = &'a BankDecision>) -> Override {
    let mut by_subject: BTreeMap<&str, Vec<&Answered>> = BTreeMap::new();
    for answer in answers {
        by_subject.entry(&answer.subject).or_default().push(answer);
    }
    let mut found = Override::default();
    for one in decided {
        let own = by_subject.get(one.subject.as_str()).into_iter().flatten();
        let before = own.rev().find(|answer| answer.at <= one.at);
        let said = match before.and_then(|answer| Outcome::parse(&answer.outcome)) {
            Some(Outcome::Can) => true,
            Some(Outcome::Cannot) => false,
            _ => continue,
        };
        found.decided += 1;
        found.against += u32::from(said != one.granted);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watched(answers: u32, can: u32) -> Watched {
        Watched {
            flow_id: "f".to_owned(),
            version: "1".to_owned(),
            days: 30,
            answers,
            can,
            trial_answers: 2_000,
            trial_can: 1_000,
            psi: None,
            psi_by_chance: None,
            overrides: Override::default(),
            verdict: Verdict::Calm,
        }
    }

    #[test]
    fn a_jump_is_believed_only_with_enough_answers() {
        assert_eq!(watched(20, 20).conclude(), Verdict::TooFew);
        assert_eq!(watched(100, 58).conclude(), Verdict::Calm, "8 points may be chance");
        assert_eq!(watched(100, 62).conclude(), Verdict::Calm, "12 points of a hundred are within chance");
        assert_eq!(watched(1_000, 620).conclude(), Verdict::Jumped);
        assert_eq!(watched(100_000, 55_000).conclude(), Verdict::Calm, "5 points do not matter");
    }

    #[test]
    fn a_shift_of_limits_alone_is_drift() {
        let shifted = Watched { psi: Some(0.4), psi_by_chance: Some(0.1), ..watched(500, 250) };
        assert_eq!(shifted.conclude(), Verdict::Drifted);
        let by_chance = Watched { psi_by_chance: Some(0.5), ..shifted };
        assert_eq!(by_chance.conclude(), Verdict::Calm);
    }

    #[test]
    fn what_the_bank_decides_is_set_against_the_answer_before_it() {
        let subject = SubjectKey::parse("91500102MAC8YUW23Y").unwrap();
        let at = |day: i64| Timestamp::from_second(day * 86_400).unwrap();
        let answer = |day, outcome: Outcome| Answered {
            subject: subject.to_string(),
            outcome: outcome.code().to_owned(),
            limit_fen: None,
            at: at(day),
        };
        let answers = [answer(1, Outcome::Can), answer(5, Outcome::Cannot), answer(9, Outcome::NeedVisit)];
        let decision = |day, granted| BankDecision {
            subject: subject.clone(),
            flow_id: "f".to_owned(),
            at: at(day),
            granted,
        };
        let decided =
            [decision(0, true), decision(2, true), decision(3, false), decision(6, true), decision(10, true)];
        assert_eq!(overrides(&answers, decided.iter()), Override { decided: 3, against: 2 });
        let often = Watched { overrides: Override { decided: 40, against: 30 }, ..watched(10, 5) };
        assert_eq!(often.conclude(), Verdict::Overridden);
        let seldom = Watched { overrides: Override { decided: 40, against: 14 }, ..watched(200, 100) };
        assert_eq!(seldom.conclude(), Verdict::Calm, "35 of a hundred of forty may be thirty");
    }
}
