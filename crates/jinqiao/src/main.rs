//! The one program of the platform: a demo city on one machine, the services of a real one, and the
//! tools of those who run it.

mod app;
mod care;
mod cli;
mod command;
mod demo;
mod keys;
mod lateness;
mod models;
mod output;
mod register;
mod remedy;
mod reseal;
mod retention;
mod serve;
mod setup;
mod vectors;
mod watching;

use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use jq_base::lang::Lang;

use crate::app::App;
use crate::cli::{Cli, Command};
use crate::output::Output;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let output = Output { json: cli.json, lang: language(cli.lang.as_deref()) };
    let data = cli.data.clone();
    start_logging();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = runtime.map_err(anyhow::Error::from).and_then(|runtime| runtime.block_on(run(cli, output)));
    done.unwrap_or_else(|error| fail(&error, &data, output.lang))
}

fn fail(error: &anyhow::Error, data: &Path, lang: Lang) -> ExitCode {
    eprintln!("jinqiao: {error:#}");
    if let Some(remedy) = remedy::of(error, data, lang) {
        eprintln!("  → {remedy}");
    }
    command::refused()
}

/// Logs go to standard error; `JINQIAO_LOG` sets what is logged.
fn start_logging() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("JINQIAO_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,jinqiao=info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

#[expect(clippy::disallowed_methods, reason = "the command line is where the environment is read")]
fn language(chosen: Option<&str>) -> Lang {
    Lang::at_terminal(chosen, std::env::var("LANG").ok().as_deref())
}

async fn run(cli: Cli, output: Output) -> anyhow::Result<ExitCode> {
    let command = cli.command.unwrap_or_else(|| Command::Up(cli::Up::default()));
    // These need no data folder.
    match &command {
        Command::Uscc(cli::Uscc::Check { codes, csv }) => {
            return command::uscc::run(codes, csv.as_ref(), output);
        }
        Command::Workdays(cli::Workdays::Add { csv }) => return command::workdays::add(csv, output),
        Command::Catalog(what) => return command::catalog::run(&app::load_catalog(&cli.data)?, what, output),
        Command::Model(cli::Model::Life(_)) => {}
        Command::Model(what) => return command::model::run(&cli.data, what, output),
        Command::City(cli::City::Make(make)) => {
            return command::city::run(&app::load_catalog(&cli.data)?, make, output);
        }
        _ => {}
    }
    if let Command::Bench(bench) = &command {
        return command::bench::run(&cli.data, cli.keys, bench, output).await;
    }
    let app = App::open(&cli.data, cli.database.as_deref(), cli.keys).await?;
    let done = with_data(&app, &command, output).await;
    let noted = app.keys.note_first_uses(&app.db).await;
    done.and_then(|done| noted.map(|_| done))
}

/// The commands that work on a data folder.
async fn with_data(app: &App, command: &Command, output: Output) -> anyhow::Result<ExitCode> {
    match command {
        Command::Up(up) => command::up::run(app, up, output).await,
        Command::Migrate => {
            output.say_in("数据库已是最新结构", "the database has the newest layout");
            output.document(&serde_json::json!({ "migrated": true }))?;
            Ok(command::DONE)
        }
        Command::Workdays(cli::Workdays::Import { file, version }) => {
            command::workdays::import(app, file, version, output).await
        }
        Command::Workdays(cli::Workdays::List) => command::workdays::list(app, output).await,
        Command::Ingest(ingest) => command::ingest::run(app, &ingest.paths, output).await,
        Command::Lake(what) => command::lake::run(app, what, output).await,
        Command::Quarantine(what) => command::quarantine::run(app, what, output).await,
        Command::Features(what) => command::features::run(app, what, output).await,
        Command::Warning(what) => command::warning::run(app, what, output).await,
        Command::Model(cli::Model::Life(what)) => command::model::life::run(app, what, output).await,
        Command::Decide(decide) => command::decide::run(app, decide, output).await,
        Command::Score(score) => command::score::run(app, score, output).await,
        Command::Report(report) => command::report::run(app, report, output).await,
        Command::Verify { file } => command::report::verify(app, file, output).await,
        Command::Audit(cli::Audit::Verify) => command::audit::verify(app, output).await,
        Command::Audit(cli::Audit::Anchor) => command::audit::anchor(app, output).await,
        Command::Client(what) => command::client::run(app, what, output).await,
        Command::Keys(what) => command::keys::run(app, what, output).await,
        Command::Uscc(_)
        | Command::Workdays(cli::Workdays::Add { .. })
        | Command::Catalog(_)
        | Command::City(_)
        | Command::Model(_)
        | Command::Bench(_) => {
            unreachable!("handled before the data folder was opened")
        }
    }
}
