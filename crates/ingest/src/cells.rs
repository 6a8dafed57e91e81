//! A block of rows taken apart into cells, whatever format they came in.

use std::cell::RefCell;

use crate::fault::FileFault;
use crate::rule::Rule;

/// The cells of a block, row after row in one text.
#[derive(Debug)]
pub(crate) struct Cells {
    text: String,
    /// Where each cell stands in the text.
    spans: Vec<Span>,
    /// The number of cells before each row, and of all at the end.
    rows: Vec<usize>,
    /// Rows that their format already shows to be wrong.
    broken: Vec<BrokenRow>,
}

/// Where a cell stands in the text of its block, which is far shorter than 4 GiB.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: u32,
    to: u32,
}

impl Span {
    fn new(from: usize, to: usize) -> Self {
        let short = |place| u32::try_from(place).expect("a block is shorter than 4 GiB");
        Self { from: short(from), to: short(to) }
    }

    fn of<T: ?Sized + std::ops::Index<std::ops::Range<usize>>>(self, text: &T) -> &T::Output {
        &text[self.from as usize..self.to as usize]
    }
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
        Self { text: String::new(), spans: Vec::new(), rows: vec![0], broken: Vec::new() }
    }

    /// Where the text of the next cell is written.
    pub(crate) fn next_cell(&mut self) -> &mut String {
        &mut self.text
    }

    /// What was written is a cell.
    pub(crate) fn end_cell(&mut self) {
        let from = self.spans.last().map_or(0, |last| last.to as usize);
        self.spans.push(Span::new(from, self.text.len()));
    }

    pub(crate) fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.end_cell();
    }

    /// What was added since the last row is a row.
    pub(crate) fn end_row(&mut self) {
        self.rows.push(self.spans.len());
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
    pub(crate) fn split(block: Vec<u8>) -> Result<Self, CellsFault> {
        if memchr::memchr(b'"', &block).is_none() {
            return Self::split_plain(block);
        }
        Self::split_rows(&block, usize::MAX).map(|(cells, _)| cells)
    }

    /// The first row, and how many bytes it fills.
    pub(crate) fn split_first(block: &[u8]) -> Result<(Vec<String>, usize), CellsFault> {
        let (cells, length) = Self::split_rows(block, 1)?;
        let first = if cells.len() == 0 { Vec::new() } else { cells.row(0) };
        Ok((first, length))
    }

    /// Takes rows without quotation marks apart, whose cells stay where they are.
    fn split_plain(block: Vec<u8>) -> Result<Self, CellsFault> {
        let mut spans = Vec::with_capacity(block.len() / 8);
        let mut rows = vec![0];
        let mut from = 0;
        for place in memchr::memchr3_iter(b',', b'\n', b'\r', &block) {
            if block[place] == b',' {
                spans.push(Span::new(from, place));
            } else if from < place || spans.len() > rows[rows.len() - 1] {
                spans.push(Span::new(from, place));
                rows.push(spans.len());
            }
            from = place + 1;
        }
        if from < block.len() || spans.len() > rows[rows.len() - 1] {
            spans.push(Span::new(from, block.len()));
            rows.push(spans.len());
        }
        match String::from_utf8(block) {
            Ok(text) => Ok(Self { text, spans, rows, broken: Vec::new() }),
            Err(error) => Err(CellsFault::Encoding { row: first_wrong(error.as_bytes(), &spans, &rows) }),
        }
    }

    fn split_rows(block: &[u8], rows_max: usize) -> Result<(Self, usize), CellsFault> {
        thread_local! {
            // Its table of states takes longer to make than a short row to read.
            static READER: RefCell<csv_core::Reader> = RefCell::new(csv_core::Reader::new());
        }
        READER.with_borrow_mut(|reader| Self::split_quoted(reader, block, rows_max))
    }

    fn split_quoted(
        reader: &mut csv_core::Reader,
        block: &[u8],
        rows_max: usize,
    ) -> Result<(Self, usize), CellsFault> {
        let mut bytes = vec![0; block.len() + 16];
        let mut ends = vec![0; block.len() / 8 + 64];
        let (mut read, mut written, mut cells) = (0, 0, 0);
        let mut row_start = 0;
        let mut rows = vec![0];
        reader.reset();
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
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let spans: Vec<Span> = starts.zip(&ends[..cells]).map(|(from, to)| Span::new(from, *to)).collect();
        // What is valid as a whole may be two broken halves in neighbouring cells, so the input is asked.
        let valid = std::str::from_utf8(&block[..read]).is_ok();
        match String::from_utf8(bytes) {
            Ok(text) if valid => Ok((Self { text, spans, rows, broken: Vec::new() }, read)),
            Ok(text) => Err(CellsFault::Encoding { row: first_wrong(text.as_bytes(), &spans, &rows) }),
            Err(error) => Err(CellsFault::Encoding { row: first_wrong(error.as_bytes(), &spans, &rows) }),
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
    #[inline]
    pub(crate) fn get(&self, row: usize, place: usize) -> &str {
        self.spans[self.rows[row] + place].of(&self.text)
    }

    /// All cells of a row.
    pub(crate) fn row(&self, row: usize) -> Vec<String> {
        (0..self.width(row)).map(|place| self.get(row, place).to_owned()).collect()
    }
}

/// The first row with a cell that is not UTF-8.
fn first_wrong(bytes: &[u8], spans: &[Span], rows: &[usize]) -> usize {
    let wrong = spans.iter().position(|span| std::str::from_utf8(span.of(bytes)).is_err());
    rows.partition_point(|first| *first <= wrong.unwrap_or(0)).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let cells = Cells::split(text.into()).unwrap();
        (0..cells.len()).map(|row| cells.row(row)).collect()
    }

    fn rows_of_another_reader(text: &str) -> Vec<Vec<String>> {
        let mut other =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        other.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
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
            assert_eq!(rows(text), rows_of_another_reader(text), "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn cells_of_any_text_are_those_of_another_reader(text in "[a云,\"\r\n ]{0,40}", plain in "[a云,\r\n ]{0,40}") {
            proptest::prop_assert_eq!(rows(&text), rows_of_another_reader(&text));
            proptest::prop_assert_eq!(rows(&plain), rows_of_another_reader(&plain));
        }
    }

    #[test]
    fn a_row_that_is_not_utf_8_is_named() {
        assert_eq!(Cells::split(b"a,b\nc,\xff\n".into()).unwrap_err(), CellsFault::Encoding { row: 1 });
        // Two halves of one character in neighbouring cells are two broken cells.
        assert_eq!(Cells::split(b"a,\xe4\xba,\x91\n".into()).unwrap_err(), CellsFault::Encoding { row: 0 });
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
        assert_eq!(Cells::split(text.into_bytes()).unwrap().width(0), 5_001);
    }
}
