//! `jinqiao city make`: a synthetic city as drop files.

use std::process::ExitCode;

use anyhow::bail;
use jq_catalog::Catalog;
use jq_city::{Options, Progress, Summary};

use crate::cli::Make;
use crate::command::DONE;
use crate::output::Output;

pub(crate) fn run(catalog: &Catalog, make_it: &Make, output: Output) -> anyhow::Result<ExitCode> {
    let Make { subjects, seed, out, until, daily, items } = make_it;
    let mut options = Options::new(*subjects, *seed, out.clone(), catalog);
    options.until = until.unwrap_or(options.until);
    options.daily = *daily;
    options.items.clone_from(items);
    if let Some(unknown) = items.iter().find(|item| catalog.item(item).is_none()) {
        bail!("the catalogue has no item {unknown}");
    }
    let summary = make(&options, output)?;
    let rows: Vec<Vec<String>> =
        summary.rows.iter().map(|(item, rows)| vec![item.clone(), rows.to_string()]).collect();
    output.table(&["item", "rows"], &rows);
    let (batches, total, out) = (summary.batches, summary.total(), out.display());
    output.say_in(
        format!("已生成 {subjects} 个主体、{batches} 个批次、{total} 行：{out}"),
        format!("made {subjects} subjects, {batches} batches, {total} rows in {out}"),
    );
    output.document(&serde_json::json!({
        "subjects": summary.subjects, "households": summary.households, "batches": batches,
        "faults": summary.faults, "rows": total,
        "items": summary.rows.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
    }))?;
    Ok(DONE)
}

/// Makes the city with a progress bar.
pub(crate) fn make(options: &Options<'_>, output: Output) -> anyhow::Result<Summary> {
    let bar = output.bar(u64::from(options.subjects), "造城", "make city");
    let summary = jq_city::make(options, &mut |progress| {
        if let Progress::Subjects { done, .. } = progress {
            bar.set_position(u64::from(done));
        }
    })?;
    bar.finish_and_clear();
    Ok(summary)
}
