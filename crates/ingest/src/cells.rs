//! A block of rows taken apart into cells.

use crate::fault::FileFault;
use crate::rule::Rule;

/// The cells of a block, row after row in one text.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    text: String,
    /// Where each cell ends in the text.
    ends: Vec<usize>,
    /// The number of cells before each row, and of all at the end.
    rows: Vec<usize>,
}

/// Why a block cannot be taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum CellsFault {
    /// Bytes that are not UTF-8 in this row, counted from 0.
    Encoding { row: usize },
    /// Not CSV at all.
    Broken(FileFault),
}

impl Cells {
    /// Takes rows apart as RFC 4180 has it.
    pub(crate) fn split(block: &[u8]) -> Result<Self, CellsFault> {
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
        let valid = std::str::from_utf8(block).is_ok();
        match String::from_utf8(bytes) {
            Ok(text) if valid => Ok(Self { text, ends, rows }),
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

    /// Takes the first row off: the header.
    pub(crate) fn take_header(&mut self) -> Vec<String> {
        if self.len() == 0 {
            return Vec::new();
        }
        let header =
            self.row(0).into_iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_owned());
        let header = header.collect();
        self.rows.remove(0);
        header
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
    fn many_short_cells_fit() {
        let text = ",".repeat(5_000);
        assert_eq!(Cells::split(text.as_bytes()).unwrap().width(0), 5_001);
    }
}
