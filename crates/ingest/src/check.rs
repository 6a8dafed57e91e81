//! Checking a block of rows column by column: good rows are made ready for the lake, wrong ones get their reason.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use jq_base::ids::SubjectKey;
use jq_catalog::FieldKind;
use jq_lake::{Cell, KeyDigest, LakeError, RowsBuilder, day_number, key_digest};

use crate::cells::Cells;
use crate::fault::Fault;
use crate::field::trimmed;
use crate::plan::{ItemPlan, Moment};
use crate::registry::Registry;
use crate::rule::Rule;
use crate::values::Values;

/// What rows are checked against.
#[derive(Clone, Copy)]
pub(crate) struct Against<'p> {
    pub(crate) plan: &'p ItemPlan,
    pub(crate) registry: &'p Registry,
    pub(crate) moment: Moment,
}

/// A block whose rows have been checked one by one, before they are compared with others.
pub(crate) struct CheckedBlock {
    /// The cells with the catalogue's columns.
    pub(crate) cells: Cells,
    /// The cells as the unit delivered them, where that differs.
    pub(crate) delivered: Option<Cells>,
    /// All rows, wrong ones with empty cells; the column of row numbers is still to be filled.
    pub(crate) rows: RowsBuilder,
    /// The digest of each row's natural key; nothing for a wrong row.
    pub(crate) digests: Vec<Option<KeyDigest>>,
    /// Wrong rows in their order; their row numbers count from 1 within the block.
    pub(crate) faults: Vec<Fault>,
    /// Good rows that withdraw their record.
    pub(crate) withdrawals: Vec<usize>,
    /// When each row was changed at its source, in microseconds since 1970.
    pub(crate) updated_at: Vec<i64>,
    /// The subjects of good rows, as they change.
    pub(crate) subjects: Vec<String>,
}

/// Places of the columns that every row has before the item's own.
mod column {
    pub(super) const SUBJECT: usize = 0;
    pub(super) const KEY: usize = 1;
    pub(super) const OP: usize = 2;
    pub(crate) const ROW_NO: usize = 3;
    pub(super) const UPDATED_AT: usize = 4;
    pub(super) const VALID_FROM: usize = 5;
    pub(super) const VALID_TO: usize = 6;
    pub(super) const VERSION: usize = 7;
    pub(super) const OWN: usize = 8;
}
pub(crate) use column::ROW_NO;

/// Checks every row of a block.
pub(crate) fn check(
    cells: Cells,
    against: Against<'_>,
    rows: RowsBuilder,
) -> Result<CheckedBlock, LakeError> {
    let mut checker = Checker {
        against,
        cells: &cells,
        faults: vec![None; cells.len()],
        withdraws: vec![false; cells.len()],
        updated_at: vec![0; cells.len()],
    };
    checker.name_broken();
    checker.read_ends();
    let mut columns = checker.read_columns();
    checker.check_keys(&columns);
    checker.apply_checks(&mut columns);
    let subjects = checker.find_subjects(&columns);
    let written = checker.write(&columns, &subjects, rows)?;
    let updated_at = std::mem::take(&mut checker.updated_at);
    let faults: Vec<Fault> = checker.faults.into_iter().flatten().map(|fault| *fault).collect();
    let withdrawals = (0..cells.len()).filter(|row| checker.withdraws[*row]);
    let withdrawals = withdrawals.filter(|row| written.digests[*row].is_some()).collect();
    let mut changes: Vec<String> = Vec::new();
    for subject in subjects.iter().flatten() {
        if changes.last().is_none_or(|last| last != subject) {
            changes.push(subject.clone().into_owned());
        }
    }
    drop(subjects);
    drop(columns);
    let Written { rows, digests } = written;
    Ok(CheckedBlock {
        cells,
        delivered: None,
        rows,
        digests,
        updated_at,
        faults,
        withdrawals,
        subjects: changes,
    })
}

