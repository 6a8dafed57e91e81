//! Files of text, cut into blocks of whole rows while their digest is taken.

use std::io::Read;
use std::sync::Arc;

use jq_base::sm3::Hasher;

use super::decode::Decoder;
use super::{
    BLOCK_BYTES, Block, CHUNK_BYTES, Content, ROW_BYTES_MAX, Source, compare, jsonl, missing, too_long,
};
use crate::cells::{Cells, CellsFault};
use crate::fault::FileFault;
use crate::layout::{Layout, Layouts};
use crate::manifest::{Charset, Format};
use crate::rule::Rule;

/// Reads a file of text; see [`Source::read`].
pub(super) fn read(
    source: Source<'_>,
    mut give: impl FnMut(Block) -> bool,
) -> Result<Arc<Layout>, FileFault> {
    let Source { mut file, manifest, layouts } = source;
    let mut hasher = Hasher::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut cutter = Cutter::new(manifest.format, manifest.encoding, layouts);
    let mut outcome = Ok(true);
    loop {
        let length = file.read(&mut chunk).map_err(|error| missing(manifest, &error))?;
        hasher.update(&chunk[..length]);
        if outcome == Ok(true) {
            outcome = cutter.take(&chunk[..length]).map(|block| block.is_none_or(&mut give));
        }
        if length == 0 {
            break;
        }
    }
    compare(&hasher.finish_hex(), manifest)?;
    outcome?;
    match cutter.layout {
        Some(layout) => Ok(layout),
        // No lines are no rows; a table without rows has a header all the same.
        None if manifest.format == Format::Jsonl => Ok(Arc::new(layouts.of_keys(&[]))),
        None => Err(FileFault::new(Rule::HeaderWrong, "-")),
    }
}

/// Cuts a text into blocks.
struct Cutter<'p> {
    format: Format,
    layouts: Layouts<'p>,
    decoder: Option<Decoder>,
    text: Vec<u8>,
    /// Bytes of text below which it is of no use to look for the end of a row.
    wanted: usize,
    number: usize,
    layout: Option<Arc<Layout>>,
}

impl<'p> Cutter<'p> {
    fn new(format: Format, encoding: Charset, layouts: Layouts<'p>) -> Self {
        let decoder = (encoding == Charset::Gb18030).then(Decoder::new);
        Self { format, layouts, decoder, text: Vec::new(), wanted: BLOCK_BYTES, number: 0, layout: None }
    }

    /// Takes the next piece of the file, the last of which is empty, and gives a block once there is one.
    fn take(&mut self, chunk: &[u8]) -> Result<Option<Block>, FileFault> {
        match &mut self.decoder {
            None => self.text.extend_from_slice(chunk),
            Some(decoder) => decoder.decode(chunk, &mut self.text)?,
        }
        let Some(mut rows) = self.next_rows(chunk.is_empty())? else { return Ok(None) };
        let layout = match &self.layout {
            Some(layout) => Arc::clone(layout),
            None => match layout_of(self.format, &mut rows, self.layouts)? {
                Some(layout) => Arc::clone(self.layout.insert(Arc::new(layout))),
                None => return Ok(None),
            },
        };
        if rows.is_empty() {
            return Ok(None);
        }
        self.number += 1;
        let content = if self.format == Format::Csv { Content::Csv(rows) } else { Content::Jsonl(rows) };
        Ok(Some(Block { number: self.number - 1, layout, content }))
    }

    /// Takes whole rows off the front of the text once there is enough of it, all of it at the end of the file.
    fn next_rows(&mut self, ended: bool) -> Result<Option<Vec<u8>>, FileFault> {
        if ended {
            return Ok(Some(std::mem::take(&mut self.text)).filter(|rows| !rows.is_empty()));
        }
        if self.text.len() < self.wanted {
            return Ok(None);
        }
        let end = match self.format {
            Format::Csv => last_row_end(&self.text),
            _ => last_line_end(&self.text),
        };
        let Some(end) = end else {
            if self.text.len() > ROW_BYTES_MAX {
                return Err(too_long());
            }
            // Twice as much the next time, so that a long row is not searched again and again.
            self.wanted = (self.text.len() * 2).min(ROW_BYTES_MAX + 1);
            return Ok(None);
        };
        self.wanted = BLOCK_BYTES;
        let rest = self.text.split_off(end);
        Ok(Some(std::mem::replace(&mut self.text, rest)))
    }
}

/// The layout of a file that begins with these rows, of which a header is taken off; nothing where they tell none.
fn layout_of(format: Format, rows: &mut Vec<u8>, layouts: Layouts<'_>) -> Result<Option<Layout>, FileFault> {
    if format != Format::Csv {
        return Ok(Some(layouts.of_keys(&jsonl::first_keys(rows))));
    }
    let (header, length) = match Cells::split_first(rows) {
        Ok(first) => first,
        Err(CellsFault::Broken(fault)) => return Err(fault),
        Err(CellsFault::Encoding { row }) => {
            return Err(FileFault::new(Rule::EncodingWrong, format!("row {row}")));
        }
    };
    if header.is_empty() {
        return Ok(None);
    }
    let header: Vec<String> =
        header.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_owned()).collect();
    rows.drain(..length);
    layouts.of_header(&header).map(Some)
}

fn last_line_end(text: &[u8]) -> Option<usize> {
    memchr::memrchr(b'\n', text).map(|place| place + 1)
}

/// Where the last whole row ends: after the last line break that stands outside quotation marks.
fn last_row_end(text: &[u8]) -> Option<usize> {
    if memchr::memchr(b'"', text).is_none() {
        return last_line_end(text);
    }
    let mut end = None;
    let mut quoted = false;
    for place in memchr::memchr2_iter(b'"', b'\n', text) {
        if text[place] == b'\n' {
            if !quoted {
                end = Some(place + 1);
            }
        } else if quoted {
            // A doubled mark closes and opens again at once.
            quoted = false;
        } else {
            // A mark opens only at the start of a cell, or as the second of a doubled one.
            quoted = place == 0 || matches!(text[place - 1], b',' | b'\n' | b'\r' | b'"');
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_end_at_line_breaks_outside_quotation_marks() {
        for (text, end) in [
            ("a,b\nc,d\ne", Some(8)),
            ("no end", None),
            ("a,\"x\ny\"\nb", Some(8)),
            ("a,\"x\n", None),
            ("a,\"say \"\"so\"\"\n\"\nb", Some(16)),
            ("a,5\" pipe\nb,c\nd", Some(14)),
            ("\"a\"\n\"b", Some(4)),
        ] {
            assert_eq!(last_row_end(text.as_bytes()), end, "{text:?}");
        }
    }
}
