//! A cluster of separate processes on loopback answers as a single process does, to the bit, or says what is wrong.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod grid;
mod town;

use std::future::Future;

use grid::{Grid, free_address, run, stranger, until};
use jiff::civil::{Date, date};
use jinqiao_cluster::{Cluster, Platform};
use jq_decision::Built;
use jq_lake::{LakeSession, Scope};
use town::town;

const AS_OF: Date = date(2026, 11, 10);
const PARTITIONS: usize = 4;
/// Looks at the scheduler until an executor must have spoken to it.
const TRIES: usize = 1_000;

/// What a data officer asks, with what each question has to carry to the executors.
const QUESTIONS: [(&str, &str); 14] = [
    (
        "firms by district and state",
        "select division, status, count(*) as firms from ent_registration group by 1, 2",
    ),
    (
        "declared sales by month",
        "select tax_period_from, count(*) as filings, sum(sales_amount_fen) as sales
         from tax_filing where tax_type = 'vat' group by 1",
    ),
    (
        "power used by district and month, a sum of decimals over a join",
        "select r.division, p.month, sum(p.usage_kwh) as kwh, count(*) as bills
         from power_bill p join ent_registration r on r.subject_key = p.subject_key group by 1, 2",
    ),
    (
        "firms that filed late, groups over groups",
        "select count(*) as firms from (
             select subject_key from tax_filing where late_days > 0 group by 1 having count(*) >= 2) as late",
    ),
    (
        "the ten largest employers, in order",
        "select subject_key, max(headcount) as people from social_insurance_payment
         where insurance_kind = 'pension' group by 1 order by 2 desc, 1 limit 10",
    ),
    (
        "distinct values",
        "select r.industry_code, sum(s.base_total_fen) as base, count(distinct s.month) as months
         from social_insurance_payment s join ent_registration r on r.subject_key = s.subject_key group by 1",
    ),
    (
        "fractions",
        "select tax_type, avg(amount_fen) as mean, sum(late_fee_fen) as fees, min(paid_on) as first
         from tax_payment group by 1",
    ),
    (
        "two bills of one month",
        "select count(*) as firms from (
             select w.subject_key from water_bill w
             join power_bill p on p.subject_key = w.subject_key and p.month = w.month group by 1) as both_bills",
    ),
    (
        "permits that the law knew of at the end of 2024",
        "select license_kind, count(*) as permits from admin_license
         where source_updated_at <= timestamp '2024-12-31 16:00:00' and valid_from <= date '2024-12-31'
           and (valid_to is null or valid_to >= date '2024-12-31') group by 1",
    ),
    (
        "what was known at the end of 2025, version by version",
        "select a.tax_type, count(*) as filings, sum(a.sales_amount_fen) as sales
         from tax_filing_all a join (
             select natural_key, max(version) as version from tax_filing_all
             where source_updated_at <= timestamp '2025-12-31 16:00:00' group by 1) as known
         on known.natural_key = a.natural_key and known.version = a.version
         where a.op <> 'withdraw' group by 1",
    ),
    (
        "every version of every registration",
        "select version, op, count(*) as versions from ent_registration_all group by 1, 2",
    ),
    (
        "records of each month over several items",
        "select extract(year from source_updated_at) as year, extract(month from source_updated_at) as month,
                count(*) as records
         from (select source_updated_at from tax_filing union all
               select source_updated_at from tax_payment union all
               select source_updated_at from honor) as written group by 1, 2",
    ),
    ("an item that nobody has delivered", "select count(*) as loans, max(row_id) as newest from sba_loan"),
    (
        "firms beside an item that nobody has delivered",
        "select r.status, count(*) as firms, count(l.row_id) as loans
         from ent_registration r left join sba_loan l on l.row_id = r.subject_key group by 1",
    ),
];

/// Unoptimised code needs a deeper stack to plan than a test's thread has.
fn on_a_deep_stack(story: impl Future<Output = ()> + Send + 'static) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().thread_stack_size(16 << 20).enable_all().build().unwrap();
    runtime.block_on(runtime.spawn(story)).unwrap();
}

