//! Reading a batch's data file once, from front to end: its digest is proved, its text decoded, and its rows cut
//! into blocks on the way.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use jq_base::sm3::Hasher;

use crate::fault::FileFault;
use crate::manifest::{Charset, Manifest};
use crate::rule::Rule;

/// Bytes read at once.
const CHUNK_BYTES: usize = 1 << 18;
/// Text of one block, about.
const BLOCK_BYTES: usize = 1 << 20;
/// A row longer than this is not a row.
const ROW_BYTES_MAX: usize = 64 << 20;

/// Whole rows of a file, as UTF-8 unless the sender lied about the character set.
pub(crate) struct Block {
    /// Place among the blocks, from 0.
    pub(crate) number: usize,
    pub(crate) text: Vec<u8>,
}

/// A data file being read.
pub(crate) struct Source {
    file: File,
    name: String,
    sm3: String,
    decoder: Option<Decoder>,
}

impl Source {
    pub(crate) fn open(path: &Path, manifest: &Manifest) -> Result<Self, FileFault> {
        let file = File::open(path).map_err(|error| missing(&manifest.file, &error))?;
        let decoder = match manifest.encoding {
            Charset::Utf8 => None,
            Charset::Gb18030 => Some(Decoder::new()),
        };
        Ok(Self { file, name: manifest.file.clone(), sm3: manifest.sm3.clone(), decoder })
    }

    /// Reads to the end and hands every block on; `give` says false when no more are wanted. A wrong digest counts
    /// before everything else that is wrong, so a file cut off in the middle is called that.
    pub(crate) fn read(mut self, mut give: impl FnMut(Block) -> bool) -> Result<(), FileFault> {
        let mut hasher = Hasher::new();
        let mut chunk = vec![0; CHUNK_BYTES];
        let mut text = Vec::new();
        let mut number = 0;
        let mut outcome = Ok(true);
        loop {
            let length = self.file.read(&mut chunk).map_err(|error| missing(&self.name, &error))?;
            hasher.update(&chunk[..length]);
            if outcome == Ok(true) {
                outcome = self.take(&chunk[..length], &mut text).and_then(|()| {
                    Ok(match next_block(&mut text, length == 0)? {
                        None => true,
                        Some(rows) => {
                            number += 1;
                            give(Block { number: number - 1, text: rows })
                        }
                    })
                });
            }
            if length == 0 {
                break;
            }
        }
        let found = hasher.finish_hex();
        if !found.eq_ignore_ascii_case(&self.sm3) {
            return Err(FileFault::new(
                Rule::DigestMismatch,
                format!("{} ≠ {}", short(&found), short(&self.sm3)),
            ));
        }
        outcome.map(|_| ())
    }

    fn take(&mut self, chunk: &[u8], text: &mut Vec<u8>) -> Result<(), FileFault> {
        match &mut self.decoder {
            None => text.extend_from_slice(chunk),
            Some(decoder) => decoder.decode(chunk, text)?,
        }
        Ok(())
    }
}

fn missing(file: &str, error: &std::io::Error) -> FileFault {
    FileFault::new(Rule::FileMissing, format!("{file}: {error}"))
}

fn short(digest: &str) -> String {
    digest.chars().take(12).chain("…".chars()).collect()
}

/// Takes whole rows off the front of the text once there is enough of it, all of it at the end of the file.
fn next_block(text: &mut Vec<u8>, ended: bool) -> Result<Option<Vec<u8>>, FileFault> {
    if ended {
        return Ok(Some(std::mem::take(text)).filter(|rows| !rows.is_empty()));
    }
    if text.len() < BLOCK_BYTES {
        return Ok(None);
    }
    let Some(end) = last_row_end(text) else {
        if text.len() > ROW_BYTES_MAX {
            return Err(FileFault::new(
                Rule::FileBroken,
                format!("> {ROW_BYTES_MAX} bytes without a row's end"),
            ));
        }
        return Ok(None);
    };
    let rest = text.split_off(end);
    Ok(Some(std::mem::replace(text, rest)))
}

/// Where the last whole row ends: after the last line break that stands outside quotation marks.
fn last_row_end(text: &[u8]) -> Option<usize> {
    if memchr::memchr(b'"', text).is_none() {
        return memchr::memrchr(b'\n', text).map(|place| place + 1);
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

/// Turns GB 18030 into UTF-8 as it is read; malformed bytes are an error, never a guess.
struct Decoder {
    decoder: encoding_rs::Decoder,
}

impl Decoder {
    fn new() -> Self {
        Self { decoder: encoding_rs::GB18030.new_decoder_without_bom_handling() }
    }

    fn decode(&mut self, chunk: &[u8], text: &mut Vec<u8>) -> Result<(), FileFault> {
        let last = chunk.is_empty();
        let room = self.decoder.max_utf8_buffer_length_without_replacement(chunk.len());
        let from = text.len();
        text.resize(from + room.unwrap_or(chunk.len() * 3 + 16), 0);
        let (result, _, written) =
            self.decoder.decode_to_utf8_without_replacement(chunk, &mut text[from..], last);
        text.truncate(from + written);
        match result {
            encoding_rs::DecoderResult::Malformed(..) => {
                Err(FileFault::new(Rule::EncodingWrong, "bytes that are not GB 18030"))
            }
            _ => Ok(()),
        }
    }
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
