//! The working-day calendar in force: the shipped one until the operator imports another. What was judged stays judged;
//! what is still open is due by the new one.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jq_base::sm3;
use jq_base::workdays::{Calendar, CalendarError};
use jq_db::audit::AuditLine;
use jq_db::{Db, DbError, Query, Row, sql};
use serde_json::json;

use crate::order::{OrderCursor, OrderFilter, OrderState, judge, store};
use crate::{Lending, LendingError};

/// Orders looked at together.
const PAGE: u32 = 200;
/// How long a process goes by a calendar before it asks whether another one was imported.
const ASK_AFTER: Duration = Duration::from_secs(20);
/// Characters of a version's name.
const VERSION_CHARS: std::ops::RangeInclusive<usize> = 1..=40;

/// The calendar in force; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Days(Arc<RwLock<InForce>>);

#[derive(Debug)]
struct InForce {
    calendar: Arc<Calendar>,
    /// The digest of the imported text; empty for the shipped calendar.
    digest: String,
    /// The digest of the one by which open orders were last reckoned by this process.
    reckoned: String,
    /// When the store was last asked for a newer one.
    asked: Option<Instant>,
}

impl Days {
    pub(crate) fn new(calendar: Calendar) -> Self {
        let (digest, reckoned) = (String::new(), String::new());
        Self(Arc::new(RwLock::new(InForce { calendar: Arc::new(calendar), digest, reckoned, asked: None })))
    }

