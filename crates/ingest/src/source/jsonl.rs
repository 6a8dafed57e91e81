//! Lines of JSON: one object a line, whose keys name the columns, in any order; a key that is not there is an empty
//! cell. Numbers stay as they are written.

use std::collections::HashMap;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::cells::{Cells, CellsFault};
use crate::fault::FileFault;
use crate::layout::Layout;
use crate::rule::Rule;

/// Takes the lines of a block apart. A line that is no object is a wrong row; a key that is no column is a wrong
/// header.
pub(super) fn cells(block: &[u8], layout: &Layout) -> Result<Cells, CellsFault> {
    let text = std::str::from_utf8(block).map_err(|error| {
        let before = &block[..error.valid_up_to()];
        let row = before.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).count();
        // What is wrong stands in a line that has begun, or begins with it.
        let begun =
            before.rsplit(|byte| *byte == b'\n').next().is_some_and(|line| !line.trim_ascii().is_empty());
        CellsFault::Encoding { row: row - usize::from(begun) }
    })?;
    let places: Places<'_> =
        layout.delivered.iter().enumerate().map(|(place, name)| (name.as_str(), place)).collect();
    let mut cells = Cells::new();
    let mut values = vec![None; layout.delivered.len()];
    for line in lines(text) {
        values.fill(None);
        match read_object(line, &places, &mut values) {
            Ok(Keys { unknown: Some(key), .. }) => {
                let key: String = key.chars().take(40).collect();
                return Err(CellsFault::Broken(FileFault::new(Rule::HeaderWrong, format!("+{key}"))));
            }
            Ok(Keys { is_double: false, .. }) if push(&values, &mut cells) => {}
            _ => cells.push_broken_line(line, Rule::LineInvalid),
        }
    }
    Ok(cells)
}

/// The keys of the first line that is an object.
pub(crate) fn first_keys(block: &[u8]) -> Vec<String> {
    let mut lines = block.split(|byte| *byte == b'\n').filter_map(|line| std::str::from_utf8(line).ok());
    lines.find_map(|line| keys(line.trim_start_matches('\u{feff}').trim())).unwrap_or_default()
}

fn keys(line: &str) -> Option<Vec<String>> {
    let object: HashMap<String, &RawValue> = serde_json::from_str(line).ok()?;
    Some(object.into_keys().collect())
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.trim_start_matches('\u{feff}').split('\n').map(str::trim).filter(|line| !line.is_empty())
}

/// Adds a row; false, and nothing is added, when one of its texts is none.
fn push(values: &[Option<&RawValue>], cells: &mut Cells) -> bool {
    let mut texts = Vec::with_capacity(values.len());
    for value in values {
        let raw = value.map_or("null", RawValue::get);
        texts.push(match raw.as_bytes() {
            [b'"', ..] => match text_of(raw) {
                Some(text) => text,
                None => return false,
            },
            [b'n', ..] => "".into(),
            _ => raw.into(),
        });
    }
    let nested = values.iter().position(|value| value.is_some_and(|raw| raw.get().starts_with(['{', '['])));
    if let Some(place) = nested {
        cells.break_row(Some(place), texts[place].as_ref(), Rule::ValueNested);
    }
    for text in texts {
        cells.push(&text);
    }
    cells.end_row();
    true
}

/// What a JSON text says; nothing where it names half a character.
fn text_of(raw: &str) -> Option<std::borrow::Cow<'_, str>> {
    let inner = &raw[1..raw.len() - 1];
    if inner.contains('\\') {
        return serde_json::from_str::<String>(raw).ok().map(Into::into);
    }
    Some(inner.into())
}

type Places<'p> = HashMap<&'p str, usize>;

/// What is odd about an object's keys.
#[derive(Default)]
struct Keys {
    /// The first that is no column.
    unknown: Option<String>,
    /// One stands twice.
    is_double: bool,
}

fn read_object<'l>(
    line: &'l str,
    places: &Places<'_>,
    values: &mut [Option<&'l RawValue>],
) -> serde_json::Result<Keys> {
    let mut reader = serde_json::Deserializer::from_str(line);
    let keys = reader.deserialize_map(ObjectVisitor { places, values })?;
    reader.end()?;
    Ok(keys)
}

