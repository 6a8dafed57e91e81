//! Checking a whole batch: good rows are gathered for the lake, wrong ones with their reason.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::Path;

use jiff::Timestamp;
use jq_base::ids::SubjectKey;
use jq_base::sm3;
use jq_lake::{Cell, KeyDigest, RowsBuilder, key_digest};

use crate::fault::{Fault, FileFault};
use crate::field::Checked;
use crate::manifest::{Charset, Manifest};
use crate::plan::{ItemPlan, Moment, Verdict};
use crate::reader::{Rows, texts};
use crate::registry::Registry;
use crate::rule::Rule;

/// A row that passed every check, beside its place in the gathered rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    pub(crate) digest: KeyDigest,
    pub(crate) source_updated_at: i64,
    pub(crate) content_hash: i64,
    pub(crate) withdraws: bool,
}

/// A checked batch, before it is compared with what the lake knows.
pub(crate) struct CheckedBatch {
    pub(crate) rows: u64,
    pub(crate) good: RowsBuilder,
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) faults: Vec<Fault>,
    /// The wrong rows as delivered, in the order of `faults`.
    pub(crate) wrong_rows: Vec<Vec<String>>,
}

/// Reads and checks every row of the file.
pub(crate) fn check(
    path: &Path,
    manifest: &Manifest,
    plan: &ItemPlan,
    registry: &Registry,
    moment: Moment,
    good: RowsBuilder,
) -> Result<CheckedBatch, FileFault> {
    let mut rows = Rows::open(path, manifest)?;
    if rows.header != plan.header {
        return Err(FileFault::new(Rule::HeaderWrong, header_difference(&rows.header, &plan.header)));
    }
    let mut checker = RowChecker::new(manifest, plan, registry, moment, good);
    let mut record = csv::ByteRecord::new();
    while rows.next_row(&mut record)? {
        checker.take(&record)?;
    }
    let batch = checker.batch;
    if batch.rows != manifest.rows {
        let detail = format!("{} ≠ {}", batch.rows, manifest.rows);
        return Err(FileFault::new(Rule::RowCount, detail));
    }
    Ok(batch)
}

fn header_difference(found: &[String], wanted: &[String]) -> String {
    let missing = wanted.iter().find(|name| !found.contains(name));
    let strange = found.iter().find(|name| !wanted.contains(name));
    match (missing, strange) {
        (Some(missing), Some(strange)) => format!("-{missing} +{strange}"),
        (Some(missing), None) => format!("-{missing}"),
        (None, Some(strange)) => format!("+{strange}"),
        (None, None) => format!("{} …", wanted.iter().take(4).cloned().collect::<Vec<_>>().join(",")),
    }
}

struct RowChecker<'p> {
    manifest: &'p Manifest,
    plan: &'p ItemPlan,
    registry: &'p Registry,
    moment: Moment,
    seen: HashMap<KeyDigest, u64>,
    batch: CheckedBatch,
    key: String,
    content: String,
}

/// A row whose cells all passed.
struct GoodRow<'r> {
    cells: Vec<Checked<'r>>,
    subject: Cow<'r, str>,
    withdraws: bool,
    updated_at: i64,
}

impl<'p> RowChecker<'p> {
    fn new(
        manifest: &'p Manifest,
        plan: &'p ItemPlan,
        registry: &'p Registry,
        moment: Moment,
        good: RowsBuilder,
    ) -> Self {
        let batch = CheckedBatch {
            rows: 0,
            good,
            candidates: Vec::new(),
            faults: Vec::new(),
            wrong_rows: Vec::new(),
        };
        let (key, content) = (String::new(), String::new());
        Self { manifest, plan, registry, moment, seen: HashMap::new(), batch, key, content }
    }

