//! What each figure counts, in words that are published beside it; content.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jq_base::lang::Lang;
use serde::Deserialize;

use super::list::Figure;

/// The definitions built into the program.
const EMBEDDED: &str = include_str!("../../../../lending/figures.toml");

/// The definitions cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FigureTextError {
    /// Not the expected TOML.
    #[error("lending/figures.toml cannot be read")]
    Shape(#[from] toml::de::Error),
    /// A figure has no definition.
    #[error("lending/figures.toml does not say in both languages what {0} is")]
    Unsaid(Figure),
    /// The file in the data folder cannot be read.
    #[error("cannot read {0}")]
    Read(PathBuf, #[source] std::io::Error),
}

/// What each figure counts (指标口径).
#[derive(Clone, Debug)]
pub struct FigureTexts(BTreeMap<Figure, Definition>);

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Definition {
    id: Figure,
    zh: String,
    en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    figure: Vec<Definition>,
}

impl FigureTexts {
    /// The definitions built into the program.
    pub fn embedded() -> Result<Self, FigureTextError> {
        Self::parse(EMBEDDED)
    }

    /// The definitions of the last data folder that has `lending/figures.toml`, or the built-in ones.
    pub fn load(folders: &[&Path]) -> Result<Self, FigureTextError> {
        let files = folders.iter().rev().map(|folder| folder.join("lending/figures.toml"));
        match files.into_iter().find(|file| file.is_file()) {
            Some(file) => match std::fs::read_to_string(&file) {
                Ok(text) => Self::parse(&text),
                Err(source) => Err(FigureTextError::Read(file, source)),
            },
            None => Self::embedded(),
        }
    }

    /// Reads the definitions; every figure has one.
    pub fn parse(text: &str) -> Result<Self, FigureTextError> {
        let file: File = toml::from_str(text)?;
        let texts: BTreeMap<_, _> = file.figure.into_iter().map(|figure| (figure.id, figure)).collect();
        let said = |figure: &Figure| {
            texts.get(figure).is_some_and(|text| !text.zh.trim().is_empty() && !text.en.trim().is_empty())
        };
        match Figure::ALL.iter().find(|figure| !said(figure)) {
            Some(&unsaid) => Err(FigureTextError::Unsaid(unsaid)),
            None => Ok(Self(texts)),
        }
    }

    /// What the figure counts.
    pub fn definition(&self, figure: Figure, lang: Lang) -> &str {
        self.0.get(&figure).map_or("", |text| lang.pick(&text.zh, &text.en))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_says_what_it_counts() {
        let texts = FigureTexts::embedded().unwrap();
        for &figure in Figure::ALL {
            for lang in [Lang::Zh, Lang::En] {
                assert!(texts.definition(figure, lang).chars().count() >= 10, "{figure}");
            }
        }
    }

    #[test]
    fn a_figure_without_a_definition_is_refused() {
        let one = "[[figure]]\nid = \"submitted\"\nzh = \"提交的融资申请笔数\"\nen = \"applications\"\n";
        assert!(matches!(FigureTexts::parse(one), Err(FigureTextError::Unsaid(Figure::AmountAsked))));
        assert!(FigureTexts::parse("[[figure]]\nid = \"other\"\nzh = \"\"\nen = \"\"\n").is_err());
    }
}
