//! What a file is, told by its content and never by its name. Pure.

use std::io::Read;

use flate2::read::ZlibDecoder;
use jq_base::lang::Lang;

use super::model::{DocumentKind, DocumentLimits};

/// What a PDF has that does something by itself or hides other files.
const ACTIVE: [&[u8]; 6] = [b"JavaScript", b"JS", b"Launch", b"EmbeddedFile", b"RichMedia", b"XFA"];

/// Bytes that the packed objects of a PDF have at most.
const UNPACKED_MAX: u64 = 32 << 20;

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentFault {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is too large.
    #[error("the file is larger than {max_mb} MB")]
    TooLarge {
        /// The largest, in MB.
        max_mb: usize,
    },
    /// Neither a PDF nor a photo.
    #[error("the file is neither a PDF nor a JPEG or PNG image")]
    Kind,
    /// It is cut off.
    #[error("the file is not complete")]
    CutOff,
    /// It has parts that do something by themselves.
    #[error("the PDF has active content")]
    Active,
    /// It can only be opened with a password.
    #[error("the PDF is encrypted")]
    Encrypted,
    /// The order has as many as it can.
    #[error("the order has {max} files already")]
    TooMany {
        /// How many at most.
        max: usize,
    },
}

impl DocumentFault {
    /// What is wrong and what to do.
    pub fn explain(self, lang: Lang) -> String {
        let zh = lang == Lang::Zh;
        match self {
            Self::Empty => {
                lang.pick("文件是空的，请重新选择。", "The file is empty; please choose it again.").to_owned()
            }
            Self::TooLarge { max_mb } if zh => format!("文件超过 {max_mb} MB，请压缩或分开上传。"),
            Self::TooLarge { max_mb } => {
                format!("The file is larger than {max_mb} MB; please make it smaller or split it.")
            }
            Self::Kind => lang
                .pick(
                    "只能上传 PDF、JPG 或 PNG；其他文件请另存为 PDF 再上传。",
                    "Only PDF, JPG and PNG are taken; please save other files as PDF first.",
                )
                .to_owned(),
            Self::CutOff => lang
                .pick("文件不完整，请重新上传。", "The file is not complete; please send it again.")
                .to_owned(),
            Self::Active => lang
                .pick(
                    "这个 PDF 带有脚本或附件，请打印成普通 PDF 再上传。",
                    "This PDF carries scripts or attachments; please print it to a plain PDF first.",
                )
                .to_owned(),
            Self::Encrypted => lang
                .pick(
                    "这个 PDF 有密码，请去掉密码再上传。",
                    "This PDF has a password; please remove it first.",
                )
                .to_owned(),
            Self::TooMany { max } if zh => format!("一份申请最多 {max} 个文件，请先删去不需要的。"),
            Self::TooMany { max } => {
                format!("An application has at most {max} files; please remove some first.")
            }
        }
    }
}

/// What kind of file this is, or why it is not taken.
pub fn check(bytes: &[u8], limits: &DocumentLimits) -> Result<DocumentKind, DocumentFault> {
    if bytes.is_empty() {
        return Err(DocumentFault::Empty);
    }
    if bytes.len() > limits.bytes_max() {
        return Err(DocumentFault::TooLarge { max_mb: limits.file_mb_max() });
    }
    if bytes.starts_with(b"%PDF-") {
        return check_pdf(bytes).map(|()| DocumentKind::Pdf);
    }
    // Phones append to photos; the end of the image stands anywhere.
    if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        return if has(bytes, &[0xff, 0xd9]) { Ok(DocumentKind::Jpeg) } else { Err(DocumentFault::CutOff) };
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return if has(bytes, b"IEND") { Ok(DocumentKind::Png) } else { Err(DocumentFault::CutOff) };
    }
    Err(DocumentFault::Kind)
}

/// The objects of a PDF stand in the open or packed into streams of objects; what else streams hold, such as images,
/// says nothing.
fn check_pdf(bytes: &[u8]) -> Result<(), DocumentFault> {
    let tail = &bytes[bytes.len().saturating_sub(2_048)..];
    if !has(tail, b"%%EOF") {
        return Err(DocumentFault::CutOff);
    }
    let (mut rest, mut room) = (bytes, UNPACKED_MAX);
    while let Some(start) = begin_of_stream(rest) {
        let (open, after) = rest.split_at(start);
        let own = names(&open[rfind(open, b"obj").unwrap_or(0)..]);
        check_names(&names(open))?;
        let Some(end) = find(after, b"endstream") else { return Err(DocumentFault::CutOff) };
        if own.iter().any(|name| name == b"ObjStm") {
            let packed = after[b"stream".len()..end].trim_ascii_start();
            let mut objects = Vec::new();
            let mut reader = ZlibDecoder::new(packed).take(room + 1);
            // Packed in another way, or more than any paper has: nobody can tell what is in it.
            let read = reader.read_to_end(&mut objects).ok().and_then(|read| u64::try_from(read).ok());
            room = read.and_then(|read| room.checked_sub(read)).ok_or(DocumentFault::Active)?;
            check_names(&names(&objects))?;
        }
        rest = &after[end + b"endstream".len()..];
    }
    check_names(&names(rest))
}

fn check_names(names: &[Vec<u8>]) -> Result<(), DocumentFault> {
    if names.iter().any(|name| name == b"Encrypt") {
        return Err(DocumentFault::Encrypted);
    }
    if names.iter().any(|name| ACTIVE.contains(&name.as_slice())) {
        return Err(DocumentFault::Active);
    }
    Ok(())
}

