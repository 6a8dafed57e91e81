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
///
/// Rows mostly come with those of one subject in a row, so such stretches are sorted, and then the rows of each subject.
pub(crate) fn order(batches: &[RecordBatch], kept: impl Iterator<Item = Place>) -> Vec<Place> {
    let keys: Vec<Option<SortColumns<'_>>> = batches.iter().map(SortColumns::of).collect();
    let Some(keys) = keys.into_iter().collect::<Option<Vec<_>>>() else { return kept.collect() };
    let kept: Vec<Place> = kept.collect();
    let mut stretches: Vec<Stretch<'_>> = Vec::new();
    for (number, (batch, row)) in kept.iter().enumerate() {
        let subject = keys[*batch].subjects.value(*row);
        match stretches.last_mut() {
            Some(last) if last.subject == subject => last.to += 1,
            _ => stretches.push(Stretch { rank: rank(subject), subject, from: number, to: number + 1 }),
        }
    }
    stretches.sort_by(|left, right| left.rank.cmp(&right.rank).then_with(|| left.subject.cmp(right.subject)));
    let mut sorted = Vec::with_capacity(kept.len());
    for of_subject in stretches.chunk_by(|left, right| left.subject == right.subject) {
        let first = sorted.len();
        for stretch in of_subject {
            sorted.extend_from_slice(&kept[stretch.from..stretch.to]);
        }
        sorted[first..].sort_by(|(left, left_row), (right, right_row)| {
            let (left, right) = (&keys[*left], &keys[*right]);
            let in_keys = left.keys.value(*left_row).cmp(right.keys.value(*right_row));
            in_keys.then_with(|| left.versions.value(*left_row).cmp(&right.versions.value(*right_row)))
        });
    }
    sorted
}

/// Rows of one subject that came one after the other.
struct Stretch<'b> {
    rank: u128,
    subject: &'b str,
    /// Places among the rows.
    from: usize,
    to: usize,
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
