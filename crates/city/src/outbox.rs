//! The drop folder being filled: every row goes to the batch of its unit, item and time.

use jq_catalog::{Frequency, Item};

use crate::batch::{Batch, BatchName};
use crate::dice::Dice;
use crate::fault::{FaultPlan, Faults};
use crate::item::LAYOUT;
use crate::revision::{self, Revision};
use crate::row::{Row, push_instant};
use crate::time::Day;
use crate::writer::Writer;
use crate::{CityError, Options};

/// How many rows of each item are kept for the deliberately bad batches.
const SAMPLE_ROWS: usize = 150;
/// Share of rows that are damaged on purpose, and the most that a batch may hold.
const FAULT_SHARE: f64 = 0.0035;
const FAULT_SHARE_MAX: f64 = 0.005;

/// Where a row has come to lie.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written {
    pub(crate) item: usize,
    pub(crate) batch: usize,
    /// First data row is 1.
    pub(crate) row_no: u32,
}

/// All open batches of all items.
pub(crate) struct Outbox {
    sinks: Vec<Sink>,
    row: Row,
    line: String,
    /// Nothing is known of a subject before it is registered.
    floor: Day,
    until: Day,
    faults: Faults,
    writer: Writer,
}

/// The batches of one item.
pub(crate) struct Sink {
    pub(crate) unit: String,
    pub(crate) item: String,
    width: usize,
    pub(crate) batches: Vec<Batch>,
    plan: FaultPlan,
    /// The field a correction changes.
    changing: Option<usize>,
    dice: Dice,
    pub(crate) header: String,
    pub(crate) sample: Vec<String>,
}

impl Outbox {
    /// Opens every batch of every item below `<out>/drops`.
    pub(crate) fn open(options: &Options<'_>, until: Day) -> Result<Self, CityError> {
        let Options { out, catalog, seed, .. } = options;
        let drops = out.join("drops");
        let mut items = Vec::with_capacity(LAYOUT.len());
        for (id, _) in LAYOUT {
            items.push(catalog.item(id).ok_or(CityError::ItemMissing(id))?);
        }
        let mut order: Vec<(Day, usize)> = Vec::new();
        for (place, item) in items.iter().enumerate() {
            order.extend(ends(item, until, options.daily).into_iter().map(|end| (end, place)));
        }
        order.sort();
        let writer = Writer::start();
        let mut sinks = Vec::with_capacity(items.len());
        for (place, item) in items.iter().enumerate() {
            let mut batches = Vec::new();
            let wanted = options.items.is_empty() || options.items.contains(&item.id);
            for (index, end) in ends(item, until, options.daily).into_iter().enumerate() {
                let number = order.iter().position(|entry| *entry == (end, place)).unwrap_or(0) + 1;
                let name = BatchName { number, unit: &item.source_unit, item: &item.id, seq: index + 1, end };
                batches.push(if wanted {
                    Batch::create(&drops, &name, &item.header().join(","), &writer)?
                } else {
                    Batch::unwritten(&name)
                });
            }
            sinks.push(Sink {
                unit: item.source_unit.clone(),
                item: item.id.clone(),
                width: item.fields.len(),
                batches,
                plan: FaultPlan::of(item),
                changing: revision::changing_field(item),
                dice: Dice::new(*seed, 0x0007_B0C5, u64::from(item.no)),
                header: item.header().join(","),
                sample: Vec::new(),
            });
        }
        let faults = Faults::create(&out.join("truth"), *seed)?;
        Ok(Self { sinks, row: Row::default(), line: String::new(), floor: until, until, faults, writer })
    }

    /// From now on rows are about a subject that is known since `floor`.
    pub(crate) fn begin_subject(&mut self, floor: Day) {
        self.floor = floor;
    }

    /// A fresh row to be filled in catalogue order.
    pub(crate) fn row(&mut self) -> &mut Row {
        self.row.clear();
        &mut self.row
    }

    /// The batch that a row known on `at` belongs to.
    pub(crate) fn batch_of(&self, item: usize, at: Day) -> usize {
        let batches = &self.sinks[item - 1].batches;
        let at = at.or_later(self.floor);
        batches.iter().position(|batch| at <= batch.end).unwrap_or(batches.len() - 1)
    }

    /// Sends the row that was filled last; `at` is the day the unit wrote it down.
    pub(crate) fn send(&mut self, item: usize, at: Day) -> Result<Written, CityError> {
        self.deliver(item, at, true)
    }

    /// Sends a row that has, or will have, another version: no correction is invented on top.
    pub(crate) fn send_version(&mut self, item: usize, at: Day) -> Result<Written, CityError> {
        self.deliver(item, at, false)
    }

