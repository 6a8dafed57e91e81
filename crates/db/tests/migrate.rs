//! Tables are brought up to date once, by one process, and never behind one's back.

use jq_db::migrate::{Migration, embedded, run};
use jq_db::{DbError, sql};
use jq_testkit::each_empty_database;

fn file(name: &str, text: &str) -> Migration {
    Migration { name: name.to_owned(), text: text.to_owned() }
}

#[tokio::test]
async fn every_file_is_applied_once_in_order() {
    each_empty_database(async |test| {
        let names: Vec<String> = embedded().into_iter().map(|file| file.name).collect();
        assert!(names.is_sorted() && names[0] == "0001_db_setting.sql", "{names:?}");
        assert_eq!(test.db.migrate().await.unwrap().applied, names);
        assert_eq!(test.db.migrate().await.unwrap().applied, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_changed_file_is_refused() {
    each_empty_database(async |test| {
        let first = file("1_a.sql", "create table a (x bigint)");
        run(&test.db, std::slice::from_ref(&first)).await.unwrap();
        let changed = file("1_a.sql", "create table a (x text)");
        let error =
            run(&test.db, &[changed, file("2_b.sql", "create table b (x bigint)")]).await.unwrap_err();
        assert!(matches!(error, DbError::MigrationChanged { name } if name == "1_a.sql"));
        assert!(test.db.fetch_all(sql("select x from b")).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_file_that_fails_leaves_nothing_of_the_run() {
    each_empty_database(async |test| {
        let files = [
            file("1_a.sql", "create table a (x bigint); insert into a (x) values (1);"),
            file("2_b.sql", "create table b (x bigint); insert into nowhere (x) values (1);"),
        ];
        let error = run(&test.db, &files).await.unwrap_err();
        assert!(matches!(error, DbError::Migration { name, .. } if name == "2_b.sql"));
        assert!(test.db.fetch_all(sql("select x from a")).await.is_err());
        run(&test.db, &files[..1]).await.unwrap();
        assert_eq!(test.db.fetch_one(sql("select x from a")).await.unwrap().int("x").unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_store_of_a_newer_release_says_which_files_are_unknown() {
    each_empty_database(async |test| {
        let files =
            [file("1_a.sql", "create table a (x bigint)"), file("9_z.sql", "create table z (x bigint)")];
        run(&test.db, &files).await.unwrap();
        assert_eq!(run(&test.db, &files[..1]).await.unwrap().unknown, ["9_z.sql"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_start_together_migrate_once() {
    each_empty_database(async |test| {
        let mut dbs = vec![test.db.clone()];
        for _ in 0..4 {
            dbs.push(test.open_again().await);
        }
        let mut tasks = tokio::task::JoinSet::new();
        for db in dbs {
            tasks.spawn(async move { db.migrate().await.unwrap().applied.len() });
        }
        let done = tasks.join_all().await;
        assert_eq!(done.iter().sum::<usize>(), embedded().len(), "{done:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_create_the_file_together_all_get_it() {
    let test = jq_testkit::TestDb::sqlite_empty().await;
    let path = test.folder().unwrap().join("second.db").display().to_string();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let (path, clock) = (path.clone(), test.clock.clone());
        tasks.spawn(async move { jq_db::Db::open(&path, clock).await?.migrate().await.map(|_| ()) });
    }
    for opened in tasks.join_all().await {
        opened.unwrap();
    }
}
