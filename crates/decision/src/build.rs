//! Builds vectors: runs every feature statement once and joins the answers by subject in memory.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use jiff::civil::Date;
use jq_base::ids::{SubjectKey, SubjectKind};
use jq_lake::Figures;
use tokio::task::JoinSet;

use crate::error::DecisionError;
use crate::feature::{DECLARED, FeatureSet, Silence, Statement};
use crate::query::Query;
use crate::vector::Vector;

/// Statements that are asked side by side: planning one keeps one core busy.
const STATEMENTS_AT_ONCE: usize = 2;

/// Vectors as they were built: one table of figures, eight bytes each, from which a vector is taken when it is needed.
#[derive(Debug)]
pub struct Built {
    /// Each subject's row in the table, by subject.
    rows: Vec<(SubjectKey, usize)>,
    table: Table,
    /// Of each feature whether its statement was asked.
    answered: Vec<bool>,
    as_of: Date,
    feature_version: String,
    lake_version: String,
    withheld: BTreeSet<String>,
    unconnected: BTreeSet<String>,
}

impl Built {
    /// How many subjects there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True when nothing is known of anybody.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The vector of a subject.
    pub fn find(&self, subject: &SubjectKey) -> Option<Vector> {
        let at = self.rows.binary_search_by(|(known, _)| known.cmp(subject)).ok()?;
        Some(self.vector(&self.rows[at]))
    }

    /// All vectors, by subject.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Vector> + '_ {
        self.rows.iter().map(|row| self.vector(row))
    }

    /// Puts what was computed into a vector of the same day and features; what was not asked stays as it is.
    pub fn renew(&self, vector: &mut Vector) {
        let Ok(at) = self.rows.binary_search_by(|(known, _)| known.cmp(&vector.subject)) else { return };
        let figures = self.table.row(self.rows[at].1).iter().zip(&self.answered);
        for (value, (figure, _)) in
            vector.values.iter_mut().zip(figures).filter(|(_, (_, answered))| **answered)
        {
            *value = known(*figure);
        }
        vector.lake_version.clone_from(&self.lake_version);
    }

    fn vector(&self, (subject, row): &(SubjectKey, usize)) -> Vector {
        Vector {
            subject: subject.clone(),
            as_of: self.as_of,
            feature_version: self.feature_version.clone(),
            lake_version: self.lake_version.clone(),
            values: self.table.row(*row).iter().copied().map(known).collect(),
            withheld: self.withheld.clone(),
            unconnected: self.unconnected.clone(),
        }
    }
}

fn known(figure: f64) -> Option<f64> {
    Some(figure).filter(|figure| !figure.is_nan())
}

/// One row of figures for each subject; what is not known is `NaN`.
#[derive(Debug)]
struct Table {
    rows: HashMap<String, usize>,
    figures: Vec<f64>,
    width: usize,
}

impl Table {
    fn new(width: usize) -> Self {
        Self { rows: HashMap::new(), figures: Vec::new(), width }
    }

    fn row(&self, row: usize) -> &[f64] {
        &self.figures[row * self.width..(row + 1) * self.width]
    }

    /// The subject's row, a new one when it has none yet.
    fn row_of(&mut self, subject: String) -> usize {
        let next = self.rows.len();
        let row = *self.rows.entry(subject).or_insert(next);
        if row == next {
            self.figures.resize((next + 1) * self.width, f64::NAN);
        }
        row
    }

    /// Takes the answer of one statement. With `only` those who have no row yet get none.
    fn take(&mut self, range: &Range<usize>, answer: Figures, only: bool) {
        for (place, subject) in answer.texts.into_iter().enumerate() {
            if only && !self.rows.contains_key(&subject) {
                continue;
            }
            let start = self.row_of(subject) * self.width + range.start;
            for (figure, column) in self.figures[start..].iter_mut().zip(&answer.columns) {
                *figure = column[place];
            }
        }
    }
}

