//! The texts of messages: content that the business writes, checked when it is loaded.
//!
//! A text says for whom it is urgent, when nobody can use it any more, and what stands in the portal in its place.

use std::collections::{BTreeMap, BTreeSet};

use include_dir::{Dir, include_dir};
use jiff::SignedDuration;
use jq_base::lang::Lang;
use serde::Deserialize;

use super::length::parts;
use super::model::SmsKind;
use crate::tell::{Pair, Template};

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../notify/sms");

/// Parts a message may have, signature included.
pub const PARTS_MAX: u32 = 7;
/// What a record shows in place of a secret.
const HIDDEN: &str = "******";

/// Why a text cannot be used or made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// The file is not a message text.
    #[error("message file {file}: {reason}")]
    File {
        /// Its name.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No text has this id.
    #[error("there is no message text {0}")]
    Unknown(String),
    /// A name in the text was given no value.
    #[error("message text {text} needs a value for {name}")]
    Missing {
        /// The text's id.
        text: String,
        /// The name.
        name: String,
    },
    /// With these values the message takes too many parts.
    #[error("the message takes {0} parts, more than {PARTS_MAX}")]
    TooLong(u32),
    /// The number is no mobile number.
    #[error("the recipient's number is not a mobile number")]
    Mobile,
}

/// One text as its file gives it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TextFile {
    id: String,
    signature: String,
    zh: String,
    #[serde(default)]
    secret: BTreeSet<String>,
    #[serde(default)]
    kind: SmsKind,
    useless_after_minutes: Option<u32>,
    portal: Option<InPortalFile>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct InPortalFile {
    link: String,
    title: Pair,
    body: Pair,
}

/// What stands in a person's portal when a text cannot be sent that is told nowhere else.
#[derive(Clone, Debug)]
pub(crate) struct InPortal {
    pub(crate) link: String,
    title: Template,
    body: Template,
}

impl InPortal {
    /// Title and body in `lang`; nothing when a value is missing.
    pub(crate) fn said(&self, values: &BTreeMap<String, String>, lang: Lang) -> Option<(String, String)> {
        let fill = |text: &Template| text.fill(lang, |name| values.get(name).cloned()).ok();
        Some((fill(&self.title)?, fill(&self.body)?))
    }

    fn read(file: &InPortalFile) -> Option<Self> {
        let (title, body) = (Template::read(&file.title)?, Template::read(&file.body)?);
        Some(Self { link: file.link.clone(), title, body })
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.title.names().chain(self.body.names())
    }
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Words as they stand.
    Words(String),
    /// The name of a value.
    Value(String),
}

impl Piece {
    /// The name, when a value is to be filled in here.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::Value(name) => Some(name),
            Self::Words(_) => None,
        }
    }
}

/// The text of one kind of message (短信模板).
#[derive(Clone, Debug)]
pub struct Text {
    id: String,
    signature: String,
    pieces: Vec<Piece>,
    secret: BTreeSet<String>,
    kind: SmsKind,
    useless_after: Option<SignedDuration>,
    in_portal: Option<InPortal>,
}

