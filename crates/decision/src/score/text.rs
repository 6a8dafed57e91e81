//! The form of a model file.

use serde::Deserialize;
use toml::Spanned;

use crate::flow::text::CardFeatureText;
use crate::model::Words;
use crate::tree::Format;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScoreText {
    pub(super) id: Spanned<String>,
    pub(super) version: String,
    zh: String,
    en: String,
    /// What the figure means, such as "the chance of 90 days in arrears within a year".
    gives_zh: String,
    gives_en: String,
    #[serde(default)]
    pub(super) trees: Option<TreesText>,
    #[serde(default)]
    pub(super) points: Option<PointsText>,
}

impl ScoreText {
    pub(super) fn name(&self) -> Words {
        Words { zh: self.zh.clone(), en: self.en.clone() }
    }

    pub(super) fn gives(&self) -> Words {
        Words { zh: self.gives_zh.clone(), en: self.gives_en.clone() }
    }
}

/// A tree ensemble as its library wrote it, in a file beside this one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TreesText {
    pub(super) format: Format,
    pub(super) file: Spanned<String>,
    /// The feature of each column, in the order of the columns.
    pub(super) inputs: Vec<Spanned<String>>,
}

/// Points without bands; the sum is the figure.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PointsText {
    pub(super) base: i32,
    pub(super) feature: Vec<CardFeatureText>,
}
