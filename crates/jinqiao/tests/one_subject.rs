//! What is read of one subject is what the whole lake says of it, in whatever state its files are and whoever works on
//! them meanwhile.

mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jq_base::clock::Clock;
use jq_base::ids::{PermitId, SubjectKey};
use jq_base::permit::{Permit, Purpose};
use jq_catalog::{Catalog, Item};
use jq_crypto::{KeyStore, Keyring, Master, Sealer, Suite};
use jq_lake::{Lake, LakeKeys, Pace, Row, Scope, Sizes, Stop};
use program::Program;

/// Of each item, the records of each subject as lines of text.
type Records = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// What a reader with a permit is told of a record, besides the item's own columns.
const TOLD: [&str; 5] = ["subject_key", "natural_key", "op", "version", "repair_state"];

fn line(row: &Row) -> String {
    let text = |column: &String| row.get(column).map(|value| value.to_text()).unwrap_or_default();
    row.columns().iter().map(text).collect::<Vec<_>>().join("|")
}

/// Asks the whole lake in SQL.
async fn by_sql(lake: &Lake, catalog: &Catalog) -> Records {
    let session = lake.session(Scope::All);
    let mut all = Records::new();
    for item in catalog.items() {
        let table = item.table();
        let own = table.columns.iter().map(|column| column.name.as_str());
        let columns: Vec<&str> = TOLD.into_iter().chain(own).collect();
        let rows = session.sql(&format!("select {} from {}", columns.join(", "), item.id)).await;
        let subjects: &mut BTreeMap<String, BTreeSet<String>> = all.entry(item.id.clone()).or_default();
        for row in rows.expect("the lake answers") {
            let keys = table.also_subjects.iter().map(String::as_str).chain(["subject_key"]);
            for subject in keys.filter_map(|column| row.text(column)) {
                subjects.entry(subject).or_default().insert(line(&row));
            }
        }
    }
    all
}

/// Reads every subject by itself, through a permit, as a report does.
async fn one_by_one(lake: &Lake, catalog: &Catalog, subjects: &[SubjectKey]) -> Records {
    let items: BTreeSet<String> = catalog.items().map(|item| item.id.clone()).collect();
    let mut all: Records = items.iter().map(|item| (item.clone(), BTreeMap::new())).collect();
    for subject in subjects {
        let permit = Permit::issue(
            PermitId::parse("permit-1").expect("an id"),
            "firm",
            Purpose::ReportSelf,
            subject.clone(),
            items.clone(),
            "2026-11-10T01:30:00Z".parse().expect("an instant"),
            "own records",
        );
        for (item, found) in &mut all {
            let rows = lake.read_subject(&permit, item).await.expect("a reader never fails");
            if !rows.is_empty() {
                found.insert(subject.as_str().to_owned(), rows.iter().map(line).collect());
            }
        }
    }
    all
}

fn assert_same(found: &Records, expected: &Records, when: &str) {
    for (item, subjects) in expected {
        for (subject, records) in subjects {
            assert_eq!(found[item].get(subject), Some(records), "{when}: {item} of {subject}");
        }
        assert_eq!(found[item].len(), subjects.len(), "{when}: {item} of others");
    }
}

/// The keys of the program's lake, which is sealed.
fn keys(program: &Program) -> LakeKeys {
    let folder = program.data().join("keys");
    let ring = Keyring::open(&folder, Master::File(folder.join("master.key"))).expect("the program's keys");
    let ring: Arc<dyn KeyStore> = Arc::new(ring);
    let sealer = Sealer::new(move || Ok(Arc::clone(&ring)), Suite::default(), Clock::System);
    LakeKeys { sealer, seals_new_files: true }
}

#[test]
fn one_subject_is_told_what_the_whole_lake_says_of_it_while_its_files_are_rewritten() {
    let program = Program::new("one-subject");
    let drops = program.city(120);
    program.run(&["ingest", &drops]);
    let catalog = Catalog::embedded().expect("the catalogue");
    let tables = catalog.items().map(Item::table).collect();
    let lake = Lake::open_with(&program.data().join("lake"), tables, Sizes::default(), Some(keys(&program)));
    let lake = lake.expect("a lake");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let delivered = by_sql(&lake, &catalog).await;
        let keys: BTreeSet<&String> = delivered.values().flat_map(BTreeMap::keys).collect();
        let subjects: Vec<SubjectKey> = keys.iter().filter_map(|key| SubjectKey::parse(key).ok()).collect();
        assert!(
            subjects.len() >= 120 && subjects.len() == keys.len(),
            "{} of {}",
            subjects.len(),
            keys.len()
        );
        assert_same(&one_by_one(&lake, &catalog, &subjects).await, &delivered, "as delivered");

        let items: Vec<String> = catalog.items().map(|item| item.id.clone()).collect();
        let mut superseded = 0;
        for item in items.iter().step_by(2) {
            superseded += lake.compact(item).await.expect("compaction").rows_superseded;
        }
        assert!(superseded > 0, "some records came in several versions");
        assert_same(&by_sql(&lake, &catalog).await, &delivered, "half compacted, in SQL");
        let worker = lake.clone();
        let rest = tokio::spawn(async move {
            let pace = Pace::beside(Stop::default());
            for item in &items {
                worker.compact_at(item, &pace).await.expect("compaction");
            }
        });
        let meanwhile = one_by_one(&lake, &catalog, &subjects).await;
        assert_same(&meanwhile, &delivered, "while the other half is compacted");
        rest.await.expect("compaction ends");
        let status = lake.status().await.expect("a status");
        assert!(status.iter().all(|table| table.rows_arrival == 0));
        assert_same(&by_sql(&lake, &catalog).await, &delivered, "compacted, in SQL");
        assert_same(&one_by_one(&lake, &catalog, &subjects).await, &delivered, "compacted");
    });
}
