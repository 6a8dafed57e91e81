//! A decision table: rows of conditions, indexed so that thousands of rows cost a few machine words per feature.

use super::condition::Test;
use super::limit::{Answer, Terms};
use super::load::Here;
use super::text::{Combine, Hit, RowText, TableText};
use super::values::Values;
use super::{FlowError, Refusal};
use crate::model::Outcome;
use crate::trace::Sink;

/// A compiled decision table (决策表).
#[derive(Debug, Clone)]
pub(crate) struct Table {
    hit: Hit,
    rows: Vec<Row>,
    /// Machine words that hold one bit per row.
    words: usize,
    columns: Vec<Column>,
}

#[derive(Debug, Clone)]
struct Row {
    id: String,
    outcome: Outcome,
    combine: Combine,
    terms: Terms,
    bp: (i64, i64),
    refusal: Option<Refusal>,
}

/// One feature: for a missing value and for each stretch between two cut points, the rows it leaves standing.
#[derive(Debug, Clone)]
struct Column {
    feature: usize,
    name: String,
    cuts: Vec<f64>,
    masks: Vec<u64>,
}

impl Column {
    fn new(feature: usize, name: &str, tests: &[Vec<Test>], words: usize) -> Self {
        let own = |test: &&Test| test.feature == feature;
        let mut cuts: Vec<f64> = tests
            .iter()
            .flatten()
            .filter(own)
            .flat_map(|test| [test.lo, test.hi])
            .filter(|cut| cut.is_finite())
            .collect();
        cuts.sort_by(f64::total_cmp);
        cuts.dedup();
        let mut column = Self { feature, name: name.to_owned(), masks: Vec::new(), cuts };
        // A stretch is tested at its start: a missing value, everything below the first cut, then each cut.
        let starts =
            [None, Some(f64::NEG_INFINITY)].into_iter().chain(column.cuts.iter().map(|cut| Some(*cut)));
        for start in starts {
            let mut mask = vec![0u64; words];
            for (row, tests) in tests.iter().enumerate() {
                if tests.iter().filter(own).all(|test| test.holds(start)) {
                    mask[row / 64] |= 1 << (row % 64);
                }
            }
            column.masks.extend(mask);
        }
        column
    }

    #[inline]
    fn mask(&self, value: Option<f64>, words: usize) -> &[u64] {
        let stretch = value.map_or(0, |value| 1 + self.cuts.partition_point(|cut| *cut <= value));
        &self.masks[stretch * words..(stretch + 1) * words]
    }
}

impl Table {
    pub(crate) fn compile(text: &TableText, here: &mut Here<'_>) -> Result<Self, FlowError> {
        let words = text.row.len().div_ceil(64);
        let mut tests: Vec<Vec<Test>> = Vec::new();
        let mut rows = Vec::new();
        let mut features: Vec<(usize, String)> = Vec::new();
        for row in &text.row {
            let mut own = Vec::new();
            for condition in &row.when {
                let feature = here.feature(&condition.feature)?;
                if !features.iter().any(|(known, _)| *known == feature) {
                    features.push((feature, condition.feature.get_ref().clone()));
                }
                own.push(
                    condition.compile(feature).map_err(|problem| {
                        here.at(condition.feature.span().start, row.id.get_ref(), problem)
                    })?,
                );
            }
            if let Some(earlier) =
                tests.iter().position(|earlier| covers(earlier, &own)).filter(|_| text.hit == Hit::First)
            {
                let blocker = text.row[earlier].id.get_ref();
                let problem = format!("the row is never reached: row {blocker} takes all its cases");
                return Err(here.at(row.id.span().start, row.id.get_ref(), problem));
            }
            tests.push(own);
            rows.push(compile_row(row, here)?);
        }
        if text.hit == Hit::First && tests.last().is_none_or(|last| !last.is_empty()) {
            return Err(here.whole("the last row must take all other cases: leave its `when` out".to_owned()));
        }
        let columns =
            features.iter().map(|(feature, name)| Column::new(*feature, name, &tests, words)).collect();
        Ok(Self { hit: text.hit, rows, words, columns })
    }

