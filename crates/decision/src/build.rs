//! Builds vectors: runs every feature statement once and joins the answers by subject in memory.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use jiff::civil::Date;
use jq_base::ids::{SubjectKey, SubjectKind};
use tokio::task::JoinSet;

use crate::error::DecisionError;
use crate::feature::{DECLARED, FeatureSet, Silence, Statement};
use crate::query::{Figures, Query};
use crate::vector::Vector;

/// Statements that are asked side by side: planning one keeps one core busy.
const STATEMENTS_AT_ONCE: usize = 2;

/// The vectors of all subjects that the query's scope has any feature of, and of `asked` in any case.
///
/// `reads` says which items may be read; a statement that needs another is not run. With `only` the answer holds
/// the asked subjects alone, not those who stand beside them in a contract.
pub async fn build(
    query: &impl Query,
    set: &FeatureSet,
    asked: &[SubjectKey],
    only: bool,
    as_of: Date,
    lake_version: &str,
    reads: impl Fn(&str) -> bool,
) -> Result<BTreeMap<SubjectKey, Vector>, DecisionError> {
    let mut found: HashMap<String, Vec<Option<f64>>> =
        asked.iter().map(|subject| (subject.as_str().to_owned(), vec![None; set.len()])).collect();
    let mut answered = vec![false; set.len()];
    let mut unconnected = BTreeSet::new();
    let mut withheld = BTreeSet::new();
    let mut asking = JoinSet::new();
    for statement in set.statements() {
        if !may_run(query, statement, &reads, &mut withheld, &mut unconnected).await? {
            continue;
        }
        let range = statement.first..statement.first + statement.columns.len();
        answered[range.clone()].fill(true);
        if asking.len() == STATEMENTS_AT_ONCE {
            put_down(&mut found, next_answer(&mut asking).await?, only, set.len());
        }
        let (query, sql, columns) = (query.clone(), set.sql(statement, as_of)?, statement.columns.clone());
        asking.spawn(async move { query.figures(&sql, &columns).await.map(|figures| (range, figures)) });
    }
    while !asking.is_empty() {
        put_down(&mut found, next_answer(&mut asking).await?, only, set.len());
    }
    let vectors = found.into_iter().filter_map(|(subject, mut values)| {
        let subject = SubjectKey::parse(&subject).ok()?;
        if subject.kind() == SubjectKind::Organisation {
            speak_for_silence(set, &answered, &mut values);
        }
        let vector = Vector {
            subject: subject.clone(),
            as_of,
            feature_version: set.version().to_owned(),
            lake_version: lake_version.to_owned(),
            values,
            withheld: withheld.clone(),
            unconnected: unconnected.clone(),
        };
        Some((subject, vector))
    });
    Ok(vectors.collect())
}

/// The answer of one statement and the columns it belongs to.
type Answered = (Range<usize>, Vec<Figures>);

async fn next_answer(
    asking: &mut JoinSet<Result<Answered, jq_lake::LakeError>>,
) -> Result<Answered, DecisionError> {
    let ended = asking.join_next().await.expect("a statement is being asked");
    match ended {
        Ok(answer) => answer.map_err(DecisionError::Features),
        Err(stopped) => std::panic::resume_unwind(stopped.into_panic()),
    }
}

fn put_down(
    found: &mut HashMap<String, Vec<Option<f64>>>,
    (range, figures): Answered,
    only: bool,
    width: usize,
) {
    for (subject, values) in figures {
        if only && !found.contains_key(&subject) {
            continue;
        }
        let own = found.entry(subject).or_insert_with(|| vec![None; width]);
        own[range.clone()].copy_from_slice(&values);
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

/// A connected register that has no record of an organisation says "none".
fn speak_for_silence(set: &FeatureSet, answered: &[bool], values: &mut [Option<f64>]) {
    for ((feature, answered), value) in set.features().iter().zip(answered).zip(values) {
        if *answered && feature.silence == Silence::Zero && value.is_none() {
            *value = Some(0.0);
        }
    }
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
        async fn figures(&self, sql: &str, _: &[String]) -> Result<Vec<Figures>, LakeError> {
            let household = "0a".repeat(32);
            Ok(if sql.contains("sales") {
                vec![(FIRM.to_owned(), vec![Some(5.0)]), (household, vec![Some(2.0)])]
            } else {
                Vec::new()
            })
        }

        async fn is_connected(&self, item: &str) -> Result<bool, LakeError> {
            Ok(item != "bill")
        }
    }

    fn run(asked: &[SubjectKey], only: bool, reads: impl Fn(&str) -> bool) -> BTreeMap<SubjectKey, Vector> {
        let set = FeatureSet::from_files(&[("x.sql", TEXT)]).unwrap();
        let day = jiff::civil::date(2026, 11, 10);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(build(&Fake, &set, asked, only, day, "7", reads)).unwrap()
    }

    #[test]
    fn silence_of_a_register_is_zero_for_a_firm_and_unknown_for_a_household() {
        let all = run(&[], false, |_| true);
        let firm = &all[&SubjectKey::parse(FIRM).unwrap()];
        assert_eq!(firm.values, [Some(5.0), Some(0.0), None]);
        assert!(firm.unconnected.contains("bill"));
        let household = &all[&SubjectKey::parse(&"0a".repeat(32)).unwrap()];
        assert_eq!(household.values, [Some(2.0), None, None]);
    }

    #[test]
    fn what_is_not_granted_is_not_read() {
        let firm = SubjectKey::parse(FIRM).unwrap();
        let all = run(std::slice::from_ref(&firm), true, |item| item != "filing");
        assert_eq!(all.len(), 1);
        assert_eq!(all[&firm].values, [None, Some(0.0), None]);
        assert!(all[&firm].withheld.contains("filing"));
    }
}
