//! A text with names in it, in both languages.

use jq_base::lang::Lang;
use serde::Deserialize;

use crate::sms::texts::{Piece, split};

/// A text as a file gives it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pair {
    pub(super) zh: String,
    pub(super) en: String,
}

/// A text of a message in both languages.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    zh: Vec<Piece>,
    en: Vec<Piece>,
}

impl Template {
    /// Reads a text; nothing when a language is empty or a brace is not closed.
    pub(crate) fn read(pair: &Pair) -> Option<Self> {
        if pair.zh.trim().is_empty() || pair.en.trim().is_empty() {
            return None;
        }
        Some(Self { zh: split(&pair.zh)?, en: split(&pair.en)? })
    }

    /// The names in it.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.zh.iter().chain(&self.en).filter_map(Piece::name)
    }

    /// The text in `lang`; fails with the first name that has no value.
    pub(crate) fn fill(&self, lang: Lang, value: impl Fn(&str) -> Option<String>) -> Result<String, String> {
        fill(if lang == Lang::Zh { &self.zh } else { &self.en }, value)
    }
}

/// The pieces with their values.
pub(super) fn fill(pieces: &[Piece], value: impl Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Words(words) => text.push_str(words),
            Piece::Value(name) => text.push_str(&value(name).ok_or_else(|| name.clone())?),
        }
    }
    Ok(text)
}
