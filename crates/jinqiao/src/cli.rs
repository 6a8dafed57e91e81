//! The commands of `jinqiao` and what they take.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

/// jinqiao (金桥): a city's credit-information and small-business financing platform.
///
/// Without a command it starts a demo city: `jinqiao` is `jinqiao up`.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
pub(crate) struct Cli {
    /// Folder in which everything is kept.
    #[arg(long, global = true, value_name = "DIR", default_value = "./jinqiao-data")]
    pub(crate) data: PathBuf,
    /// Where business records are kept: a PostgreSQL URL; a SQLite file in the data folder when absent.
    #[arg(long, global = true, value_name = "URL", env = "JINQIAO_DATABASE", hide_env_values = true)]
    pub(crate) database: Option<String>,
    /// Print one JSON document for programs instead of words for people.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Language of messages; the environment's LANG decides when absent.
    #[arg(long, global = true, value_name = "zh|en")]
    pub(crate) lang: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a demo city if there is none, take its data in, and serve it on this machine.
    Up(Up),
    /// Bring the database to the newest layout.
    Migrate,
    /// Make a synthetic city as drop files, exactly as source units would send them.
    #[command(subcommand)]
    City(City),
    /// Take batches from source units: folders or .zip files with manifest.json and a data file.
    Ingest(Ingest),
    /// Look into the lake and care for it.
    #[command(subcommand)]
    Lake(Lake),
    /// Rows that were turned away.
    #[command(subcommand)]
    Quarantine(Quarantine),
    /// The catalogue of information items.
    #[command(subcommand)]
    Catalog(Catalog),
    /// Unified social credit codes.
    #[command(subcommand)]
    Uscc(Uscc),
    /// Working days of the official calendar.
    #[command(subcommand)]
    Workdays(Workdays),
    /// What the models see of a subject.
    #[command(subcommand)]
    Features(Features),
    /// Ask the banks' models: can this subject borrow, how much, why.
    Decide(Decide),
    /// Write a subject's credit report as PDF.
    Report(Report),
    /// Check a report's PDF against the platform's record.
    Verify {
        /// The PDF file.
        file: PathBuf,
    },
    /// The record of who did what.
    #[command(subcommand)]
    Audit(Audit),
    /// Measure jinqiao beside its peers.
    Bench(Bench),
}

#[derive(Debug, Args)]
pub(crate) struct Up {
    /// Subjects of the demo city.
    #[arg(long, default_value_t = 2_000)]
    pub(crate) subjects: u32,
    /// Port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 8080)]
    pub(crate) port: u16,
    /// Seed of the demo city.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

impl Default for Up {
    fn default() -> Self {
        Self { subjects: 2_000, port: 8080, seed: 1 }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum City {
    /// Write the city's drop batches, with the truth about planted faults apart.
    Make {
        /// Firms, co-operatives and farm households.
        #[arg(long, default_value_t = 2_000)]
        subjects: u32,
        /// The same seed gives the same bytes.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Folder to write to.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Last day of the city's history.
        #[arg(long, value_name = "YYYY-MM-DD")]
        until: Option<Date>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Ingest {
    /// Folders or .zip files; folders of them are searched.
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Lake {
    /// Rows, files, tiers and size of every table.
    Status,
    /// Ask in SQL; each item is a view of its current records, `ITEM_all` has every version.
    Sql { query: String },
    /// Merge what arrived into the compacted tier.
    Compact {
        /// One item; all when absent.
        item: Option<String>,
    },
    /// Every version of one record.
    History {
        item: String,
        /// The record's natural key, its parts joined by |.
        #[arg(long)]
        key: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Quarantine {
    /// Rows that wait to be mended, or those of one batch.
    List {
        #[arg(long)]
        batch: Option<String>,
        #[arg(long, default_value_t = 200)]
        limit: u32,
    },
    /// One batch's receipt.
    Show { batch: String },
    /// Take a mended rejected.csv.
    Resubmit { file: PathBuf },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Catalog {
    /// All items.
    List,
    /// One item with its fields, codes and checks.
    Show { item: String },
    /// Load and cross-check the catalogue, including files of the data folder.
    Check,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Uscc {
    /// Judge codes: given here, in a CSV file with a column `code`, or one a line on standard input.
    Check {
        codes: Vec<String>,
        #[arg(long, value_name = "F")]
        csv: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Workdays {
    /// The last day of "within N working days" for each row `start,days` of a CSV file.
    Add {
        #[arg(long, value_name = "F")]
        csv: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Features {
    /// Compute the vectors of these subjects, or of all.
    Build {
        #[arg(long, value_delimiter = ',')]
        subjects: Vec<String>,
    },
    /// One subject's vector.
    Show { subject: String },
}

#[derive(Debug, Args)]
pub(crate) struct Decide {
    /// Credit code or identity hash.
    pub(crate) subject: String,
    /// One flow; all when absent.
    #[arg(long)]
    pub(crate) flow: Option<String>,
    /// All pre-credit flows; what happens without --flow as well.
    #[arg(long)]
    pub(crate) prequal: bool,
    /// What was known then: RFC 3339 or a date.
    #[arg(long, value_name = "T")]
    pub(crate) as_of: Option<String>,
    /// Print every step.
    #[arg(long)]
    pub(crate) trace: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Report {
    /// Credit code or identity hash.
    pub(crate) subject: String,
    /// Edition of the report.
    #[arg(long, value_enum, default_value_t = Edition::SelfReport)]
    pub(crate) edition: Edition,
    /// The file to write: .pdf, or .json for the same report as data.
    #[arg(long, value_name = "F")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Edition {
    /// All that is held about the subject, for the subject itself.
    #[value(name = "self")]
    SelfReport,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// Recompute the chain and name the first broken line.
    Verify,
}

#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// What to measure.
    #[arg(value_enum)]
    pub(crate) name: BenchName,
    /// Subjects of the city that is measured.
    #[arg(long, default_value_t = 2_000)]
    pub(crate) subjects: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BenchName {
    /// Rows a second taken in, beside DuckDB on the same file.
    Ingest,
    /// Milliseconds for one subject's records, report and PDF.
    Report,
    /// Microseconds for a flow evaluation.
    Decide,
    /// Seconds from start to ready.
    Up,
}