impl Text {
    /// The text's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The names that must be given values.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(Piece::name)
    }

    /// What it is for.
    pub fn kind(&self) -> SmsKind {
        self.kind
    }

    /// Whether a value of it must not be kept.
    pub(crate) fn has_secrets(&self) -> bool {
        !self.secret.is_empty()
    }

    /// How long after it was asked for somebody can use it; for ever without one.
    pub(crate) fn useless_after(&self) -> Option<SignedDuration> {
        self.useless_after
    }

    pub(crate) fn in_portal(&self) -> Option<&InPortal> {
        self.in_portal.as_ref()
    }

    /// A name that stands in the portal and not in the text.
    fn stray_in_portal(&self) -> Option<&str> {
        let known: BTreeSet<&str> = self.names().collect();
        self.in_portal.iter().flat_map(InPortal::names).find(|name| !known.contains(name))
    }

    /// The values in the order in which the text names them, each once.
    pub(crate) fn ordered(&self, values: &BTreeMap<String, String>) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let names = self.names().filter(|name| seen.insert(*name));
        names.map(|name| values.get(name).cloned().unwrap_or_default()).collect()
    }

    /// The message: signature and text, with every name replaced by its value.
    pub fn render(&self, values: &BTreeMap<String, String>) -> Result<String, TextError> {
        self.fill(|name| values.get(name).map(String::as_str))
    }

    /// The message as records show it: secrets as `******`.
    pub fn render_shown(&self, values: &BTreeMap<String, String>) -> Result<String, TextError> {
        self.fill(|name| {
            if self.secret.contains(name) { Some(HIDDEN) } else { values.get(name).map(String::as_str) }
        })
    }

    fn fill<'a>(&'a self, value: impl Fn(&str) -> Option<&'a str>) -> Result<String, TextError> {
        let mut text = format!("【{}】", self.signature);
        for piece in &self.pieces {
            match piece {
                Piece::Words(words) => text.push_str(words),
                Piece::Value(name) => text.push_str(
                    value(name)
                        .ok_or_else(|| TextError::Missing { text: self.id.clone(), name: name.clone() })?,
                ),
            }
        }
        let parts = parts(&text);
        if parts > PARTS_MAX { Err(TextError::TooLong(parts)) } else { Ok(text) }
    }

    fn read(file: &str, content: &str) -> Result<Self, TextError> {
        let wrong = |reason: String| TextError::File { file: file.to_owned(), reason };
        let read: TextFile = toml::from_str(content).map_err(|error| wrong(error.to_string()))?;
        let pieces =
            split(&read.zh).ok_or_else(|| wrong("a brace is not closed or a name is empty".to_owned()))?;
        let in_portal = match &read.portal {
            Some(portal) => Some(
                InPortal::read(portal)
                    .ok_or_else(|| wrong("what stands in the portal is empty or not closed".to_owned()))?,
            ),
            None => None,
        };
        let useless_after =
            read.useless_after_minutes.map(|minutes| SignedDuration::from_mins(minutes.into()));
        let (id, signature, secret, kind) = (read.id, read.signature, read.secret, read.kind);
        let text = Self { id, signature, pieces, secret, kind, useless_after, in_portal };
        if let Some(stray) = text.stray_in_portal() {
            return Err(wrong(format!("{stray} stands in the portal and not in the text")));
        }
        if kind == SmsKind::Code && text.useless_after.is_none() {
            return Err(wrong("a code is of no use after some minutes".to_owned()));
        }
        if kind == SmsKind::Message && text.has_secrets() {
            return Err(wrong(
                "only a code has a secret: a message may have to be kept until it can go".to_owned(),
            ));
        }
        if kind == SmsKind::Code && text.in_portal.is_some() {
            return Err(wrong("a code does not stand in a portal".to_owned()));
        }
        if let Some(stray) = text.secret.iter().find(|secret| !text.names().any(|name| name == **secret)) {
            return Err(wrong(format!("secret {stray} is not in the text")));
        }
        if text.signature.is_empty() || format!("{}.toml", text.id) != file {
            return Err(wrong("the signature is empty or the id is not the file's name".to_owned()));
        }
        Ok(text)
    }
}

/// Splits `{name}` from the words around it; nothing when a brace is not closed.
pub(crate) fn split(text: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let end = start + rest[start..].find('}')?;
        let name = &rest[start + 1..end];
        if name.is_empty() || name.contains('{') {
            return None;
        }
        pieces.push(Piece::Words(rest[..start].to_owned()));
        pieces.push(Piece::Value(name.to_owned()));
        rest = &rest[end + 1..];
    }
    pieces.push(Piece::Words(rest.to_owned()));
    Some(pieces)
}

/// All message texts by id.
#[derive(Clone, Debug)]
pub struct Texts {
    by_id: BTreeMap<String, Text>,
}

impl Texts {
    /// The texts shipped with the platform.
    pub fn embedded() -> Result<Self, TextError> {
        let mut by_id = BTreeMap::new();
        for file in FILES.files() {
            let name = file.path().to_string_lossy();
            let text = Text::read(&name, file.contents_utf8().unwrap_or_default())?;
            by_id.insert(text.id.clone(), text);
        }
        Ok(Self { by_id })
    }

    /// The text with that id.
    pub fn get(&self, id: &str) -> Result<&Text, TextError> {
        self.by_id.get(id).ok_or_else(|| TextError::Unknown(id.to_owned()))
    }

