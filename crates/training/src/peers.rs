//! What other programs say about the same cases, for the tests: `tests/data/README.md` tells how it was made.

use serde_json::Value;

/// The answers of the others.
pub(crate) fn peers() -> Value {
    serde_json::from_str(include_str!("../tests/data/peers.json")).expect("the fixture is JSON")
}

/// A figure of an answer.
pub(crate) fn figure_of(value: &Value) -> f64 {
    value.as_f64().expect("a figure")
}

/// Counts of an answer.
pub(crate) fn counts_of(value: &Value) -> Vec<u64> {
    value.as_array().expect("a list").iter().map(|count| count.as_u64().expect("a count")).collect()
}

/// The rows of German credit, with the given columns as numbers and whether each ended badly.
pub(crate) fn german(columns: &[&str], part: Option<&str>) -> (Vec<Vec<f64>>, Vec<bool>) {
    let parts = csv::Reader::from_reader(&include_bytes!("../tests/data/german_split.csv")[..])
        .into_records()
        .map(|row| row.expect("a row")[1].to_owned())
        .collect::<Vec<_>>();
    let mut table = csv::Reader::from_reader(&include_bytes!("../tests/data/german_credit.csv")[..]);
    let header = table.headers().expect("a header").clone();
    let place = |name: &str| header.iter().position(|known| known == name).expect("the column is there");
    let (places, target): (Vec<usize>, usize) =
        (columns.iter().map(|name| place(name)).collect(), place("target"));
    let (mut rows, mut bad) = (Vec::new(), Vec::new());
    for (row, of) in table.records().zip(parts) {
        let row = row.expect("a row");
        if part.is_none_or(|part| part == of) {
            rows.push(places.iter().map(|place| row[*place].parse().expect("a number")).collect());
            bad.push(&row[target] == "1");
        }
    }
    (rows, bad)
}
