//! Questions in SQL, and Parquet files that others wrote.

use std::fs::File;
use std::path::PathBuf;
use std::sync::OnceLock;

use jq_base::table::{ColumnKind, ColumnSpec, TableSpec};
use jq_lake::{ForeignFile, Lake, Scope};
use tokio::runtime::{Builder, Runtime};

/// Plans a question over a lake of one table. It is not run, for a right question may take any time.
pub(crate) fn question(bytes: &[u8]) {
    static LAKE: OnceLock<(Runtime, Lake)> = OnceLock::new();
    let (runtime, lake) = LAKE.get_or_init(|| {
        let column = |name: &str, kind| ColumnSpec { name: name.to_owned(), kind, optional: true, level: 1 };
        let columns = vec![column("paid_on", ColumnKind::Date), column("amount_fen", ColumnKind::Money)];
        let bills = TableSpec { name: "bill".to_owned(), columns, also_subjects: vec![], key_level: 1 };
        let folder = std::env::temp_dir().join(format!("jq-fuzz-lake-{}", std::process::id()));
        let lake = Lake::open(&folder, vec![bills]).expect("a folder for the lake");
        (Builder::new_current_thread().enable_all().build().expect("a runtime"), lake)
    });
    let question = format!("explain {}", String::from_utf8_lossy(bytes));
    let _ = runtime.block_on(lake.session(Scope::All).table(&question));
}

/// Looks a Parquet file over and reads all of it, as far as it can be read. At what the Parquet reader panics is caught
/// within; nothing else may.
pub(crate) fn foreign(bytes: &[u8]) {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    let file =
        FILE.get_or_init(|| std::env::temp_dir().join(format!("jq-fuzz-foreign-{}", std::process::id())));
    std::fs::write(file, bytes).expect("a file");
    let Ok(foreign) = ForeignFile::open(File::open(file).expect("it was written")) else { return };
    let Ok(reader) = foreign.read(foreign.columns()) else { return };
    for rows in reader {
        let Ok(rows) = rows else { return };
        for row in 0..rows.len() {
            for column in 0..foreign.columns().len() {
                let _ = rows.value(row, column);
            }
        }
    }
}
