//! Training: three looks at a file, in memory that does not grow with it.
//!
//! 1. [`crate::survey`]: what each column holds, from a sample of its numbers and counts of its words;
//! 2. [`crate::tally`]: every row counted in fine pieces, and kept as one byte a variable;
//! 3. after bins, leaks, selection, regression and points: every row scored by the finished card, as it will be served.

use std::path::Path;
use std::thread;

use csv::ByteRecord;

use crate::binning::{Binned, bins};
use crate::card::{Scorecard, made};
use crate::cells::Kind;
use crate::counts::Counts;
use crate::error::TrainingError;
use crate::evaluate::{Gathered, gather};
use crate::fate::Fate;
use crate::fine::Fine;
use crate::leak::{Leak, leaks, single_areas};
use crate::options::{KeepLeaks, TrainOptions, Unparsable};
use crate::parts::{Part, Parts};
use crate::problem::{Problem, quoted};
use crate::progress::{Listener, Progress, Step, tell};
use crate::report::{Rows, TrainingReport, columns};
use crate::selection::{Selected, select};
use crate::source::Source;
use crate::survey::{ColumnSurvey, Survey};
use crate::tally::{Tally, Variable};
use crate::target::{Target, TargetSurvey};

/// Fewer cases of a kind teach nothing.
const CASES_MIN: u64 = 10;

/// A card with the report on how it was trained.
#[derive(Debug, Clone)]
pub struct Trained {
    /// The card.
    pub card: Scorecard,
    /// The report.
    pub report: TrainingReport,
}

/// Trains a card on a CSV file, plain or compressed with gzip.
pub fn train(
    path: &Path,
    options: &TrainOptions,
    listener: &mut Listener<'_>,
) -> Result<Trained, TrainingError> {
    options.check()?;
    let (surveyed, mut target, parts) = survey(path, options, listener)?;
    let tally = count(path, options, &surveyed, &mut target, &parts, listener)?;
    listener(Progress { step: Step::Bins, rows: tally.total.rows() });
    let binned = all_bins(&tally, options);
    let areas = single_areas(&tally.variables);
    let leaks = found_leaks(&tally, &binned, &areas, options);
    listener(Progress { step: Step::Regression, rows: tally.total.rows() });
    let selected = select(&tally.variables, &binned, &tally.kept, &leaks, &options.selection);
    let mut card = card(path, &tally, &binned, &selected, &target, options)?;
    let measured = measure(path, &mut card, &mut target, &parts, listener)?;
    let rows = Rows { counts: tally.total, kept: tally.kept.bad.len() as u64 };
    let columns = columns(&surveyed.settled, &tally.variables, &binned, &areas, &selected.fates);
    let report = TrainingReport::new(&card, rows, columns, leaks, selected.fit, &measured);
    Ok(Trained { card, report })
}

/// What the first look found.
struct Surveyed {
    settled: Vec<(String, Result<Kind, Fate>)>,
    columns: Vec<(ColumnSurvey, Kind)>,
    rows: u64,
}

fn survey(
    path: &Path,
    options: &TrainOptions,
    listener: &mut Listener<'_>,
) -> Result<(Surveyed, Target, Parts), TrainingError> {
    let mut source = Source::open(path)?;
    let mut target = TargetSurvey::new(&source, &options.target)?;
    let parts = Parts::new(options, &source)?;
    let named = options.without.iter().map(|name| source.position(name)).collect::<Result<Vec<_>, _>>()?;
    let reading = &options.reading;
    let special = reading.special.iter().filter_map(|one| one.column.as_ref());
    for name in reading.numbers.iter().chain(&reading.categories).chain(special) {
        source.position(name)?;
    }
    let row_id = options.row_id.as_deref().and_then(|name| source.position(name).ok());
    let apart: Vec<usize> =
        named.into_iter().chain(row_id).chain(parts.column()).chain([target.position()]).collect();
    let mut survey = Survey::new(&source, &apart, options);
    let (mut row, mut index) = (ByteRecord::new(), 0);
    while source.next(&mut row)? {
        target.take(&source, &row)?;
        if parts.of(&source, &row, index)? == Part::Train {
            survey.take(&source, &row)?;
        }
        index += 1;
        tell(listener, Step::Survey, index);
    }
    let target = target.settle(&source, options.bad.as_deref())?;
    if survey.rows == 0 {
        return Err(TrainingError::file(path, Problem::NoRows));
    }
    let rows = survey.rows;
    let found = survey.settle(reading, &source)?;
    let mut settled: Vec<(String, Result<Kind, Fate>)> = Vec::with_capacity(source.header().len());
    for (at, name) in source.header().iter().enumerate() {
        let known = found.iter().find(|(column, _)| column.position == at);
        settled.push((name.clone(), known.map_or(Err(Fate::LeftOut), |(_, kind)| kind.clone())));
    }
    let columns = found.into_iter().filter_map(|(column, kind)| Some((column, kind.ok()?))).collect();
    Ok((Surveyed { settled, columns, rows }, target, parts))
}