    pub(crate) fn run<S: Sink>(&self, values: Values<'_>, sink: &mut S) -> Answer {
        for column in &self.columns {
            sink.line("value", &column.name, values[column.feature], String::new);
        }
        let mut collected: Option<Answer> = None;
        for word in 0..self.words {
            let mut standing = self.standing(values, word);
            while standing != 0 {
                let row = &self.rows[word * 64 + standing.trailing_zeros() as usize];
                let answer = row.run(values, sink);
                if self.hit == Hit::First {
                    return answer;
                }
                collected = Some(collected.map_or(answer, |known| stricter(known, answer)));
                standing &= standing - 1;
            }
        }
        collected.unwrap_or(Answer::NoBasis)
    }

    /// The rows of one machine word that every column leaves standing.
    #[inline]
    fn standing(&self, values: Values<'_>, word: usize) -> u64 {
        let in_use = self.rows.len() - word * 64;
        let all = if in_use >= 64 { u64::MAX } else { (1 << in_use) - 1 };
        self.columns.iter().fold(all, |standing, column| {
            if standing == 0 { 0 } else { standing & column.mask(values[column.feature], self.words)[word] }
        })
    }
}

impl Row {
    fn run<S: Sink>(&self, values: Values<'_>, sink: &mut S) -> Answer {
        sink.line("row", &self.id, None, || self.outcome.code().to_owned());
        if let Some(refusal) = &self.refusal {
            refusal.tell(sink);
        }
        match self.outcome {
            Outcome::Can => {
                let yuan = match self.combine {
                    Combine::Min => self.terms.smallest(values, sink),
                    Combine::Sum => self.terms.sum(values, sink),
                };
                yuan.map_or(Answer::NoBasis, |yuan| Answer::Can { yuan, bp: self.bp })
            }
            Outcome::Cannot | Outcome::NotApplicable => Answer::Cannot,
            Outcome::NeedVisit => Answer::Visit,
            Outcome::NotEnoughData => Answer::NoBasis,
        }
    }
}

fn compile_row(row: &RowText, here: &mut Here<'_>) -> Result<Row, FlowError> {
    let id = row.id.get_ref();
    let fail = |here: &Here<'_>, problem: &str| here.at(row.id.span().start, id, problem.to_owned());
    match row.outcome {
        Outcome::Can if row.limit.is_empty() => return Err(fail(here, "a row that lends needs a limit")),
        Outcome::Cannot | Outcome::NeedVisit if row.reason.is_none() => {
            return Err(fail(here, "a row that does not lend needs a reason"));
        }
        _ => {}
    }
    Ok(Row {
        id: id.clone(),
        outcome: row.outcome,
        combine: row.combine,
        terms: here.terms(&row.limit)?,
        bp: (row.bp_low, row.bp_high),
        refusal: row.reason.as_ref().map(|reason| here.refusal(id, reason)).transpose()?,
    })
}

/// True when every case of the later row is taken by the earlier one.
fn covers(earlier: &[Test], later: &[Test]) -> bool {
    earlier.iter().all(|test| later.iter().any(|own| own.feature == test.feature && test.covers(own)))
}

/// The answer of two rows together: a refusal beats a visit, a visit beats a limit, a smaller limit a larger one.
fn stricter(one: Answer, other: Answer) -> Answer {
    use Answer::{Can, Cannot, NoBasis, Visit};
    match (one, other) {
        (Cannot, _) | (_, Cannot) => Cannot,
        (NoBasis, _) | (_, NoBasis) => NoBasis,
        (Visit, _) | (_, Visit) => Visit,
        (Can { yuan, bp }, Can { yuan: other_yuan, bp: other_bp }) => {
            Can { yuan: yuan.min(other_yuan), bp: (bp.0.max(other_bp.0), bp.1.max(other_bp.1)) }
        }
    }
}
