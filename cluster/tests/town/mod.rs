//! A small city in a data folder, taken in through the real path: half of its items compacted, half as they arrived.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jinqiao_cluster::Platform;
use jq_catalog::Catalog;
use jq_city::Options;
use jq_ingest::{Ingest, Sender};

/// An item that the city's catalogue has and nobody has delivered yet.
const UNDELIVERED: &str = include_str!("../../../catalog/examples/sba_loan.toml");

pub(crate) struct Town {
    pub(crate) platform: Platform,
    pub(crate) folder: PathBuf,
}

impl Drop for Town {
    fn drop(&mut self) {
        // A folder that stays behind harms nobody.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Makes the city and takes it in.
pub(crate) async fn town(name: &str, subjects: u32, density: f64) -> Town {
    let folder = std::env::temp_dir().join(format!("jinqiao-cluster-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.join("lake")).unwrap();
    std::fs::create_dir_all(folder.join("catalog/items")).unwrap();
    std::fs::write(folder.join("catalog/items/57_sba_loan.toml"), UNDELIVERED).unwrap();
    let platform = Platform::open(&folder, None).await.unwrap();
    let drops = make(&folder, subjects, density);
    let catalog = Arc::new(Catalog::load(&[folder.as_path()]).unwrap());
    let ingest =
        Ingest::new(platform.db.clone(), platform.lake.clone(), Arc::clone(&catalog), folder.join("ingest"));
    let sender = Sender::operator("operator@cli");
    for delivery in ingest.find(&[drops]).unwrap() {
        ingest.take(&delivery, &sender).await.unwrap();
    }
    for item in catalog.items().step_by(2) {
        platform.lake.compact(&item.id).await.unwrap();
    }
    Town { platform, folder }
}

fn make(folder: &Path, subjects: u32, density: f64) -> PathBuf {
    let catalog = Catalog::embedded().unwrap();
    let out = folder.join("city");
    let mut options = Options::new(subjects, 7, out.clone(), &catalog);
    options.density = density;
    jq_city::make(&options, &mut |_| {}).unwrap();
    out.join("drops")
}
