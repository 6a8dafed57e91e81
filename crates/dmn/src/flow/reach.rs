//! Rows that are never reached: a flow file with one is refused when loaded, so they are found here.

use super::{Condition, How, Row};

/// A condition as values from `low` to below `high`, or all others.
struct Range {
    low: f64,
    high: f64,
    outside: bool,
    missing: bool,
}

impl Range {
    fn of(how: How) -> Self {
        let (infinity, all) = (f64::INFINITY, f64::NEG_INFINITY);
        let range = |low, high, outside, missing| Self { low, high, outside, missing };
        match how {
            How::Missing => range(infinity, infinity, false, true),
            How::Present => range(all, infinity, false, false),
            How::Compare { op, value, or_missing } => match op {
                "eq" => range(value, value.next_up(), false, or_missing),
                "ne" => range(value, value.next_up(), true, or_missing),
                "lt" => range(all, value, false, or_missing),
                "le" => range(all, value.next_up(), false, or_missing),
                "gt" => range(value.next_up(), infinity, false, or_missing),
                _ => range(value, infinity, false, or_missing),
            },
        }
    }

    fn is_empty(&self) -> bool {
        self.low >= self.high
    }

    /// True where every value that passes the other passes this one.
    fn covers(&self, other: &Self) -> bool {
        if other.missing && !self.missing {
            return false;
        }
        match (self.outside, other.outside) {
            (false, false) => other.is_empty() || (self.low <= other.low && other.high <= self.high),
            (true, true) => other.low <= self.low && self.high <= other.high,
            (true, false) => other.is_empty() || other.high <= self.low || self.high <= other.low,
            (false, true) => self.low == f64::NEG_INFINITY && self.high == f64::INFINITY,
        }
    }
}

/// True where every case of the later row is taken by the earlier one.
fn covers(earlier: &[Condition], later: &[Condition]) -> bool {
    earlier.iter().all(|condition| {
        later.iter().any(|own| {
            own.feature == condition.feature && Range::of(condition.how).covers(&Range::of(own.how))
        })
    })
}

/// Takes out rows that an earlier one covers, which changes no answer. Gives rules of which no row is left, each with
/// the row that takes their cases.
pub(super) fn drop_unreached(rows: &mut Vec<Row>) -> Vec<(usize, String)> {
    let mut kept: Vec<Row> = Vec::with_capacity(rows.len());
    let mut lost: Vec<(usize, String)> = Vec::new();
    for row in rows.drain(..) {
        match kept.iter().find(|earlier| covers(&earlier.when, &row.when)) {
            None => kept.push(row),
            Some(earlier) => lost.extend(row.rule.map(|rule| (rule, earlier.id.clone()))),
        }
    }
    *rows = kept;
    lost.retain(|(rule, _)| !rows.iter().any(|row| row.rule == Some(*rule)));
    lost.dedup_by_key(|(rule, _)| *rule);
    lost
}
