//! Ten questions that a data officer would ask of the whole city, beside DuckDB on the same files.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::bail;
use jq_lake::Scope;

use super::Scratch;
use crate::app::App;
use crate::cli::KeyOptions;
use crate::command::DONE;
use crate::output::Output;

const PEER: &str = include_str!("../../../../../benches/duckdb_query.py");
/// Times each question is asked; the best counts, because noise only ever adds.
const ROUNDS: usize = 3;

/// The questions, each with what it asks; both engines get the same text.
const QUESTIONS: [(&str, &str); 10] = [
    (
        "firms by district and state",
        "select division, status, count(*) as firms from ent_registration group by 1, 2 order by 1, 2",
    ),
    (
        "declared sales by month",
        "select tax_period_from, count(*) as filings, sum(sales_amount_fen) as sales
         from tax_filing where tax_type = 'vat' group by 1 order by 1",
    ),
    (
        "firms that filed late three times in a year",
        "select count(*) as firms from (
             select subject_key from tax_filing
             where late_days > 0 and filing_date >= date '2025-11-01'
             group by 1 having count(*) >= 3) as late",
    ),
    (
        "power used by district and month",
        "select r.division, p.month, sum(p.usage_kwh) as kwh, count(*) as bills
         from power_bill p join ent_registration r on r.subject_key = p.subject_key
         group by 1, 2 order by 1, 2",
    ),
    (
        "the ten largest employers",
        "select subject_key, max(headcount) as people from social_insurance_payment
         where insurance_kind = 'pension' and month >= date '2026-01-01'
         group by 1 order by 2 desc, 1 limit 10",
    ),
    (
        "wage base by industry",
        "select r.industry_code, sum(s.base_total_fen) as base, count(distinct s.month) as months
         from social_insurance_payment s join ent_registration r on r.subject_key = s.subject_key
         where s.insurance_kind = 'pension' group by 1 order by 2 desc, 1 limit 20",
    ),
    (
        "taxes paid late, by kind",
        "select tax_type, count(*) as payments, sum(amount_fen) as paid, sum(late_fee_fen) as fees
         from tax_payment where paid_on > due_date group by 1 order by 1",
    ),
    (
        "firms in arrears with water and power in the same month",
        "select count(*) as firms from (
             select w.subject_key from water_bill w
             join power_bill p on p.subject_key = w.subject_key and p.month = w.month
             where w.arrears_fen > 0 and p.arrears_fen > 0 group by 1) as in_arrears",
    ),
    (
        "permits that the law knew of at the end of 2024",
        "select license_kind, count(*) as permits from admin_license
         where source_updated_at <= timestamp '2024-12-31 16:00:00' and valid_from <= date '2024-12-31'
           and (valid_to is null or valid_to >= date '2024-12-31')
         group by 1 order by 1",
    ),
    (
        "records of each month in which sources wrote them",
        "select extract(year from source_updated_at) as year, extract(month from source_updated_at) as month,
                count(*) as records
         from (select source_updated_at from tax_filing union all
               select source_updated_at from tax_payment union all
               select source_updated_at from social_insurance_payment) as written
         group by 1, 2 order by 1, 2",
    ),
];

pub(super) async fn run(data: &Path, keys: KeyOptions, output: Output) -> anyhow::Result<ExitCode> {
    let app = App::open(data, None, keys).await?;
    let questions = QUESTIONS.map(|(name, query)| (name.to_owned(), query.to_owned()));
    compare(&app, &questions, output).await
}

/// Asks the questions, each with its name, here and of DuckDB, and tells both times.
pub(super) async fn compare(
    app: &App,
    questions: &[(String, String)],
    output: Output,
) -> anyhow::Result<ExitCode> {
    let peer = ask_peer(app, questions).await?;
    let (mut ratios, mut sums) = (Vec::new(), (0.0, 0.0));
    let mut documents = Vec::new();
    for (place, (name, query)) in questions.iter().enumerate() {
        let mut seconds = f64::INFINITY;
        let mut rows = Vec::new();
        for _ in 0..ROUNDS {
            let session = app.lake.session(Scope::All);
            let started = Instant::now();
            let found = session.table(query).await?;
            seconds = seconds.min(started.elapsed().as_secs_f64());
            rows = found.1;
        }
        let theirs = peer.as_ref().map(|all| &all[place]);
        let their_seconds = theirs.and_then(|theirs| theirs["seconds"].as_f64());
        let ratio = their_seconds.map(|theirs| seconds / theirs);
        sums = (sums.0 + seconds, sums.1 + their_seconds.unwrap_or_default());
        if let Some(theirs) = theirs {
            let count = theirs["rows"].as_array().map_or(0, Vec::len);
            if count != rows.len() {
                bail!("{name}: {} rows here, {count} from DuckDB", rows.len());
            }
        }
        ratios.extend(ratio);
        let beside = ratio.map_or_else(String::new, |ratio| format!(", ratio {ratio:.2}"));
        output.say(format!("{name}: {seconds:.3} s, {} rows{beside}", rows.len()));
        documents.push(serde_json::json!({
            "question": name, "seconds": seconds, "rows": rows.len(), "ratio": ratio,
        }));
    }
    #[expect(clippy::cast_precision_loss, reason = "ten ratios")]
    let mean = (!ratios.is_empty())
        .then(|| (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp());
    let (ours, theirs) = sums;
    match mean {
        Some(mean) => output.say_in(
            format!("共 {ours:.2} 秒，DuckDB {theirs:.2} 秒；时间比的几何平均 {mean:.2}（小于 1 即更快）"),
            format!(
                "{ours:.2} s in all, DuckDB {theirs:.2} s; ratio of the times, geometric mean {mean:.2} (below 1 is \
                 faster)"
            ),
        ),
        None => output.say_in(
            "未安装 Python 包 duckdb,无法比较",
            "the Python package duckdb is not installed, so there is no peer",
        ),
    }
    output.document(&serde_json::json!({
        "questions": documents, "geometric_mean": mean, "seconds": ours, "duckdb_seconds": mean.map(|_| theirs),
    }))?;
    Ok(DONE)
}

/// DuckDB's answers; nothing when Python or the package is missing. The peer reads files as they are, so the lake
/// has to be compacted: only then does each hold the newest version of its records and nothing else.
async fn ask_peer(
    app: &App,
    questions: &[(String, String)],
) -> anyhow::Result<Option<Vec<serde_json::Value>>> {
    let scratch = Scratch::new("query")?;
    let mut tables = serde_json::Map::new();
    for item in app.catalog.items() {
        let Some(files) = app.lake.current_files(&item.id).await? else {
            bail!("{} has arrivals that are not compacted; run `jinqiao lake compact` first", item.id);
        };
        if !files.is_empty() {
            tables.insert(item.id.clone(), files.into());
        }
    }
    let queries: Vec<&str> = questions.iter().map(|(_, query)| query.as_str()).collect();
    let work = serde_json::json!({ "tables": tables, "queries": queries, "rounds": ROUNDS });
    let task = scratch.0.join("work.json");
    std::fs::write(&task, work.to_string())?;
    let answer = super::ask_peer(PEER, &[task.as_os_str()])?;
    Ok(answer.and_then(|answer| answer.as_array().cloned()))
}
