//! Files with which the catalogue is changed: items with their fields and checks, codes, and the tables beside them.

use std::path::PathBuf;
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};

use jq_catalog::size::SizeRules;
use jq_catalog::{Catalog, CatalogError, DateShape, Districts, Industries};

/// Lays a file over the built-in catalogue as an item of the data folder.
pub(crate) fn item(bytes: &[u8]) {
    load("items/57_fuzz.toml", bytes);
}

/// Lays a file over the built-in catalogue as a code list of the data folder.
pub(crate) fn codes(bytes: &[u8]) {
    load("codes/fuzz.toml", bytes);
}

/// Lays a file over the built-in catalogue as the way in which a unit writes an item itself.
pub(crate) fn unit_mapping(bytes: &[u8]) {
    load("mappings/power/power_bill.toml", bytes);
}

/// Reads the shape of a unit's days, which stands on the first line, and a day of that shape.
pub(crate) fn date_shape(bytes: &[u8]) {
    let text = &*String::from_utf8_lossy(bytes);
    let (shape, day) = text.split_once('\n').unwrap_or((text, ""));
    if let Ok(shape) = DateShape::parse(shape) {
        let _ = (shape.has_day(), shape.read(day));
    }
}

fn load(file: &str, bytes: &[u8]) {
    // One load at a time: the tests of one process run side by side and have this folder in common.
    static FOLDER: LazyLock<Mutex<PathBuf>> = LazyLock::new(|| {
        Mutex::new(std::env::temp_dir().join(format!("jq-fuzz-catalog-{}", std::process::id())))
    });
    let folder = FOLDER.lock().unwrap_or_else(PoisonError::into_inner);
    let root = folder.join("catalog");
    // What another entry has laid there is not this one's concern.
    let _ = std::fs::remove_dir_all(&root);
    for inner in ["items", "codes", "mappings/power"] {
        std::fs::create_dir_all(root.join(inner)).expect("a folder");
    }
    std::fs::write(root.join(file), bytes).expect("a file");
    match Catalog::load(&[folder.as_path()]) {
        Ok(catalog) => {
            for item in catalog.items() {
                let _ = (item.table(), item.header(), item.key_text());
            }
        }
        Err(CatalogError::Content(problems)) => assert!(!problems.is_empty()),
        Err(CatalogError::Read { .. }) => {}
    }
}

/// Reads a file as each of the tables beside the items.
pub(crate) fn tables(bytes: &[u8]) {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    let catalog = CATALOG.get_or_init(|| Catalog::embedded().expect("the built-in catalogue is sound"));
    let text = &*String::from_utf8_lossy(bytes);
    let _ = Districts::parse_csv(text, "fuzz.csv");
    let _ = Industries::parse_csv(("fuzz.csv", text), ("fuzz.csv", text));
    let _ = SizeRules::parse_csv(text, "fuzz.csv", catalog.industries());
}
