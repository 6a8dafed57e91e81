//! `jinqiao-cluster`: one program that is scheduler, executor or client, by its command.

mod cli;

use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use jinqiao_cluster::scheduler::Scheduling;
use jinqiao_cluster::{Cluster, Platform, ask, executor, features, scheduler};
use jq_base::lang::Lang;

use crate::cli::{Cli, Command, With};

/// A plan over many tables is a deep tree, and each process walks it by recursion.
const STACK_BYTES: usize = 16 << 20;

fn main() -> ExitCode {
    let cli = Cli::parse();
    start_logging();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().thread_stack_size(STACK_BYTES).enable_all().build();
    let done = runtime.map_err(anyhow::Error::from).and_then(|runtime| {
        // On a worker's stack, which is the deeper one.
        let running = runtime.spawn(run(cli));
        runtime.block_on(running)?
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("jinqiao-cluster: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Logs go to standard error; `JINQIAO_LOG` sets what is logged.
fn start_logging() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("JINQIAO_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("error"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Scheduler { listen, executor_timeout } => {
            let how = Scheduling { listen, executor_timeout };
            scheduler::serve(how, |address| say(format!("scheduler listens at {address}"))).await
        }
        Command::Executor { scheduler, work_dir, listen, cores, memory } => {
            let memory = memory.map(|mib| mib << 20);
            let how = executor::Execution { scheduler, listen, work_dir, cores, memory };
            executor::serve(how, |address| say(format!("executor listens at {address}"))).await
        }
        Command::Ask { with, query } => {
            let (platform, cluster) = open(&with).await?;
            let (lines, rows) = ask::ask(&platform, &cluster.session(&platform.lake)?, &query).await?;
            lines.iter().for_each(say);
            say_in(format!("({rows} 行)"), format!("({rows} rows)"));
            Ok(())
        }
        Command::Features { with, as_of } => {
            let (platform, cluster) = open(&with).await?;
            let as_of = as_of.unwrap_or_else(|| platform.clock.today());
            let subjects = features::build(&platform, cluster.session(&platform.lake)?, as_of).await?;
            let width = platform.decisions.features().len();
            say_in(
                format!("已生成 {subjects} 个主体的特征，每个 {width} 项"),
                format!("built the vectors of {subjects} subjects, {width} features each"),
            );
            Ok(())
        }
    }
}

async fn open(with: &With) -> anyhow::Result<(Platform, Cluster)> {
    let cluster = Cluster::find(&with.scheduler, usize::from(with.partitions)).await?;
    Ok((Platform::open(&with.data, with.database.as_deref()).await?, cluster))
}

/// Prints to standard output; a reader that has gone away (`| head`) is not an error.
fn say(line: impl Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Says a line in the reader's language.
#[expect(clippy::disallowed_methods, reason = "the command line is where the environment is read")]
fn say_in(zh: impl Display, en: impl Display) {
    match Lang::at_terminal(None, std::env::var("LANG").ok().as_deref()) {
        Lang::Zh => say(zh),
        Lang::En => say(en),
    }
}