struct ObjectVisitor<'v, 'l> {
    places: &'v Places<'v>,
    values: &'v mut [Option<&'l RawValue>],
}

impl<'l> Visitor<'l> for ObjectVisitor<'_, 'l> {
    type Value = Keys;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'l>>(self, mut object: A) -> Result<Keys, A::Error> {
        let mut keys = Keys::default();
        while let Some(place) = object.next_key_seed(KeySeed(self.places))? {
            let value: &'l RawValue = object.next_value()?;
            match place {
                Ok(place) => keys.is_double |= self.values[place].replace(value).is_some(),
                Err(name) => keys.unknown = keys.unknown.or(Some(name)),
            }
        }
        Ok(keys)
    }
}

/// Reads a key as the place of its column, or as its name when it is none.
struct KeySeed<'v>(&'v Places<'v>);

impl<'l> DeserializeSeed<'l> for KeySeed<'_> {
    type Value = Result<usize, String>;

    fn deserialize<D: Deserializer<'l>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_> {
    type Value = Result<usize, String>;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.get(name).copied().ok_or_else(|| name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout() -> Layout {
        let delivered = ["code", "amount", "flag"].map(str::to_owned).to_vec();
        Layout { delivered, forms: Vec::new(), translation: None }
    }

    fn read(text: &str) -> Result<Cells, CellsFault> {
        cells(text.as_bytes(), &layout())
    }

    #[test]
    fn an_object_is_a_row_whatever_the_order_of_its_keys() {
        let cells = read(
            "\u{feff}{\"amount\":120.50,\"code\":\"国网\\u91cd\\u5e86\",\"flag\":true}\r\n\n\
             {\"code\":\"b\\n\\\"c\\\"\",\"amount\":null}\n{\"flag\":12345678901234567890.10}",
        )
        .unwrap();
        let rows: Vec<Vec<String>> = (0..cells.len()).map(|row| cells.row(row)).collect();
        let expected =
            [["国网重庆", "120.50", "true"], ["b\n\"c\"", "", ""], ["", "", "12345678901234567890.10"]];
        assert_eq!(rows, expected);
        assert!(cells.broken().is_empty());
    }

    #[test]
    fn a_line_that_is_no_object_is_wrong_and_harms_no_other() {
        let lines = [
            "{\"code\":\"a\"}",
            "{\"code\":\"a\"",
            "[1,2]",
            "code,amount",
            "{\"code\":1,\"code\":2}",
            "{\"code\":\"\\ud800\"}",
            "{\"code\":\"a\"} {\"code\":\"b\"}",
            "{\"code\":01}",
            "{\"code\":\"b\"}",
        ];
        let cells = read(&lines.join("\n")).unwrap();
        let wrong: Vec<usize> = cells.broken().iter().map(|broken| broken.row).collect();
        assert_eq!((cells.len(), wrong), (9, vec![1, 2, 3, 4, 5, 6, 7]));
        assert!(cells.broken().iter().all(|broken| broken.rule == Rule::LineInvalid));
        assert_eq!(cells.row(1), [lines[1]]);
    }

    #[test]
    fn a_value_in_a_value_is_named_with_its_column() {
        let cells = read("{\"code\":\"a\",\"amount\":{\"yuan\":1}}\n{\"flag\":[[[]]]}").unwrap();
        let told: Vec<_> =
            cells.broken().iter().map(|broken| (broken.row, broken.place, broken.value.as_str())).collect();
        assert_eq!(told, [(0, Some(1), "{\"yuan\":1}"), (1, Some(2), "[[[]]]")]);
        assert_eq!(cells.row(0), ["a", "{\"yuan\":1}", ""]);
    }

    #[test]
    fn an_unknown_key_is_a_wrong_header_and_other_bytes_are_a_wrong_encoding() {
        let fault = FileFault::new(Rule::HeaderWrong, "+cod");
        assert_eq!(read("{\"code\":1}\n{\"cod\":1}").unwrap_err(), CellsFault::Broken(fault));
        let bytes = b"{\"code\":1}\n\n{\"code\":\"\xd6\xd8\"}\n";
        assert_eq!(cells(bytes, &layout()).unwrap_err(), CellsFault::Encoding { row: 1 });
    }
}
