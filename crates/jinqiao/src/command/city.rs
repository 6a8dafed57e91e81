//! `jinqiao city make`: a synthetic city as drop files.

use std::path::Path;
use std::process::ExitCode;

use jiff::civil::Date;
use jq_catalog::Catalog;
use jq_city::{Options, Summary};

use crate::command::DONE;
use crate::output::Output;

pub(crate) fn run(
    catalog: &Catalog,
    subjects: u32,
    seed: u64,
    until: Option<Date>,
    out: &Path,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let summary = make(catalog, subjects, seed, until, out, output)?;
    output.say_in(
        format!("已生成 {} 个主体、{} 个批次、{} 行:{}", summary.subjects, summary.batches, summary.rows, out.display()),
        format!("made {} subjects, {} batches, {} rows in {}", summary.subjects, summary.batches, summary.rows, out.display()),
    );
    output.document(&summary)?;
    Ok(DONE)
}

/// Makes the city with a progress bar.
pub(crate) fn make(
    catalog: &Catalog,
    subjects: u32,
    seed: u64,
    until: Option<Date>,
    out: &Path,
    output: Output,
) -> anyhow::Result<Summary> {
    let mut options = Options::new(catalog, out.to_owned());
    options.subjects = subjects;
    options.seed = seed;
    if let Some(until) = until {
        options.until = until;
    }
    let bar = output.bar(u64::from(subjects), "造城", "make city");
    let summary = jq_city::make(&options, &mut |progress| bar.set_position(u64::from(progress.subjects)))?;
    bar.finish_and_clear();
    Ok(summary)
}
