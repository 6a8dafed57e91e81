//! Risk hints: fixed rules over the shown records, each with the records it rests on, and no score.

use jiff::ToSpan;
use jiff::civil::Date;
use jq_catalog::FieldKind;

use crate::blocks::{Frame, Shown};
use crate::content::HintSpec;
use crate::record::{Record, RepairState};
use crate::view::{RecordRef, RiskHint, Risks};

/// Records named under one hint.
const REFERENCES_MAX: usize = 5;

/// All hints that hit, the most serious first.
pub(crate) fn risks(frame: &Frame<'_>, items: &[Shown<'_>]) -> Risks {
    let rules = &frame.content.hints;
    let mut hints: Vec<RiskHint> = rules
        .iter()
        .filter_map(|rule| hint(frame, rule, items.iter().find(|shown| shown.item.id == rule.item)?))
        .collect();
    hints.sort_by_key(|hint| hint.level);
    let key = if hints.is_empty() { "no_risks" } else { "risks" };
    let lead = frame.sentence(key, &[("rules", &rules.len().to_string()), ("n", &hints.len().to_string())]);
    Risks { lead, hints }
}

fn hint(frame: &Frame<'_>, rule: &HintSpec, shown: &Shown<'_>) -> Option<RiskHint> {
    let mut hits = hits(rule, shown, frame.today);
    let dated_by = dated_by(rule, shown);
    let date = |record: &Record| dated_by.and_then(|field| record.date(field));
    hits.sort_by_key(|record| std::cmp::Reverse(date(record)));
    if hits.is_empty() {
        return None;
    }
    let references = hits.iter().take(REFERENCES_MAX).map(|record| RecordRef {
        item_id: shown.item.id.clone(),
        item: shown.item.name(frame.lang).to_owned(),
        text: naming(frame, shown, record),
        date: date(record).map_or_else(String::new, |date| date.to_string()),
    });
    Some(RiskHint {
        rule: rule.id.clone(),
        level: rule.level,
        level_label: frame
            .content
            .levels
            .get(rule.level.key())
            .map_or("", |words| words.get(frame.lang))
            .to_owned(),
        title: rule.title.get(frame.lang).to_owned(),
        text: rule.text.fill(frame.lang, &[("n", &hits.len().to_string())]),
        references: references.collect(),
        records: u64::try_from(hits.len()).unwrap_or(u64::MAX),
    })
}

/// Records that the rule hits. What is under objection does not count against the enterprise.
fn hits<'a>(rule: &HintSpec, shown: &Shown<'a>, today: Date) -> Vec<&'a Record> {
    let considered = if rule.newest { 1 } else { shown.records.len() };
    let since = rule.within_months.and_then(|months| today.checked_sub(months.months()).ok());
    shown
        .records
        .iter()
        .take(considered)
        .filter(|(record, standing)| {
            let recent = match (since, &rule.dated_by) {
                (Some(since), Some(field)) => record.date(field).is_some_and(|date| date >= since),
                _ => true,
            };
            recent && (!rule.live || standing.counts()) && value_hits(rule, record)
        })
        .map(|(record, _)| *record)
        .filter(|record| record.repair == RepairState::None)
        .collect()
}

fn value_hits(rule: &HintSpec, record: &Record) -> bool {
    let Some(field) = &rule.field else { return true };
    let above = rule
        .above
        .is_none_or(|limit| record.number_e4(field).is_some_and(|value| value > i128::from(limit) * 10_000));
    let is = rule.is.is_empty() || record.word(field).is_some_and(|word| rule.is.contains(&word));
    above && is
}

fn dated_by<'a>(rule: &'a HintSpec, shown: &'a Shown<'_>) -> Option<&'a String> {
    let adverse = shown.spec.adverse.as_ref().map(|adverse| &adverse.dated_by);
    rule.dated_by.as_ref().or(adverse).or(shown.item.dated_by.as_ref())
}

/// What names the record to a reader: its first two shown fields that are neither dates nor sums.
fn naming(frame: &Frame<'_>, shown: &Shown<'_>, record: &Record) -> String {
    let named = shown.spec.columns.iter().filter_map(|column| {
        let field = shown.item.field(&column.field)?;
        let tells =
            !matches!(field.kind, FieldKind::Money | FieldKind::Dec | FieldKind::Date | FieldKind::Bool);
        let value = record.get(&column.field).filter(|_| tells)?;
        Some(frame.setting().cell(field, column, Some(value)))
    });
    named.take(2).collect::<Vec<_>>().join(" ")
}
