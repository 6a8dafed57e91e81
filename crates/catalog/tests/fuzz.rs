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
fn no_file_breaks_the_tables() {
    let tables = [
        include_str!("../../../catalog/districts.csv"),
        include_str!("../../../catalog/industries.csv"),
        include_str!("../../../catalog/sme-size.csv"),
    ];
    inputs::drive(&tables, 300, MEMORY_MAX, entries::tables);
}
