//! GB 18030 becomes UTF-8 as it is read; malformed bytes are an error, never a guess.

use crate::fault::FileFault;
use crate::rule::Rule;

/// Chinese characters in UTF-8 that a line must have to be known as such: as GB 18030 they would mean twice as many
/// rare ones, which no line of real text has.
const STRAY_CHARACTERS: u32 = 4;

/// Turns GB 18030 into UTF-8.
pub(super) struct Decoder {
    decoder: encoding_rs::Decoder,
    stray: StrayUtf8,
}

impl Decoder {
    pub(super) fn new() -> Self {
        Self { decoder: encoding_rs::GB18030.new_decoder_without_bom_handling(), stray: StrayUtf8::default() }
    }

    /// Decodes the next piece; an empty one ends the text.
    pub(super) fn decode(&mut self, chunk: &[u8], text: &mut Vec<u8>) -> Result<(), FileFault> {
        if let Some(line) = self.stray.find(chunk) {
            return Err(FileFault::new(Rule::EncodingWrong, format!("line {line}: UTF-8, not GB 18030")));
        }
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

/// Looks for lines of UTF-8 in a text that is to be GB 18030: read as such, most of them would be taken for other
/// characters without a complaint.
#[derive(Default)]
struct StrayUtf8 {
    /// Line breaks seen.
    lines: u64,
    /// Whole three-byte characters of the line.
    characters: u32,
    /// Bytes of a character that are still to come.
    wanted: u8,
    /// The line holds what is not UTF-8.
    other: bool,
}

impl StrayUtf8 {
    /// The first line that is nothing but UTF-8, counted from 1; an empty piece ends the text.
    fn find(&mut self, chunk: &[u8]) -> Option<u64> {
        for byte in chunk {
            match byte {
                b'\n' => {
                    self.lines += 1;
                    if self.ends_line() {
                        return Some(self.lines);
                    }
                }
                0..0x80 => self.other |= self.wanted > 0,
                0x80..0xC0 if self.wanted > 0 => {
                    self.wanted -= 1;
                    self.characters += u32::from(self.wanted == 0);
                }
                0xE3..0xF0 if self.wanted == 0 => self.wanted = 2,
                _ => self.other = true,
            }
        }
        (chunk.is_empty() && self.ends_line()).then_some(self.lines + 1)
    }

    fn ends_line(&mut self) -> bool {
        let stray = !self.other && self.wanted == 0 && self.characters >= STRAY_CHARACTERS;
        (self.characters, self.wanted, self.other) = (0, 0, false);
        stray
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(pieces: &[&[u8]]) -> Result<String, String> {
        let mut decoder = Decoder::new();
        let mut text = Vec::new();
        for piece in pieces {
            decoder.decode(piece, &mut text).map_err(|fault| fault.detail)?;
        }
        decoder.decode(&[], &mut text).map_err(|fault| fault.detail)?;
        Ok(String::from_utf8(text).unwrap())
    }

    #[test]
    fn text_is_decoded_across_pieces() {
        let bytes = encoding_rs::GB18030.encode("云阳,面条\n重庆市涪陵区,㐀𠀀\n").0.into_owned();
        for cut in 1..bytes.len() {
            let (left, right) = bytes.split_at(cut);
            assert_eq!(decoded(&[left, right]).unwrap(), "云阳,面条\n重庆市涪陵区,㐀𠀀\n");
        }
    }

    #[test]
    fn a_line_of_utf_8_among_gb_18030_is_found() {
        let mut bytes = encoding_rs::GB18030.encode("单位,金额\n国网重庆,1\n").0.into_owned();
        bytes.extend_from_slice("国网重庆,2\n".as_bytes());
        assert_eq!(decoded(&[&bytes]).unwrap_err(), "line 3: UTF-8, not GB 18030");
        let (left, right) = bytes.split_at(bytes.len() - 9);
        assert_eq!(decoded(&[left, right]).unwrap_err(), "line 3: UTF-8, not GB 18030");
    }

    #[test]
    fn real_text_is_not_taken_for_utf_8() {
        let texts =
            ["联通", "重庆市市场监督管理局,渝北区,王小明,张三丰", "电力,供水,燃气,税务", "鍥界綉閲嶅簡"];
        for text in texts.iter().take(3) {
            let bytes = encoding_rs::GB18030.encode(text).0.into_owned();
            assert_eq!(decoded(&[&bytes]).unwrap(), *text);
        }
        // The text that one gets by reading UTF-8 wrongly is the one that is refused.
        assert!(decoded(&[&encoding_rs::GB18030.encode(texts[3]).0]).is_err());
    }
}
