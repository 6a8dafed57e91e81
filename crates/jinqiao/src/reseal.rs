//! Secret columns of the business store, and the files of reports, under the keys of today: after a key was turned,
//! this frees them from the former one.

use std::collections::BTreeMap;

use jq_base::seal::SecretTable;
use jq_db::audit::AuditLine;
use jq_db::{Db, Shelf};
use serde::Serialize;

/// The tables of all capabilities with columns that lie sealed.
pub(crate) fn tables() -> impl Iterator<Item = &'static SecretTable> {
    let all: [&[&SecretTable]; 9] = [
        &jq_db::SECRET_TABLES,
        &jq_identity::SECRET_TABLES,
        &jq_ingest::SECRET_TABLES,
        &jq_decision::SECRET_TABLES,
        &jq_lending::SECRET_TABLES,
        &jq_matching::SECRET_TABLES,
        &jq_notify::SECRET_TABLES,
        &jq_warning::SECRET_TABLES,
        &jq_api::SECRET_TABLES,
    ];
    all.into_iter().flatten().copied()
}

/// What a pass came to.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Resealed {
    /// Values sealed anew, of the tables where there were any; of `reports` and `documents` it is files.
    pub(crate) sealed: BTreeMap<&'static str, u64>,
    /// Those that no key opens any more, where there are any.
    pub(crate) closed: BTreeMap<&'static str, u64>,
}

impl Resealed {
    fn add(&mut self, name: &'static str, found: jq_db::Resealed) {
        for (counted, values) in [(&mut self.sealed, found.values), (&mut self.closed, found.closed)] {
            if values > 0 {
                counted.insert(name, values);
            }
        }
    }
}

/// Seals anew what waits for it in all tables and on the shelves of files, and puts that on record. It may be cut off
/// at any moment: the next pass goes on with what is left. `after_table` hears when one more table is through.
pub(crate) async fn reseal(
    db: &Db,
    shelves: [(&'static str, Shelf); 2],
    after_table: impl Fn(),
) -> anyhow::Result<Resealed> {
    let mut done = Resealed::default();
    for table in tables() {
        done.add(table.name, jq_db::reseal(db, table).await?);
        after_table();
    }
    for (name, shelf) in shelves {
        done.add(name, shelf.reseal().await?);
    }
    let line = AuditLine::new("operator@cli", "operator", "crypto.keys.reseal");
    db.record(line.detail(serde_json::to_value(&done)?)).await?;
    Ok(done)
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    /// Every source file below a folder, with its text.
    fn sources(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }

    /// Every source file of what ships.
    fn shipped() -> Vec<(PathBuf, String)> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).unwrap() {
            let source = entry.unwrap().path().join("src");
            if source.is_dir() {
                sources(&source, &mut found);
            }
        }
        found
    }

    #[test]
    fn no_column_is_sealed_beside_the_tables_that_are_sealed_anew() {
        let beside =
            shipped().into_iter().filter(|(_, text)| text.contains(concat!("SecretPlace", "::new(")));
        let beside: Vec<PathBuf> = beside.map(|(path, _)| path).collect();
        // Files are no table, and their shelf seals them anew itself.
        assert!(matches!(&beside[..], [shelf] if shelf.ends_with("db/src/shelf.rs")), "{beside:?}");
    }

    #[test]
    fn every_table_with_sealed_columns_is_sealed_anew() {
        let name = |part: &str| part.split('"').nth(1).unwrap_or_default().to_owned();
        let mut found: Vec<String> = shipped()
            .iter()
            .flat_map(|(_, text)| text.split(concat!(": SecretTable = ", "SecretTable {")).skip(1))
            .map(name)
            .collect();
        let mut listed: Vec<String> = tables().map(|table| table.name.to_owned()).collect();
        found.sort();
        listed.sort();
        assert_eq!(found, listed);
    }
}
