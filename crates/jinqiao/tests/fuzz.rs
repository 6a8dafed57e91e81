//! Whatever content lies in a data folder and whatever stands in an address, it is read or refused, and nothing breaks.

#[path = "../../../fuzz/entries/content.rs"]
mod entries;
#[path = "../../../fuzz/entries/inputs.rs"]
mod inputs;
#[path = "../../../fuzz/entries/dmn.rs"]
mod tools;

/// Memory that reading may take at most, in MB, the test program included.
const MEMORY_MAX: u64 = 256;

#[test]
fn no_file_breaks_the_readers_of_content() {
    let files = [
        include_str!("../../../lending/products/bank01.toml"),
        include_str!("../../../lending/refusal.toml"),
        include_str!("../../../supervision/ladder.toml"),
        include_str!("../../../reports/self.toml"),
    ];
    inputs::drive(&files, 1_500, MEMORY_MAX, entries::files);
}

#[test]
fn no_address_breaks_its_readers() {
    let words = ["CQZ20261110ABCDEFGH", "1789000000000000.019a0000-0000-7000-8000-000000000000", "1.2"];
    inputs::drive(&words, 30_000, MEMORY_MAX, entries::addresses);
}

#[test]
fn nothing_that_a_banks_own_tool_writes_breaks_its_readers() {
    let tables = [
        include_str!("../../dmn/tests/cases/hit-policies.dmn"),
        include_str!("../../dmn/tests/cases/camunda.dmn"),
        include_str!("../../dmn/tests/cases/chain.dmn"),
    ];
    inputs::drive(&tables, 1_500, MEMORY_MAX, tools::table);
    let cases = [include_str!("../../dmn/tests/cases/hit-policies-test-01.xml")];
    inputs::drive(&cases, 1_500, MEMORY_MAX, tools::table_cases);
    inputs::drive(&[include_str!("data/card.toml")], 1_500, MEMORY_MAX, tools::card);
}
