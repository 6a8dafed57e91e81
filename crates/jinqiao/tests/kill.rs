//! A process killed at any moment loses nothing and does nothing twice.

mod program;

use std::time::Duration;

use program::Program;
use program::contents::contents_of;

/// For every table: rows of all versions, distinct record versions, and what they say.
fn fingerprint(program: &Program) -> String {
    let status = program.json(&["lake", "status"]);
    let tables: Vec<String> = status
        .as_array()
        .expect("a list of tables")
        .iter()
        .filter(|table| table["version"].as_u64() > Some(0) || table["files"].as_u64() > Some(0))
        .map(|table| table["table"].as_str().expect("a name").to_owned())
        .collect();
    assert!(tables.len() > 40, "most items have data: {}", tables.len());
    let query: Vec<String> = tables
        .iter()
        .map(|table| {
            let contents = contents_of(table);
            format!(
                "select '{table}' as item, count(*) as records, \
                 count(distinct concat(natural_key, '#', cast(version as varchar))) as versions, \
                 min({contents}) as least, max({contents}) as greatest, \
                 sum(character_length({contents})) as letters, sum(version) as numbers from {table}_all"
            )
        })
        .collect();
    let rows = program.json(&["lake", "sql", &format!("{} order by item", query.join(" union all "))]);
    for row in rows.as_array().expect("rows") {
        assert_eq!(row["records"], row["versions"], "each record version exactly once: {row}");
    }
    rows.to_string()
}

#[test]
fn after_kill_at_many_moments_the_same_command_leaves_each_row_exactly_once() {
    let whole = Program::new("kill-whole");
    let drops = whole.city(60);
    let started = std::time::Instant::now();
    whole.run(&["ingest", &drops]);
    let once = started.elapsed();
    let expected = fingerprint(&whole);

    let killed = Program::new("kill-many");
    let mut kills = 0;
    // Growing pauses spread the kills over the whole run, as every start skips what was done before.
    for step in 1..=40_u32 {
        let pause = once / 80 * step + Duration::from_millis(3) * (step % 7);
        if !killed.killed_after(&["ingest", &drops], pause) {
            break;
        }
        kills += 1;
    }
    assert!(kills >= 8, "only {kills} kills hit a running process");
    killed.run(&["ingest", &drops]);
    assert_eq!(fingerprint(&killed), expected);
    assert_eq!(killed.json(&["audit", "verify"])["broken"], serde_json::Value::Null);
}
