//! What would change the answer: each proposed change is tried on a copy, and only what truly helps is told.

use jiff::civil::Date;

use super::evaluate::{Quick, evaluate_fast};
use super::load::Here;
use super::text::ImproveText;
use super::{CompiledFlow, FlowError, named};
use crate::model::{Outcome, Words};
use crate::vector::Vector;

/// A change that might help.
#[derive(Debug, Clone)]
pub(crate) struct Improve {
    feature: usize,
    set: f64,
    words: Words,
}

impl Improve {
    pub(crate) fn compile(texts: &[ImproveText], here: &mut Here<'_>) -> Result<Vec<Self>, FlowError> {
        let mut changes = Vec::with_capacity(texts.len());
        for text in texts {
            let (name, byte) = named(&text.feature);
            let feature = here.set.position(name);
            let feature =
                feature.ok_or_else(|| here.at(byte, name, "there is no such feature".to_owned()))?;
            let words = Words { zh: text.zh.clone(), en: text.en.clone() };
            changes.push(Self { feature, set: text.set, words: here.words(byte, name, &words)? });
        }
        Ok(changes)
    }
}

/// The changes that help, verified by running the same flow again: single ones where one is enough,
/// else the smallest set found that helps together.
pub(super) fn verified(flow: &CompiledFlow, vector: &Vector, as_of: Date, now: Quick) -> Vec<Words> {
    let open: Vec<&Improve> = flow
        .improve
        .iter()
        .filter(|one| vector.values[one.feature].is_some_and(|value| differs(value, one.set)))
        .collect();
    let mut copy = vector.clone();
    let mut helps = |changes: &[&Improve]| {
        for one in changes {
            copy.values[one.feature] = Some(one.set);
        }
        let then = evaluate_fast(flow, &copy, as_of);
        for one in changes {
            copy.values[one.feature] = vector.values[one.feature];
        }
        better(then, now)
    };
    let single: Vec<Words> = open.iter().filter(|one| helps(&[**one])).map(|one| one.words.clone()).collect();
    if !single.is_empty() || open.len() < 2 || !helps(&open) {
        return single;
    }
    let mut needed = open;
    let mut at = 0;
    while at < needed.len() {
        let mut fewer = needed.clone();
        fewer.remove(at);
        if helps(&fewer) {
            needed = fewer;
        } else {
            at += 1;
        }
    }
    vec![together(&needed)]
}

fn together(changes: &[&Improve]) -> Words {
    let join = |pick: fn(&Words) -> &str, joint: &str| {
        let parts: Vec<&str> =
            changes.iter().map(|one| pick(&one.words).trim_end_matches(['。', '.'])).collect();
        parts.join(joint)
    };
    Words {
        zh: format!("需要同时做到：{}。", join(|words| &words.zh, "；")),
        en: format!("All of these together: {}.", join(|words| &words.en, "; ")),
    }
}

fn differs(a: f64, b: f64) -> bool {
    a.to_bits() != b.to_bits()
}

fn better(then: Quick, now: Quick) -> bool {
    match (then.outcome, now.outcome) {
        (Outcome::Can, Outcome::Can) => then.limit_fen > now.limit_fen,
        (Outcome::Can, _) | (Outcome::NeedVisit, Outcome::Cannot) => true,
        _ => false,
    }
}
