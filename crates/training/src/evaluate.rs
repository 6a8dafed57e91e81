//! Measures a card on a file whose outcomes are known.

use std::path::Path;

use csv::ByteRecord;
use serde::Serialize;

use crate::card::{Scorecard, Server, Unknown};
use crate::counts::Counts;
use crate::error::TrainingError;
use crate::measure::{ScoreShares, Scores, Shift, Validation, VariableShift, stability};
use crate::options::Unparsable;
use crate::parts::{Part, Parts};
use crate::problem::{Problem, quoted};
use crate::progress::{Listener, Step, tell};
use crate::source::Source;
use crate::target::Target;

/// How a card is measured.
#[derive(Debug, Clone, Default)]
pub struct EvaluateOptions {
    /// Column of the outcome; that of the card's training when nothing is said.
    pub target: Option<String>,
    /// Its bad value; that of the training when nothing is said, else 1.
    pub bad: Option<String>,
    /// What becomes of a word in a column of numbers.
    pub unparsable: Unparsable,
}

/// How good a card is on a file.
#[derive(Debug, Clone, Serialize)]
pub struct Evaluation {
    /// Figures of the rows.
    pub validation: Validation,
    /// How far the rows have moved since training; nothing for points written by hand.
    pub shift: Option<Shift>,
}

/// Measures a card on all rows of a file.
pub fn evaluate(
    card: &Scorecard,
    path: &Path,
    options: &EvaluateOptions,
    listener: &mut Listener<'_>,
) -> Result<Evaluation, TrainingError> {
    let mut source = Source::open(path)?;
    let training = card.training.as_ref();
    let column = options.target.as_deref().or(training.map(|training| training.target.as_str()));
    let bad = options.bad.as_deref().or(training.map(|training| training.bad.as_str()));
    let mut target = Target::of_card(&source, column.unwrap_or("target"), bad.unwrap_or("1"))?;
    let [all, _] = gather(card, &mut source, &mut target, &Parts::All, options.unparsable, listener)?;
    if all.scores.is_empty() {
        return Err(TrainingError::file(path, Problem::NoRows));
    }
    Ok(all.evaluation(card, false))
}

/// Cases by score and by bin.
pub(crate) struct Gathered {
    pub(crate) scores: Scores,
    /// By variable and bin: the cases.
    bins: Vec<Vec<Counts>>,
}

impl Gathered {
    fn new(card: &Scorecard) -> Self {
        let bins = card.variables.iter().map(|variable| vec![Counts::default(); variable.bins.len()]);
        Self { scores: Scores::new(), bins: bins.collect() }
    }

    pub(crate) fn shares(&self) -> ScoreShares {
        ScoreShares::of(&self.scores)
    }

    /// The figures; `is_fitted` when the card was learned from these rows.
    pub(crate) fn evaluation(&self, card: &Scorecard, is_fitted: bool) -> Evaluation {
        let shift = card.training.as_ref().map(|training| Shift {
            score: training.scores.psi(&self.scores),
            variables: self.variable_shifts(card),
        });
        Evaluation { validation: Validation::of(&self.scores, card.scale(), is_fitted), shift }
    }

    fn variable_shifts(&self, card: &Scorecard) -> Vec<VariableShift> {
        let variables = card.variables.iter().zip(&self.bins).map(|(variable, now)| {
            let before: Vec<u64> = variable.bins.iter().map(|bin| bin.counts.rows()).collect();
            let now: Vec<u64> = now.iter().map(Counts::rows).collect();
            VariableShift { name: variable.name.clone(), psi: stability(&before, &now) }
        });
        variables.collect()
    }
}

/// Scores all rows and counts them: those of training, and those of the test.
pub(crate) fn gather(
    card: &Scorecard,
    source: &mut Source,
    target: &mut Target,
    parts: &Parts,
    unparsable: Unparsable,
    listener: &mut Listener<'_>,
) -> Result<[Gathered; 2], TrainingError> {
    let server = Server::new(card, source)?;
    let mut gathered = [Gathered::new(card), Gathered::new(card)];
    let (mut row, mut bins, mut index) = (ByteRecord::new(), Vec::new(), 0);
    while source.next(&mut row)? {
        let place = usize::from(parts.of(source, &row, index)? == Part::Test);
        let is_bad = target.is_bad(source, &row)?;
        let score = server.score(&row, &mut bins, |unknown, _, position, cell| match unknown {
            Unknown::NotNumber if unparsable == Unparsable::Refuse => {
                Err(source.cell_fault(position, Problem::NotNumber { value: quoted(cell) }))
            }
            _ => Ok(()),
        })?;
        let part = &mut gathered[place];
        part.scores.entry(score).or_default().take(is_bad);
        for (counts, bin) in part.bins.iter_mut().zip(&bins) {
            counts[*bin].take(is_bad);
        }
        index += 1;
        tell(listener, Step::Measure, index);
    }
    Ok(gathered)
}