/// The names of a part of a PDF, `/Name`, with their signs written as `#4a` read as what they mean.
fn names(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut names = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte == b'/') {
        rest = &rest[at + 1..];
        let mut name = Vec::new();
        let mut signs = rest.iter().copied().take(64);
        while let Some(sign) = signs.next() {
            match sign {
                b'#' => {
                    let mut digit = || signs.next().and_then(|digit| char::from(digit).to_digit(16));
                    let (Some(high), Some(low)) = (digit(), digit()) else { break };
                    name.push(u8::try_from(high * 16 + low).unwrap_or_default());
                }
                sign if sign.is_ascii_alphanumeric() => name.push(sign),
                _ => break,
            }
        }
        // Only short ones can be among those that matter.
        if (2..=12).contains(&name.len()) {
            names.push(name);
        }
    }
    names
}

/// Where the next stream begins: the word with the end of its line.
fn begin_of_stream(bytes: &[u8]) -> Option<usize> {
    let begins = |window: &[u8]| window == b"stream\r" || window == b"stream\n";
    bytes.windows(b"stream\n".len()).position(begins)
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

fn rfind(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).rposition(|window| window == part)
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    find(bytes, part).is_some()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::write::ZlibEncoder;
    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8]) -> Result<DocumentKind, DocumentFault> {
        check(bytes, &DocumentLimits::embedded().unwrap())
    }

    fn pdf(inside: &str) -> Vec<u8> {
        format!("%PDF-1.7\n1 0 obj <</Type/Catalog{inside}>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n")
            .into_bytes()
    }

    #[test]
    fn the_content_says_what_a_file_is_whatever_its_name() {
        assert_eq!(read(&pdf("")), Ok(DocumentKind::Pdf));
        assert_eq!(read(b"\xff\xd8\xff\xe0 a photo \xff\xd9"), Ok(DocumentKind::Jpeg));
        assert_eq!(read(b"\x89PNG\r\n\x1a\n an image IEND\xae\x42\x60\x82"), Ok(DocumentKind::Png));
        for wrong in
            [&b"MZ\x90\x00 a program"[..], b"PK\x03\x04 an archive", b"<html>", b"#!/bin/sh", b"\x7fELF"]
        {
            assert_eq!(read(wrong), Err(DocumentFault::Kind));
        }
        assert_eq!(read(b""), Err(DocumentFault::Empty));
        assert_eq!(read(&vec![0; 11 << 20]), Err(DocumentFault::TooLarge { max_mb: 10 }));
    }

    #[test]
    fn what_was_cut_off_is_not_taken() {
        let whole = pdf("");
        assert_eq!(read(&whole[..whole.len() - 6]), Err(DocumentFault::CutOff));
        assert_eq!(read(b"\xff\xd8\xff\xe0 a photo"), Err(DocumentFault::CutOff));
        assert_eq!(read(b"\x89PNG\r\n\x1a\n an image"), Err(DocumentFault::CutOff));
    }

    #[test]
    fn a_pdf_that_does_something_by_itself_is_not_taken() {
        for active in [
            "/OpenAction <</S/JavaScript/JS(app.alert(1))>>",
            "/A <</S/#4aavaScript>>",
            "/A <</S/Launch/F(cmd.exe)>>",
            "/Names <</EmbeddedFiles 3 0 R>> /EF <</F 4 0 R>> /Type/EmbeddedFile",
        ] {
            assert_eq!(read(&pdf(active)), Err(DocumentFault::Active), "{active}");
        }
        let packed = |inside: &str| {
            let mut packer = ZlibEncoder::new(Vec::new(), flate2::Compression::default());
            packer.write_all(inside.as_bytes()).unwrap();
            let head = b">> endobj 7 0 obj <</Type/ObjStm/Filter/FlateDecode>> stream\n";
            [&head[..], &packer.finish().unwrap(), b"\nendstream endobj 8 0 obj <<"].concat()
        };
        let with = |part: &[u8]| [b"%PDF-1.7 1 0 obj <<", part, b">> endobj %%EOF"].concat();
        assert_eq!(read(&with(&packed("<</S/JavaScript/JS(app.alert(1))>>"))), Err(DocumentFault::Active));
        assert_eq!(read(&with(&packed("<</Type/Page>>"))), Ok(DocumentKind::Pdf));
        let image = [
            &b">> endobj 7 0 obj <</Subtype/Image>> stream\n"[..],
            b"\x01/JS \xff",
            b"\nendstream endobj 8 0 obj <<",
        ];
        assert_eq!(read(&with(&image.concat())), Ok(DocumentKind::Pdf), "bytes of an image say nothing");
        assert_eq!(read(&pdf("/Encrypt 5 0 R")), Err(DocumentFault::Encrypted));
        assert_eq!(read(&pdf("/Title(JavaScript)")), Ok(DocumentKind::Pdf), "a word in a title does nothing");
    }

    proptest! {
        #[test]
        fn no_bytes_break_it(bytes in proptest::collection::vec(any::<u8>(), 0..400), is_pdf in any::<bool>()) {
            let mut file = if is_pdf { b"%PDF-1.4 ".to_vec() } else { Vec::new() };
            file.extend(bytes);
            let _ = read(&file);
        }
    }
}