    /// Every text, by id.
    pub fn all(&self) -> impl Iterator<Item = &Text> {
        self.by_id.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn every_shipped_text_loads_and_is_signed() {
        let texts = Texts::embedded().unwrap();
        assert!(texts.all().count() >= 3);
        for text in texts.all() {
            let given = text.names().map(|name| (name.to_owned(), "某值".to_owned())).collect();
            assert!(text.render(&given).unwrap().starts_with("【金桥】"), "{}", text.id());
        }
    }

    #[test]
    fn a_record_hides_the_code() {
        let texts = Texts::embedded().unwrap();
        let text = texts.get("sign_in_code").unwrap();
        let given = values(&[("code", "012345"), ("minutes", "5")]);
        assert!(text.render(&given).unwrap().contains("012345"));
        let shown = text.render_shown(&given).unwrap();
        assert!(shown.contains("******") && !shown.contains("012345"), "{shown}");
    }

    #[test]
    fn a_missing_value_is_named() {
        let texts = Texts::embedded().unwrap();
        let error = texts.get("sign_in_code").unwrap().render(&values(&[("code", "1")])).unwrap_err();
        assert_eq!(error, TextError::Missing { text: "sign_in_code".to_owned(), name: "minutes".to_owned() });
        assert_eq!(texts.get("x").unwrap_err(), TextError::Unknown("x".to_owned()));
    }

    #[test]
    fn a_damaged_file_is_refused() {
        let read = |content: &str| Text::read("a.toml", content).map(|_| ()).is_err();
        assert!(!read("id = 'a'\nsignature = 's'\nzh = 'x {y} z'"));
        assert!(read("id = 'a'\nsignature = 's'\nzh = 'x {y'"));
        assert!(read("id = 'a'\nsignature = 's'\nzh = 'x {} z'"));
        assert!(read("id = 'b'\nsignature = 's'\nzh = 'x'"));
        assert!(read("id = 'a'\nsignature = ''\nzh = 'x'"));
        assert!(read("id = 'a'\nsignature = 's'\nzh = 'x'\nsecret = ['y']"));
        assert!(read("id = 'a'"));
        assert!(read("id = 'a'\nsignature = 's'\nzh = 'x'\nkind = 'code'"));
        let portal =
            "[portal]\nlink = '/firm'\ntitle = { zh = 't', en = 't' }\nbody = { zh = '{y}', en = 'b' }";
        assert!(!read(&format!("id = 'a'\nsignature = 's'\nzh = '{{y}}'\n{portal}")));
        assert!(read(&format!("id = 'a'\nsignature = 's'\nzh = 'x'\n{portal}")));
        let code = "kind = 'code'\nuseless_after_minutes = 5\nsecret = ['y']";
        let signed = "id = 'a'\nsignature = 's'\nzh = '{y}'";
        assert!(!read(&format!("{signed}\n{code}")));
        assert!(read(&format!("{signed}\n{code}\n{portal}")));
        assert!(read(&format!("{signed}\nsecret = ['y']")));
    }

    #[test]
    fn values_are_given_in_the_order_of_the_text_each_once() {
        let text = Text::read("a.toml", "id = 'a'\nsignature = 's'\nzh = '{y}{x}{y}'").unwrap();
        assert_eq!(text.ordered(&values(&[("x", "1"), ("y", "2")])), ["2", "1"]);
    }

    #[test]
    fn every_shipped_text_fits_into_few_parts() {
        for text in Texts::embedded().unwrap().all() {
            let long = |name: &str| (name.to_owned(), "山城两江新区汽车零部件制造有限公司".to_owned());
            let said = text.render(&text.names().map(long).collect()).unwrap();
            assert!(parts(&said) <= 3, "{}: {} parts", text.id(), parts(&said));
        }
    }

    #[test]
    fn a_message_that_grows_too_long_is_refused() {
        let text = Text::read("a.toml", "id = 'a'\nsignature = 's'\nzh = '{y}'").unwrap();
        let of = |count| text.render(&values(&[("y", &"长".repeat(count))]));
        assert!(of(7 * 67 - 3).is_ok());
        assert_eq!(of(7 * 67 - 2), Err(TextError::TooLong(8)));
    }
}
