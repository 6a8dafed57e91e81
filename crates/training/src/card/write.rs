//! Writes a model file: in full, or in the decision engine's form of points.

use std::fmt::Write;

use super::{CardBin, CardVariable, Scorecard};
use crate::binning::Content;
use crate::cells::Kind;
use crate::error::TrainingError;
use crate::number::parse;
use crate::options::Trend;
use crate::problem::{Problem, Said};

impl Scorecard {
    /// The model file, with everything that serving, measuring and reading the card need.
    pub fn to_toml(&self) -> String {
        let mut out = self.head();
        for variable in &self.variables {
            let bins = &variable.bins;
            feature(&mut out, variable, |out| {
                if variable.kind == Kind::Category {
                    out.push_str("kind = \"category\"\n");
                }
                list(out, "special", bins, |bin| match &bin.content {
                    Content::Special { value } => Some(format!("value = {}", quote(value))),
                    _ => None,
                });
                match variable.kind {
                    Kind::Number => list(out, "bins", bins, |bin| range(&bin.content)),
                    Kind::Category => list(out, "groups", bins, |bin| match &bin.content {
                        Content::Values { values } => Some(format!("values = {}", quote_all(values))),
                        _ => None,
                    }),
                }
                if let Some(other) = bins.iter().find(|bin| bin.content == Content::Other) {
                    line(out, "other", other.points);
                }
            });
        }
        self.facts(&mut out);
        out
    }

    /// The card in the decision engine's form of points, for a card of numbers only: each special value becomes a bin
    /// of its own among the others.
    pub fn to_points_toml(&self) -> Result<String, TrainingError> {
        let refuse = |detail: Said| TrainingError::Options(Problem::NotServable { detail });
        let words: Vec<&str> = self
            .variables
            .iter()
            .filter(|variable| variable.kind == Kind::Category)
            .map(|variable| variable.name.as_str())
            .collect();
        if !words.is_empty() {
            return Err(refuse(Said::new(
                format!("{} 的取值是类别，不是数字", words.join("、")),
                format!("{} hold words, not numbers", words.join(", ")),
            )));
        }
        let names = [&self.name_zh, &self.name_en];
        if names.iter().any(|name| name.chars().any(|c| c.is_ascii_digit())) {
            return Err(refuse(Said::new("名称中不能有数字", "the card's name must be without figures")));
        }
        let mut out = self.head();
        for variable in &self.variables {
            let bins = ranges_only(variable).map_err(refuse)?;
            feature(&mut out, variable, |out| list(out, "bins", &bins, |bin| range(&bin.content)));
        }
        Ok(out)
    }

    fn head(&self) -> String {
        let mut out = String::new();
        line(&mut out, "id", quote(&self.id));
        line(&mut out, "version", quote(&self.version));
        line(&mut out, "zh", quote(&self.name_zh));
        line(&mut out, "en", quote(&self.name_en));
        line(&mut out, "gives_zh", quote(&self.words.gives_zh));
        line(&mut out, "gives_en", quote(&self.words.gives_en));
        out.push_str("\n[points]\n");
        line(&mut out, "base", self.base);
        out
    }

    /// What is known of the training.
    fn facts(&self, out: &mut String) {
        let Some(training) = &self.training else { return };
        out.push_str("\n# What the card was learned from; serving needs the points alone.\n[training]\n");
        line(out, "target", quote(&training.target));
        line(out, "bad", quote(&training.bad));
        line(out, "missing", quote_all(&training.missing));
        line(out, "intercept", float(training.intercept));
        let scale = training.scale;
        let (score, odds, pdo) = (float(scale.base_score), float(scale.base_odds), float(scale.pdo));
        line(out, "scale", format!("{{ base_score = {score}, base_odds = {odds}, pdo = {pdo} }}"));
        let (cuts, rows) = (&training.scores.cuts, &training.scores.rows);
        line(out, "scores", format!("{{ cuts = {cuts:?}, rows = {rows:?} }}"));
        for variable in &self.variables {
            out.push_str("\n[[training.feature]]\n");
            line(out, "name", quote(&variable.name));
            line(out, "coefficient", float(variable.coefficient.unwrap_or_default()));
            line(out, "iv", float(variable.iv.unwrap_or_default()));
            if let Some(trend) = variable.trend {
                line(out, "trend", quote(trend_word(trend)));
            }
            let bins = &variable.bins;
            line(out, "good", format!("{:?}", bins.iter().map(|bin| bin.counts.good).collect::<Vec<_>>()));
            line(out, "bad", format!("{:?}", bins.iter().map(|bin| bin.counts.bad).collect::<Vec<_>>()));
            let woe: Vec<String> = bins.iter().map(|bin| float(bin.woe)).collect();
            line(out, "woe", format!("[{}]", woe.join(", ")));
        }
    }
}

