//! XML as a tree with line numbers: small elements, no document types, bounded depth and size.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

/// Bytes that a file may have.
const BYTES_MAX: usize = 64 << 20;
/// Elements within elements.
const DEPTH_MAX: usize = 64;

/// An element of a known namespace; what other vocabularies add, such as drawings, is not kept.
#[derive(Debug, Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) children: Vec<Element>,
    /// The characters directly within.
    pub(crate) text: String,
    /// Line of the tag.
    pub(crate) line: usize,
    /// Line where the text begins.
    pub(crate) text_line: usize,
}

#[derive(Debug)]
pub(crate) struct Attribute {
    prefixed: bool,
    name: String,
    value: String,
}

impl Element {
    /// An attribute without a prefix.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let own = self.attributes.iter().find(|one| !one.prefixed && one.name == name)?;
        Some(own.value.as_str())
    }

    /// An attribute with a prefix, such as `xsi:type`.
    pub(crate) fn prefixed(&self, name: &str) -> Option<&str> {
        let own = self.attributes.iter().find(|one| one.prefixed && one.name == name)?;
        Some(own.value.as_str())
    }

    /// The first child of a name.
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All children of a name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }
}

/// What is wrong with the XML, and the line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) line: usize,
    pub(crate) reason: String,
}

/// Counts lines while the reader moves on.
struct Lines<'a> {
    text: &'a str,
    byte: usize,
    line: usize,
}

impl Lines<'_> {
    fn at(&mut self, byte: u64) -> usize {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX).min(self.text.len());
        if byte > self.byte {
            // A place within a character counts as its start.
            let (from, to) = (self.text.floor_char_boundary(self.byte), self.text.floor_char_boundary(byte));
            self.line += self.text[from..to].matches('\n').count();
            self.byte = byte;
        }
        self.line
    }
}

/// Reads a document; `known` says of a namespace whether its elements are kept.
pub(crate) fn read(text: &str, known: impl Fn(&str) -> bool) -> Result<Element, Broken> {
    if text.len() > BYTES_MAX {
        let reason = format!("the file has more than {} MiB", BYTES_MAX >> 20);
        return Err(Broken { line: 1, reason });
    }
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = NsReader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut lines = Lines { text, byte: 0, line: 1 };
    let mut open: Vec<Element> = Vec::new();
    // Depth within an element that is not kept.
    let mut skipped = 0usize;
    loop {
        let line = lines.at(reader.buffer_position());
        let fault = |line: usize, reason: &str| Broken { line, reason: reason.to_owned() };
        let event = reader.read_resolved_event();
        let (namespace, event) = match event {
            Ok(event) => event,
            Err(error) => return Err(fault(line, &format!("no well-formed XML: {error}"))),
        };
        match event {
            Event::Start(_) if skipped > 0 => skipped += 1,
            Event::End(_) if skipped > 0 => skipped -= 1,
            Event::Start(tag) => {
                let kept = matches!(namespace, ResolveResult::Bound(namespace) if known(namespace.0));
                if open.is_empty() && !kept {
                    return Err(fault(line, "the document is of another namespace than those known here"));
                }
                if open.len() >= DEPTH_MAX {
                    return Err(fault(line, "too many elements within each other"));
                }
                if kept {
                    let element = element(&tag, line)?;
                    open.push(Element { text_line: lines.at(reader.buffer_position()), ..element });
                } else {
                    skipped = 1;
                }
            }
            Event::End(_) => {
                let Some(closed) = open.pop() else {
                    return Err(fault(line, "an element ends that did not begin"));
                };
                match open.last_mut() {
                    Some(parent) => parent.children.push(closed),
                    None => return Ok(closed),
                }
            }
            Event::Text(part) if skipped == 0 => push(&mut open, &part.xml10_content()),
            Event::CData(part) if skipped == 0 => push(&mut open, &part.xml10_content()),
            Event::GeneralRef(reference) if skipped == 0 => {
                if let Some(text) = quick_xml::escape::resolve_xml_entity(&reference) {
                    push(&mut open, text);
                } else if let Ok(Some(character)) = reference.resolve_char_ref() {
                    push(&mut open, character.encode_utf8(&mut [0; 4]));
                } else {
                    return Err(fault(line, &format!("&{}; is no known entity", &*reference)));
                }
            }
            Event::DocType(_) => return Err(fault(line, "a document type is not allowed")),
            Event::Eof => return Err(fault(line, "the file ends before its document does")),
            _ => {}
        }
    }
}

fn push(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn element(tag: &BytesStart<'_>, line: usize) -> Result<Element, Broken> {
    let mut element = Element { name: tag.local_name().as_ref().to_owned(), line, ..Element::default() };
    for attribute in tag.attributes() {
        let attribute =
            attribute.map_err(|error| Broken { line, reason: format!("no well-formed XML: {error}") })?;
        let key = attribute.key;
        if key.as_ref() == "xmlns" || key.as_ref().starts_with("xmlns:") {
            continue;
        }
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        let value = value.map_err(|error| Broken { line, reason: format!("no well-formed XML: {error}") })?;
        element.attributes.push(Attribute {
            prefixed: key.prefix().is_some(),
            name: key.local_name().as_ref().to_owned(),
            value: value.into_owned(),
        });
    }
    Ok(element)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_keep_their_lines_and_foreign_ones_are_left_out() {
        let text = "<?xml version='1.0'?>\n<a xmlns='urn:a' xmlns:b='urn:b'>\n<c d='1' b:e='2'>x &lt;\n y</c><b:f><b:g/></b:f></a>";
        let root = read(text, |namespace| namespace == "urn:a").unwrap();
        let child = root.child("c").unwrap();
        assert_eq!((root.line, child.line, child.text_line, root.children.len()), (2, 3, 3, 1));
        assert_eq!(
            (child.text.as_str(), child.attribute("d"), child.prefixed("e")),
            ("x <\n y", Some("1"), Some("2"))
        );
        assert_eq!(child.attribute("e"), None);
    }

    #[test]
    fn what_is_no_document_is_refused_with_its_line() {
        let check = |text: &str, line: usize, reason: &str| {
            let broken = read(text, |namespace| namespace == "urn:a").unwrap_err();
            assert_eq!(broken.line, line, "{text}");
            assert!(broken.reason.contains(reason), "{text}: {}", broken.reason);
        };
        check("", 1, "ends");
        check("<a xmlns='urn:a'>\n<c>\n", 3, "ends");
        check("<a xmlns='urn:b'/>", 1, "another namespace");
        check("\n<!DOCTYPE a><a xmlns='urn:a'/>", 2, "document type");
        check("<a xmlns='urn:a'>&bomb;</a>", 1, "&bomb;");
        check(&"<a xmlns='urn:a'>".repeat(70), 1, "too many");
    }
}
