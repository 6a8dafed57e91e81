//! What every capability may rely on, on both databases alike.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

use jiff::civil::date;
use jq_base::money::Money;
use jq_db::{DbError, Query, Tx, sql, sql_built};
use jq_testkit::{TestDb, each_database, instant};

async fn table(test: &TestDb) {
    let mut tx = test.db.begin().await.unwrap();
    let thing = "create table thing (
        thing_id text primary key, amount_fen bigint check (amount_fen >= 0), ratio double precision, note text)";
    tx.execute(sql(thing)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn insert(tx: &mut Tx, id: &str, amount: i64) -> Result<u64, DbError> {
    tx.execute(sql("insert into thing (thing_id, amount_fen) values ($1, $2)").bind(id).bind(amount)).await
}

async fn count(test: &TestDb) -> i64 {
    let row = test.db.fetch_one(sql("select count(*) as things from thing")).await.unwrap();
    row.int("things").unwrap()
}

#[tokio::test]
async fn values_come_back_as_they_were_given() {
    each_database(async |test| {
        table(test).await;
        let mut tx = test.db.begin().await.unwrap();
        let row = tx
            .fetch_one(
                sql("insert into thing (thing_id, amount_fen, ratio, note) values ($1, $2, $3, $4)
                     returning thing_id, amount_fen, ratio, note")
                .bind("山城")
                .bind(Money::from_fen(i64::MAX))
                .bind(0.1)
                .bind(None::<&str>),
            )
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(row.text("thing_id").unwrap(), "山城");
        assert_eq!(row.get::<Money>("amount_fen").unwrap(), Money::from_fen(i64::MAX));
        assert_eq!(row.get::<f64>("ratio").unwrap().to_bits(), 0.1_f64.to_bits());
        assert_eq!(row.opt_text("note").unwrap(), None);
        assert!(row.text("note").is_err());
    })
    .await;
}

#[tokio::test]
async fn missing_values_of_every_type_are_taken() {
    each_database(async |test| {
        table(test).await;
        let mut tx = test.db.begin().await.unwrap();
        let query = sql("insert into thing (thing_id, amount_fen, ratio, note) values ($1, $2, $3, $4)");
        let query = query.bind("a").bind(None::<i64>).bind(None::<f64>).bind(None::<String>);
        tx.execute(query).await.unwrap();
        let found = sql("select amount_fen, ratio, note from thing
             where ($1 is null or thing_id = $1) and amount_fen is null");
        let row = tx.fetch_one(found.bind(None::<&str>)).await.unwrap();
        assert_eq!(row.opt_int("amount_fen").unwrap(), None);
        assert_eq!(row.get::<Option<f64>>("ratio").unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn instants_dates_and_answers_have_one_form() {
    each_database(async |test| {
        let at = instant("2026-11-10T09:30:00.123456+08:00");
        let query =
            sql("select cast($1 as bigint) as at, cast($2 as text) as due, cast($3 as bigint) as flag,
                1 = 1 as yes, 2 as two, exists (select 1 from setting) as some_setting");
        let row = test.db.fetch_one(query.bind(at).bind(date(2026, 11, 30)).bind(true)).await.unwrap();
        assert_eq!(row.instant("at").unwrap(), at);
        assert_eq!(row.get::<jiff::civil::Date>("due").unwrap(), date(2026, 11, 30));
        assert!(row.flag("flag").unwrap() && row.flag("yes").unwrap() && !row.flag("some_setting").unwrap());
        assert_eq!(row.int("two").unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn an_undone_transaction_leaves_nothing() {
    each_database(async |test| {
        table(test).await;
        let mut tx = test.db.begin().await.unwrap();
        insert(&mut tx, "dropped", 1).await.unwrap();
        drop(tx);
        let mut tx = test.db.begin().await.unwrap();
        insert(&mut tx, "undone", 1).await.unwrap();
        tx.rollback().await.unwrap();
        assert_eq!(count(test).await, 0);
    })
    .await;
}

#[tokio::test]
async fn readers_see_the_last_commit_and_not_an_open_transaction() {
    each_database(async |test| {
        table(test).await;
        let mut tx = test.db.begin().await.unwrap();
        insert(&mut tx, "a", 1).await.unwrap();
        assert_eq!(count(test).await, 0);
        tx.commit().await.unwrap();
        assert_eq!(count(test).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_read_transaction_sees_one_moment_and_cannot_write() {
    each_database(async |test| {
        table(test).await;
        let things = || sql("select count(*) as things from thing");
        let mut read = test.db.read().await.unwrap();
        assert_eq!(read.fetch_one(things()).await.unwrap().int("things").unwrap(), 0);
        let mut tx = test.db.begin().await.unwrap();
        insert(&mut tx, "a", 1).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(read.fetch_one(things()).await.unwrap().int("things").unwrap(), 0);
        assert!(read.fetch_all(sql("delete from thing")).await.is_err());
        read.end().await.unwrap();
        assert_eq!(count(test).await, 1);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_written_outside_a_transaction() {
    each_database(async |test| {
        let write = "insert into setting (name, value, changed_at) values ('a', 'b', 0) returning name";
        assert!(test.db.fetch_all(sql(write)).await.is_err());
        assert_eq!(test.db.setting("a").await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_duplicate_is_named_and_ends_the_transaction() {
    each_database(async |test| {
        table(test).await;
        let mut tx = test.db.begin().await.unwrap();
        insert(&mut tx, "a", 1).await.unwrap();
        let error = insert(&mut tx, "a", 2).await.unwrap_err();
        assert!(error.is_unique_violation() && !error.is_passing(), "{error:?}");
        assert!(matches!(insert(&mut tx, "b", 2).await, Err(DbError::Failed)));
        assert!(matches!(tx.commit().await, Err(DbError::Failed)));
        assert_eq!(count(test).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_check_of_the_table_is_named() {
    each_database(async |test| {
        table(test).await;
        let mut tx = test.db.begin().await.unwrap();
        let error = insert(&mut tx, "a", -1).await.unwrap_err();
        assert!(error.is_check_violation() && !error.is_unique_violation(), "{error:?}");
    })
    .await;
}

#[tokio::test]
async fn a_statement_with_a_value_too_few_never_reaches_the_database() {
    each_database(async |test| {
        let query = sql("select name from setting where name = $1 and value = $2").bind("x");
        let error = test.db.fetch_all(query).await.unwrap_err();
        assert!(matches!(error, DbError::Parameters { named: 2, bound: 1, .. }), "{error:?}");
    })
    .await;
}

#[tokio::test]
async fn a_list_of_values_fits_into_in() {
    each_database(async |test| {
        table(test).await;
        let mut tx = test.db.begin().await.unwrap();
        for id in ["a", "b", "c"] {
            insert(&mut tx, id, 1).await.unwrap();
        }
        let text = format!(
            "select thing_id, cast(sum(amount_fen) as bigint) as total_fen from thing
             where amount_fen = $1 and thing_id in ({}) group by thing_id order by thing_id",
            Query::next_places(2, 2)
        );
        let rows = tx.fetch_all(sql_built(text).bind(1_i64).bind_all(["c", "a"])).await.unwrap();
        let ids: Vec<String> = rows.iter().map(|row| row.text("thing_id").unwrap()).collect();
        assert_eq!(ids, ["a", "c"]);
        assert_eq!(rows[0].int("total_fen").unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_conditional_update_is_won_by_one() {
    each_database(async |test| {
        table(test).await;
        let mut tx = test.db.begin().await.unwrap();
        insert(&mut tx, "a", 0).await.unwrap();
        tx.commit().await.unwrap();
        let mut tasks = tokio::task::JoinSet::new();
        for db in test.handles(8).await {
            tasks.spawn(async move {
                let mut tx = db.begin().await.unwrap();
                let query = sql("update thing set amount_fen = 1 where thing_id = 'a' and amount_fen = 0");
                let won = tx.execute(query).await.unwrap();
                tx.commit().await.unwrap();
                won
            });
        }
        assert_eq!(tasks.join_all().await.into_iter().sum::<u64>(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_setting_is_kept_and_replaced() {
    each_database(async |test| {
        assert_eq!(test.db.setting("city").await.unwrap(), None);
        for name in ["重庆", "成都"] {
            let mut tx = test.db.begin().await.unwrap();
            tx.set_setting("city", name).await.unwrap();
            assert_eq!(tx.setting("city").await.unwrap().as_deref(), Some(name));
            tx.commit().await.unwrap();
        }
        assert_eq!(test.db.setting("city").await.unwrap().as_deref(), Some("成都"));
    })
    .await;
}
