//! The kinds of events people are told of, and the values each carries into a message.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jq_base::lang::Lang;
use jq_base::money::Money;
use jq_base::rate::Rate;
use serde::Deserialize;
use serde_json::Value as Json;

use super::say;

/// What a value is, and so how it is read from the event and said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// A text that is the same in both languages.
    Text,
    /// A text in both languages: `name_zh` and `name_en`.
    Words,
    /// A day, `2026-11-10`.
    Date,
    /// A moment.
    Moment,
    /// The end of a period; nothing while it stands still or its holidays are not published.
    Deadline,
    /// An amount: `name_fen`.
    Money,
    /// A yearly rate: `name_ppm`.
    Rate,
    /// A whole number.
    Count,
    /// Several texts.
    List,
}

/// A value that messages may name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Value {
    pub(super) kind: Kind,
    /// Where the event carries it, such as `data/amount_fen`, for words in Chinese and in English; without it, under
    /// its own name with the ending of its kind.
    #[serde(default)]
    from: Vec<String>,
    /// Whether it may stand in an SMS, which others may see: nothing of a firm's credit may.
    #[serde(default)]
    pub(super) sms: bool,
}

/// The file that names values and events.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventsFile {
    pub(super) values: BTreeMap<String, Value>,
    groups: BTreeMap<String, Vec<String>>,
    event: Vec<EventEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EventEntry {
    kind: String,
    #[serde(default)]
    groups: Vec<String>,
    #[serde(default)]
    values: Vec<String>,
}

impl EventsFile {
    /// The values that each kind of event carries, or what is wrong.
    pub(super) fn carried(&self) -> Result<BTreeMap<String, BTreeSet<String>>, String> {
        if let Some((name, _)) = self.values.iter().find(|(_, value)| !value.is_well_placed()) {
            return Err(format!("{name}: one place, or two for words"));
        }
        let mut events = BTreeMap::new();
        for entry in &self.event {
            let mut names: BTreeSet<String> = entry.values.iter().cloned().collect();
            for group in &entry.groups {
                let group =
                    self.groups.get(group).ok_or_else(|| format!("{}: no group {group}", entry.kind))?;
                names.extend(group.iter().cloned());
            }
            if let Some(stray) = names.iter().find(|name| !self.values.contains_key(*name)) {
                return Err(format!("{}: no value {stray}", entry.kind));
            }
            if events.insert(entry.kind.clone(), names).is_some() {
                return Err(format!("{} stands there twice", entry.kind));
            }
        }
        Ok(events)
    }
}

impl Value {
    /// Whether it says for each language, and for no more, where the event carries it.
    fn is_well_placed(&self) -> bool {
        let places = if self.kind == Kind::Words { 2 } else { 1 };
        self.from.is_empty() || self.from.len() == places
    }

    /// The event's field that holds the value.
    fn field<'a>(&self, name: &str, payload: &'a Json, lang: Lang) -> Option<&'a Json> {
        let ending = match self.kind {
            Kind::Words => lang.pick("_zh", "_en"),
            Kind::Money => "_fen",
            Kind::Rate => "_ppm",
            _ => "",
        };
        let place = if lang == Lang::Zh { self.from.first() } else { self.from.last() };
        match place {
            Some(place) => payload.pointer(&format!("/{place}")),
            None => payload.get(format!("{name}{ending}")),
        }
    }

    /// The value as `when` compares it: a text as it stands, yes and no as `true` and `false`.
    pub(super) fn plain(&self, name: &str, payload: &Json) -> Option<String> {
        match self.field(name, payload, Lang::Zh)? {
            Json::String(text) => Some(text.clone()),
            Json::Bool(flag) => Some(flag.to_string()),
            _ => None,
        }
    }

    /// The value of `name` in an event's payload, said in `lang`; nothing when the event does not have it.
    pub(super) fn said(&self, name: &str, payload: &Json, lang: Lang, told_at: Timestamp) -> Option<String> {
        let field = self.field(name, payload, lang)?;
        match self.kind {
            Kind::Text | Kind::Words => field.as_str().map(str::to_owned),
            Kind::Date => Some(say::date(lang, field.as_str()?.parse::<Date>().ok()?, told_at)),
            Kind::Moment => Some(say::moment(lang, instant(field)?, told_at)),
            Kind::Deadline if field.is_null() => Some(say::open_day(lang).to_owned()),
            Kind::Deadline => Some(say::deadline(lang, instant(field)?, told_at)),
            Kind::Money => Some(say::money(lang, Money::from_fen(field.as_i64()?))),
            Kind::Rate => Some(say::rate(lang, Rate::from_ppm(field.as_i64()?))),
            Kind::Count => field.as_i64().map(|count| count.to_string()),
            Kind::List => {
                let things: Option<Vec<&str>> = field.as_array()?.iter().map(Json::as_str).collect();
                Some(say::list(lang, &things?))
            }
        }
    }
}

fn instant(value: &Json) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(kind: Kind, payload: &Json, lang: Lang) -> Option<String> {
        let told_at = "2026-11-10T09:30:00+08:00".parse().unwrap();
        Value { kind, from: Vec::new(), sms: false }.said("x", payload, lang, told_at)
    }

    #[test]
    fn each_kind_is_read_from_its_field_and_said_in_both_languages() {
        let words = json!({ "x_zh": "山城银行", "x_en": "Shancheng Bank" });
        assert_eq!(said(Kind::Words, &words, Lang::En).as_deref(), Some("Shancheng Bank"));
        let due = json!({ "x": "2026-11-24T16:00:00Z" });
        assert_eq!(said(Kind::Deadline, &due, Lang::Zh).as_deref(), Some("11 月 24 日（周二）24:00"));
        let amount = json!({ "x_fen": 12_500_000 });
        assert_eq!(said(Kind::Money, &amount, Lang::Zh).as_deref(), Some("12.5 万元"));
        let list = json!({ "x": ["流水", "合同"] });
        assert_eq!(said(Kind::List, &list, Lang::Zh).as_deref(), Some("流水、合同"));
        assert_eq!(said(Kind::Date, &json!({ "x": "2027-03-01" }), Lang::En).as_deref(), Some("1 Mar 2027"));
    }

    #[test]
    fn a_value_may_lie_deeper_and_yes_and_no_can_be_compared() {
        let told_at = "2026-11-10T09:30:00+08:00".parse().unwrap();
        let payload = json!({ "data": { "amount_fen": 100, "zh": "资料不全", "en": "papers missing", "another": false } });
        let value = |kind, from: &[&str]| Value {
            kind,
            from: from.iter().map(|place| (*place).to_owned()).collect(),
            sms: false,
        };
        let said = |value: Value| value.said("x", &payload, Lang::En, told_at);
        assert_eq!(said(value(Kind::Money, &["data/amount_fen"])).as_deref(), Some("CNY 1"));
        assert_eq!(said(value(Kind::Words, &["data/zh", "data/en"])).as_deref(), Some("papers missing"));
        assert_eq!(value(Kind::Text, &["data/another"]).plain("x", &payload).as_deref(), Some("false"));
        assert!(!value(Kind::Words, &["data/zh"]).is_well_placed());
    }

    #[test]
    fn a_missing_value_is_none_and_an_unknown_deadline_says_so() {
        assert_eq!(said(Kind::Text, &json!({}), Lang::Zh), None);
        assert_eq!(said(Kind::Deadline, &json!({}), Lang::Zh), None);
        let open = said(Kind::Deadline, &json!({ "x": null }), Lang::En).unwrap();
        assert!(open.contains("not published"), "{open}");
    }
}
