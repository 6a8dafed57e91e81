//! A running platform looks after its lake by itself.

mod program;

use std::time::Duration;

use program::Program;
use program::browser::Browser;
use program::demo::Demo;

/// The value of a figure that the platform tells monitors; nothing before it is told.
fn figure(demo: &Demo, name: &str) -> Option<u64> {
    let text = Browser::new(&demo.address).ask("/metrics", "text/plain").text();
    let line = text.lines().find(|line| line.split(' ').next() == Some(name))?;
    line.split(' ').nth(1)?.parse().ok()
}

fn wait_for(demo: &Demo, name: &str) -> u64 {
    for _ in 0..1_200 {
        if let Some(value) = figure(demo, name) {
            return value;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{name} is not told");
}

fn status(program: &Program) -> Vec<serde_json::Value> {
    program.json(&["lake", "status"]).as_array().expect("a list of tables").clone()
}

#[test]
fn a_demo_city_is_compacted_while_it_is_served_and_ends_when_it_is_told_to() {
    let demo = Demo::start("lake-care", 60);
    let arrived = wait_for(&demo, "jinqiao_lake_rows_arrival");
    let compactions = figure(&demo, "jinqiao_lake_compactions_total").expect("a number");
    assert!(compactions > 0);
    assert_eq!(figure(&demo, "jinqiao_lake_care_failures_total"), Some(0));
    let program = demo.end();
    let tables = status(&program);
    let compacted = tables.iter().filter(|table| table["compacted_at"].is_string()).count();
    assert_eq!(u64::try_from(compacted), Ok(compactions), "the log of each table says when");
    let arrival = |table: &serde_json::Value| table["tiers"]["arrival"]["rows"].as_u64().expect("a number");
    assert_eq!(tables.iter().map(arrival).sum::<u64>(), arrived);
    let shown = program.run(&["lake", "status"]);
    let header = shown.lines().next().unwrap_or_default();
    assert!(header.contains("days late") && header.contains("compacted"), "{shown}");
    assert_eq!(program.json(&["audit", "verify"])["broken"], serde_json::Value::Null);
}
