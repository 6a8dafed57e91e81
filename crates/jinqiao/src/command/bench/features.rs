//! Every feature statement over the whole city, beside DuckDB on the same files.

use std::path::Path;
use std::process::ExitCode;

use jq_decision::feature::DECLARED;

use super::query::compare;
use crate::app::App;
use crate::cli::KeyOptions;
use crate::output::Output;

pub(super) async fn run(data: &Path, keys: KeyOptions, output: Output) -> anyhow::Result<ExitCode> {
    let app = App::open(data, None, keys).await?;
    let decisions = app.decisions()?;
    let (set, today) = (decisions.features(), app.clock.today());
    let mut questions = Vec::new();
    for statement in set.statements() {
        let items = statement.sources.iter().filter(|item| *item != DECLARED);
        let mut connected = true;
        for item in items {
            connected &= app.lake.as_of(item).await?.is_some();
        }
        if connected {
            let name = format!("{}:{} {}", statement.file, statement.line, statement.columns[0]);
            questions.push((name, set.sql(statement, today)?));
        }
    }
    compare(&app, &questions, output).await
}
