//! The order of rows in a data file: by subject, then by natural key, then by version.

use arrow::array::{AsArray, PrimitiveArray, RecordBatch, StringArray};
use arrow::datatypes::Int32Type;

/// Characters that [`rank`] looks at.
const RANKED: usize = 21;

/// A number that sorts like the text; texts that differ only after 21 characters or in rare ones may share it.
/// Credit codes never do.
pub(crate) fn rank(text: &str) -> u128 {
    let bytes = text.as_bytes();
    let mut rank = 0;
    for place in 0..RANKED {
        rank = rank << 6 | bytes.get(place).map_or(0, |byte| u128::from(class(*byte)));
    }
    rank
}

/// Six bits that grow with the byte: each digit and letter of codes and hashes has its own, others share.
const fn class(byte: u8) -> u8 {
    match byte {
        0..b'0' => 1,
        b'0'..=b'9' => 2 + byte - b'0',
        b':'..b'A' => 12,
        b'A'..=b'Z' => 13 + byte - b'A',
        b'['..b'a' => 39,
        b'a'..=b'w' => 40 + byte - b'a',
        _ => 63,
    }
}

/// A row among several batches: which batch, and which row of it.
pub(crate) type Place = (usize, usize);

/// All rows of the batches.
pub(crate) fn places(batches: &[RecordBatch]) -> impl Iterator<Item = Place> + '_ {
    batches.iter().enumerate().flat_map(|(batch, rows)| (0..rows.num_rows()).map(move |row| (batch, row)))
}

/// The rows that `kept` names, sorted. All batches have the same columns.
pub(crate) fn order(batches: &[RecordBatch], kept: impl Iterator<Item = Place>) -> Vec<Place> {
    let keys: Vec<Option<SortColumns<'_>>> = batches.iter().map(SortColumns::of).collect();
    let Some(keys) = keys.into_iter().collect::<Option<Vec<_>>>() else { return kept.collect() };
    let mut last: (&str, u128) = ("", 0);
    let mut ranked: Vec<(u128, u32, u32)> = kept
        .filter_map(|(batch, row)| {
            let subject = keys[batch].subjects.value(row);
            if subject != last.0 {
                last = (subject, rank(subject));
            }
            Some((last.1, u32::try_from(batch).ok()?, u32::try_from(row).ok()?))
        })
        .collect();
    ranked.sort_by(|left, right| {
        left.0.cmp(&right.0).then_with(|| {
            let (left_row, right_row) = (left.2 as usize, right.2 as usize);
            let (left, right) = (&keys[left.1 as usize], &keys[right.1 as usize]);
            let subjects = left.subjects.value(left_row).cmp(right.subjects.value(right_row));
            subjects
                .then_with(|| left.keys.value(left_row).cmp(right.keys.value(right_row)))
                .then_with(|| left.versions.value(left_row).cmp(&right.versions.value(right_row)))
        })
    });
    ranked.into_iter().map(|(_, batch, row)| (batch as usize, row as usize)).collect()
}

/// The columns that decide the order.
struct SortColumns<'b> {
    subjects: &'b StringArray,
    keys: &'b StringArray,
    versions: &'b PrimitiveArray<Int32Type>,
}

impl<'b> SortColumns<'b> {
    fn of(rows: &'b RecordBatch) -> Option<Self> {
        Some(Self {
            subjects: rows.column_by_name("subject_key")?.as_string_opt::<i32>()?,
            keys: rows.column_by_name("natural_key")?.as_string_opt::<i32>()?,
            versions: rows.column_by_name("version")?.as_primitive_opt::<Int32Type>()?,
        })
    }
}

/// Where the city's subjects are cut into ranges: a range holds the subjects from one cut up to the next.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cuts {
    /// First subject of each range but the first, ascending.
    starts: Vec<(u128, String)>,
}

impl Cuts {
    /// Cuts so that each of `ranges` holds about as many of the sampled subjects as any other.
    pub(crate) fn of_sample(mut sample: Vec<String>, ranges: usize) -> Self {
        sample.sort_unstable();
        // How many ranges are wanted follows from what a unit claims; the sample is what there is.
        let ranges = ranges.min(sample.len());
        let mut starts: Vec<(u128, String)> = Vec::new();
        for range in 1..ranges {
            let Some(subject) = sample.get(sample.len() * range / ranges) else { break };
            if starts.last().is_none_or(|(_, last)| last < subject) {
                starts.push((rank(subject), subject.clone()));
            }
        }
        Self { starts }
    }

    /// How many ranges there are.
    pub(crate) fn ranges(&self) -> usize {
        self.starts.len() + 1
    }

    /// The range of a subject.
    pub(crate) fn range_of(&self, subject: &str) -> usize {
        let rank = rank(subject);
        self.starts
            .partition_point(|(start, text)| *start < rank || (*start == rank && text.as_str() <= subject))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_sort_like_the_texts() {
        let texts = [
            "",
            "0",
            "12500105MA5U0000XX",
            "91500105MA5U0000XX",
            "91500105MA5U0001XX",
            "9f86d081884c7d659a2feaa0c55ad015",
            "N5",
            "a86d081884c7d659a2feaa0c55ad0150",
            "name:云阳",
            "~",
        ];
        for pair in texts.windows(2) {
            assert!(pair[0] < pair[1] && rank(pair[0]) <= rank(pair[1]), "{pair:?}");
        }
        assert!(rank("91500105MA5U0000XX") < rank("91500105MA5U0001XX"));
    }

    #[test]
    fn a_subject_belongs_to_the_range_whose_start_is_not_above_it() {
        let sample: Vec<String> = (0..100).map(|n| format!("{n:018}")).collect();
        let cuts = Cuts::of_sample(sample, 4);
        assert_eq!(cuts.ranges(), 4);
        assert_eq!(cuts.range_of(&format!("{:018}", 24)), 0);
        assert_eq!(cuts.range_of(&format!("{:018}", 25)), 1);
        assert_eq!(cuts.range_of(&format!("{:018}", 99)), 3);
        assert_eq!(cuts.range_of("z"), 3);
    }

    #[test]
    fn an_absurd_number_of_ranges_costs_nothing() {
        assert!(Cuts::of_sample(vec!["a".to_owned(), "b".to_owned()], usize::MAX).ranges() <= 2);
        assert_eq!(Cuts::of_sample(Vec::new(), usize::MAX).ranges(), 1);
    }

    #[test]
    fn a_sample_of_one_subject_gives_one_cut_at_most() {
        let cuts = Cuts::of_sample(vec!["91500105MA5U0000XX".to_owned(); 50], 8);
        assert!(cuts.ranges() <= 2);
    }
}
