//! A block of rows taken apart into cells, whatever format they came in.

use crate::fault::FileFault;
use crate::rule::Rule;

/// The cells of a block, row after row in one text.
#[derive(Debug)]
pub(crate) struct Cells {
    text: String,
    /// Where each cell ends in the text.
    ends: Vec<usize>,
    /// The number of cells before each row, and of all at the end.
    rows: Vec<usize>,
    /// Rows that their format already shows to be wrong.
    broken: Vec<BrokenRow>,
}

/// A row that cannot be read as its format has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BrokenRow {
    /// Its place in the block, from 0.
    pub(crate) row: usize,
    /// The column that is to blame, where one is.
    pub(crate) place: Option<usize>,
    /// What stood there.
    pub(crate) value: String,
    pub(crate) rule: Rule,
}

/// Why a block cannot be taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum CellsFault {
    /// Bytes that are not UTF-8 in this row, counted from 0.
    Encoding { row: usize },
    /// Not of its format at all.
    Broken(FileFault),
}

/// Bytes that are kept of a line that is no row.
const LINE_BYTES_MAX: usize = 1 << 16;

impl Cells {
    /// No rows, to be added one cell after the other.
    pub(crate) fn new() -> Self {
        Self { text: String::new(), ends: Vec::new(), rows: vec![0], broken: Vec::new() }
    }

    /// Where the text of the next cell is written.
    pub(crate) fn next_cell(&mut self) -> &mut String {
        &mut self.text
    }

    /// What was written is a cell.
    pub(crate) fn end_cell(&mut self) {
        self.ends.push(self.text.len());
    }

    pub(crate) fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.end_cell();
    }

    /// What was added since the last row is a row.
    pub(crate) fn end_row(&mut self) {
        self.rows.push(self.ends.len());
    }

    /// Bytes of all cells.
    pub(crate) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Notes that the row which is being added is wrong.
    pub(crate) fn break_row(&mut self, place: Option<usize>, value: impl Into<String>, rule: Rule) {
        self.broken.push(BrokenRow { row: self.len(), place, value: value.into(), rule });
    }

    /// Adds a line that is no row as a row of one cell.
    pub(crate) fn push_broken_line(&mut self, line: &str, rule: Rule) {
        let kept = &line[..line.floor_char_boundary(LINE_BYTES_MAX)];
        self.break_row(None, kept, rule);
        self.push(kept);
        self.end_row();
    }

    /// Rows that their format shows to be wrong, in order.
    pub(crate) fn broken(&self) -> &[BrokenRow] {
        &self.broken
    }

    /// Takes rows apart as RFC 4180 has it.
    pub(crate) fn split(block: &[u8]) -> Result<Self, CellsFault> {
        Self::split_rows(block, usize::MAX).map(|(cells, _)| cells)
    }

    /// The first row, and how many bytes it fills.
    pub(crate) fn split_first(block: &[u8]) -> Result<(Vec<String>, usize), CellsFault> {
        let (cells, length) = Self::split_rows(block, 1)?;
        let first = if cells.len() == 0 { Vec::new() } else { cells.row(0) };
        Ok((first, length))
    }

    fn split_rows(block: &[u8], rows_max: usize) -> Result<(Self, usize), CellsFault> {
        let mut bytes = vec![0; block.len() + 16];
        let mut ends = vec![0; block.len() / 8 + 64];
        let (mut read, mut written, mut cells) = (0, 0, 0);
        let mut row_start = 0;
        let mut rows = vec![0];
        let mut reader = csv_core::Reader::new();
        loop {
            let (result, took, gave, ended) =
                reader.read_record(&block[read..], &mut bytes[written..], &mut ends[cells..]);
            // Ends are counted from the start of the row.
            ends[cells..cells + ended].iter_mut().for_each(|end| *end += row_start);
            read += took;
            written += gave;
            cells += ended;
            match result {
                csv_core::ReadRecordResult::Record => {
                    rows.push(cells);
                    row_start = written;
                    if rows.len() > rows_max {
                        break;
                    }
                }
                // An empty piece of input tells the reader that the text has ended.
                csv_core::ReadRecordResult::InputEmpty => {}
                csv_core::ReadRecordResult::OutputEndsFull => ends.resize(ends.len() * 2, 0),
                csv_core::ReadRecordResult::OutputFull => {
                    return Err(CellsFault::Broken(FileFault::new(Rule::FileBroken, "csv")));
                }
                csv_core::ReadRecordResult::End => break,
            }
        }
        bytes.truncate(written);
        ends.truncate(cells);
        // What is valid as a whole may be two broken halves in neighbouring cells, so the input is asked.
        let valid = std::str::from_utf8(&block[..read]).is_ok();
        match String::from_utf8(bytes) {
            Ok(text) if valid => Ok((Self { text, ends, rows, broken: Vec::new() }, read)),
            Ok(text) => Err(CellsFault::Encoding { row: first_wrong(text.as_bytes(), &ends, &rows) }),
            Err(error) => Err(CellsFault::Encoding { row: first_wrong(error.as_bytes(), &ends, &rows) }),
        }
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len() - 1
    }

    /// How many cells a row has.
    pub(crate) fn width(&self, row: usize) -> usize {
        self.rows[row + 1] - self.rows[row]
    }

    /// A cell; the row must have it.
    pub(crate) fn get(&self, row: usize, place: usize) -> &str {
        let cell = self.rows[row] + place;
        let start = if cell == 0 { 0 } else { self.ends[cell - 1] };
        &self.text[start..self.ends[cell]]
    }

    /// All cells of a row.
    pub(crate) fn row(&self, row: usize) -> Vec<String> {
        (0..self.width(row)).map(|place| self.get(row, place).to_owned()).collect()
    }
}