    pub(crate) fn now(&self) -> Arc<Calendar> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner).calendar)
    }

    /// Whether the store should be asked for a newer one: at most once in so long.
    fn is_old(&self) -> bool {
        let asked = self.0.read().unwrap_or_else(PoisonError::into_inner).asked;
        asked.is_none_or(|asked| asked.elapsed() > ASK_AFTER)
    }

    fn change(&self, change: impl FnOnce(&mut InForce)) {
        change(&mut self.0.write().unwrap_or_else(PoisonError::into_inner));
    }

    fn read<T>(&self, read: impl FnOnce(&InForce) -> T) -> T {
        read(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A calendar that was imported (工作日历版本).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarVersion {
    /// Its name.
    pub version: String,
    /// Who imported it.
    pub loaded_by: String,
    /// When.
    pub loaded_at: Timestamp,
}

/// What an import came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The version in force.
    pub version: String,
    /// The years whose holidays are known.
    pub years: Vec<i16>,
    /// Open orders that are due at another time since.
    pub moved: u64,
}

/// Why a calendar was not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file.
    #[error(transparent)]
    File(#[from] CalendarError),
    /// The name of the version.
    #[error("a version is named by 1 to 40 characters")]
    Version,
    /// Another calendar has that name.
    #[error("version {0} was imported before with other days; give this one a name of its own")]
    Taken(String),
    /// It lacks a year that is loaded.
    #[error("the file lacks {0}, which is loaded now")]
    YearMissing(i16),
    /// Orders could not be reckoned anew.
    #[error(transparent)]
    Lending(#[from] LendingError),
}

impl From<DbError> for ImportError {
    fn from(error: DbError) -> Self {
        Self::Lending(error.into())
    }
}

impl Lending {
    /// The calendar in force.
    pub fn calendar(&self) -> Arc<Calendar> {
        self.days.now()
    }

    /// Takes over what was imported by this or another process, if that was not asked a moment ago.
    pub(crate) async fn follow_calendar(&self) -> Result<(), LendingError> {
        if self.days.is_old() { self.refresh_calendar().await.map(|_| ()) } else { Ok(()) }
    }

    /// Takes over what was imported by this or another process. True when another calendar is in force since.
    pub async fn refresh_calendar(&self) -> Result<bool, LendingError> {
        self.days.change(|days| days.asked = Some(Instant::now()));
        let Some(newest) = newest(&self.db).await? else { return Ok(false) };
        if self.days.read(|days| days.digest == newest.digest) {
            return Ok(false);
        }
        let Newest { version, text, digest } = newest;
        match Calendar::parse_csv(&text, &version) {
            Ok(calendar) => self.days.change(|days| {
                days.calendar = Arc::new(calendar);
                days.digest = digest;
            }),
            Err(error) => {
                tracing::error!(version, %error, "the imported calendar cannot be read; the one before stays");
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Reckons open orders anew where a calendar is in force by which this process has not reckoned them yet.
    pub(crate) async fn reckon_if_new(&self, now: Timestamp) -> Result<(), LendingError> {
        self.refresh_calendar().await?;
        let digest = self.days.read(|days| days.digest.clone());
        if self.days.read(|days| days.reckoned != digest) {
            self.reckon_open(now).await?;
            self.days.change(|days| days.reckoned = digest);
        }
        Ok(())
    }

    /// The calendars that were imported, the newest first.
    pub async fn list_calendars(&self) -> Result<Vec<CalendarVersion>, LendingError> {
        let query = sql(
            "select version, loaded_by, loaded_at from lending_calendar order by loaded_at desc, version",
        );
        let read = |row: &Row| {
            Ok(CalendarVersion {
                version: row.text("version")?,
                loaded_by: row.text("loaded_by")?,
                loaded_at: row.instant("loaded_at")?,
            })
        };
        let rows = self.db.fetch_all(query).await?;
        Ok(rows.iter().map(read).collect::<Result<_, DbError>>()?)
    }

    /// Imports a calendar and reckons anew until when the next act on each open order is due. The same import again
    /// goes on with what one that was cut off left, and puts a former calendar back in force.
    pub async fn import_calendar(
        &self,
        text: &str,
        version: &str,
        by: (&str, &str),
    ) -> Result<Imported, ImportError> {
        let version = version.trim();
        if !VERSION_CHARS.contains(&version.chars().count()) {
            return Err(ImportError::Version);
        }
        self.refresh_calendar().await?;
        let calendar = Calendar::parse_csv(text, version)?;
        let years: BTreeSet<i16> = calendar.loaded_years().collect();
        if let Some(missing) = self.calendar().loaded_years().find(|year| !years.contains(year)) {
            return Err(ImportError::YearMissing(missing));
        }
        let digest = sm3::hex(&sm3::digest(text.as_bytes()));
        let mut tx = self.db.begin().await?;
        let now = tx.now();
        let query = sql("insert into lending_calendar (version, text, digest, loaded_by, loaded_at)
             values ($1, $2, $3, $4, $5) on conflict (version) do nothing");
        let query = query.bind(version).bind(text).bind(&digest).bind(by.0).bind(now);
        if tx.execute(query).await? == 0 {
            // Known: it is in force again, also where another one came after it.
            let again = sql("update lending_calendar set loaded_by = $3, loaded_at = $4
                 where version = $1 and digest = $2");
            let again = again.bind(version).bind(&digest).bind(by.0).bind(now);
            if tx.execute(again).await? == 0 {
                return Err(ImportError::Taken(version.to_owned()));
            }
        }
        let years: Vec<i16> = years.into_iter().collect();
        let detail = json!({ "version": version, "years": years, "digest": digest });
        tx.audit(AuditLine::new(by.0, by.1, "lending.calendar.import").detail(detail));
        tx.commit().await?;
        self.refresh_calendar().await?;
        let moved = self.reckon_open(now).await?;
        self.days.change(|days| days.reckoned.clone_from(&days.digest));
        Ok(Imported { version: self.calendar().version().to_owned(), years, moved })
    }

    /// Reckons anew until when the next act on each open order is due.
    async fn reckon_open(&self, now: Timestamp) -> Result<u64, LendingError> {
        let states = OrderState::at_a_bank();
        let at_banks = OrderFilter { states, ..OrderFilter::default() };
        let appealed = OrderFilter { appealed: true, ..OrderFilter::default() };
        let mut moved = 0;
        for filter in [at_banks, appealed] {
            let mut cursor: Option<OrderCursor> = None;
            loop {
                let page = self.list_all(&self.db, &filter, cursor, PAGE).await?;
                let mut tx = self.db.begin().await?;
                for order in &page.orders {
                    let steps = store::list_steps_within(&mut tx, &order.order_id).await?;
                    let mut next = order.clone();
                    judge(&mut next, order, &self.clocks(order, &steps, now));
                    if next.due_at != order.due_at {
                        moved += u64::from(store::update(&mut tx, &next, order.version).await?);
                    }
                }
                tx.commit().await?;
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
        }
        Ok(moved)
    }
}

/// The newest calendar that was imported.
struct Newest {
    version: String,
    text: String,
    digest: String,
}

async fn newest(db: &Db) -> Result<Option<Newest>, DbError> {
    let query: Query = sql("select version, text, digest from lending_calendar
         order by loaded_at desc, version desc limit 1");
    let row = db.fetch_optional(query).await?;
    row.map(|row| {
        Ok(Newest { version: row.text("version")?, text: row.text("text")?, digest: row.text("digest")? })
    })
    .transpose()
}
