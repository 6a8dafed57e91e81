//! Walking over the notes of a Parquet file before a library believes them: they are a stranger's, and a false count
//! in them would ask for more memory than there is.
//!
//! The notes are written in Thrift's compact protocol. Nothing is kept; the walk only finds that every count fits
//! what is there, and the few numbers that tell how much memory a page will need.

/// Structs and lists inside one another at most.
const DEPTH_MAX: u8 = 32;

/// Kinds of values.
mod kind {
    pub(super) const YES: u8 = 1;
    pub(super) const NO: u8 = 2;
    pub(super) const BYTE: u8 = 3;
    pub(super) const INT_16: u8 = 4;
    pub(super) const INT_32: u8 = 5;
    pub(super) const INT_64: u8 = 6;
    pub(super) const DOUBLE: u8 = 7;
    pub(super) const BINARY: u8 = 8;
    pub(super) const LIST: u8 = 9;
    pub(super) const SET: u8 = 10;
    pub(super) const MAP: u8 = 11;
    pub(super) const STRUCT: u8 = 12;
}

/// Row groups that a file may have at most: their numbers have sixteen bits.
const GROUPS_MAX: u64 = 32_767;

/// Looks over a footer; false when it is not one, or counts more than it holds.
pub(crate) fn is_sound_footer(footer: &[u8]) -> bool {
    const ROW_GROUPS: i64 = 4;
    let mut walker = Walker { bytes: footer, at: 0 };
    let sound = walker.fields(0, &mut |walker, path, kind| {
        if *path == [ROW_GROUPS] && kind == kind::LIST {
            let from = walker.at;
            let (_, count) = walker.list_head()?;
            walker.at = from;
            return (count <= GROUPS_MAX).then_some(());
        }
        Some(())
    });
    sound.is_some()
}

/// The bytes that a file with sealed columns and a legible footer binds to all that it seals: those that are given to
/// it, then those of its own.
pub(crate) fn sealing_of_footer(footer: &[u8]) -> Option<Vec<u8>> {
    const ENCRYPTION: i64 = 8;
    const AES_GCM: i64 = 1;
    const GIVEN: i64 = 1;
    const OWN: i64 = 2;
    let (mut given, mut own) = (&[][..], None);
    let mut walker = Walker { bytes: footer, at: 0 };
    walker.fields(0, &mut |walker, path, kind| {
        let [ENCRYPTION, AES_GCM, field @ (GIVEN | OWN)] = *path else { return Some(()) };
        if kind == kind::BINARY {
            let from = walker.at;
            let length = usize::try_from(walker.varint()?).ok()?;
            let value = walker.bytes.get(walker.at..)?.get(..length)?;
            walker.at = from;
            if field == GIVEN { given = value } else { own = Some(value) }
        }
        Some(())
    })?;
    own.map(|own| [given, own].concat())
}

/// What the head of a page says of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct PageHead {
    /// Bytes of the head itself.
    pub(crate) length: usize,
    /// Bytes of the page in memory.
    pub(crate) unpacked: u64,
    /// Bytes of the page in the file.
    pub(crate) packed: u64,
    /// Entries, if it is a dictionary.
    pub(crate) entries: u64,
    /// Its texts are told by what they share with the one before, so that they grow when read.
    pub(crate) grows: bool,
}

impl PageHead {
    /// Reads the head of a page at the start of the bytes; nothing when it is not whole, or not one.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        const DELTA_BYTE_ARRAY: u64 = 7;
        let mut head = Self::default();
        let mut walker = Walker { bytes, at: 0 };
        walker.fields(0, &mut |walker, path, kind| {
            if !matches!(kind, kind::INT_16 | kind::INT_32 | kind::INT_64) {
                return Some(());
            }
            let from = walker.at;
            let value = walker.whole();
            walker.at = from;
            match *path {
                [2] => head.unpacked = value?,
                [3] => head.packed = value?,
                [7, 1] => head.entries = value?,
                [5, 2] | [8, 4] => head.grows = value? == DELTA_BYTE_ARRAY,
                _ => {}
            }
            Some(())
        })?;
        head.length = walker.at;
        Some(head)
    }
}

struct Walker<'b> {
    bytes: &'b [u8],
    at: usize,
}

