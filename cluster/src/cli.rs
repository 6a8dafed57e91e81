//! The commands of `jinqiao-cluster` and what they take.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use jiff::civil::Date;

/// The lake's questions and feature builds of jinqiao (金桥) on many machines.
///
/// Start one scheduler, then an executor on each machine that sees the data folder, then ask.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Take plans and hand out their stages.
    Scheduler {
        /// Address to listen at; port 0 takes a free one. Whoever reaches it may ask: keep it in a closed network.
        #[arg(long, default_value = "127.0.0.1:50050", value_name = "ADDR")]
        listen: SocketAddr,
        /// Seconds without a sign of life after which an executor's work is given to others.
        #[arg(long, default_value_t = 30, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(8..))]
        executor_timeout: u64,
    },
    /// Work for a scheduler on this machine.
    Executor {
        /// The scheduler's HOST:PORT.
        #[arg(long, value_name = "ADDR")]
        scheduler: String,
        /// Folder for results between stages.
        #[arg(long, value_name = "DIR")]
        work_dir: PathBuf,
        /// Address at which others fetch results; port 0 takes a free one.
        #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDR")]
        listen: SocketAddr,
        /// Parts worked on at a time; 0 is as many as the machine has cores.
        #[arg(long, default_value_t = 0, value_name = "N")]
        cores: usize,
        /// Memory for all parts together, in MiB, before they spill to disk; 70 % of the machine's when absent.
        #[arg(long, value_name = "MIB")]
        memory: Option<u64>,
    },
    /// Ask in SQL, as `jinqiao lake sql` does; `ITEM_all` has every version.
    Ask {
        #[command(flatten)]
        with: With,
        query: String,
    },
    /// Compute and keep the feature vectors of all subjects, as `jinqiao features build` does.
    Features {
        #[command(flatten)]
        with: With,
        /// The day whose knowledge they rest on; today when absent.
        #[arg(long, value_name = "YYYY-MM-DD")]
        as_of: Option<Date>,
    },
}

/// Which cluster, over which platform.
#[derive(Debug, Args)]
pub(crate) struct With {
    /// The scheduler's HOST:PORT.
    #[arg(long, value_name = "ADDR")]
    pub(crate) scheduler: String,
    /// The platform's data folder, under the path by which the executors see it too.
    #[arg(long, value_name = "DIR", default_value = "./jinqiao-data")]
    pub(crate) data: PathBuf,
    /// Where business records are kept: a PostgreSQL URL; a SQLite file in the data folder when absent.
    #[arg(long, value_name = "URL", env = "JINQIAO_DATABASE", hide_env_values = true)]
    pub(crate) database: Option<String>,
    /// Parts that a plan is cut into; some for each core of all executors.
    #[arg(long, default_value_t = 16, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) partitions: u16,
}
