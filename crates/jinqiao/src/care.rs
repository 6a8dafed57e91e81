//! Care for the lake while the platform runs, beside those who read: every few minutes the tables that are worth it are
//! compacted, one after the other, and the footers of new files are read ahead; once a day what is past its time is
//! erased, and files that nothing needs are removed.

use jiff::SignedDuration;
use jq_credit::content::ReportContent;
use jq_jobs::{Failure, Worker};
use jq_lake::{Pace, Stop};
use jq_web::metrics::Metrics;

use crate::app::App;
use crate::cli;
use crate::lateness::lateness;
use crate::retention::{EraseFor, erase};

/// The job's kind.
const CARE: &str = "lake.care";
/// The setting that keeps the day of the last daily round.
const DAY: &str = "lake.daily_care";

const COMPACTIONS: &str = "jinqiao_lake_compactions_total";
const LEFT: &str = "jinqiao_lake_care_left_total";
const FAILURES: &str = "jinqiao_lake_care_failures_total";
const ERASED: &str = "jinqiao_lake_rows_erased_total";
const FILES_REMOVED: &str = "jinqiao_lake_files_removed_total";
const BYTES_REMOVED: &str = "jinqiao_lake_bytes_removed_total";

/// Who cares for the lake of a running platform.
#[derive(Clone)]
pub(crate) struct Caretaker {
    app: App,
    metrics: Metrics,
    grace: SignedDuration,
    stop: Stop,
    pace: Pace,
}

/// Has a worker care for the lake, unless that is switched off. `stop` ends a round in the middle.
pub(crate) fn attend(
    worker: Worker,
    app: &App,
    metrics: &Metrics,
    how: cli::LakeCare,
    stop: &Stop,
) -> Worker {
    if how.minutes == 0 {
        return worker;
    }
    let care = Caretaker {
        app: app.clone(),
        metrics: metrics.clone(),
        grace: SignedDuration::from_hours(how.grace_hours.into()),
        stop: stop.clone(),
        pace: Pace::beside(stop.clone()),
    };
    for counter in [COMPACTIONS, LEFT, FAILURES, ERASED, FILES_REMOVED, BYTES_REMOVED] {
        metrics.count(counter, 0);
    }
    worker.sweep(CARE, SignedDuration::from_mins(how.minutes.into()), move |_| {
        let care = care.clone();
        async move { care.round().await.map_err(Failure::passing) }
    })
}

/// Says that the daily work is done for today, in a lake that has just been filled: what was computed from it stays
/// in force until tomorrow.
pub(crate) async fn begin_tomorrow(app: &App) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    tx.set_setting(DAY, &app.clock.today().to_string()).await?;
    tx.commit().await?;
    Ok(())
}

impl Caretaker {
    /// Looks at every table once, and does the daily work where it is not done yet. What fails is told and holds up
    /// nothing else; the next round tries again.
    async fn round(&self) -> anyhow::Result<()> {
        for item in self.app.catalog.items() {
            if self.stop.is_said() {
                return Ok(());
            }
            let done = self.compact(&item.id).await;
            self.note(&item.id, done);
            let warmed = self.app.lake.warm(&item.id, &self.pace).await;
            self.note(&item.id, warmed.map(|done| done.is_some()).map_err(Into::into));
        }
        self.daily_round().await?;
        let told = self.tell_state().await;
        self.note("*", told.map(|()| true));
        Ok(())
    }

    async fn compact(&self, item: &str) -> anyhow::Result<bool> {
        if !self.app.lake.burden(item).await?.is_worth_compacting() {
            return Ok(true);
        }
        let done = self.app.lake.compact_at(item, &self.pace).await?;
        if let Some(done) = done {
            self.metrics.count(COMPACTIONS, 1);
            let (before, after) = (done.files_before, done.files_after);
            tracing::info!(lake.item = %item, files.before = before, files.after = after, "table was compacted");
        }
        Ok(done.is_some())
    }

