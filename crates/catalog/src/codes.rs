//! Code lists: the closed set of values that a field may take, each with its words in both languages.

use jq_base::lang::Lang;
use serde::Deserialize;

/// A closed list of codes (代码表), shared by every field that names it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeList {
    pub id: String,
    pub name_zh: String,
    pub name_en: String,
    /// In the order in which a person expects to read them.
    #[serde(rename = "code")]
    pub codes: Vec<Code>,
}

impl CodeList {
    /// The list's name in the reader's language.
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.name_zh, &self.name_en)
    }

    /// The code with that value.
    pub fn get(&self, value: &str) -> Option<&Code> {
        self.codes.iter().find(|code| code.value == value)
    }

    /// The value is on the list.
    pub fn contains(&self, value: &str) -> bool {
        self.get(value).is_some()
    }

    /// The words for a value, or the value itself when it is not on the list.
    pub fn label<'a>(&'a self, value: &'a str, lang: Lang) -> &'a str {
        self.get(value).map_or(value, |code| code.label(lang))
    }
}

/// One value of a code list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// The value as files carry it, e.g. `vat`.
    pub value: String,
    pub zh: String,
    pub en: String,
}

impl Code {
    /// The words for this value in the reader's language.
    pub fn label(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }
}
