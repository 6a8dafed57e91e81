//! The file that says which event tells whom, and with which words; checked as a whole when it is loaded.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jq_base::lang::Lang;
use serde::Deserialize;
use serde_json::Value as Json;

use super::event::{EventsFile, Kind, Value};
use super::recipient::To;
use super::template::{Pair, Template};
use crate::sms::texts::{Piece, Texts, split};

const EVENTS: &str = include_str!("../../../../notify/events.toml");
const MESSAGES: &str = include_str!("../../../../notify/messages.toml");

/// What is wrong with the messages.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {reason}")]
pub struct MessagesError {
    /// Which file.
    pub file: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MessagesFile {
    message: Vec<MessageEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MessageEntry {
    event: String,
    #[serde(default)]
    when: BTreeMap<String, Vec<String>>,
    to: BTreeSet<To>,
    sms: Option<String>,
    link: String,
    title: Pair,
    body: Pair,
}

/// One message that an event leads to (消息模板).
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) when: BTreeMap<String, Vec<String>>,
    pub(super) to: BTreeSet<To>,
    pub(super) sms: Option<String>,
    pub(super) link: Vec<Piece>,
    pub(super) title: Template,
    pub(super) body: Template,
}

impl Message {
    /// Whether an event with this payload leads to it.
    fn fits(&self, values: &BTreeMap<String, Value>, payload: &Json) -> bool {
        self.when.iter().all(|(name, wanted)| {
            let found = values.get(name).and_then(|value| value.plain(name, payload));
            found.is_some_and(|found| wanted.contains(&found))
        })
    }
}

/// Which event tells whom, with which words.
#[derive(Clone, Debug)]
pub struct Messages {
    by_event: BTreeMap<String, Vec<Message>>,
    values: BTreeMap<String, Value>,
    texts: Texts,
}

impl Messages {
    /// The messages shipped with the platform.
    pub fn embedded() -> Result<Self, MessagesError> {
        let texts = Texts::embedded();
        let texts = texts.map_err(|error| wrong("notify/sms", error.to_string()))?;
        Self::read(EVENTS, MESSAGES, texts)
    }

    /// Reads and checks `events.toml` and `messages.toml`; `texts` are the SMS they name.
    pub fn read(events: &str, messages: &str, texts: Texts) -> Result<Self, MessagesError> {
        let file: EventsFile =
            toml::from_str(events).map_err(|error| wrong("notify/events.toml", error.to_string()))?;
        let carried = file.carried().map_err(|reason| wrong("notify/events.toml", reason))?;
        let in_messages = |reason: String| wrong("notify/messages.toml", reason);
        let entries: MessagesFile =
            toml::from_str(messages).map_err(|error| in_messages(error.to_string()))?;
        let mut read = Self { by_event: BTreeMap::new(), values: file.values, texts };
        for (entry, number) in entries.message.into_iter().zip(1..) {
            let event = entry.event.clone();
            let message = read
                .message(entry, &carried)
                .map_err(|reason| in_messages(format!("message {number} on {event}: {reason}")))?;
            read.by_event.entry(event).or_default().push(message);
        }
        match carried.keys().find(|kind| !read.by_event.contains_key(*kind)) {
            Some(silent) => Err(in_messages(format!("nobody is told of {silent}"))),
            None => Ok(read),
        }
    }