struct Checker<'c> {
    against: Against<'c>,
    cells: &'c Cells,
    /// What is wrong with each row, the first thing found.
    faults: Vec<Option<Box<Fault>>>,
    withdraws: Vec<bool>,
    updated_at: Vec<i64>,
}

struct Written {
    rows: RowsBuilder,
    digests: Vec<Option<KeyDigest>>,
}

impl<'c> Checker<'c> {
    fn plan(&self) -> &'c ItemPlan {
        self.against.plan
    }

    fn fail(&mut self, row: usize, field: Option<&str>, value: &str, rule: Rule) {
        if self.faults[row].is_none() {
            self.faults[row] = Some(Box::new(Fault::new(row as u64 + 1, field, value, rule)));
        }
    }

    /// Rows that their format shows to be wrong.
    fn name_broken(&mut self) {
        for broken in self.cells.broken() {
            let field = broken.place.and_then(|place| self.plan().header.get(place)).map(String::as_str);
            self.fail(broken.row, field, &broken.value, broken.rule);
        }
    }

    /// The two columns behind the item's own: what the row does, and when its source changed it.
    fn read_ends(&mut self) {
        let fields = self.plan().readers.len();
        let mut last = ("", 0);
        for row in 0..self.cells.len() {
            let width = self.cells.width(row);
            if width != fields + 2 {
                let value = format!("{width} ≠ {}", fields + 2);
                self.fail(row, None, &value, Rule::ColumnsWrong);
                continue;
            }
            match trimmed(self.cells.get(row, fields)) {
                "upsert" => {}
                "withdraw" => self.withdraws[row] = true,
                other => {
                    self.fail(row, Some("op"), other, Rule::OpUnknown);
                    continue;
                }
            }
            let text = self.cells.get(row, fields + 1);
            if text != last.0 {
                let Some(instant) = instant(text.trim()) else {
                    self.fail(row, Some("source_updated_at"), text, Rule::InstantInvalid);
                    continue;
                };
                last = (text, instant);
            }
            self.updated_at[row] = last.1;
            if last.1 > self.against.moment.now {
                self.fail(row, Some("source_updated_at"), text, Rule::DateInFuture);
            }
        }
    }

    fn read_columns(&mut self) -> Vec<Values<'c>> {
        let (plan, cells) = (self.plan(), self.cells);
        let mut columns = Vec::with_capacity(plan.readers.len());
        for (place, reader) in plan.readers.iter().enumerate() {
            let mut wrong = Vec::new();
            let faults = &self.faults;
            let texts = (0..cells.len())
                .map(|row| if faults[row].is_none() { Some(cells.get(row, place)) } else { None });
            let values = reader.read(texts, self.against.moment.today, |row, rule| wrong.push((row, rule)));
            for (row, rule) in wrong {
                self.fail(row, Some(&reader.name), cells.get(row, place), rule);
            }
            if reader.required {
                for row in 0..cells.len() {
                    if values.is_empty(row) && !self.withdraws[row] {
                        self.fail(row, Some(&reader.name), "", Rule::RequiredMissing);
                    }
                }
            }
            columns.push(values);
        }
        columns
    }

    /// Every part of the key must be there, also when a record is withdrawn.
    fn check_keys(&mut self, columns: &[Values<'_>]) {
        let plan = self.plan();
        for part in &plan.key {
            if !part.iter().all(|&column| plan.readers[column].required) {
                continue;
            }
            let name = part.first().map(|&column| plan.readers[column].name.as_str());
            for row in 0..self.cells.len() {
                if part.iter().all(|&column| columns[column].is_empty(row)) {
                    self.fail(row, name, "", Rule::RequiredMissing);
                }
            }
        }
    }

    fn apply_checks(&mut self, columns: &mut [Values<'_>]) {
        for check in &self.plan().checks {
            let mut broken = Vec::new();
            check.apply(columns, |row| broken.push(row));
            let name = &self.plan().readers[check.column].name;
            for row in broken {
                if !self.withdraws[row] && self.faults[row].is_none() {
                    let text = self.cells.get(row, check.column);
                    self.faults[row] = Some(Box::new(Fault::of_check(row as u64 + 1, name, text, check)));
                }
            }
        }
    }

    /// Whom each good row is about.
    fn find_subjects<'v>(&mut self, columns: &'v [Values<'_>]) -> Vec<Option<Cow<'v, str>>> {
        let (plan, registry) = (self.plan(), self.against.registry);
        let mut subjects = vec![None; self.cells.len()];
        let mut registered = "";
        for (row, place) in subjects.iter_mut().enumerate() {
            if self.faults[row].is_some() {
                continue;
            }
            let chosen = plan.subject.iter().find(|(column, _)| !columns[*column].is_empty(row));
            let Some((column, is_key)) = chosen else {
                let name = plan.subject.first().map(|(column, _)| plan.readers[*column].name.as_str());
                self.fail(row, name, "", Rule::RequiredMissing);
                continue;
            };
            let name = &plan.readers[*column].name;
            let Some(text) = columns[*column].text(row).filter(|_| *is_key) else {
                let mut text = "name:".to_owned();
                columns[*column].write(row, &mut text);
                match SubjectKey::parse(&text) {
                    Ok(key) => *place = Some(Cow::Owned(String::from(key))),
                    Err(_) => self.fail(row, Some(name), &text["name:".len()..], Rule::TextInvalid),
                }
                continue;
            };
            if plan.registered && text.len() == 18 && text != registered {
                if !registry.knows(text) {
                    self.fail(row, Some(name), text, Rule::SubjectUnknown);
                    continue;
                }
                registered = text;
            }
            *place = Some(Cow::Borrowed(text));
        }
        subjects
    }

    fn write(
        &mut self,
        columns: &[Values<'_>],
        subjects: &[Option<Cow<'_, str>>],
        mut rows: RowsBuilder,
    ) -> Result<Written, LakeError> {
        let plan = self.plan();
        let count = self.cells.len();
        let mut digests = vec![None; count];
        // All keys in one text, and where each ends.
        let mut keys = String::new();
        let mut ends = Vec::with_capacity(count);
        for (row, digest) in digests.iter_mut().enumerate() {
            if self.faults[row].is_none() {
                let start = keys.len();
                self.write_key(row, columns, &mut keys);
                *digest = Some(key_digest(&keys[start..]));
            }
            ends.push(keys.len());
        }
        let op = |row: usize| if self.withdraws[row] { "withdraw" } else { "upsert" };
        let day = |column: Option<usize>, row| {
            column.and_then(|column| columns[column].day(row)).map_or(Cell::Empty, Cell::Day)
        };
        let own = rows.columns_mut();
        let mut fits = true;
        own[column::SUBJECT].make_room(count, subjects.iter().flatten().map(|subject| subject.len()).sum());
        own[column::KEY].make_room(count, keys.len());
        own[column::OP].make_room(count, (0..count).map(|row| op(row).len()).sum());
        let mut start = 0;
        let spans = ends.iter().map(|&end| std::mem::replace(&mut start, end)..end);
        fits &= own[column::SUBJECT]
            .fill(subjects.iter().map(|subject| subject.as_deref().map_or(Cell::Empty, Cell::Text)));
        fits &= own[column::KEY].fill(spans.map(|span| Cell::Text(&keys[span])));
        fits &= own[column::OP].fill((0..count).map(|row| Cell::Text(op(row))));
        fits &= own[column::UPDATED_AT].fill(self.updated_at.iter().map(|at| Cell::Int(*at)));
        fits &= own[column::VALID_FROM].fill((0..count).map(|row| day(plan.valid_from, row)));
        fits &= own[column::VALID_TO].fill((0..count).map(|row| day(plan.valid_to, row)));
        fits &= own[column::VERSION].fill(std::iter::repeat_n(Cell::Int(0), count));
        debug_assert!(fits, "the envelope's columns hold the envelope");
        for (place, values) in columns.iter().enumerate() {
            if !values.fill(&mut rows.columns_mut()[column::OWN + place]) {
                return Err(rows.wrong_cell(column::OWN + place));
            }
        }
        Ok(Written { rows, digests })
    }

    /// The canonical text of the key's parts.
    fn write_key(&self, row: usize, columns: &[Values<'_>], key: &mut String) {
        let plan = self.plan();
        for (place, part) in plan.key.iter().enumerate() {
            if place > 0 {
                key.push('|');
            }
            let Some(&column) = part.iter().find(|&&column| !columns[column].is_empty(row)) else { continue };
            match plan.readers[column].kind {
                // Days and months have one way to be written, which is how they were read.
                FieldKind::Date => key.push_str(trimmed(self.cells.get(row, column))),
                FieldKind::Month => {
                    key.push_str(trimmed(self.cells.get(row, column)));
                    key.push_str("-01");
                }
                _ => columns[column].write(row, key),
            }
        }
    }
}

/// Microseconds since 1970 of an instant with its offset.
fn instant(text: &str) -> Option<i64> {
    plain_instant(text.as_bytes()).or_else(|| text.parse().ok().map(|at: Timestamp| at.as_microsecond()))
}

/// Reads `2026-09-01T08:00:00+08:00` and `2026-09-01T00:00:00Z`, the ways in which units write.
fn plain_instant(text: &[u8]) -> Option<i64> {
    let number = |from: usize, to: usize| {
        text.get(from..to)?.iter().try_fold(0_i64, |value, digit| {
            digit.is_ascii_digit().then(|| value * 10 + i64::from(digit - b'0'))
        })
    };
    let offset = match text.get(19..)? {
        b"Z" => 0,
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let minutes = number(20, 22)? * 60 + number(23, 25)?;
            if *sign == b'-' { -minutes } else { minutes }
        }
        _ => return None,
    };
    let signs = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if signs.iter().any(|(place, sign)| text.get(*place) != Some(sign)) {
        return None;
    }
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    if hour > 23 || minute > 59 || second > 59 || offset.abs() > 24 * 60 {
        return None;
    }
    let small = |value: i64| i8::try_from(value).ok();
    let year = i16::try_from(number(0, 4)?).ok()?;
    let date = Date::new(year, small(number(5, 7)?)?, small(number(8, 10)?)?).ok()?;
    let seconds = i64::from(day_number(date)) * 86_400 + hour * 3_600 + (minute - offset) * 60 + second;
    Some(seconds * 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_envelope_stands_where_the_lake_has_it() {
        let places = [
            (column::SUBJECT, "subject_key"),
            (column::KEY, "natural_key"),
            (column::OP, "op"),
            (column::ROW_NO, "row_no"),
            (column::UPDATED_AT, "source_updated_at"),
            (column::VALID_FROM, "valid_from"),
            (column::VALID_TO, "valid_to"),
            (column::VERSION, "version"),
        ];
        assert_eq!(places.map(|(place, _)| jq_lake::ROW_COLUMNS[place]), places.map(|(_, name)| name));
        assert_eq!(column::OWN, jq_lake::ROW_COLUMNS.len());
    }

    #[test]
    fn instants_are_read_as_the_library_reads_them() {
        for text in [
            "2026-09-01T08:00:00+08:00",
            "2026-09-01T00:00:00Z",
            "1969-12-31T23:59:59-03:30",
            "2024-02-29T12:00:00.5Z",
            "2026-09-01 08:00:00+08:00",
            "2026-13-01T08:00:00+08:00",
            "2025-02-29T08:00:00+08:00",
            "2026-09-01T24:00:00+08:00",
            "2026-09-01T08:00:00",
            "today",
            "",
        ] {
            let expected = text.parse().ok().map(|at: Timestamp| at.as_microsecond());
            assert_eq!(instant(text), expected, "{text}");
        }
    }
}