/// The first row with a cell that is not UTF-8.
fn first_wrong(bytes: &[u8], ends: &[usize], rows: &[usize]) -> usize {
    let wrong = (0..ends.len()).position(|cell| {
        let start = if cell == 0 { 0 } else { ends[cell - 1] };
        std::str::from_utf8(&bytes[start..ends[cell]]).is_err()
    });
    rows.partition_point(|first| *first <= wrong.unwrap_or(0)).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let cells = Cells::split(text.as_bytes()).unwrap();
        (0..cells.len()).map(|row| cells.row(row)).collect()
    }

    #[test]
    fn cells_are_those_of_another_reader() {
        for text in [
            "a,b\n1,2\n",
            "a,b\r\n1,\r\n\r\n,2",
            "x,\"say \"\"so\"\", he said\",\"two\nlines\"\ny,5\" pipe,z\n",
            "云阳,\"面,条\"\n",
            "",
            "\n\n",
            "one",
        ] {
            let mut other =
                csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let expected: Vec<Vec<String>> =
                other.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
            assert_eq!(rows(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_row_that_is_not_utf_8_is_named() {
        assert_eq!(Cells::split(b"a,b\nc,\xff\n").unwrap_err(), CellsFault::Encoding { row: 1 });
        // Two halves of one character in neighbouring cells are two broken cells.
        assert_eq!(Cells::split(b"a,\xe4\xba,\x91\n").unwrap_err(), CellsFault::Encoding { row: 0 });
    }

    #[test]
    fn the_first_row_is_taken_off_whatever_ends_it() {
        for (text, first, rest) in [
            ("a,b\n1,2\n", vec!["a", "b"], "1,2"),
            ("a,b\r\n1,2", vec!["a", "b"], "1,2"),
            ("\n\na,\"b\nc\"\n1,2", vec!["a", "b\nc"], "1,2"),
            ("a,b", vec!["a", "b"], ""),
            ("", vec![], ""),
        ] {
            let (row, length) = Cells::split_first(text.as_bytes()).unwrap();
            assert_eq!(
                (row, text[length..].trim()),
                (first.iter().map(ToString::to_string).collect(), rest),
                "{text:?}"
            );
        }
    }

    #[test]
    fn many_short_cells_fit() {
        let text = ",".repeat(5_000);
        assert_eq!(Cells::split(text.as_bytes()).unwrap().width(0), 5_001);
    }
}