    fn deliver(&mut self, item: usize, at: Day, revisable: bool) -> Result<Written, CityError> {
        let at = Day(at.0.min(self.until.0)).or_later(self.floor);
        let index = self.batch_of(item, at);
        let sink = &mut self.sinks[item - 1];
        if self.row.width() != sink.width {
            return Err(CityError::RowWidth(sink.item.clone(), self.row.width()));
        }
        let second = sink.dice.below(86_400) as u32;
        let batch = &mut sink.batches[index];
        let limit = f64::from(batch.rows) * FAULT_SHARE_MAX;
        if sink.dice.chance(FAULT_SHARE) && f64::from(batch.faults + 1) <= limit {
            let register = item == crate::item::ENT_REGISTRATION;
            let damage = self.faults.damage(&sink.plan, &self.row, &mut sink.dice, register);
            if let Some(damage) = damage {
                if damage.keep_original || register {
                    write_line(batch, &mut self.line, self.row.as_str(), "upsert", at, second)?;
                }
                write_line(batch, &mut self.line, &damage.text, "upsert", at, second)?;
                batch.faults += 1;
                self.faults.record(&batch.id, batch.rows, &sink.item, &damage)?;
                return Ok(Written { item, batch: index, row_no: batch.rows });
            }
        }
        write_line(batch, &mut self.line, self.row.as_str(), "upsert", at, second)?;
        let written = Written { item, batch: index, row_no: batch.rows };
        if index == 0 && sink.sample.len() < SAMPLE_ROWS {
            sink.sample.push(self.line.clone());
        }
        let first_end = sink.batches[0].end;
        if revisable && index == 0 && sink.batches.len() > 1 && at.plus(60) < first_end {
            let removable = item != crate::item::ENT_REGISTRATION;
            if let Some(revision) = Revision::draw(&mut sink.dice, removable) {
                sink.revise(&self.row, revision, (at, second), &mut self.line)?;
            }
        }
        Ok(written)
    }

    /// Lists a disagreement between sources as planted; the row itself is right in form.
    pub(crate) fn plant(
        &mut self,
        at: Written,
        field: &str,
        rule: &str,
        note: &str,
    ) -> Result<(), CityError> {
        let sink = &self.sinks[at.item - 1];
        self.faults.disagree(&sink.batches[at.batch].id, at.row_no, &sink.item, [field, rule, note])
    }

    /// Closes every batch and writes its manifest; returns the closed batches, item by item.
    pub(crate) fn close(mut self) -> Result<(Vec<Sink>, u64), CityError> {
        for sink in &mut self.sinks {
            for index in 0..sink.batches.len() {
                if sink.batches[index].rows == 0
                    && let Some(line) = sink.sample.get(index)
                {
                    sink.batches[index].write(line)?;
                }
                sink.batches[index].end()?;
            }
        }
        self.writer.finish()?;
        for Sink { unit, item, batches, .. } in &self.sinks {
            batches.iter().try_for_each(|batch| batch.seal(unit, item))?;
        }
        let faults = self.faults.finish()?;
        Ok((self.sinks, faults))
    }
}

impl Sink {
    /// Sends an old row once more in a later batch: unchanged, corrected, withdrawn or out of date.
    fn revise(
        &mut self,
        row: &Row,
        kind: Revision,
        known: (Day, u32),
        line: &mut String,
    ) -> Result<(), CityError> {
        let index = 1 + self.dice.below(self.batches.len() - 1);
        let opened = self.batches[index - 1].end;
        let span = i64::from(self.batches[index].end.0 - opened.0);
        let day = opened.plus(self.dice.whole(1, span.max(1)) as i32);
        let (at, second) = known;
        let changed = self.changing.map(|field| row.with(field, &revision::change(row.field(field))));
        let batch = &mut self.batches[index];
        match (kind, changed) {
            (Revision::Withdrawn, _) => write_line(batch, line, row.as_str(), "withdraw", day, second),
            (Revision::Corrected, Some(text)) => write_line(batch, line, &text, "upsert", day, second),
            (Revision::Outdated, Some(text)) => {
                write_line(batch, line, &text, "upsert", at.plus(-20), second)
            }
            _ => write_line(batch, line, row.as_str(), "upsert", at, second),
        }
    }
}

/// The last day of each batch of an item: a first load, then one to three deliveries, then one for each of the last
/// `daily` days.
fn ends(item: &Item, until: Day, daily: u32) -> Vec<Day> {
    let days = i32::try_from(daily).unwrap_or(i32::MAX);
    if days > 0 {
        return (0..=days).rev().map(|back| until.plus(-back)).collect();
    }
    let later = match item.frequency {
        Frequency::Daily | Frequency::Weekly | Frequency::Monthly => 3,
        Frequency::Quarterly | Frequency::OnQuery => 2,
        Frequency::Yearly => 1,
    };
    let mut ends: Vec<Day> = (0..later).map(|back| until.month().plus(back - later).last()).collect();
    ends.push(until);
    ends
}

fn write_line(
    batch: &mut Batch,
    line: &mut String,
    row: &str,
    op: &str,
    at: Day,
    second: u32,
) -> Result<(), CityError> {
    line.clear();
    line.push_str(row);
    line.push(',');
    line.push_str(op);
    line.push(',');
    push_instant(line, at, second);
    line.push('\n');
    batch.write(line)
}
