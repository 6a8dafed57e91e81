//! The commands of `jinqiao` and what they take.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use jiff::civil::Date;
use jq_api::BulkHours;
use jq_base::ids::{BankId, ClientId};
use jq_crypto::{KeyId, Purpose, Suite};
use jq_identity::client::key::KeyPurpose;
use jq_identity::client::{SignatureRule, TokenAuth};
use jq_notify::SmsSecrets;
use jq_warning::{Level, WarningState};

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
    #[command(flatten)]
    pub(crate) keys: KeyOptions,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// Under which master key the platform's keys lie, and of which suite new ones are.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct KeyOptions {
    /// File with the master key that wraps all keys; keys/master.key in the data folder when absent.
    #[arg(long, global = true, value_name = "FILE", env = "JINQIAO_MASTER_KEY_FILE")]
    pub(crate) master_key: Option<PathBuf>,
    /// The master key itself, 64 hexadecimal digits: for the environment, since a command line is seen by others.
    #[arg(
        long,
        global = true,
        hide = true,
        value_name = "DIGITS",
        env = "JINQIAO_MASTER_KEY",
        hide_env_values = true
    )]
    pub(crate) master_key_digits: Option<Hidden>,
    /// Cryptography of new keys.
    #[arg(
        long,
        global = true,
        value_name = "national|international|international-p256",
        env = "JINQIAO_SUITE",
        default_value_t
    )]
    pub(crate) suite: Suite,
    /// Leave what is of level 3 and 4 legible in new data files of the lake; otherwise those columns are sealed. Sealed
    /// files are read either way.
    #[arg(long, global = true, env = "JINQIAO_LAKE_IN_CLEAR", value_parser = FalseyValueParser::new())]
    pub(crate) lake_in_clear: bool,
}

/// A text that is not shown.
#[derive(Clone)]
pub(crate) struct Hidden(pub(crate) String);

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("**")
    }
}

impl std::str::FromStr for Hidden {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
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
    /// The banks' models and the platform's, as they are loaded.
    #[command(subcommand)]
    Model(Model),
    /// Early warnings on live loans, and how the models behind them do.
    #[command(subcommand)]
    Warning(Warning),
    /// Ask the banks' models: can this subject borrow, how much, why.
    Decide(Decide),
    /// What the flows answer for every subject of the city.
    Score(Score),
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
    /// The keys with which the platform signs and seals.
    #[command(subcommand)]
    Keys(Keys),
    /// Programs of institutions: their public keys and certificates, and how they must show who they are.
    #[command(subcommand)]
    Client(Client),
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
    #[command(flatten)]
    pub(crate) care: LakeCare,
    #[command(flatten)]
    pub(crate) door: ApiDoor,
    #[command(flatten)]
    pub(crate) sms: SmsOptions,
}

impl Default for Up {
    fn default() -> Self {
        let (care, door, sms) = (LakeCare::default(), ApiDoor::default(), SmsOptions::default());
        Self { subjects: 2_000, port: 8080, seed: 1, care, door, sms }
    }
}

/// What the carrier of text messages needs beside `notify/carrier.toml`: for the environment, since a command line is
/// seen by others.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct SmsOptions {
    /// The password, or secret key, at the carrier.
    #[arg(
        id = "sms_password",
        long = "sms-password",
        hide = true,
        value_name = "TEXT",
        env = "JINQIAO_SMS_PASSWORD",
        hide_env_values = true
    )]
    pub(crate) password: Option<Hidden>,
    /// What the carrier's receipts are known by.
    #[arg(
        id = "sms_receipt_key",
        long = "sms-receipt-key",
        hide = true,
        value_name = "TEXT",
        env = "JINQIAO_SMS_RECEIPT_KEY",
        hide_env_values = true
    )]
    pub(crate) receipt_key: Option<Hidden>,
}