    fn take(&mut self, record: &csv::ByteRecord) -> Result<(), FileFault> {
        self.batch.rows += 1;
        let row_no = self.batch.rows;
        let outcome = match texts(record) {
            Ok(texts) => self.row(row_no, &texts),
            Err(_) if self.manifest.encoding == Charset::Utf8 => {
                return Err(FileFault::new(Rule::EncodingWrong, format!("row {row_no}")));
            }
            Err(place) => Err(Fault::new(
                row_no,
                self.plan.header.get(place).map(String::as_str),
                "",
                Rule::TextInvalid,
            )),
        };
        if let Err(fault) = outcome {
            let delivered = record.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
            self.batch.faults.push(fault);
            self.batch.wrong_rows.push(delivered);
        }
        Ok(())
    }

    fn row(&mut self, row_no: u64, texts: &[&str]) -> Result<(), Fault> {
        let good = self.read(row_no, texts)?;
        self.write_key(&good.cells);
        let digest = key_digest(&self.key);
        match self.seen.entry(digest) {
            Entry::Occupied(first) => {
                let value = format!("{} (= {})", self.key, first.get());
                return Err(Fault::new(row_no, None, &value, Rule::DuplicateKey));
            }
            Entry::Vacant(place) => place.insert(row_no),
        };
        let content_hash = self.content_hash(&good);
        self.push(row_no, &good, content_hash)?;
        self.batch.candidates.push(Candidate {
            digest,
            source_updated_at: good.updated_at,
            content_hash,
            withdraws: good.withdraws,
        });
        Ok(())
    }