    /// The kinds of events somebody is told of.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.by_event.keys().map(String::as_str)
    }

    /// The messages that an event of this kind and with this payload leads to.
    pub(super) fn of<'a>(&'a self, kind: &str, payload: &'a Json) -> impl Iterator<Item = &'a Message> {
        let all = self.by_event.get(kind).into_iter().flatten();
        all.filter(move |message| message.fits(&self.values, payload))
    }

    /// The value of `name` in an event's payload, said in `lang`.
    pub(super) fn said(&self, name: &str, payload: &Json, lang: Lang, told_at: Timestamp) -> Option<String> {
        self.values.get(name)?.said(name, payload, lang, told_at)
    }

    pub(super) fn texts(&self) -> &Texts {
        &self.texts
    }

    fn message(
        &self,
        entry: MessageEntry,
        carried: &BTreeMap<String, BTreeSet<String>>,
    ) -> Result<Message, String> {
        let carried = carried.get(&entry.event).ok_or("there is no such event")?;
        let damaged = |what: &str| format!("{what} is empty or a brace is not closed");
        let message = Message {
            when: entry.when,
            to: entry.to,
            sms: entry.sms,
            link: split(&entry.link).ok_or_else(|| damaged("the link"))?,
            title: Template::read(&entry.title).ok_or_else(|| damaged("the title"))?,
            body: Template::read(&entry.body).ok_or_else(|| damaged("the body"))?,
        };
        let link_names = || message.link.iter().filter_map(Piece::name);
        let named = message.title.names().chain(message.body.names()).chain(link_names());
        if let Some(stray) =
            named.chain(message.when.keys().map(String::as_str)).find(|n| !carried.contains(*n))
        {
            return Err(format!("the event carries no {stray}"));
        }
        if let Some(stray) = link_names().find(|name| self.kind(name) != Some(Kind::Text)) {
            return Err(format!("{stray} cannot stand in a link"));
        }
        if message.to.is_empty() {
            return Err("it is told to nobody".to_owned());
        }
        if let Some(to) =
            message.to.iter().find(|to| !to.portal().is_none_or(|at| entry.link.starts_with(at)))
        {
            return Err(format!("{to:?} cannot open {}", entry.link));
        }
        if let Some(sms) = &message.sms {
            self.check_sms(sms, &message, carried)?;
        }
        Ok(message)
    }

    /// An SMS lies open on a phone: it goes to the firm's people only, and none of its values tells of their credit.
    fn check_sms(&self, sms: &str, message: &Message, carried: &BTreeSet<String>) -> Result<(), String> {
        let text = self.texts.get(sms).map_err(|error| error.to_string())?;
        if !message.to.contains(&To::Firm) {
            return Err("an SMS goes to firms only".to_owned());
        }
        if let Some(stray) = text.names().find(|name| !carried.contains(*name)) {
            return Err(format!("the event carries no {stray} for the SMS {sms}"));
        }
        match text.names().find(|name| !self.values.get(*name).is_some_and(|value| value.sms)) {
            Some(open) => Err(format!("{open} may not stand in an SMS")),
            None => Ok(()),
        }
    }

    fn kind(&self, name: &str) -> Option<Kind> {
        self.values.get(name).map(|value| value.kind)
    }
}

