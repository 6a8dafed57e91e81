//! Whatever file lies in a data folder's catalogue, it is loaded or refused with its place, and nothing breaks.

#[path = "../../../fuzz/entries/catalog.rs"]
mod entries;
#[path = "../../../fuzz/entries/inputs.rs"]
mod inputs;

/// Memory that loading may take at most, in MB, the test program included.
const MEMORY_MAX: u64 = 512;

#[test]
fn no_file_breaks_the_loading_of_items_and_codes() {
    let items = [
        include_str!("../../../catalog/examples/sba_loan.toml"),
        include_str!("../../../catalog/items/22_power_bill.toml"),
        include_str!("../../../catalog/items/13_tax_filing.toml"),
    ];
    inputs::drive(&items, 80, MEMORY_MAX, entries::item);
    inputs::drive(&[include_str!("../../../catalog/codes/currency.toml")], 40, MEMORY_MAX, entries::codes);
}

#[test]
fn no_file_breaks_the_readers_of_what_units_write_in_their_own_way() {
    let mapping = [include_str!("../../../catalog/mappings/power/power_bill.toml")];
    inputs::drive(&mapping, 60, MEMORY_MAX, entries::unit_mapping);
    let shapes = ["yyyy年M月d日\n2026年8月5日", "yyyy-MM-dd HH:mm:ss\n2026-08-05 09:30:00", "yyyyMM\n202608"];
    inputs::drive(&shapes, 20_000, MEMORY_MAX, entries::date_shape);
}

#[test]
fn no_file_breaks_the_tables() {
    let tables = [
        include_str!("../../../catalog/districts.csv"),
        include_str!("../../../catalog/industries.csv"),
        include_str!("../../../catalog/sme-size.csv"),
    ];
    inputs::drive(&tables, 300, MEMORY_MAX, entries::tables);
}
