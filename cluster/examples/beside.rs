//! Measures the same work in this process and in a running cluster, on the data folder of a real or invented city.
//!
//! ```sh
//! cargo run --release --example beside -- 127.0.0.1:50050 /data/jinqiao-data
//! ```

use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use jinqiao_cluster::{Cluster, Platform};
use jq_lake::{Lake, LakeSession, Scope};

/// Each question is asked so many times; the best counts, because noise only ever adds.
const ROUNDS: usize = 3;
const PARTITIONS: usize = 8;

/// One question over one item, one over two, one over every version.
const QUESTIONS: [&str; 4] = [
    "select tax_period_from, count(*) as filings, sum(sales_amount_fen) as sales
     from tax_filing where tax_type = 'vat' group by 1",
    "select r.division, p.month, sum(p.usage_kwh) as kwh, count(*) as bills
     from power_bill p join ent_registration r on r.subject_key = p.subject_key group by 1, 2",
    "select r.industry_code, sum(s.base_total_fen) as base, count(distinct s.month) as months
     from social_insurance_payment s join ent_registration r on r.subject_key = s.subject_key
     where s.insurance_kind = 'pension' group by 1",
    "select a.tax_type, count(*) as filings, sum(a.sales_amount_fen) as sales
     from tax_filing_all a join (
         select natural_key, max(version) as version from tax_filing_all
         where source_updated_at <= timestamp '2025-12-31 16:00:00' group by 1) as known
     on known.natural_key = a.natural_key and known.version = a.version
     where a.op <> 'withdraw' group by 1",
];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (scheduler, data) = (arguments.next(), arguments.next());
    let (scheduler, data) = scheduler.zip(data).context("say SCHEDULER DATA-FOLDER")?;
    let platform = Platform::open(Path::new(&data), None).await?;
    let cluster = Cluster::find(&scheduler, PARTITIONS).await?;
    let (lake, decisions) = (&platform.lake, &platform.decisions);
    let as_of = platform.clock.today();

    let alone = questions(|| Ok(lake.session(Scope::All))).await?;
    let together = questions(|| cluster.session(lake)).await?;
    for (place, query) in QUESTIONS.iter().enumerate() {
        let words: Vec<&str> = query.split_whitespace().take(6).collect();
        println!(
            "{:.3} s alone, {:.3} s in the cluster: {} …",
            alone[place],
            together[place],
            words.join(" ")
        );
    }

    let records = records(lake).await?;
    let began = Instant::now();
    let built = decisions.vectors(Scope::All, as_of).await?;
    let alone = began.elapsed().as_secs_f64();
    let began = Instant::now();
    let built_together = decisions.vectors_in(cluster.session(lake)?, as_of).await?;
    let together = began.elapsed().as_secs_f64();
    anyhow::ensure!(built == built_together, "the vectors differ");
    let millions = records / 1e6;
    println!("{} subjects, {records} current records of all items", built.len());
    println!("features: {alone:.1} s alone, {together:.1} s in the cluster");
    println!(
        "a million records: {:.2} s alone, {:.2} s in the cluster",
        alone / millions,
        together / millions
    );
    Ok(())
}

/// The best seconds of each question; a fresh session each time, so that nothing is remembered.
async fn questions(session: impl Fn() -> anyhow::Result<LakeSession>) -> anyhow::Result<Vec<f64>> {
    let mut best = vec![f64::MAX; QUESTIONS.len()];
    for _ in 0..ROUNDS {
        for (best, query) in best.iter_mut().zip(QUESTIONS) {
            let began = Instant::now();
            session()?.sql(query).await?;
            *best = best.min(began.elapsed().as_secs_f64());
        }
    }
    Ok(best)
}

/// Current records of all items.
#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
async fn records(lake: &Lake) -> anyhow::Result<f64> {
    let mut all = 0;
    for status in lake.status().await? {
        all += status.tiers.current.rows + status.tiers.arrival.rows;
    }
    Ok(all as f64)
}