impl SmsOptions {
    /// The secrets themselves.
    pub(crate) fn secrets(&self) -> SmsSecrets {
        let shown = |hidden: &Option<Hidden>| hidden.as_ref().map(|hidden| hidden.0.clone());
        SmsSecrets { password: shown(&self.password), receipts: shown(&self.receipt_key) }
    }
}

/// Who may pass at the programs' door, and how often.
#[derive(Debug, Clone, Args)]
pub(crate) struct ApiDoor {
    /// Address of a proxy that ends TLS connections and checks certificates; only its header Client-Cert is believed.
    #[arg(long, value_name = "IP", value_delimiter = ',', env = "JINQIAO_TRUSTED_PROXY")]
    pub(crate) trusted_proxy: Vec<IpAddr>,
    /// API calls that each institution may make in a minute, unless its client has a number of its own.
    #[arg(long, default_value_t = 18_000, value_name = "N", env = "JINQIAO_CALLS_A_MINUTE",
        value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) calls_a_minute: u32,
    /// Hours of the night, Beijing time, in which readings of many subjects are done.
    #[arg(long, default_value = "22-6", value_name = "FROM-UNTIL", env = "JINQIAO_BULK_HOURS")]
    pub(crate) bulk_hours: BulkHours,
}

impl Default for ApiDoor {
    fn default() -> Self {
        Self { trusted_proxy: Vec::new(), calls_a_minute: 18_000, bulk_hours: BulkHours::default() }
    }
}

/// How the running platform cares for the lake.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct LakeCare {
    /// Minutes between two looks at the lake: what is worth it is compacted, and once a day what is past its time is
    /// erased; 0 leaves the lake alone.
    #[arg(long = "lake-care", default_value_t = 10, value_name = "MINUTES", env = "JINQIAO_LAKE_CARE")]
    pub(crate) minutes: u32,
    /// Hours for which a file stays after nothing needs it any more; longer than anybody reads.
    #[arg(long = "lake-grace", default_value_t = 24, value_name = "HOURS", env = "JINQIAO_LAKE_GRACE",
        value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) grace_hours: u32,
}

