//! Texts of a workbook: those that cells share, kept one after the other in one piece, and those of single cells.

use quick_xml::events::Event;

use super::book::is;
use super::broken;
use super::package::{Part, push_reference};
use crate::fault::FileFault;

/// Bytes of all shared texts.
const STRINGS_BYTES_MAX: usize = 512 << 20;
/// Shared texts at most.
const STRINGS_MAX: usize = 40_000_000;
/// Bytes of one text; a spreadsheet program allows 32,767 characters in a cell.
pub(super) const TEXT_BYTES_MAX: usize = 32_767 * 4;

/// The texts that cells share.
#[derive(Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<usize>,
}

impl Strings {
    pub(super) fn read(mut part: Part<'_>) -> Result<Self, FileFault> {
        let mut strings = Self::default();
        loop {
            match part.next()? {
                Event::Start(tag) if is(&tag, "si") => {
                    push_text(&mut part, "si", &mut strings.text)?;
                    strings.ends.push(strings.text.len());
                }
                Event::Eof => return Ok(strings),
                _ => {}
            }
            if strings.text.len() > STRINGS_BYTES_MAX || strings.ends.len() > STRINGS_MAX {
                return Err(broken(format!("> {STRINGS_BYTES_MAX} bytes of shared texts")));
            }
        }
    }

    /// The text with that number.
    pub(super) fn get(&self, number: usize) -> Option<&str> {
        let end = *self.ends.get(number)?;
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        Some(&self.text[start..end])
    }
}

/// Adds the text of a tag that has been opened, up to its end: its runs joined, without hints on how to speak it.
pub(super) fn push_text(part: &mut Part<'_>, closing: &str, out: &mut String) -> Result<(), FileFault> {
    let from = out.len();
    let (mut told, mut spoken) = (false, false);
    loop {
        match part.next()? {
            Event::Start(tag) if is(&tag, "t") => told = true,
            Event::Start(tag) if is(&tag, "rPh") => spoken = true,
            Event::End(tag) => match tag.local_name().as_ref() {
                "t" => told = false,
                "rPh" => spoken = false,
                name if name == closing => break,
                _ => {}
            },
            Event::Text(text) if told && !spoken => out.push_str(&text.xml10_content()),
            Event::CData(text) if told && !spoken => out.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) if told && !spoken && !push_reference(&reference, out) => {
                return Err(broken(format!("&{};", &*reference)));
            }
            Event::Eof => return Err(broken(format!("<{closing}> without an end"))),
            _ => {}
        }
        if out.len() - from > TEXT_BYTES_MAX {
            return Err(broken(format!("> {TEXT_BYTES_MAX} bytes in one cell")));
        }
    }
    unescape(out, from);
    Ok(())
}

/// Characters that XML cannot hold are written as `_x000D_`.
pub(super) fn unescape(text: &mut String, from: usize) {
    if !text[from..].contains("_x") {
        return;
    }
    let old = text.split_off(from);
    let mut rest = old.as_str();
    while let Some(place) = rest.find("_x") {
        text.push_str(&rest[..place]);
        let escape = rest.get(place..place + 7).filter(|escape| escape.ends_with('_'));
        let code =
            escape.map(|escape| &escape[2..6]).filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()));
        let character = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
        text.extend(character);
        if character.is_none() {
            text.push_str("_x");
        }
        rest = &rest[place + if character.is_some() { 7 } else { 2 }..];
    }
    text.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_characters_are_read_and_look_alikes_stay() {
        for (escaped, text) in [
            ("a_x000D_\nb", "a\r\nb"),
            ("_x005F_x000D_", "_x000D_"),
            ("max_x_y_xyz__x12", "max_x_y_xyz__x12"),
            ("_x91CD_庆", "重庆"),
            ("_x重庆啊啊_", "_x重庆啊啊_"),
        ] {
            let mut read = escaped.to_owned();
            unescape(&mut read, 0);
            assert_eq!(read, text);
        }
    }
}