/// The answer's columns and rows; rows in an order of their own, because without `order by` there is none.
async fn answer(session: &LakeSession, query: &str) -> Result<(Vec<String>, Vec<String>), String> {
    let (names, rows) = session.table(query).await.map_err(|error| format!("{error:?}"))?;
    let mut rows: Vec<String> = rows
        .iter()
        .map(|row| {
            // A double is written with all of its digits, so that texts differ where bits do.
            let values: Vec<String> = (0..names.len()).map(|place| format!("{:?}", row.at(place))).collect();
            values.join("|")
        })
        .collect();
    if !query.contains("order by") {
        rows.sort();
    }
    Ok((names, rows))
}

/// The bits of all values, subject by subject.
fn bits(vectors: &Built) -> Vec<(String, Vec<Option<u64>>)> {
    let mut all: Vec<_> = vectors
        .iter()
        .map(|vector| {
            let values = vector.values.iter().map(|value| value.map(f64::to_bits)).collect();
            (vector.subject.as_str().to_owned(), values)
        })
        .collect();
    all.sort();
    all
}

/// Where two sets of vectors differ, by name.
fn difference(platform: &Platform, one: &Built, other: &Built) -> Vec<String> {
    let names: Vec<&str> = platform.decisions.features().names().collect();
    let (one, other) = (bits(one), bits(other));
    assert_eq!(one.len(), other.len(), "as many subjects");
    one.iter()
        .zip(&other)
        .flat_map(|((subject, values), (other_subject, others))| {
            assert_eq!(subject, other_subject);
            let differ = move |at: &usize| values[*at] != others[*at];
            let names = &names;
            (0..values.len()).filter(differ).map(move |at| format!("{} of {subject}", names[at]))
        })
        .collect()
}

/// The grid's cluster, as soon as its scheduler has heard of an executor.
async fn find(grid: &Grid) -> Cluster {
    let mut tries = 0;
    loop {
        match Cluster::find(&grid.address, PARTITIONS).await {
            Ok(cluster) => return cluster,
            Err(error) => assert!(tries < TRIES, "{error:#}"),
        }
        tries += 1;
        tokio::time::sleep(grid::BETWEEN_LOOKS).await;
    }
}

#[test]
fn two_executors_give_the_answers_and_the_vectors_of_a_single_process() {
    on_a_deep_stack(async {
        let town = town("equal", 60, 0.3).await;
        let grid = Grid::of_two(&town.folder);
        let cluster = find(&grid).await;
        let lake = &town.platform.lake;
        let (alone, together) = (lake.session(Scope::All), cluster.session(lake).unwrap());
        for (name, query) in QUESTIONS {
            let expected = answer(&alone, query).await.unwrap();
            assert!(!expected.1.is_empty(), "{name}: nothing to compare");
            assert_eq!(answer(&together, query).await, Ok(expected), "{name}");
        }

        let decisions = &town.platform.decisions;
        let expected = decisions.vectors(Scope::All, AS_OF).await.unwrap();
        let built = decisions.vectors_in(cluster.session(lake).unwrap(), AS_OF).await.unwrap();
        assert_eq!(difference(&town.platform, &expected, &built), Vec::<String>::new());
        assert!(built.iter().zip(expected.iter()).all(|(one, other)| one.unconnected == other.unconnected));

        let jobs: Vec<_> = grid.executors.iter().map(grid::Executor::jobs).collect();
        let shared = jobs[0].intersection(&jobs[1]).count();
        assert!(shared >= QUESTIONS.len(), "both executors worked on few jobs: {shared} of {jobs:?}");

        the_program_asks_like_the_main_one(&town, &grid).await;
    });
}