fn count(
    path: &Path,
    options: &TrainOptions,
    surveyed: &Surveyed,
    target: &mut Target,
    parts: &Parts,
    listener: &mut Listener<'_>,
) -> Result<Tally, TrainingError> {
    let mut source = Source::open(path)?;
    let columns = surveyed.columns.iter();
    let fine = columns.map(|(column, kind)| Fine::new(column, *kind, surveyed.rows, options));
    let mut tally = Tally::new(fine.collect::<Result<_, _>>()?, options.rows_kept_max, options.seed);
    let (mut row, mut index) = (ByteRecord::new(), 0);
    let mut pieces = vec![0; tally.variables.len()];
    while source.next(&mut row)? {
        if parts.of(&source, &row, index)? == Part::Train {
            let is_bad = target.is_bad(&source, &row)?;
            for (variable, place) in tally.variables.iter_mut().zip(&mut pieces) {
                *place = piece(variable, &source, &row, options.reading.unparsable)?;
            }
            tally.take(is_bad, &pieces);
        }
        index += 1;
        tell(listener, Step::Count, index);
    }
    let Counts { good, bad } = tally.total;
    if good.min(bad) < CASES_MIN {
        let problem = Problem::TooFew { bad, good, least: CASES_MIN };
        return Err(TrainingError::column(path, &options.target, problem));
    }
    Ok(tally)
}

fn piece(
    variable: &mut Variable,
    source: &Source,
    row: &ByteRecord,
    unparsable: Unparsable,
) -> Result<u8, TrainingError> {
    let position = variable.fine.position;
    match variable.fine.piece(&row[position]) {
        Ok(piece) => Ok(piece),
        Err(word) if unparsable == Unparsable::Refuse => {
            Err(source.cell_fault(position, Problem::NotNumber { value: quoted(word) }))
        }
        Err(_) => {
            variable.unparsable += 1;
            Ok(0)
        }
    }
}

/// The bins of all variables, each variable for itself and so on all cores.
fn all_bins(tally: &Tally, options: &TrainOptions) -> Vec<Binned> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let share = tally.variables.len().div_ceil(threads).max(1);
    let of = |variables: &[Variable]| -> Vec<Binned> {
        variables.iter().map(|variable| bins(variable, tally.total, &options.binning)).collect()
    };
    thread::scope(|scope| {
        let work: Vec<_> =
            tally.variables.chunks(share).map(|variables| scope.spawn(move || of(variables))).collect();
        work.into_iter()
            .flat_map(|one| one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

fn found_leaks(tally: &Tally, binned: &[Binned], areas: &[f64], options: &TrainOptions) -> Vec<Leak> {
    let mut found = leaks(&tally.variables, binned, areas, &tally.kept);
    for leak in &mut found {
        leak.kept = match &options.keep_leaks {
            KeepLeaks::All => true,
            keep => keep.keeps(&leak.name),
        };
    }
    found
}

fn card(
    path: &Path,
    tally: &Tally,
    binned: &[Binned],
    selected: &Selected,
    target: &Target,
    options: &TrainOptions,
) -> Result<Scorecard, TrainingError> {
    let Some(fit) = &selected.fit else {
        let fates = tally.variables.iter().zip(&selected.fates);
        let fates = fates.map(|(variable, fate)| (variable.fine.name.clone(), fate.clone())).collect();
        return Err(TrainingError::file(path, Problem::NothingUsable { fates }));
    };
    let chosen: Vec<(&Variable, &Binned)> =
        selected.chosen.iter().map(|at| (&tally.variables[*at], &binned[*at])).collect();
    Ok(made(&chosen, fit, &target.bad_text(), options))
}

/// Scores both parts with the finished card and notes the scores of training in it.
fn measure(
    path: &Path,
    card: &mut Scorecard,
    target: &mut Target,
    parts: &Parts,
    listener: &mut Listener<'_>,
) -> Result<[Gathered; 2], TrainingError> {
    let mut source = Source::open(path)?;
    let measured = gather(card, &mut source, target, parts, Unparsable::Missing, listener)?;
    if let Some(training) = &mut card.training {
        training.scores = measured[0].shares();
    }
    Ok(measured)
}
