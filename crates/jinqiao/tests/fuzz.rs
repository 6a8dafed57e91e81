//! Whatever content lies in a data folder and whatever stands in an address, it is read or refused, and nothing breaks.

#[path = "../../../fuzz/entries/content.rs"]
mod entries;
#[path = "../../../fuzz/entries/inputs.rs"]
mod inputs;
#[path = "../../../fuzz/entries/dmn.rs"]
mod tools;

use std::fmt::Write as _;
use std::io::Write as _;

/// Memory that reading may take at most, in MB, the test program included.
const MEMORY_MAX: u64 = 256;

/// An order of the past, as a bank's file has it on one line.
const PAST: &str = r#"{"order_id":"order-1","order_no":"JQ20261012-0001","kind":"new","subject":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","subject_name":"农户a","district":"500103","industry":"C3670","applicant":"account-a","product":"shancheng_tax_loan","bank":"bank01","amount_fen":50000000,"months":12,"method":"interest_monthly","security":"credit","loan_use":"purchase","contact_name":"李华","contact_mobile":"13500001234","created_at":"2026-10-12T08:00:00+08:00","steps":[{"event":"submit","at":"2026-10-12T10:00:00+08:00","actor":"firm","role":"legal_rep","institution":""},{"event":"grant","amount_fen":40000000,"months":12,"rate_ppm":36500,"method":"interest_monthly","security":"credit","valid_until":"2026-12-31","at":"2026-10-19T10:00:00+08:00","actor":"approver@bank01","role":"approver","institution":"bank01"}],"loans":[{"loan_id":"loan-L1","loan_ref":"L1","amount_fen":30000000,"drawn_on":"2026-10-21","told_at":"2026-10-21T16:00:00+08:00","officer":"officer@bank01","late":[{"instalment":1,"days":3}]}]}"#;

#[test]
fn no_file_breaks_the_readers_of_content() {
    let files = [
        include_str!("../../../lending/products/bank01.toml"),
        include_str!("../../../lending/refusal.toml"),
        include_str!("../../../supervision/ladder.toml"),
        include_str!("../../../reports/self.toml"),
        include_str!("../../../lending/figures.toml"),
        include_str!("../../../consent/watch.toml"),
    ];
    inputs::drive(&files, 1_500, MEMORY_MAX, entries::files);
}

#[test]
fn no_file_breaks_the_readers_of_warnings_and_messages() {
    let models = [
        include_str!("../../../decisions/warnings/bills_late.toml"),
        include_str!("../../../decisions/warnings/dishonest_debtor.toml"),
    ];
    inputs::drive(&models, 800, MEMORY_MAX, entries::warning);
    let messages =
        [include_str!("../../../notify/messages.toml"), include_str!("../../../notify/events.toml")];
    inputs::drive(&messages, 300, MEMORY_MAX, entries::messages);
}

#[test]
fn no_file_breaks_the_reader_of_past_orders() {
    inputs::drive(&[PAST], 5_000, MEMORY_MAX, entries::past);
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
    let mappings = [include_str!("../../../fuzz/entries/offer.toml")];
    inputs::drive(&mappings, 3_000, MEMORY_MAX, tools::table_mapping);
    inputs::drive(&[include_str!("data/card.toml")], 1_500, MEMORY_MAX, tools::card);
}

#[test]
fn no_file_of_cases_breaks_the_training() {
    let mut cases = "row_id,months,town,target\n".to_owned();
    for row in 0..200 {
        let (months, is_bad) = (row % 40, row % 7 * 6 > row % 40);
        let (town, end) = (["a", "b", ""][row % 3], u8::from(is_bad));
        writeln!(cases, "c{row},{months},{town},{end}").expect("a text takes all");
    }
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(cases.as_bytes()).expect("bytes");
    let packed = packed.finish().expect("bytes");
    inputs::drive(
        &[cases.replace(',', ";").into_bytes(), cases.into_bytes(), packed],
        400,
        MEMORY_MAX,
        tools::training,
    );
}