    async fn daily_round(&self) -> anyhow::Result<()> {
        let day = self.app.clock.today().to_string();
        if self.app.db.setting(DAY).await?.as_ref() == Some(&day) {
            return Ok(());
        }
        let mut is_done = true;
        for item in self.app.catalog.items() {
            if self.stop.is_said() {
                return Ok(());
            }
            let erased = self.erase(item).await;
            is_done &= self.note(&item.id, erased);
            let removed = self.remove_files(&item.id).await;
            is_done &= self.note(&item.id, removed);
        }
        if is_done {
            let mut tx = self.app.db.begin().await?;
            tx.set_setting(DAY, &day).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn erase(&self, item: &jq_catalog::Item) -> anyhow::Result<bool> {
        let today = self.app.clock.today();
        let erased = erase(&self.app, item, EraseFor::Platform, today, &self.pace).await?;
        if let Some(erased) = &erased {
            self.metrics.count(ERASED, erased.rows as u64);
        }
        Ok(erased.is_some())
    }

    async fn remove_files(&self, item: &str) -> anyhow::Result<bool> {
        let removed = self.app.lake.vacuum_at(item, self.grace, &self.pace).await?;
        if let Some(removed) = &removed {
            self.metrics.count(FILES_REMOVED, removed.files as u64);
            self.metrics.count(BYTES_REMOVED, removed.bytes);
        }
        Ok(removed.is_some())
    }

    /// Counts what became of a piece of work; true when it is not to be done again today.
    fn note(&self, item: &str, done: anyhow::Result<bool>) -> bool {
        match done {
            Ok(true) => true,
            Ok(false) => {
                self.metrics.count(LEFT, 1);
                false
            }
            Err(error) => {
                self.metrics.count(FAILURES, 1);
                tracing::error!(lake.item = %item, error = %format!("{error:#}"), "table could not be cared for");
                true
            }
        }
    }

    /// Tells what lies in the lake and how many sources are late.
    async fn tell_state(&self) -> anyhow::Result<()> {
        let content = ReportContent::embedded()?;
        let today = self.app.clock.today();
        let (mut files, mut bytes, mut rows, mut late) = (0, 0, [0; 3], 0);
        for table in self.app.lake.status().await? {
            files += table.files as u64;
            bytes += table.bytes;
            rows[0] += table.rows_current;
            rows[1] += table.rows_arrival;
            rows[2] += table.rows_history;
            let item = self.app.catalog.item(&table.table);
            late += u64::from(item.and_then(|item| lateness(&content, item, &table, today)).is_some());
        }
        let figures = [
            ("jinqiao_lake_files", files),
            ("jinqiao_lake_bytes", bytes),
            ("jinqiao_lake_rows_current", rows[0]),
            ("jinqiao_lake_rows_arrival", rows[1]),
            ("jinqiao_lake_rows_history", rows[2]),
            ("jinqiao_lake_items_late", late),
        ];
        for (name, value) in figures {
            self.metrics.gauge(name, i64::try_from(value).unwrap_or(i64::MAX));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use jq_base::clock::Clock;
    use jq_lake::{Cell, Stamp};

    use super::*;

    /// A platform without pages: a data folder, a worker that cares for its lake, and what it tells.
    struct House {
        folder: PathBuf,
        app: App,
        worker: Worker,
        metrics: Metrics,
        stop: Stop,
    }

    impl House {
        async fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("jinqiao-care-{name}-{}", std::process::id()));
            let app = App::open(&folder, None, cli::KeyOptions::default()).await.unwrap();
            app.set_demo_clock("2026-11-10T09:30:00+08:00".parse().unwrap()).await.unwrap();
            let (metrics, stop) = (Metrics::default(), Stop::default());
            let worker = attend(Worker::new(app.db.clone()), &app, &metrics, cli::LakeCare::default(), &stop);
            Self { folder, app, worker, metrics, stop }
        }

        /// Takes so many records of an item as one batch; all of them are of `day`.
        async fn take(&self, item: &str, batch: &str, keys: std::ops::Range<u32>, day: &str) {
            let table = self.app.catalog.item(item).unwrap().table();
            let day = Cell::Day(jq_lake::day_number(day.parse().unwrap()));
            let mut rows = self.app.lake.rows(item).unwrap();
            let at = Cell::Int(Clock::System.now().as_microsecond());
            for key in keys {
                let key = format!("{item}-{key}");
                let text = Cell::Text;
                let envelope = [text("91500102MAC8YUW23Y"), text(&key), text("upsert"), Cell::Int(1), at];
                let rest = [Cell::Empty, Cell::Empty, Cell::Int(1)];
                let own = table.columns.iter().map(|column| match column.kind {
                    jq_base::table::ColumnKind::Date => day,
                    _ => Cell::Empty,
                });
                rows.push(envelope.into_iter().chain(rest).chain(own)).unwrap();
            }
            let received_at = self.app.clock.now().as_microsecond();
            let stamp =
                Stamp { source_unit: "u".to_owned(), batch_id: format!("{item}-{batch}"), received_at };
            let lock = self.app.lake.write_lock(item).await.unwrap();
            self.app.lake.append(&lock, item, stamp, rows).await.unwrap();
        }

        /// Current records, arrivals and history of an item.
        async fn rows(&self, item: &str) -> (u64, u64, u64) {
            let status = self.app.lake.status().await.unwrap();
            let table = status.into_iter().find(|table| table.table == item).unwrap();
            (table.rows_current, table.rows_arrival, table.rows_history)
        }

        /// Lets the platform's clock move on, and everything happen that is then due.
        async fn minutes_pass(&self, minutes: i64) {
            self.app.clock.advance(SignedDuration::from_mins(minutes));
            let ran = self.worker.run_due().await.unwrap();
            assert_eq!(ran.failures, 0);
        }

        fn told(&self, figure: &str) -> String {
            let text = self.metrics.text();
            let line = text.lines().find(|line| line.split(' ').next() == Some(figure));
            line.unwrap_or_default().to_owned()
        }
    }

    impl Drop for House {
        fn drop(&mut self) {
            // A folder that stays behind harms nobody.
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }

    #[tokio::test]
    async fn what_is_worth_it_is_compacted_and_the_rest_is_left() {
        let house = House::new("worth").await;
        for (batch, keys) in [("1", 0..10), ("2", 10..12), ("3", 12..14)] {
            house.take("power_bill", batch, keys.clone(), "2026-06-01").await;
        }
        house.take("tax_filing", "1", 0..10, "2026-06-01").await;
        house.take("tax_filing", "2", 10..11, "2026-06-01").await;
        house.minutes_pass(0).await;
        assert_eq!(house.rows("power_bill").await, (14, 0, 0));
        assert_eq!(house.rows("tax_filing").await, (10, 1, 0), "one file costs a reader little");
        assert_eq!(house.told("jinqiao_lake_compactions_total"), "jinqiao_lake_compactions_total 1");
        assert_eq!(house.told("jinqiao_lake_rows_arrival"), "jinqiao_lake_rows_arrival 1");

        house.take("tax_filing", "3", 11..14, "2026-06-01").await;
        house.minutes_pass(9).await;
        assert_eq!(house.rows("tax_filing").await, (10, 4, 0), "the next look is not due yet");
        house.minutes_pass(1).await;
        assert_eq!(house.rows("tax_filing").await, (14, 0, 0));
        assert_eq!(house.told("jinqiao_lake_care_failures_total"), "jinqiao_lake_care_failures_total 0");
    }

    #[tokio::test]
    async fn what_is_past_its_time_is_erased_once_a_day_on_record() {
        let house = House::new("daily").await;
        house.take("admin_penalty", "1", 0..3, "2019-01-01").await;
        house.take("admin_penalty", "2", 3..5, "2026-06-01").await;
        house.minutes_pass(0).await;
        assert_eq!(house.app.lake.sql("select * from admin_penalty").await.unwrap().len(), 2);
        assert_eq!(house.told("jinqiao_lake_rows_erased_total"), "jinqiao_lake_rows_erased_total 3");
        house.take("admin_penalty", "3", 5..6, "2019-01-01").await;
        let today = house.app.clock.today();
        while house.app.clock.today() == today {
            house.minutes_pass(60).await;
        }
        assert_eq!(house.app.lake.sql("select * from admin_penalty").await.unwrap().len(), 2);
        assert_eq!(house.told("jinqiao_lake_rows_erased_total"), "jinqiao_lake_rows_erased_total 4");
        let query = jq_db::sql("select count(*) as n from audit_line where action = 'lake.retain'");
        assert_eq!(house.app.db.fetch_one(query).await.unwrap().int("n").unwrap(), 2);
    }

    #[tokio::test]
    async fn a_table_that_fails_is_counted_and_holds_up_no_other() {
        let house = House::new("failing").await;
        for item in ["admin_license", "power_bill"] {
            for (batch, keys) in [("1", 0..10), ("2", 10..15), ("3", 15..20)] {
                house.take(item, batch, keys.clone(), "2026-06-01").await;
            }
        }
        let arrivals = house.folder.join("lake/admin_license/tier=arrival");
        for entry in std::fs::read_dir(arrivals).unwrap().flatten() {
            std::fs::write(entry.path(), "not a data file").unwrap();
        }
        house.minutes_pass(0).await;
        assert_eq!(house.app.lake.burden("admin_license").await.unwrap().rows_arrival, 10);
        assert_eq!(house.app.lake.burden("power_bill").await.unwrap().rows_arrival, 0);
        assert_ne!(house.told("jinqiao_lake_care_failures_total"), "jinqiao_lake_care_failures_total 0");
    }

    #[tokio::test]
    async fn a_table_that_another_process_cares_for_is_left_to_it() {
        let house = House::new("busy").await;
        for (batch, keys) in [("1", 0..10), ("2", 10..15), ("3", 15..20)] {
            house.take("power_bill", batch, keys.clone(), "2026-06-01").await;
        }
        let lock = std::fs::File::create(house.folder.join("lake/power_bill/.compaction-lock")).unwrap();
        lock.lock().unwrap();
        house.minutes_pass(0).await;
        assert_eq!(house.rows("power_bill").await, (10, 10, 0));
        assert_ne!(house.told("jinqiao_lake_care_left_total"), "jinqiao_lake_care_left_total 0");
        drop(lock);
        house.minutes_pass(10).await;
        assert_eq!(house.rows("power_bill").await, (20, 0, 0));
    }

    #[tokio::test]
    async fn a_platform_that_is_to_end_begins_nothing() {
        let house = House::new("ending").await;
        for (batch, keys) in [("1", 0..10), ("2", 10..15), ("3", 15..20)] {
            house.take("power_bill", batch, keys.clone(), "2026-06-01").await;
        }
        house.stop.say();
        house.minutes_pass(0).await;
        assert_eq!(house.rows("power_bill").await, (10, 10, 0));
    }
}
