//! Cards: what is said of a model to whoever wants to judge it. One file of `decisions/cards/` for each flow and model.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use crate::content::parse;
use crate::flow::FlowError;
use crate::model::Words;

/// What is said of one flow or model (模型说明卡). The data it uses is not told here: the model itself knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The flow or model.
    pub id: String,
    /// Who answers for it.
    pub owner: Words,
    /// When its owner last looked at it.
    pub reviewed_on: Date,
    /// What it is for.
    pub purpose: Words,
    /// How it was made and how it works.
    pub method: Words,
    /// How well it does, on what, as far as anybody measured it.
    pub measured: Words,
    /// What it cannot know or does badly.
    pub limits: Words,
    /// What it must not be used for.
    pub not_for: Words,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CardText {
    id: Spanned<String>,
    owner_zh: String,
    owner_en: String,
    reviewed_on: Date,
    purpose_zh: String,
    purpose_en: String,
    method_zh: String,
    method_en: String,
    measured_zh: String,
    measured_en: String,
    limits_zh: String,
    limits_en: String,
    not_for_zh: String,
    not_for_en: String,
}

/// Reads the cards of these files, by the id of what they tell of.
pub(crate) fn read(files: &[(&str, &str)]) -> Result<BTreeMap<String, Card>, FlowError> {
    let mut cards = BTreeMap::new();
    for (file, text) in files {
        let card: CardText = parse(file, text)?;
        let (id, byte) = (card.id.get_ref().clone(), card.id.span().start);
        let fail = |problem: &str| FlowError {
            file: (*file).to_owned(),
            line: 1 + text[..text.floor_char_boundary(byte)].matches('\n').count(),
            rule: id.clone(),
            problem: problem.to_owned(),
        };
        let words = |zh: String, en: String| Words { zh, en };
        let read = Card {
            id: id.clone(),
            owner: words(card.owner_zh, card.owner_en),
            reviewed_on: card.reviewed_on,
            purpose: words(card.purpose_zh, card.purpose_en),
            method: words(card.method_zh, card.method_en),
            measured: words(card.measured_zh, card.measured_en),
            limits: words(card.limits_zh, card.limits_en),
            not_for: words(card.not_for_zh, card.not_for_en),
        };
        let told = [&read.owner, &read.purpose, &read.method, &read.measured, &read.limits, &read.not_for];
        if told.into_iter().any(Words::is_incomplete) {
            return Err(fail("the text is missing in one language"));
        }
        if cards.insert(id.clone(), read).is_some() {
            return Err(fail("the model has two cards"));
        }
    }
    Ok(cards)
}
