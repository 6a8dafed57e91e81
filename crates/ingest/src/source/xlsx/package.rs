//! The archive that a workbook is: its parts, read as XML and never further than they may be long.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;
use zip::ZipArchive;
use zip::read::ZipFile;

use super::broken;
use crate::fault::FileFault;

/// Bytes of a workbook; a full sheet takes half of it, and its list of parts is in memory.
const WORKBOOK_BYTES_MAX: u64 = 256 << 20;
/// Bytes of a part, unpacked; a full sheet of twenty columns has half as many.
const PART_BYTES_MAX: u64 = 2 << 30;
/// Bytes of one tag or one text between tags.
const NODE_BYTES_MAX: u64 = 1 << 20;
/// How an old workbook, or one with a password, begins.
const OLD_MAGIC: [u8; 4] = [0xD0, 0xCF, 0x11, 0xE0];

/// The archive of a workbook.
pub(super) struct Package {
    archive: ZipArchive<File>,
    part_bytes_max: u64,
    /// Where each part is, by its name in small letters.
    places: HashMap<String, usize>,
}

impl Package {
    pub(super) fn open(file: File) -> Result<Self, FileFault> {
        Self::open_within(file, PART_BYTES_MAX)
    }

    fn open_within(mut file: File, part_bytes_max: u64) -> Result<Self, FileFault> {
        let mut magic = [0; 4];
        let read = file.read(&mut magic).and_then(|_| file.seek(SeekFrom::Start(0)));
        read.map_err(|error| broken(error.to_string()))?;
        if magic == OLD_MAGIC {
            return Err(broken(".xls / password"));
        }
        let size = file.metadata().map_err(|error| broken(error.to_string()))?.len();
        if size > WORKBOOK_BYTES_MAX {
            return Err(broken(format!("{size} bytes > {WORKBOOK_BYTES_MAX}")));
        }
        let archive = ZipArchive::new(file).map_err(|error| broken(error.to_string()))?;
        let mut places = HashMap::new();
        for (place, name) in archive.file_names().enumerate() {
            let name = name.map_err(|error| broken(error.to_string()))?;
            places.insert(name.replace('\\', "/").to_ascii_lowercase(), place);
        }
        Ok(Self { archive, part_bytes_max, places })
    }

    /// Opens a part; nothing when the workbook has none of that name.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<Part<'_>>, FileFault> {
        let Some(place) = self.places.get(&name.to_ascii_lowercase()) else { return Ok(None) };
        let file = self.archive.by_index(*place).map_err(|error| broken(format!("{name}: {error}")))?;
        let limit = self.part_bytes_max;
        if file.size() > limit {
            return Err(broken(format!("{name}: {} bytes > {limit}", file.size())));
        }
        let meter = Meter { file, part_left: limit, node_left: 0 };
        let mut xml = Reader::from_reader(BufReader::new(meter));
        xml.config_mut().expand_empty_elements = true;
        Ok(Some(Part { name: name.to_owned(), xml, buffer: Vec::new() }))
    }

    /// Opens a part that a workbook must have.
    pub(super) fn needed(&mut self, name: &str) -> Result<Part<'_>, FileFault> {
        self.part(name)?.ok_or_else(|| broken(format!("{name} ?")))
    }
}

/// A part being read.
pub(super) struct Part<'p> {
    name: String,
    xml: Reader<BufReader<Meter<'p>>>,
    buffer: Vec<u8>,
}

impl Part<'_> {
    /// The next tag or text; `Eof` at the end of the part.
    pub(super) fn next(&mut self) -> Result<Event<'_>, FileFault> {
        self.buffer.clear();
        self.xml.get_mut().get_mut().node_left = NODE_BYTES_MAX;
        let name = &self.name;
        self.xml.read_event_into(&mut self.buffer).map_err(|error| broken(format!("{name}: {error}")))
    }
}

/// Counts what is unpacked and stops where it becomes too much.
struct Meter<'p> {
    file: ZipFile<'p, File>,
    part_left: u64,
    node_left: u64,
}

impl Read for Meter<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        let bytes = read as u64;
        let left = self.part_left.checked_sub(bytes).zip(self.node_left.checked_sub(bytes));
        let Some((part_left, node_left)) = left else {
            return Err(io::Error::other("unpacks to more than a workbook holds"));
        };
        (self.part_left, self.node_left) = (part_left, node_left);
        Ok(read)
    }
}