/// What is to be built.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// The features.
    pub set: &'a FeatureSet,
    /// Subjects that get a vector in any case.
    pub subjects: &'a [SubjectKey],
    /// With `only` nobody else gets one, such as those who stand beside them in a contract.
    pub only: bool,
    /// The day whose knowledge counts.
    pub as_of: Date,
    /// The version of the lake, as the vectors are to name it.
    pub lake_version: &'a str,
    /// Features that read none of these items are not computed; without it all are.
    pub items: Option<&'a BTreeSet<String>>,
}

impl Asking<'_> {
    fn wants(&self, statement: &Statement) -> bool {
        self.items.is_none_or(|items| statement.sources.iter().any(|item| items.contains(item)))
    }
}

/// The vectors of all subjects that the query's scope has any feature of, and of those who are asked for.
///
/// `reads` says which items may be read; a statement that needs another is not run.
pub async fn build(
    query: &impl Query,
    asking: Asking<'_>,
    reads: impl Fn(&str) -> bool,
) -> Result<Built, DecisionError> {
    let Asking { set, subjects, only, as_of, lake_version, .. } = asking;
    let mut table = Table::new(set.len());
    for subject in subjects {
        table.row_of(subject.as_str().to_owned());
    }
    let mut answered = vec![false; set.len()];
    let (mut unconnected, mut withheld) = (BTreeSet::new(), BTreeSet::new());
    let mut asked = JoinSet::new();
    for statement in set.statements().iter().filter(|statement| asking.wants(statement)) {
        if !may_run(query, statement, &reads, &mut withheld, &mut unconnected).await? {
            continue;
        }
        let range = statement.first..statement.first + statement.columns.len();
        answered[range.clone()].fill(true);
        if asked.len() == STATEMENTS_AT_ONCE {
            let (range, answer) = next_answer(&mut asked).await?;
            table.take(&range, answer, only);
        }
        let (query, sql) = (query.clone(), set.sql(statement, as_of)?);
        asked.spawn(async move { query.figures(&sql).await.map(|figures| (range, figures)) });
    }
    while !asked.is_empty() {
        let (range, answer) = next_answer(&mut asked).await?;
        table.take(&range, answer, only);
    }
    let rows = with_subjects(set, &answered, &mut table);
    let (feature_version, lake_version) = (set.version().to_owned(), lake_version.to_owned());
    Ok(Built { rows, table, answered, as_of, feature_version, lake_version, withheld, unconnected })
}

/// The answer of one statement and the columns it belongs to.
type Answered = (Range<usize>, Figures);

async fn next_answer(
    asked: &mut JoinSet<Result<Answered, jq_lake::LakeError>>,
) -> Result<Answered, DecisionError> {
    let ended = asked.join_next().await.expect("a statement is being asked");
    match ended {
        Ok(answer) => answer.map_err(DecisionError::Features),
        Err(stopped) => std::panic::resume_unwind(stopped.into_panic()),
    }
}

async fn may_run(
    query: &impl Query,
    statement: &Statement,
    reads: &impl Fn(&str) -> bool,
    withheld: &mut BTreeSet<String>,
    unconnected: &mut BTreeSet<String>,
) -> Result<bool, DecisionError> {
    let mut may = true;
    for item in statement.sources.iter().filter(|item| *item != DECLARED) {
        if !reads(item) {
            withheld.insert(item.clone());
            may = false;
        } else if !query.is_connected(item).await.map_err(DecisionError::Features)? {
            unconnected.insert(item.clone());
            may = false;
        }
    }
    Ok(may)
}

