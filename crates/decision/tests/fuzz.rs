//! Whatever a flow or feature file says, it is compiled or refused with its line, and nothing breaks.

#[path = "../../../fuzz/entries/decision.rs"]
mod entries;
#[path = "../../../fuzz/entries/inputs.rs"]
mod inputs;

/// Memory that compiling may take at most, in MB, the test program included.
const MEMORY_MAX: u64 = 512;

#[test]
fn no_file_breaks_the_compiler_of_flows() {
    let flows = [
        include_str!("../../../decisions/flows/bank01-scorecard.toml"),
        include_str!("../../../decisions/flows/bank02-table.toml"),
        include_str!("../../../decisions/flows/bank03-farm.toml"),
    ];
    inputs::drive(&flows, 3_000, MEMORY_MAX, entries::flow);
}

#[test]
fn no_file_breaks_the_reader_of_features_and_rates() {
    let files = [
        include_str!("../../../decisions/features/registration.sql"),
        include_str!("../../../decisions/features/tax.sql"),
        include_str!("../../../decisions/lpr.csv"),
    ];
    inputs::drive(&files, 5_000, MEMORY_MAX, entries::features);
}