/// Is told of each field before it is passed over: the numbers of the fields around it and its own, and its kind.
type Visit<'v, 'b> = dyn FnMut(&mut Walker<'b>, &[i64], u8) -> Option<()> + 'v;

impl<'b> Walker<'b> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn left(&self) -> u64 {
        (self.bytes.len() - self.at) as u64
    }

    fn pass(&mut self, count: u64) -> Option<()> {
        if count > self.left() {
            return None;
        }
        self.at += usize::try_from(count).ok()?;
        Some(())
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// A signed number that must not be negative.
    fn whole(&mut self) -> Option<u64> {
        let told = self.varint()?;
        (told & 1 == 0).then_some(told >> 1)
    }

    /// Kind and count of the elements of a list; each takes a byte at least.
    fn list_head(&mut self) -> Option<(u8, u64)> {
        let head = self.byte()?;
        let count = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
        (count <= self.left()).then_some((head & 0x0F, count))
    }

    fn fields(&mut self, depth: u8, visit: &mut Visit<'_, 'b>) -> Option<()> {
        self.fields_in(depth, &mut Vec::new(), visit)
    }

    fn fields_in(&mut self, depth: u8, path: &mut Vec<i64>, visit: &mut Visit<'_, 'b>) -> Option<()> {
        if depth > DEPTH_MAX {
            return None;
        }
        let mut number = 0_i64;
        loop {
            let head = self.byte()?;
            let kind = head & 0x0F;
            if kind == 0 {
                return Some(());
            }
            number = match head >> 4 {
                0 => i64::try_from(self.varint()? >> 1).ok()?,
                step => number + i64::from(step),
            };
            path.push(number);
            visit(self, path, kind)?;
            match kind {
                kind::YES | kind::NO => {}
                kind::STRUCT => self.fields_in(depth + 1, path, visit)?,
                kind => self.value(kind, depth + 1)?,
            }
            path.pop();
        }
    }

    /// Passes over a value.
    fn value(&mut self, kind: u8, depth: u8) -> Option<()> {
        if depth > DEPTH_MAX {
            return None;
        }
        match kind {
            kind::YES | kind::NO | kind::BYTE => self.pass(1),
            kind::INT_16 | kind::INT_32 | kind::INT_64 => self.varint().map(|_| ()),
            kind::DOUBLE => self.pass(8),
            kind::BINARY => {
                let length = self.varint()?;
                self.pass(length)
            }
            kind::LIST | kind::SET => {
                let (kind, count) = self.list_head()?;
                (0..count).try_for_each(|_| self.value(kind, depth + 1))
            }
            kind::MAP => {
                let count = self.varint()?;
                if count == 0 {
                    return Some(());
                }
                let kinds = self.byte()?;
                (0..count).try_for_each(|_| {
                    self.value(kinds >> 4, depth + 1)?;
                    self.value(kinds & 0x0F, depth + 1)
                })
            }
            kind::STRUCT => self.fields_in(depth, &mut Vec::new(), &mut |_, _, _| Some(())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of 1,000 bytes, packed to 300, with a dictionary of 12 entries.
    const DICTIONARY: [u8; 15] =
        [0x15, 0x04, 0x15, 0xD0, 0x0F, 0x15, 0xD8, 0x04, 0x4C, 0x15, 0x18, 0x15, 0x00, 0x00, 0x00];

    #[test]
    fn the_head_of_a_page_tells_what_it_will_need() {
        let head = PageHead { length: 15, unpacked: 1_000, packed: 300, entries: 12, grows: false };
        assert_eq!(PageHead::read(&DICTIONARY), Some(head));
        assert_eq!(PageHead::read(&DICTIONARY[..9]), None, "half a head is none");
    }

    #[test]
    fn a_footer_that_counts_more_than_it_holds_is_not_believed() {
        // Field 1 is the version, field 4 (three further) the list of row groups.
        assert!(is_sound_footer(&[0x15, 0x02, 0x39, 0x1C, 0x00, 0x00]));
        assert!(!is_sound_footer(&[0x15, 0x02, 0x39, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x00, 0x00]));
        assert!(!is_sound_footer(&[0x15]));
        let mut many = vec![0x49, 0xFC, 0x80, 0x80, 0x04];
        many.resize(80_000, 0);
        assert!(!is_sound_footer(&many), "65,536 row groups are more than a file can have");
    }
}
