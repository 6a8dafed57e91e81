//! Runs the cases of a checkout of the DMN technology compatibility kit.
//!
//! ```text
//! cargo run -p jq-dmn --example tck -- PATH/TO/tck/TestCases
//! ```
//!
//! The cases that this import claims to support are listed in `tests/cases/claimed.txt`. One of them that is missing or
//! gives another result makes the run fail.

use std::path::Path;
use std::process::ExitCode;

use jq_dmn::Model;
use jq_dmn::cases;

const CLAIMED: &str = include_str!("../tests/cases/claimed.txt");

fn main() -> ExitCode {
    let Some(root) = std::env::args().nth(1) else {
        eprintln!("usage: tck PATH/TO/tck/TestCases");
        return ExitCode::FAILURE;
    };
    let (mut passed, mut failed, mut results) = (0, 0, 0);
    for folder in CLAIMED.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match run(&Path::new(&root).join(folder)) {
            Ok(count) => {
                passed += 1;
                results += count;
            }
            Err(reason) => {
                failed += 1;
                println!("{folder}: {reason}");
            }
        }
    }
    println!("{passed} passed, {failed} failed ({results} results)");
    if failed == 0 && passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs the case files of one folder; how many results were compared.
fn run(folder: &Path) -> Result<usize, String> {
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let read =
        |path: &Path| std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()));
    let told = |problems: Vec<jq_dmn::Problem>| {
        problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n  ")
    };
    let file = format!("{name}.dmn");
    let model = Model::load(&file, &read(&folder.join(&file))?).map_err(told)?;
    let mut results = 0;
    let entries = std::fs::read_dir(folder).map_err(|error| error.to_string())?;
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let own = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if !own.contains("-test-") || path.extension().is_none_or(|end| end != "xml") {
            continue;
        }
        for case in cases::read(own, &read(&path)?).map_err(told)? {
            let differences = case.check(&model);
            if let Some(first) = differences.first() {
                return Err(format!("{own}: {first}"));
            }
            results += case.results();
        }
    }
    if results == 0 { Err("no case was compared".to_owned()) } else { Ok(results) }
}
