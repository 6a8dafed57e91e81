//! The words of the platform in both languages, from the files in `text/`.
//!
//! Files are Fluent (`key = words { $name }`). A key that is missing in one language fails a test.

use std::fmt::Display;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use include_dir::{Dir, include_dir};
use jq_base::lang::Lang;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../text");
static CHINESE: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Lang::Zh));
static ENGLISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Lang::En));

/// The words of one language; copies cost nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    lang: Lang,
}

impl Text {
    /// The words of `lang`.
    pub fn of(lang: Lang) -> Self {
        Self { lang }
    }

    /// The language of these words.
    pub fn lang(self) -> Lang {
        self.lang
    }

    /// Whether there are words for `key`.
    pub fn has(self, key: &str) -> bool {
        self.bundle().has_message(key)
    }

    /// The words for `key`.
    pub fn get(self, key: &str) -> String {
        self.format(key, None)
    }

    /// The words for `key` with named values put in as they are written.
    pub fn with(self, key: &str, values: &[(&str, &dyn Display)]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in values {
            args.set((*name).to_owned(), FluentValue::from(value.to_string()));
        }
        self.format(key, Some(&args))
    }

    /// The words for `key` with one value `$name`.
    pub fn one(self, key: &str, name: &str, value: impl Display) -> String {
        self.with(key, &[(name, &value)])
    }

    /// The words for `key` with the number `$n`, so that English can say "1 record" and "2 records".
    pub fn count(self, key: &str, n: impl Display) -> String {
        let mut args = FluentArgs::new();
        args.set("n", FluentValue::from(n.to_string().parse::<i64>().unwrap_or_default()));
        self.format(key, Some(&args))
    }

    /// Every key of this language, in alphabetical order.
    pub fn keys(self) -> Vec<String> {
        let mut keys: Vec<String> = files(self.lang).flat_map(keys_of).collect();
        keys.sort();
        keys
    }

    fn bundle(self) -> &'static FluentBundle<FluentResource> {
        match self.lang {
            Lang::Zh => &CHINESE,
            Lang::En => &ENGLISH,
        }
    }

    fn format(self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let bundle = self.bundle();
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            tracing::error!(text.key = key, text.lang = self.lang.code(), "words are missing");
            return key.to_owned();
        };
        let mut faults = Vec::new();
        let words = bundle.format_pattern(pattern, args, &mut faults).into_owned();
        for fault in faults {
            tracing::error!(text.key = key, %fault, "words could not be completed");
        }
        words
    }
}

fn files(lang: Lang) -> impl Iterator<Item = &'static str> {
    FILES
        .get_dir(lang.code())
        .into_iter()
        .flat_map(Dir::files)
        .filter(|file| file.path().extension().is_some_and(|ending| ending == "ftl"))
        .filter_map(|file| file.contents_utf8())
}

fn keys_of(source: &'static str) -> Vec<String> {
    let starts_a_message = |line: &&str| line.starts_with(|first: char| first.is_ascii_lowercase());
    source
        .lines()
        .filter(starts_a_message)
        .filter_map(|line| Some(line.split_once('=')?.0.trim().to_owned()))
        .collect()
}

fn bundle(lang: Lang) -> FluentBundle<FluentResource> {
    let locale = lang.code().parse().expect("the two language tags are well formed");
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    bundle.set_use_isolating(false);
    for source in files(lang) {
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(readable, faults)| {
            tracing::error!(text.lang = lang.code(), ?faults, "a text file has a fault");
            readable
        });
        if let Err(faults) = bundle.add_resource(resource) {
            tracing::error!(text.lang = lang.code(), ?faults, "a text stands twice");
        }
    }
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_keys_and_each_once() {
        let chinese = Text::of(Lang::Zh).keys();
        let english = Text::of(Lang::En).keys();
        assert!(!chinese.is_empty());
        for keys in [&chinese, &english] {
            let twice: Vec<_> = keys.windows(2).filter(|pair| pair[0] == pair[1]).collect();
            assert!(twice.is_empty(), "stand twice: {twice:?}");
        }
        let missing: Vec<_> = chinese.iter().filter(|key| !english.contains(key)).collect();
        assert!(missing.is_empty(), "missing in English: {missing:?}");
        let missing: Vec<_> = english.iter().filter(|key| !chinese.contains(key)).collect();
        assert!(missing.is_empty(), "missing in Chinese: {missing:?}");
    }

    #[test]
    fn every_text_file_is_well_formed() {
        for lang in [Lang::Zh, Lang::En] {
            for source in files(lang) {
                assert!(FluentResource::try_new(source.to_owned()).is_ok(), "fault in:\n{source}");
            }
            for key in Text::of(lang).keys() {
                assert!(Text::of(lang).has(&key), "{key} cannot be used in {lang}");
            }
        }
    }

    #[test]
    fn values_are_put_in_as_written() {
        assert_eq!(Text::of(Lang::En).one("footer-phone", "phone", "023-0012"), "Telephone 023-0012");
    }
}