fn wrong(file: &'static str, reason: String) -> MessagesError {
    MessagesError { file, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENTS: &str = r#"
        [values]
        order_no = { kind = "text", sms = true }
        amount = { kind = "money" }
        [groups]
        order = ["order_no"]
        [[event]]
        kind = "paid"
        groups = ["order"]
        values = ["amount"]
    "#;
    const MESSAGE: &str = r#"
        [[message]]
        event = "paid"
        to = ["firm"]
        link = "/firm/orders/{order_no}"
        title = { zh = "到账", en = "Paid" }
        body = { zh = "{amount}到账。", en = "{amount} arrived." }
    "#;

    fn reason(events: &str, messages: &str) -> String {
        let texts = Texts::embedded().unwrap();
        Messages::read(events, messages, texts).map(|_| ()).unwrap_err().reason
    }

    #[test]
    fn the_shipped_messages_load() {
        let messages = Messages::embedded().unwrap();
        assert!(messages.kinds().any(|kind| kind == "supervision.overdue"));
    }

    /// A value of this kind, said.
    fn sample(kind: Kind, lang: Lang) -> String {
        let said = match kind {
            Kind::Text => "JQ20261110-0001",
            Kind::Words => lang.pick("某某", "something"),
            Kind::Date | Kind::Moment => lang.pick("12 月 10 日", "10 Dec"),
            Kind::Deadline => lang.pick("11 月 24 日（周二）24:00", "24:00 on Tue 24 Nov"),
            Kind::Money => lang.pick("12.5 万元", "CNY 125,000"),
            Kind::Rate => lang.pick("3.65%（年化）", "3.65% a year"),
            Kind::Count => "12",
            Kind::List => lang.pick("流水、合同", "statements, contracts"),
        };
        said.to_owned()
    }

    #[test]
    fn every_shipped_message_can_be_said_and_is_written_with_care() {
        let messages = Messages::embedded().unwrap();
        for message in messages.by_event.values().flatten() {
            let said = |text: &Template, lang| {
                text.fill(lang, |name| Some(sample(messages.kind(name)?, lang))).unwrap()
            };
            for text in [&message.title, &message.body] {
                let (zh, en) = (said(text, Lang::Zh), said(text, Lang::En));
                assert!(!zh.contains([',', ';', '!', '?', '(']), "half-width punctuation: {zh}");
                assert!(!en.contains(['，', '。', '（', '！', '!']), "full-width or loud: {en}");
                assert!(!zh.contains('{') && !en.contains('{'), "{zh} {en}");
            }
            assert!(
                said(&message.body, Lang::Zh).ends_with(['。', '某']),
                "{}",
                said(&message.body, Lang::Zh)
            );
            assert!(said(&message.title, Lang::Zh).chars().count() <= 40);
        }
    }

    #[test]
    fn a_message_that_cannot_be_made_is_refused_when_it_is_loaded() {
        let texts = Texts::embedded().unwrap();
        assert!(Messages::read(EVENTS, MESSAGE, texts).is_ok());
        let changed = |from: &str, to: &str| reason(EVENTS, &MESSAGE.replace(from, to));
        assert!(changed("\"paid\"", "\"lost\"").contains("no such event"));
        assert!(changed("{amount}到账", "{total}到账").contains("carries no total"));
        assert!(changed("{order_no}", "{amount}").contains("cannot stand in a link"));
        assert!(changed("/firm/orders", "/bank/orders").contains("Firm cannot open"));
        assert!(changed("zh = \"到账\"", "zh = \"\"").contains("title is empty"));
        assert!(changed("[\"firm\"]", "[]").contains("nobody"));
        assert!(changed("[\"firm\"]", "[\"neighbour\"]").contains("neighbour"));
        assert!(changed("to =", "sms = \"none\"\nto =").contains("no message text none"));
        assert!(changed("to =", "when = { kind = [\"new\"] }\nto =").contains("carries no kind"));
    }

    #[test]
    fn an_sms_carries_no_credit_data() {
        let event = EVENTS.replace("order_no = ", "bank = { kind = \"words\", sms = true }\norder_no = ");
        let with_sms = MESSAGE.replace("to =", "sms = \"report_read\"\nto =");
        assert!(reason(&event, &with_sms).contains("for the SMS report_read"));
        let names = "values = [\"amount\", \"bank\", \"at\", \"subject_name\"]";
        let event = event.replace("values = [\"amount\"]", names);
        let event = event
            .replace("[groups]", "at = { kind = \"moment\" }\nsubject_name = { kind = \"text\" }\n[groups]");
        assert!(reason(&event, &with_sms).contains("may not stand in an SMS"));
    }

    #[test]
    fn an_event_nobody_is_told_of_is_refused() {
        let more = format!("{EVENTS}\n[[event]]\nkind = \"lost\"\n");
        assert!(reason(&more, MESSAGE).contains("nobody is told of lost"));
        let twice = format!("{EVENTS}\n[[event]]\nkind = \"paid\"\n");
        assert!(reason(&twice, MESSAGE).contains("twice"));
    }
}
