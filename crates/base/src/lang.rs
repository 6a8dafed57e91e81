//! The two languages of the platform: Chinese first, English beside it.

use std::fmt;

/// A language people read: Chinese (the default) or English.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lang {
    /// Simplified Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Reads `en`, `en-GB`, `en_US.UTF-8`, `zh-CN`, …; `None` for a language the platform does not speak.
    pub fn parse(text: &str) -> Option<Self> {
        let primary = text.trim().split(['-', '_', '.']).next()?.to_ascii_lowercase();
        match primary.as_str() {
            "zh" | "cmn" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The language of someone at a terminal: the one they chose, otherwise that of their locale (`LANG`). A locale that
    /// names no country is English, one that the platform does not speak gets Chinese.
    pub fn at_terminal(chosen: Option<&str>, locale: Option<&str>) -> Self {
        let named = chosen.or(locale).unwrap_or_default();
        let of_nowhere = named.is_empty() || named == "C" || named.starts_with("C.") || named == "POSIX";
        if chosen.is_none() && of_nowhere {
            return Self::En;
        }
        Self::parse(named).unwrap_or(Self::Zh)
    }

    /// The language tag written into pages.
    pub fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// The text of the two that this language's reader wants.
    pub fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_locale_names_a_language() {
        assert_eq!(Lang::parse("en_US.UTF-8"), Some(Lang::En));
        assert_eq!(Lang::parse("zh-CN"), Some(Lang::Zh));
        assert_eq!(Lang::parse("C"), None);
        assert_eq!(Lang::default().pick("是", "yes"), "是");
        assert_eq!(Lang::at_terminal(None, Some("C.UTF-8")), Lang::En);
        assert_eq!(Lang::at_terminal(None, None), Lang::En);
        assert_eq!(Lang::at_terminal(Some("en"), Some("zh_CN.UTF-8")), Lang::En);
        assert_eq!(Lang::at_terminal(None, Some("fr_FR")), Lang::Zh);
    }
}