    /// Reads all cells of a row and applies the row's checks.
    fn read<'r>(&self, row_no: u64, texts: &[&'r str]) -> Result<GoodRow<'r>, Fault> {
        let fields = self.plan.readers.len();
        if texts.len() != fields + 2 {
            let value = format!("{} ≠ {}", texts.len(), fields + 2);
            return Err(Fault::new(row_no, None, &value, Rule::ColumnsWrong));
        }
        let withdraws = match texts[fields].trim() {
            "upsert" => false,
            "withdraw" => true,
            other => return Err(Fault::new(row_no, Some("op"), other, Rule::OpUnknown)),
        };
        let updated_at = self.instant(row_no, texts[fields + 1])?;
        let mut cells = Vec::with_capacity(fields);
        for (reader, text) in self.plan.readers.iter().zip(texts) {
            let cell = reader
                .read(text, self.moment.today)
                .map_err(|rule| Fault::new(row_no, Some(&reader.name), text, rule))?;
            if cell.is_empty() && reader.required && !withdraws {
                return Err(Fault::new(row_no, Some(&reader.name), "", Rule::RequiredMissing));
            }
            cells.push(cell);
        }
        self.key_is_filled(row_no, &cells)?;
        if !withdraws {
            self.apply_checks(row_no, texts, &mut cells)?;
        }
        let subject = self.subject(row_no, &cells)?;
        Ok(GoodRow { cells, subject, withdraws, updated_at })
    }

    fn instant(&self, row_no: u64, text: &str) -> Result<i64, Fault> {
        let field = Some("source_updated_at");
        let instant: Timestamp =
            text.trim().parse().map_err(|_| Fault::new(row_no, field, text, Rule::InstantInvalid))?;
        if instant.as_microsecond() > self.moment.now {
            return Err(Fault::new(row_no, field, text, Rule::DateInFuture));
        }
        Ok(instant.as_microsecond())
    }

    fn key_is_filled(&self, row_no: u64, cells: &[Checked<'_>]) -> Result<(), Fault> {
        for part in &self.plan.key {
            let required = part.iter().all(|&column| self.plan.readers[column].required);
            if required && part.iter().all(|&column| cells[column].is_empty()) {
                let name = part.first().map(|&column| self.plan.readers[column].name.as_str());
                return Err(Fault::new(row_no, name, "", Rule::RequiredMissing));
            }
        }
        Ok(())
    }

    fn apply_checks(&self, row_no: u64, texts: &[&str], cells: &mut [Checked<'_>]) -> Result<(), Fault> {
        for check in &self.plan.checks {
            match check.judge(cells) {
                Verdict::Holds => {}
                Verdict::Fills(column, value) => cells[column] = Checked::Int(value),
                Verdict::Broken => {
                    let name = &self.plan.readers[check.column].name;
                    return Err(Fault::of_check(row_no, name, texts[check.column], check));
                }
            }
        }
        Ok(())
    }

    fn subject<'r>(&self, row_no: u64, cells: &[Checked<'r>]) -> Result<Cow<'r, str>, Fault> {
        let chosen = self.plan.subject.iter().copied().find(|&(column, _)| !cells[column].is_empty());
        let name_of = |column: usize| Some(self.plan.readers[column].name.as_str());
        let Some((column, is_key)) = chosen else {
            let name = self.plan.subject.first().and_then(|&(column, _)| name_of(column));
            return Err(Fault::new(row_no, name, "", Rule::RequiredMissing));
        };
        let name = name_of(column);
        let mut text = String::new();
        cells[column].write_to(&mut text);
        if !is_key {
            let key = SubjectKey::parse(&format!("name:{text}"))
                .map_err(|_| Fault::new(row_no, name, &text, Rule::TextInvalid))?;
            return Ok(Cow::Owned(key.as_str().to_owned()));
        }
        if SubjectKey::parse(&text).is_err() {
            return Err(Fault::new(row_no, name, &text, Rule::TextInvalid));
        }
        if self.plan.registered && text.len() == 18 && !self.registry.knows(&text) {
            return Err(Fault::new(row_no, name, &text, Rule::SubjectUnknown));
        }
        Ok(match &cells[column] {
            Checked::Text(cow) => cow.clone(),
            _ => Cow::Owned(text),
        })
    }

    fn write_key(&mut self, cells: &[Checked<'_>]) {
        self.key.clear();
        for (place, part) in self.plan.key.iter().enumerate() {
            if place > 0 {
                self.key.push('|');
            }
            if let Some(&column) = part.iter().find(|&&column| !cells[column].is_empty()) {
                cells[column].write_to(&mut self.key);
            }
        }
    }

    /// The first eight bytes of the SM3 of the row's canonical form.
    fn content_hash(&mut self, good: &GoodRow<'_>) -> i64 {
        self.content.clear();
        self.content.push_str(if good.withdraws { "withdraw" } else { "upsert" });
        for cell in &good.cells {
            self.content.push('\u{1f}');
            cell.write_to(&mut self.content);
        }
        let digest = sm3::digest(self.content.as_bytes());
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        i64::from_be_bytes(first)
    }

    fn push(&mut self, row_no: u64, good: &GoodRow<'_>, content_hash: i64) -> Result<(), Fault> {
        let day = |column: Option<usize>| {
            column.map_or(Cell::Empty, |column| match good.cells[column] {
                Checked::Day(day) => Cell::Day(day),
                _ => Cell::Empty,
            })
        };
        let envelope = [
            Cell::Text(&good.subject),
            Cell::Text(&self.key),
            Cell::Text(if good.withdraws { "withdraw" } else { "upsert" }),
            Cell::Text(&self.manifest.source_unit),
            Cell::Empty,
            Cell::Text(&self.manifest.batch_id),
            Cell::Int(i64::try_from(row_no).unwrap_or(i64::MAX)),
            Cell::Int(good.updated_at),
            Cell::Int(self.moment.now),
            day(self.plan.valid_from),
            day(self.plan.valid_to),
            Cell::Int(1),
            Cell::Text("clean"),
            Cell::Text("none"),
            Cell::Int(content_hash),
        ];
        let cells = good.cells.iter().map(Checked::cell);
        self.batch
            .good
            .push(envelope.into_iter().chain(cells))
            .map_err(|error| Fault::new(row_no, None, &error.to_string(), Rule::NumberInvalid))
    }
}
