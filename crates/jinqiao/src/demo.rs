//! The demo city's side of the platform: its cast, its institutions and people, its past.

mod history;
mod people;
mod warnings;

use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

use crate::app::App;

/// The password of every staff account and the secret of every program in a demo city.
pub(crate) const PASSWORD: &str = "jinqiao-demo";
/// Who stands on record for what the demo opens.
const BY: &str = "demo";
/// The setting that says that the demo city is complete.
const READY: &str = "demo.ready";

/// A firm or farm household that the demo shows.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct DemoFirm {
    pub(crate) subject_key: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) district_name: String,
    pub(crate) person: String,
    /// Missing in cities that were made before it was listed.
    #[serde(default)]
    pub(crate) resident_id: String,
    pub(crate) mobile: String,
    pub(crate) why_zh: String,
    pub(crate) why_en: String,
}

/// The demo's cast, as the city lists it.
pub(crate) fn read_firms(city: &Path) -> anyhow::Result<Vec<DemoFirm>> {
    let path = city.join("truth/demo_firms.json");
    let text = std::fs::read(&path).with_context(|| format!("read {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("understand {}", path.display()))
}

/// True when an earlier start finished making the demo city.
pub(crate) async fn is_ready(app: &App) -> anyhow::Result<bool> {
    Ok(app.db.setting(READY).await?.is_some())
}

/// Opens the demo's accounts, takes the city's past orders and marks the city as complete. Each of these can have been
/// done by an earlier start. Returns how many past orders were taken now.
pub(crate) async fn move_in(app: &App, city: &Path, seed: u64) -> anyhow::Result<u64> {
    let firms = read_firms(city)?;
    people::open(app, &firms, seed).await?;
    let orders = history::take(app, city, &firms).await?;
    warnings::begin(app, &firms).await?;
    let mut tx = app.db.begin().await?;
    tx.set_setting(READY, "1").await?;
    tx.commit().await?;
    Ok(orders)
}
