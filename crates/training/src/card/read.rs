//! Reads a model file and checks it: every number and every word falls into one bin.

use std::collections::HashSet;
use std::path::Path;

use jq_base::lang::Lang;

use super::text::{BinText, CardText, FactsText, FeatureText};
use super::{CardBin, CardVariable, FileWords, Reason, Scorecard, Training};
use crate::binning::Content;
use crate::cells::Kind;
use crate::counts::Counts;
use crate::error::TrainingError;
use crate::problem::{Problem, Said};

/// A model file is at most this long.
const FILE_BYTES_MAX: u64 = 64 << 20;
/// Points of a bin are at most this many, so that no sum overflows.
const POINTS_MAX: u32 = 1_000_000_000;

impl Scorecard {
    /// Reads a model file.
    pub fn load(path: &Path) -> Result<Self, TrainingError> {
        let failed = |source| TrainingError::Read { path: path.to_owned(), source };
        if std::fs::metadata(path).map_err(failed)?.len() > FILE_BYTES_MAX {
            let detail = Said::new("超过 64 MiB", "longer than 64 MiB");
            return Err(TrainingError::file(path, Problem::Model { detail }));
        }
        Self::parse(path, &std::fs::read_to_string(path).map_err(failed)?)
    }

    /// Reads the text of a model file; `path` is named in faults.
    pub fn parse(path: &Path, text: &str) -> Result<Self, TrainingError> {
        let card: CardText = toml::from_str(text).map_err(|error| {
            let byte = error.span().map_or(0, |span| span.start).min(text.len());
            let line = 1 + text[..text.floor_char_boundary(byte)].matches('\n').count() as u64;
            TrainingError::row(
                path,
                line,
                Problem::Model { detail: Said::new(error.message(), error.message()) },
            )
        })?;
        card.check().map_err(|(name, detail)| TrainingError::column(path, &name, Problem::Model { detail }))
    }
}

/// The name of the feature, and what is wrong with it.
type Fault = (String, Said);

impl CardText {
    fn check(self) -> Result<Scorecard, Fault> {
        let mut names = HashSet::new();
        let mut facts = self.training.as_ref().map(|training| training.feature.iter());
        let mut variables = Vec::with_capacity(self.points.feature.len());
        for feature in self.points.feature {
            let name = feature.name.clone();
            if !names.insert(name.clone()) {
                return Err((name, Said::new("出现了两次", "named twice")));
            }
            let facts = facts.as_mut().map(Iterator::next);
            let variable = match facts {
                None => feature.variable(None),
                Some(Some(facts)) if facts.name == name => feature.variable(Some(facts)),
                Some(_) => Err(Said::new("缺少训练记录", "its facts of training are not there")),
            };
            variables.push(variable.map_err(|detail| (name, detail))?);
        }
        let training = self.training.map(|training| {
            training.scale.check().map_err(|error| {
                ("scale".to_owned(), Said::new(error.text(Lang::Zh), error.text(Lang::En)))
            })?;
            if training.scores.rows.len() != training.scores.cuts.len() + 1 {
                return Err((
                    "scores".to_owned(),
                    Said::new("分段与行数不相符", "rows and cuts do not belong together"),
                ));
            }
            Ok(Training {
                target: training.target,
                bad: training.bad,
                missing: training.missing,
                scale: training.scale,
                intercept: training.intercept,
                scores: training.scores,
            })
        });
        Ok(Scorecard {
            id: self.id,
            version: self.version,
            name_zh: self.zh,
            name_en: self.en,
            base: self.points.base,
            variables,
            training: training.transpose()?,
            words: FileWords { gives_zh: self.gives_zh, gives_en: self.gives_en },
        })
    }
}

impl FeatureText {
    fn variable(self, facts: Option<&FactsText>) -> Result<CardVariable, Said> {
        let mut bins = vec![(Content::Missing, self.missing)];
        let special = self.special.into_iter();
        bins.extend(special.map(|one| (Content::Special { value: one.value }, one.points)));
        match (self.kind, self.other) {
            (Kind::Number, None) if self.groups.is_empty() => {
                check_bins(&self.bins)?;
                let ranges = self.bins.iter();
                bins.extend(ranges.map(|bin| (Content::Range { from: bin.from, to: bin.to }, bin.points)));
            }
            (Kind::Category, Some(other)) if self.bins.is_empty() => {
                let mut known = HashSet::new();
                for group in self.groups {
                    if let Some(twice) = group.values.iter().find(|value| !known.insert((*value).clone())) {
                        return Err(Said::new(
                            format!("{twice} 出现在两个组中"),
                            format!("{twice} stands in two groups"),
                        ));
                    }
                    bins.push((Content::Values { values: group.values }, group.points));
                }
                bins.push((Content::Other, other));
            }
            (Kind::Number, _) => {
                return Err(Said::new(
                    "数值变量只有 bins，没有 groups 和 other",
                    "numbers have bins, and neither groups nor other",
                ));
            }
            (Kind::Category, _) => {
                return Err(Said::new(
                    "类别变量有 groups 和 other，没有 bins",
                    "categories have groups and other, and no bins",
                ));
            }
        }
        if bins.iter().any(|(_, points)| points.unsigned_abs() > POINTS_MAX) {
            return Err(Said::new(
                format!("分值超过 {POINTS_MAX}"),
                format!("a bin has more than {POINTS_MAX} points"),
            ));
        }
        let bins = with_facts(bins, facts)?;
        let reason = Reason { code: self.reason.code, zh: self.reason.zh, en: self.reason.en };
        Ok(CardVariable {
            name: self.name,
            kind: self.kind,
            bins,
            reason,
            coefficient: facts.map(|facts| facts.coefficient),
            iv: facts.map(|facts| facts.iv),
            trend: facts.and_then(|facts| facts.trend),
        })
    }
}

fn with_facts(bins: Vec<(Content, i32)>, facts: Option<&FactsText>) -> Result<Vec<CardBin>, Said> {
    if let Some(facts) = facts
        && [facts.good.len(), facts.bad.len(), facts.woe.len()] != [bins.len(); 3]
    {
        return Err(Said::new("训练记录的分箱数不同", "the facts of training have another number of bins"));
    }
    let bins = bins.into_iter().enumerate().map(|(at, (content, points))| CardBin {
        content,
        points,
        counts: facts
            .map_or_else(Counts::default, |facts| Counts { good: facts.good[at], bad: facts.bad[at] }),
        woe: facts.map_or(0.0, |facts| facts.woe[at]),
    });
    Ok(bins.collect())
}

/// The bins cover every number once, from below to above.
fn check_bins(bins: &[BinText]) -> Result<(), Said> {
    let (Some(first), Some(last)) = (bins.first(), bins.last()) else {
        return Err(Said::new("没有分箱", "there are no bins"));
    };
    if first.from.is_some() || last.to.is_some() {
        return Err(Said::new(
            "首箱下界、末箱上界必须开放",
            "the first bin must be open below and the last open above",
        ));
    }
    for pair in bins.windows(2) {
        match (pair[0].to, pair[1].from) {
            (Some(to), Some(from)) if to.total_cmp(&from).is_eq() => {}
            _ => return Err(Said::new("分箱须首尾相接", "a bin must begin where the one before it ends")),
        }
    }
    let cuts: Vec<f64> = bins.iter().filter_map(|bin| bin.from).collect();
    if cuts.iter().any(|cut| !cut.is_finite()) || cuts.windows(2).any(|pair| pair[0] >= pair[1]) {
        return Err(Said::new("分箱界限须递增", "bins must rise"));
    }
    Ok(())
}
