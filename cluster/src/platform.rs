//! The platform's own parts over its data folder: lake, business records, features.

use std::path::Path;

use anyhow::{Context, bail};
use jiff::SignedDuration;
use jq_base::clock::{Clock, SHIFT_SETTING};
use jq_catalog::{Catalog, Item};
use jq_db::Db;
use jq_decision::{Decisions, Flows};
use jq_lake::Lake;

/// What a client of the cluster needs of the platform.
#[derive(Clone)]
pub struct Platform {
    /// The credit records.
    pub lake: Lake,
    /// The business records: acts are put on record in them, vectors are kept in them.
    pub db: Db,
    /// The features.
    pub decisions: Decisions,
    /// The platform's clock.
    pub clock: Clock,
}

impl Platform {
    /// Opens the data folder of a platform that has records; business records lie in it unless `database` names a
    /// server.
    pub async fn open(folder: &Path, database: Option<&str>) -> anyhow::Result<Self> {
        if !folder.join("lake").is_dir() {
            bail!("{} has no lake; name the data folder of a platform with --data", folder.display());
        }
        // Executors may stand in another folder, so that the lake's files need their whole path.
        let folder = folder.canonicalize().with_context(|| format!("find {}", folder.display()))?;
        let clock = Clock::shifted(SignedDuration::ZERO);
        let file = folder.join("jinqiao.db");
        let file = file.to_str().context("the data folder's name is not UTF-8")?;
        let db =
            Db::open(database.unwrap_or(file), clock.clone()).await.context("open the business records")?;
        db.migrate().await?;
        if let Some(shift) = db.setting(SHIFT_SETTING).await? {
            let seconds = shift.parse().context("the demo clock's setting is not a number")?;
            clock.advance(SignedDuration::from_secs(seconds));
        }
        let catalog = Catalog::load(&[folder.as_path()])?;
        let lake = Lake::open(&folder.join("lake"), catalog.items().map(Item::table).collect())?;
        let decisions = Decisions::new(db.clone(), lake.clone(), Flows::load(&[folder.as_path()])?);
        Ok(Self { lake, db, decisions, clock })
    }
}