/// The value of a tag's attribute, whatever its prefix; nothing where it is not there, or not whole.
pub(super) fn attribute<'e>(tag: &'e BytesStart<'_>, name: &str) -> Option<Cow<'e, str>> {
    let mut all = tag.attributes();
    let found = all.with_checks(false).flatten().find(|one| one.key.local_name().as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok()
}

/// Adds what `&amp;` or `&#22269;` stands for; false where it stands for nothing.
pub(super) fn push_reference(reference: &BytesRef<'_>, out: &mut String) -> bool {
    if let Some(text) = quick_xml::escape::resolve_xml_entity(reference) {
        out.push_str(text);
        return true;
    }
    match reference.resolve_char_ref() {
        Ok(Some(character)) => {
            out.push(character);
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::path::PathBuf;

    use super::*;

    /// A workbook's archive with one part of this text, in a file that is removed afterwards.
    struct Archive {
        path: PathBuf,
    }

    impl Archive {
        fn of(name: &str, part: &str) -> Self {
            let path = std::env::temp_dir().join(format!("jq-package-{}-{name}", std::process::id()));
            let mut archive = zip::ZipWriter::new(File::create(&path).unwrap());
            archive.start_file("xl/Sheet.xml", zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(part.as_bytes()).unwrap();
            archive.finish().unwrap();
            Self { path }
        }

        /// Writes another size where the archive tells that of its part.
        fn lie(&self, from: u32, to: u32) {
            let mut bytes = std::fs::read(&self.path).unwrap();
            for at in 0..bytes.len() - 4 {
                if bytes[at..at + 4] == from.to_le_bytes() {
                    bytes[at..at + 4].copy_from_slice(&to.to_le_bytes());
                }
            }
            std::fs::write(&self.path, bytes).unwrap();
        }

        /// Reads the part to its end, and how many tags it has.
        fn read(&self, part_bytes_max: u64) -> Result<usize, String> {
            let told = |fault: FileFault| fault.detail;
            let mut package =
                Package::open_within(File::open(&self.path).unwrap(), part_bytes_max).map_err(told)?;
            let mut part = package.needed("xl/sheet.xml").map_err(told)?;
            let mut tags = 0;
            loop {
                match part.next().map_err(told)? {
                    Event::Start(_) => tags += 1,
                    Event::Eof => return Ok(tags),
                    _ => {}
                }
            }
        }
    }

    impl Drop for Archive {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(&self.path);
        }
    }

    #[test]
    fn a_part_that_unpacks_to_too_much_is_cut_off_whatever_it_says_of_its_size() {
        let text = format!("<sheet>{}</sheet>", "<row/>".repeat(50_000));
        let archive = Archive::of("bomb", &text);
        assert_eq!(archive.read(1 << 20), Ok(50_001));
        assert!(archive.read(1 << 16).unwrap_err().contains("bytes >"), "told by what it claims");
        archive.lie(u32::try_from(text.len()).unwrap(), 100);
        assert!(archive.read(1 << 16).is_err(), "told by what comes");
        archive.lie(100, u32::MAX - 1);
        assert!(archive.read(PART_BYTES_MAX).unwrap_err().contains("bytes >"), "4 GiB are too much");
    }

    #[test]
    fn a_workbook_that_is_larger_than_any_is_not_opened() {
        let archive = Archive::of("large", "<sheet/>");
        assert_eq!(archive.read(PART_BYTES_MAX), Ok(1));
        let file = File::options().write(true).open(&archive.path).unwrap();
        file.set_len(WORKBOOK_BYTES_MAX + 1).unwrap();
        assert!(archive.read(PART_BYTES_MAX).unwrap_err().contains("bytes >"));
    }

    #[test]
    fn one_text_that_fills_the_memory_is_cut_off() {
        let archive = Archive::of("node", &format!("<sheet><v>{}</v></sheet>", "9".repeat(3 << 20)));
        assert!(archive.read(PART_BYTES_MAX).is_err());
        let archive = Archive::of("tag", &format!("<sheet a=\"{}\"/>", "9".repeat(3 << 20)));
        assert!(archive.read(PART_BYTES_MAX).is_err());
    }
}