/// The client as people use it: one question at the command line, put on record.
async fn the_program_asks_like_the_main_one(town: &town::Town, grid: &Grid) {
    let data = town.folder.to_str().unwrap();
    let query = "select status, count(*) as firms from ent_registration group by 1 order by 1";
    let out = run(&["ask", "--scheduler", &grid.address, "--data", data, "--partitions", "4", query]);
    let said = String::from_utf8(out.stdout).unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let (_, rows) = town.platform.lake.session(Scope::All).table(query).await.unwrap();
    assert!(said.starts_with("status"), "{said}");
    assert!(said.trim_end().ends_with(&format!("({} rows)", rows.len())), "{said}");
    assert!(jq_db::audit::verify(&town.platform.db, None).await.unwrap().is_whole());

    let out = run(&["ask", "--scheduler", &grid.address, "--data", data, "select * from no_such_item"]);
    assert!(!out.status.success());
    assert!(String::from_utf8_lossy(&out.stderr).contains("no_such_item"));
    let out = run(&["ask", "--scheduler", &grid.address, "--data", data, "drop table honor"]);
    assert!(!out.status.success(), "only questions are answered");
}

#[test]
fn an_executor_that_dies_costs_time_or_an_error_and_never_a_wrong_answer() {
    on_a_deep_stack(async {
        let town = town("killed", 40, 0.2).await;
        let mut grid = Grid::of_two(&town.folder);
        let cluster = find(&grid).await;
        let lake = &town.platform.lake;
        let decisions = town.platform.decisions.clone();
        let expected = decisions.vectors(Scope::All, AS_OF).await.unwrap();

        let session = cluster.session(lake).unwrap();
        let building = tokio::spawn({
            let decisions = decisions.clone();
            async move { decisions.vectors_in(session, AS_OF).await }
        });
        tokio::task::block_in_place(|| {
            until("the executor has begun", || grid.executors[1].jobs().len() > 1);
        });
        assert!(!building.is_finished(), "the executor dies in the middle");
        grid.executors[1].process.kill();
        match building.await.unwrap() {
            Ok(built) => assert_eq!(difference(&town.platform, &expected, &built), Vec::<String>::new()),
            Err(error) => eprintln!("an executor was lost: {error:?}"),
        }

        // Whoever asks again is answered by the one that is left.
        let built = decisions.vectors_in(cluster.session(lake).unwrap(), AS_OF).await.unwrap();
        assert_eq!(difference(&town.platform, &expected, &built), Vec::<String>::new());

        // And with the scheduler gone nobody waits for ever.
        grid.scheduler.kill();
        let session = cluster.session(lake).unwrap();
        assert!(answer(&session, "select count(*) from honor").await.is_err());
    });
}

#[test]
fn what_is_missing_is_named_with_the_way_on() {
    let refused = |arguments: &[&str]| {
        let out = run(arguments);
        assert_eq!(out.status.code(), Some(1));
        String::from_utf8(out.stderr).unwrap()
    };
    let nobody = free_address();
    let said = refused(&["ask", "--scheduler", &nobody, "select 1"]);
    assert!(said.contains("no scheduler answers") && said.contains("jinqiao-cluster scheduler"), "{said}");
    let said = refused(&["executor", "--scheduler", &nobody, "--work-dir", "/tmp"]);
    assert!(said.contains("no scheduler answers") && said.contains("jinqiao-cluster scheduler"), "{said}");
    let said = refused(&["ask", "--scheduler", &stranger(), "select 1"]);
    assert!(said.contains("scheduler"), "{said}");

    let grid = Grid::scheduler();
    let said = refused(&["ask", "--scheduler", &grid.address, "select 1"]);
    assert!(said.contains("no executor") && said.contains("jinqiao-cluster executor"), "{said}");
}

#[test]
fn a_folder_without_a_lake_is_refused() {
    on_a_deep_stack(async {
        let refused = Platform::open(&std::env::temp_dir().join("jinqiao-no-such-folder"), None).await;
        assert!(refused.is_err_and(|error| error.to_string().contains("--data")));
    });
}
