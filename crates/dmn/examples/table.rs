//! Measures the large table, or prints it for another engine.
//!
//! ```text
//! cargo run --release -p jq-dmn --example table             # time of one evaluation
//! cargo run --release -p jq-dmn --example table -- json     # rules and questions as JSON
//! ```

use jq_dmn::bench::{self, Bench};

const RULES: usize = 5_000;
const CASES: usize = 1_000;

fn main() -> Result<(), String> {
    let told = |problems: Vec<jq_dmn::Problem>| {
        problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    if std::env::args().nth(1).as_deref() == Some("json") {
        println!("{}", bench::json(RULES, CASES).map_err(told)?);
        return Ok(());
    }
    let mut bench = Bench::new(RULES, CASES).map_err(told)?;
    if !bench.check() {
        return Err("the index and the plain search differ".to_owned());
    }
    bench.measure(20);
    let mut rounds: Vec<u128> = (0..9).map(|_| bench.measure(200).as_nanos()).collect();
    rounds.sort_unstable();
    println!("{{\"rules\": {RULES}, \"ns_per_evaluation\": {}}}", rounds[rounds.len() / 2]);
    Ok(())
}