/// The subjects with their rows, in order. A connected register that has no record of an organisation says "none".
fn with_subjects(set: &FeatureSet, answered: &[bool], table: &mut Table) -> Vec<(SubjectKey, usize)> {
    let speaks = |(feature, answered): (&crate::feature::Feature, &bool)| {
        *answered && feature.silence == Silence::Zero
    };
    let silent: Vec<bool> = set.features().iter().zip(answered).map(speaks).collect();
    let mut rows = Vec::with_capacity(table.rows.len());
    for (subject, row) in std::mem::take(&mut table.rows) {
        let Ok(subject) = SubjectKey::parse(&subject) else { continue };
        if subject.kind() == SubjectKind::Organisation {
            let figures = &mut table.figures[row * table.width..(row + 1) * table.width];
            for (figure, _) in
                figures.iter_mut().zip(&silent).filter(|(figure, silent)| **silent && figure.is_nan())
            {
                *figure = 0.0;
            }
        }
        rows.push((subject, row));
    }
    rows.sort_unstable();
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use jq_lake::LakeError;

    const FIRM: &str = "91500102MAC8YUW23Y";
    const TEXT: &str = "\
-- @feature sales | yuan | 销售 | sales | as of | null; none filed | filing
select subject_key, 1 as sales from filing;
-- @feature listed | yes/no | 列入 | listed | as of | zero; not connected | list
select subject_key, 1 as listed from list;
-- @feature late | count | 迟缴 | late | as of | zero; not connected | bill
select subject_key, 1 as late from bill;
";

    /// Filings of one firm and one household; a list with nobody on it; bills were never delivered.
    #[derive(Clone)]
    struct Fake;

    impl Query for Fake {
        async fn figures(&self, sql: &str) -> Result<Figures, LakeError> {
            let household = "0a".repeat(32);
            Ok(if sql.contains("sales") {
                Figures { texts: vec![FIRM.to_owned(), household], columns: vec![vec![5.0, 2.0]] }
            } else {
                Figures::default()
            })
        }

        async fn is_connected(&self, item: &str) -> Result<bool, LakeError> {
            Ok(item != "bill")
        }
    }

    fn run(
        subjects: &[SubjectKey],
        only: bool,
        items: Option<&BTreeSet<String>>,
        reads: impl Fn(&str) -> bool,
    ) -> Built {
        let set = FeatureSet::from_files(&[("x.sql", TEXT)]).unwrap();
        let as_of = jiff::civil::date(2026, 11, 10);
        let asking = Asking { set: &set, subjects, only, as_of, lake_version: "7", items };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(build(&Fake, asking, reads)).unwrap()
    }

    #[test]
    fn silence_of_a_register_is_zero_for_a_firm_and_unknown_for_a_household() {
        let all = run(&[], false, None, |_| true);
        let firm = all.find(&SubjectKey::parse(FIRM).unwrap()).unwrap();
        assert_eq!(firm.values, [Some(5.0), Some(0.0), None]);
        assert!(firm.unconnected.contains("bill"));
        let household = all.find(&SubjectKey::parse(&"0a".repeat(32)).unwrap()).unwrap();
        assert_eq!(household.values, [Some(2.0), None, None]);
    }

    #[test]
    fn what_is_not_granted_is_not_read() {
        let firm = SubjectKey::parse(FIRM).unwrap();
        let all = run(std::slice::from_ref(&firm), true, None, |item| item != "filing");
        assert_eq!(all.len(), 1);
        let firm = all.find(&firm).unwrap();
        assert_eq!(firm.values, [None, Some(0.0), None]);
        assert!(firm.withheld.contains("filing"));
    }

    #[test]
    fn only_what_reads_an_item_that_changed_is_computed_again() {
        let firm = SubjectKey::parse(FIRM).unwrap();
        let mut vector = run(std::slice::from_ref(&firm), true, None, |_| true).find(&firm).unwrap();
        vector.values = vec![Some(4.0), Some(9.0), Some(9.0)];
        let items = BTreeSet::from(["filing".to_owned()]);
        run(std::slice::from_ref(&firm), true, Some(&items), |_| true).renew(&mut vector);
        assert_eq!(vector.values, [Some(5.0), Some(9.0), Some(9.0)]);
    }
}