fn trend_word(trend: Trend) -> &'static str {
    match trend {
        Trend::Auto => "auto",
        Trend::Straight => "straight",
        Trend::Ascending => "ascending",
        Trend::Descending => "descending",
        Trend::Peak => "peak",
        Trend::Valley => "valley",
    }
}

fn feature(out: &mut String, variable: &CardVariable, bins: impl FnOnce(&mut String)) {
    out.push_str("\n[[points.feature]]\n");
    line(out, "name", quote(&variable.name));
    let missing = variable.bins.iter().find(|bin| bin.content == Content::Missing);
    line(out, "missing", missing.map_or(0, |bin| bin.points));
    bins(out);
    let reason = &variable.reason;
    let (code, zh, en) = (quote(&reason.code), quote(&reason.zh), quote(&reason.en));
    line(out, "reason", format!("{{ code = {code}, zh = {zh}, en = {en} }}"));
}

/// A list of bins, one to a line; nothing when none is of the kind.
fn list(out: &mut String, name: &str, bins: &[CardBin], of: impl Fn(&CardBin) -> Option<String>) {
    let lines: Vec<String> = bins
        .iter()
        .filter_map(|bin| {
            let content = of(bin)?;
            let comma = if content.is_empty() { "" } else { ", " };
            Some(format!("    {{ {content}{comma}points = {} }},\n", bin.points))
        })
        .collect();
    if !lines.is_empty() {
        line(out, name, format!("[\n{}]", lines.concat()));
    }
}

fn range(content: &Content) -> Option<String> {
    let Content::Range { from, to } = content else { return None };
    let bound = |name: &str, bound: &Option<f64>| bound.map(|at| format!("{name} = {}", float(at)));
    let bounds: Vec<String> = [bound("from", from), bound("to", to)].into_iter().flatten().collect();
    Some(bounds.join(", "))
}

/// The bins with each special number cut out of the one that it lies in. The smallest number above it begins the next
/// bin, so that no other number is caught.
fn ranges_only(variable: &CardVariable) -> Result<Vec<CardBin>, Said> {
    let mut bins: Vec<CardBin> =
        variable.bins.iter().filter(|bin| matches!(bin.content, Content::Range { .. })).cloned().collect();
    for special in &variable.bins {
        let Content::Special { value } = &special.content else { continue };
        let number = parse(value.as_bytes()).ok_or_else(|| {
            let name = &variable.name;
            Said::new(
                format!("{name} 的特殊值 {value} 不是数字"),
                format!("{name} has the special value {value}, which is no number"),
            )
        })?;
        bins = bins.into_iter().flat_map(|bin| cut_out(bin, number, special.points)).collect();
    }
    Ok(bins)
}

fn cut_out(bin: CardBin, number: f64, points: i32) -> Vec<CardBin> {
    let Content::Range { from, to } = bin.content else { return vec![bin] };
    let is_inside = from.is_none_or(|from| from <= number) && to.is_none_or(|to| number < to);
    if !is_inside {
        return vec![bin];
    }
    let above = number.next_up();
    let part = |from, to, points| CardBin { content: Content::Range { from, to }, points, ..bin.clone() };
    let mut parts = Vec::with_capacity(3);
    if from != Some(number) {
        parts.push(part(from, Some(number), bin.points));
    }
    parts.push(part(Some(number), Some(above), points));
    if to != Some(above) {
        parts.push(part(Some(above), to, bin.points));
    }
    parts
}

fn line(out: &mut String, name: &str, value: impl std::fmt::Display) {
    let _ = writeln!(out, "{name} = {value}");
}

/// A float that reads back as the same float.
fn float(value: f64) -> String {
    format!("{value:?}")
}

/// A text in quotes, as TOML has it.
fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn quote_all(texts: &[String]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| quote(text)).collect();
    format!("[{}]", quoted.join(", "))
}
