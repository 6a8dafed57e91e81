//! Computing the whole chain again and naming the first line that does not fit.

use std::collections::BTreeMap;

use super::anchor::{Anchor, Anchored, Anchors};
use super::chain::{COLUMNS, Head, Stored};
use crate::row::Row;
use crate::tx::ReadTx;
use crate::{Db, DbError, sql, sql_built};

/// Lines read at a time.
const PAGE: i64 = 2_000;

/// What is wrong with a line or a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The line's text does not match its hash any more.
    Changed,
    /// A line is missing here.
    Removed,
    /// A line stands behind the end that the head knows, or there are more lines than were ever counted.
    Inserted,
    /// The line does not hang on the one before: it was put here, or the one before was exchanged.
    Unlinked,
    /// The newest lines of the day are missing.
    CutOff,
    /// The day's head does not match its last line.
    HeadChanged,
    /// A whole day, or lines together with their head, are missing.
    DayRemoved,
    /// The chain is consistent but is not the one that was anchored.
    Rewritten,
    /// The anchor at this place bears no signature of the platform, or none though earlier ones do.
    AnchorForged,
}

impl Fault {
    /// The stable code, as in the JSON form.
    pub fn code(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Removed => "removed",
            Self::Inserted => "inserted",
            Self::Unlinked => "unlinked",
            Self::CutOff => "cut_off",
            Self::HeadChanged => "head_changed",
            Self::DayRemoved => "day_removed",
            Self::Rewritten => "rewritten",
            Self::AnchorForged => "anchor_forged",
        }
    }
}

/// The first place that does not fit.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Broken {
    /// The Beijing day.
    pub day: String,
    /// The place in the day, from 1.
    pub seq: i64,
    /// What is wrong there.
    pub fault: Fault,
}

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    /// Days on record.
    pub days: u64,
    /// Lines recomputed.
    pub lines: u64,
    /// Anchors compared.
    pub anchors: u64,
    /// Lines of the anchor file that could not be read.
    pub anchors_unreadable: u64,
    /// Anchors that bear the platform's signature.
    pub anchors_signed: u64,
    /// Anchors of before the platform signed them.
    pub anchors_unsigned: u64,
    /// Anchors whose signature nobody could check, as there were no keys to do it with.
    pub anchors_unchecked: u64,
    /// The first place that does not fit; none when the chain is whole.
    pub broken: Option<Broken>,
}

impl Report {
    /// Whether every line, head and anchor fits.
    pub fn is_whole(&self) -> bool {
        self.broken.is_none()
    }
}

/// Recomputes every day. With an anchor file that exists, the chain must also be the anchored one, and the anchors be
/// signed by the platform from the first signed one on.
pub async fn verify(db: &Db, anchored: Option<Anchored<'_>>) -> Result<Report, DbError> {
    let anchors = anchored.map(|anchored| Anchors::load(anchored.path)).transpose()?.unwrap_or_default();
    let mut tx = db.read().await?;
    let report = recompute(&mut tx, &anchors).await;
    tx.end().await?;
    let mut report = report?;
    let signatures = anchors.check_signatures(anchored.and_then(|anchored| anchored.signer))?;
    report.anchors_signed = signatures.genuine;
    report.anchors_unsigned = signatures.unsigned;
    report.anchors_unchecked = signatures.unchecked;
    if let Some(Anchor { day, line_count, .. }) = signatures.refused.filter(|_| report.is_whole()) {
        let (day, seq) = (day.clone(), *line_count);
        report.broken = Some(Broken { day, seq, fault: Fault::AnchorForged });
    }
    Ok(report)
}

async fn recompute(tx: &mut ReadTx, anchors: &Anchors) -> Result<Report, DbError> {
    let days = days(tx).await?;
    let mut report = Report { anchors_unreadable: anchors.unreadable, ..Report::default() };
    let mut before: Option<Head> = None;
    let mut ends = BTreeMap::new();
    for (day, head) in days {
        report.days += 1;
        let end = check_day(tx, &mut report, anchors, &day, head.as_ref(), before.as_ref()).await?;
        if report.broken.is_some() {
            return Ok(report);
        }
        ends.insert(day, end.line_count);
        before = Some(end);
    }
    check_end(tx, &mut report, anchors, &ends).await?;
    Ok(report)
}