impl Default for LakeCare {
    fn default() -> Self {
        Self { minutes: 10, grace_hours: 24 }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum City {
    /// Write the city's drop batches, with the truth about planted faults apart.
    Make(Make),
}

#[derive(Debug, Args)]
pub(crate) struct Make {
    /// Firms, co-operatives and farm households.
    #[arg(long, default_value_t = 2_000)]
    pub(crate) subjects: u32,
    /// The same seed gives the same bytes.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Folder to write to.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Last day of the city's history.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) until: Option<Date>,
    /// The last days that come as one batch a day; before them a month makes a batch.
    #[arg(long, default_value_t = 0, value_name = "DAYS")]
    pub(crate) daily: u32,
    /// Only these items, separated by commas; a large city can be written in several goes.
    #[arg(long, value_delimiter = ',', value_name = "ITEM")]
    pub(crate) items: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Ingest {
    /// Folders or .zip files; folders of them are searched.
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Lake {
    /// Rows, files, tiers and size of every table, how late its source is, when it was last compacted.
    Status,
    /// Ask in SQL; each item is a view of its current records, `ITEM_all` has every version.
    Sql { query: String },
    /// Merge what arrived into the compacted tier.
    Compact {
        /// One item; all when absent.
        item: Option<String>,
    },
    /// Write all data files anew: sealed under the keys that are active now, in today's sizes.
    Renew {
        /// One item; all when absent.
        item: Option<String>,
    },
    /// Every version of one record.
    History {
        item: String,
        /// The record's natural key, its parts joined by |.
        #[arg(long)]
        key: String,
        /// Only the version that was known then, RFC 3339.
        #[arg(long, value_name = "INSTANT")]
        as_of: Option<Timestamp>,
    },
    /// Erase records whose time of keeping is over, by the catalogue's rules.
    Retain {
        /// One item; all when absent.
        item: Option<String>,
    },
    /// Remove files that no version needs any more, and what cut-off deliveries left.
    Vacuum {
        /// One item; all when absent.
        item: Option<String>,
        /// Hours for which a file stays after it was superseded, so that nobody loses what he reads.
        #[arg(long, default_value_t = 24, value_name = "HOURS")]
        grace: u32,
    },
    /// Write an item's current records to a file.
    Export {
        item: String,
        #[arg(long, value_enum, default_value_t = ExportFormat::Csv)]
        format: ExportFormat,
        /// File to write; ITEM.csv or ITEM.parquet in the current folder when absent.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// How exported records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// UTF-8 with a header, as spreadsheets read it.
    Csv,
    /// Apache Parquet, zstd.
    Parquet,
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
    /// Import a calendar, which is in force from then on: what was judged stays judged, open orders are due by the new
    /// one. Running platforms follow within a minute.
    Import {
        /// A file like `calendar/workdays.csv`, with every year that is loaded now.
        file: PathBuf,
        /// The name under which it is kept, such as `2027`.
        #[arg(long, value_name = "NAME")]
        version: String,
    },
    /// The calendars that were imported, the newest first.
    List,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Features {
    /// Compute and keep the vectors of these subjects, or of all.
    Build {
        #[arg(long, value_delimiter = ',')]
        subjects: Vec<String>,
        /// Only of those whom batches touched since the last time; of all on a new day.
        #[arg(long, conflicts_with = "subjects")]
        touched: bool,
    },
    /// One subject's vector.
    Show { subject: String },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Model {
    /// Every flow and model with its version.
    List,
    /// Run the cases that stand beside each flow; says where an answer is another.
    Check {
        /// Folder whose `decisions/` lies over the shipped one; the data folder when absent.
        dir: Option<PathBuf>,
    },
    /// Make a flow of a decision table in DMN.
    Import {
        /// The table, as an editor exports it.
        file: PathBuf,
        /// What its words mean here: features for inputs, outcomes, reasons (TOML).
        #[arg(long, value_name = "F")]
        mapping: Option<PathBuf>,
        /// Beginning of the flow file: bank, product, limits. With it the flow is checked and put into the data folder;
        /// without it the table is printed.
        #[arg(long, value_name = "F")]
        head: Option<PathBuf>,
        /// Cases of the table, as the DMN compatibility kit writes them; nothing is made when one fails.
        #[arg(long, value_name = "F")]
        cases: Option<PathBuf>,
    },
    #[command(flatten)]
    Life(ModelLife),
    /// Train a scorecard on a CSV file of cases whose end is known, and report how good it is.
    Train(Box<Train>),
    /// Score a CSV file with a trained card.
    Score {
        /// The card, as `train` wrote it.
        card: PathBuf,
        /// The cases, plain or compressed with gzip.
        file: PathBuf,
        /// Where `row_id,score` goes; standard output when absent.
        #[arg(long, value_name = "F")]
        out: Option<PathBuf>,
        /// Column that names the rows; `row_id` when the file has it, else they are counted.
        #[arg(long)]
        row_id: Option<String>,
        /// Write the chance of a bad end as well.
        #[arg(long)]
        probability: bool,
        /// Count a word in a column of numbers as missing; else it is an error.
        #[arg(long)]
        lenient: bool,
    },
    /// Measure a trained card on a CSV file of cases whose end is known.
    Eval {
        /// The card.
        card: PathBuf,
        /// The cases.
        file: PathBuf,
        /// Column of the outcome, when it is not that of the training.
        #[arg(long)]
        target: Option<String>,
        /// Its bad value.
        #[arg(long)]
        bad: Option<String>,
        /// Count a word in a column of numbers as missing; else it is an error.
        #[arg(long)]
        lenient: bool,
    },
}

/// Changing a model while the platform runs. A second person approves in the portal: `/bank/models` for a bank's,
/// `/security/models` for the platform's own.
#[derive(Debug, Subcommand)]
pub(crate) enum ModelLife {
    /// Versions that were handed in, of one bank or the platform.
    Versions {
        /// Whose models: a bank's id, or `platform`.
        #[arg(long, default_value = "platform")]
        bank: String,
    },
    /// Hand a version in: the file is checked and its cases are run.
    Draft {
        /// The flow, as the files in `decisions/flows`.
        file: PathBuf,
        /// Whose model: a bank's id, or `platform`.
        #[arg(long, default_value = "platform")]
        bank: String,
    },
    /// Try a draft in shadow on the applications that banks decided within a year.
    Trial {
        /// The version, as `draft` and `versions` name it.
        version: String,
    },
    /// Ask a second person to put a tried draft into service.
    #[command(visible_alias = "deploy")]
    Propose {
        /// The version.
        version: String,
    },
    /// Take a model out of service: it answers no more.
    Retire {
        /// The flow's id.
        flow: String,
        /// Why; put on record.
        #[arg(long)]
        why: String,
    },
    /// Watch the versions in service now; one that has gone astray is taken back.
    Watch,
    /// Write the signed package of the version that serves.
    Export {
        /// The flow's id.
        flow: String,
        /// Where it goes; standard output when absent.
        #[arg(long, value_name = "F")]
        out: Option<PathBuf>,
    },
    /// Check whether a package is one that this platform signed, to the byte.
    Verify {
        /// The package.
        file: PathBuf,
    },
}

/// How a scorecard is trained.
#[derive(Debug, Args)]
pub(crate) struct Train {
    /// The cases: CSV with a header, plain or compressed with gzip.
    pub(crate) file: PathBuf,
    /// Where the card goes.
    #[arg(long, value_name = "F")]
    pub(crate) out: PathBuf,
    /// Where the card goes as points of platform features as well, to be named by flows; numbers only.
    #[arg(long, value_name = "F")]
    pub(crate) points: Option<PathBuf>,
    /// Column that says how each case ended.
    #[arg(long, default_value = "target")]
    pub(crate) target: String,
    /// Value of the target that is bad; 1 when the values are 0 and 1.
    #[arg(long)]
    pub(crate) bad: Option<String>,
    /// Column that names the rows.
    #[arg(long, default_value = "row_id")]
    pub(crate) row_id: String,
    /// File with `row_id` and `part`, which is train or test.
    #[arg(long, value_name = "F", group = "test")]
    pub(crate) split: Option<PathBuf>,
    /// Share of the rows that is kept for testing, above 0 and below 1.
    #[arg(long, value_name = "SHARE", group = "test")]
    pub(crate) test_share: Option<f64>,
    /// Column that says test or train.
    #[arg(long, value_name = "COLUMN", group = "test")]
    pub(crate) test_column: Option<String>,
    /// Rows where the column is at least this are kept for testing, such as a later year.
    #[arg(long, value_name = "COLUMN=VALUE", group = "test")]
    pub(crate) test_from: Option<String>,
    /// Columns that are left out.
    #[arg(long, value_delimiter = ',')]
    pub(crate) without: Vec<String>,
    /// Further words for "not known".
    #[arg(long, value_delimiter = ',')]
    pub(crate) missing: Vec<String>,
    /// A value that gets a bin of its own, `column=value`, or `value` for every column.
    #[arg(long, value_name = "[COLUMN=]VALUE")]
    pub(crate) special: Vec<String>,
    /// Columns that are numbers, whatever they look like.
    #[arg(long, value_delimiter = ',')]
    pub(crate) numbers: Vec<String>,
    /// Columns that are categories, whatever they look like.
    #[arg(long, value_delimiter = ',')]
    pub(crate) categories: Vec<String>,
    /// How the bad rate may run along a number: auto, straight, ascending, descending, peak or valley; `column=trend`
    /// for one column.
    #[arg(long, value_name = "[COLUMN=]TREND")]
    pub(crate) trend: Vec<String>,
    /// Bins of a variable at most, beside those of missing and special values.
    #[arg(long)]
    pub(crate) bins_max: Option<usize>,
    /// Variables at most.
    #[arg(long)]
    pub(crate) variables_max: Option<usize>,
    /// Least information value of a variable.
    #[arg(long)]
    pub(crate) iv_min: Option<f64>,
    /// Keep all variables that look as if they were known only afterwards.
    #[arg(long)]
    pub(crate) keep_leaks: bool,
    /// Keep these of them.
    #[arg(long, value_delimiter = ',', conflicts_with = "keep_leaks")]
    pub(crate) keep: Vec<String>,
    /// Points at the base odds.
    #[arg(long)]
    pub(crate) base_score: Option<f64>,
    /// Good ones for each bad one at the base score.
    #[arg(long)]
    pub(crate) base_odds: Option<f64>,
    /// Points that double the odds.
    #[arg(long)]
    pub(crate) pdo: Option<f64>,
    /// Seed of everything drawn by chance.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Count a word in a column of numbers as missing; else it is an error.
    #[arg(long)]
    pub(crate) lenient: bool,
    /// Id of the card.
    #[arg(long, default_value = "scorecard")]
    pub(crate) id: String,
    /// What its author calls this version.
    #[arg(long = "card-version", default_value = "1")]
    pub(crate) card_version: String,
    /// Its Chinese name.
    #[arg(long, default_value = "评分卡")]
    pub(crate) zh: String,
    /// Its English name.
    #[arg(long, default_value = "Scorecard")]
    pub(crate) en: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Warning {
    /// The warnings of all banks or of one, the newest first.
    List {
        /// Only of this bank.
        #[arg(long)]
        bank: Option<BankId>,
        /// Only those that stand so: open, seen, right, wrong or ended.
        #[arg(long)]
        state: Option<WarningState>,
        /// Only those of this level: red, orange or yellow.
        #[arg(long)]
        level: Option<Level>,
        /// Only those of this model.
        #[arg(long)]
        model: Option<String>,
        #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=500))]
        limit: u32,
    },
    /// Every model that is loaded, with what came of its warnings in the last twelve months.
    Models {
        /// At this bank only; whether a model is quiet follows from all banks.
        #[arg(long)]
        bank: Option<BankId>,
    },
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
pub(crate) struct Score {
    /// These flows; all when absent.
    #[arg(long, value_delimiter = ',')]
    pub(crate) flow: Vec<String>,
    /// Every subject that the register knows.
    #[arg(long, required = true)]
    pub(crate) all: bool,
    /// Where the answers go as CSV; counted only when absent.
    #[arg(long, value_name = "F")]
    pub(crate) out: Option<PathBuf>,
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
    /// Recompute the chain and name the first broken line; check the signatures of the anchors.
    Verify,
    /// Write the end of the chain, signed, to the anchor file; the running platform does so once an hour.
    Anchor,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// All keys: what for, by which algorithm, active, retired or destroyed.
    List,
    /// Make the first key for a purpose, of the suite that --suite names.
    Make {
        /// What for: signature, level-3 or level-4.
        #[arg(long)]
        purpose: Purpose,
    },
    /// Make a new key for a purpose; from now on the former ones only open and verify.
    Rotate {
        /// What for: signature, level-3 or level-4.
        #[arg(long)]
        purpose: Purpose,
    },
    /// Let a key make nothing new any more.
    Retire { id: KeyId },
    /// Wipe a retired key: what it sealed is lost, what it signed is not believed any more.
    Destroy {
        id: KeyId,
        /// That you mean it: there is no way back.
        #[arg(long, required = true)]
        for_ever: bool,
    },
    /// Wrap all keys under a new master key; what they sealed stays as it is.
    Rewrap {
        /// File of the new master key, made when it is not there; the present file gets it when absent.
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// Seal the secret columns of the business store and the files of reports anew, under the keys that are active now.
    /// It may be stopped at any moment and run again; a former key that nothing lies under any more may then be
    /// destroyed.
    Reseal,
    /// Print the public half of a signing key as PEM, for others to verify with.
    Export {
        id: KeyId,
        /// The public half; the private one never leaves.
        #[arg(long, required = true)]
        public: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Client {
    /// All programs and how each shows who it is.
    List,
    /// One program with its keys and certificates.
    Show { client: ClientId },
    /// Register a program's public key; prints the id under which the program names it.
    AddKey {
        client: ClientId,
        /// What it signs: assertions that ask for a token, or calls.
        #[arg(long = "for", value_name = "token|request")]
        purpose: KeyPurpose,
        /// The public key in PEM: ECDSA P-256, for calls SM2 as well.
        #[arg(long, value_name = "FILE")]
        pem: PathBuf,
    },
    /// End a key, from the next call on; it cannot come back.
    EndKey { client: ClientId, key: String },
    /// Register a certificate that a program shows to the proxy.
    AddCertificate {
        client: ClientId,
        #[command(flatten)]
        certificate: CertificateOf,
    },
    /// End a certificate, with the tokens that are bound to one.
    EndCertificate {
        client: ClientId,
        #[command(flatten)]
        certificate: CertificateOf,
    },
    /// Say how a program must show who it is, and how often it may call.
    Set {
        client: ClientId,
        /// How it asks for tokens; the tokens it has end.
        #[arg(long, value_name = "client_secret|private_key_jwt|tls_client_auth")]
        token_auth: Option<TokenAuth>,
        /// Whether it must sign its calls; a signature that comes is always checked.
        #[arg(long, value_name = "accepted|demanded")]
        signatures: Option<SignatureRule>,
        /// Calls a minute; 0 for the platform's usual number.
        #[arg(long, value_name = "N")]
        calls_a_minute: Option<u32>,
    },
}

/// Which certificate.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct CertificateOf {
    /// The certificate in PEM.
    #[arg(long, value_name = "FILE")]
    pub(crate) pem: Option<PathBuf>,
    /// Its SHA-256 digest in hexadecimal digits.
    #[arg(long, value_name = "DIGITS")]
    pub(crate) fingerprint: Option<String>,
    /// Its subject's distinguished name, as the proxy writes it.
    #[arg(long, value_name = "NAME")]
    pub(crate) subject: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// What to measure.
    #[arg(value_enum)]
    pub(crate) name: BenchName,
    /// Subjects of the city that is measured.
    #[arg(long, default_value_t = 2_000)]
    pub(crate) subjects: u32,
    /// Where the disk is too small for all drop files at once: make, take and remove them in so many goes.
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) waves: usize,
    /// Keep the data folder of a measured city, under the folder given with `--data`.
    #[arg(long)]
    pub(crate) keep: bool,
    /// Calls a second that are sent.
    #[arg(long, default_value_t = 200)]
    pub(crate) rate: u32,
    /// For how many seconds.
    #[arg(long, default_value_t = 10)]
    pub(crate) seconds: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BenchName {
    /// Consented queries of a bank's program at so many a second, over a copy of the data folder given with `--data`.
    Api,
    /// A whole city from nothing: made, taken in, read while the last 30 days lie uncompacted, compacted, read again.
    City,
    /// One subject's records in all items, on the data folder given with `--data`.
    Lookup,
    /// Pages and calls about orders at so many a second, over the past orders of a city of so many subjects, a third as
    /// many.
    Orders,
    /// Ten questions of a data officer beside DuckDB on the same files, on the data folder given with `--data`.
    Query,
    /// Every feature statement over the whole city beside DuckDB on the same files, on the data folder given with
    /// `--data`.
    Features,
    /// Rows a second taken in, beside DuckDB on the same file.
    Ingest,
    /// Milliseconds for one subject's records, report and PDF.
    Report,
    /// Microseconds for a flow evaluation.
    Decide,
    /// Seconds from start to ready.
    Up,
}
