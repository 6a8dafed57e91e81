//! A sentence in both languages, until it is known which one the caller reads.

use std::borrow::Cow;

use jq_base::lang::Lang;

/// The same words in Chinese and English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    zh: Cow<'static, str>,
    en: Cow<'static, str>,
}

impl Said {
    /// Words that are always the same.
    pub(crate) const fn fixed(zh: &'static str, en: &'static str) -> Self {
        Self { zh: Cow::Borrowed(zh), en: Cow::Borrowed(en) }
    }

    /// Words made for one case.
    pub(crate) fn of(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: Cow::Owned(zh.into()), en: Cow::Owned(en.into()) }
    }

    /// The words a reader of `lang` understands.
    pub(crate) fn pick(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }
}