/// All days that have a head or a line.
async fn days(tx: &mut ReadTx) -> Result<BTreeMap<String, Option<Head>>, DbError> {
    let heads = sql("select day, line_count, hash from audit_head");
    let heads = tx.fetch_all(heads).await?.iter().map(Head::read).collect::<Result<Vec<_>, _>>()?;
    let mut days: BTreeMap<String, Option<Head>> = BTreeMap::new();
    for row in tx.fetch_all(sql("select distinct day from audit_line")).await? {
        days.insert(row.text("day")?, None);
    }
    for head in heads {
        days.insert(head.day.clone(), Some(head));
    }
    Ok(days)
}

/// Recomputes one day; its end as computed.
async fn check_day(
    tx: &mut ReadTx,
    report: &mut Report,
    anchors: &Anchors,
    day: &str,
    head: Option<&Head>,
    before: Option<&Head>,
) -> Result<Head, DbError> {
    let mut end = Head::opening(day, before);
    loop {
        let page = page(tx, day, end.line_count).await?;
        let full = page.len() == usize::try_from(PAGE).unwrap_or(usize::MAX);
        for row in page {
            let line = Stored::read(&row)?;
            let hash = row.text("hash")?;
            let fault = fault_of(&line, &hash, &end, head).or_else(|| anchors.fault_at(day, line.seq, &hash));
            if let Some(fault) = fault {
                let seq = if fault == Fault::Removed { end.line_count + 1 } else { line.seq };
                report.broken = Some(Broken { day: day.to_owned(), seq, fault });
                return Ok(end);
            }
            report.lines += 1;
            report.anchors += anchors.count_at(day, line.seq);
            end.line_count = line.seq;
            end.hash = hash;
        }
        if !full {
            break;
        }
    }
    let fault = match head {
        None => Some(Fault::HeadChanged),
        Some(head) if head.line_count > end.line_count => Some(Fault::CutOff),
        Some(head) if head != &end => Some(Fault::HeadChanged),
        Some(_) => None,
    };
    let seq = if fault == Some(Fault::CutOff) { end.line_count + 1 } else { end.line_count };
    report.broken = fault.map(|fault| Broken { day: day.to_owned(), seq, fault });
    Ok(end)
}

async fn page(tx: &mut ReadTx, day: &str, after: i64) -> Result<Vec<Row>, DbError> {
    let text = format!("select {COLUMNS} from audit_line where day = $1 and seq > $2 order by seq limit $3");
    tx.fetch_all(sql_built(text).bind(day).bind(after).bind(PAGE)).await
}

/// What is wrong with `line`, which is found after `end`.
fn fault_of(line: &Stored, hash: &str, end: &Head, head: Option<&Head>) -> Option<Fault> {
    if head.is_some_and(|head| line.seq > head.line_count) {
        return Some(Fault::Inserted);
    }
    if line.seq > end.line_count + 1 {
        return Some(Fault::Removed);
    }
    if line.hash() != hash {
        return Some(Fault::Changed);
    }
    (line.prev_hash != end.hash).then_some(Fault::Unlinked)
}

/// Checks that no line is missing together with its head, and that every anchor was met.
async fn check_end(
    tx: &mut ReadTx,
    report: &mut Report,
    anchors: &Anchors,
    ends: &BTreeMap<String, i64>,
) -> Result<(), DbError> {
    if let Some(Anchor { day, line_count, .. }) = anchors.first_beyond(ends) {
        let fault = if ends.contains_key(day) { Fault::CutOff } else { Fault::DayRemoved };
        report.broken = Some(Broken { day: day.clone(), seq: *line_count, fault });
        return Ok(());
    }
    let tip = tx.fetch_one(sql("select line_count from commit_tip where tip_id = 1")).await?;
    let counted: u64 = tip.get("line_count")?;
    if counted != report.lines {
        let (day, seq) = ends.last_key_value().map_or((String::new(), 0), |(day, end)| (day.clone(), *end));
        let fault = if counted > report.lines { Fault::DayRemoved } else { Fault::Inserted };
        report.broken = Some(Broken { day, seq, fault });
    }
    Ok(())
}
