//! Files with which operators change products, reasons of refusal, the ladder, reports, warnings, what counts as unusual
//! reading, messages and figures; the past of an order; and small words of addresses.

use std::sync::OnceLock;

use jq_consent::WatchRules;
use jq_credit::content::ReportContent;
use jq_credit::number;
use jq_decision::Flows;
use jq_lending::figures::FigureTexts;
use jq_lending::history;
use jq_lending::order::OrderCursor;
use jq_lending::product::Products;
use jq_lending::refusal::RefusalReasons;
use jq_notify::{Messages, Texts};
use jq_supervision::Ladder;
use jq_warning::{Model, WarningCursor};

/// Reads a file as each kind of content.
pub(crate) fn files(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = Products::read([("fuzz.toml".to_owned(), text.clone().into_owned())]);
    let _ = (RefusalReasons::parse(&text), Ladder::parse(&text), ReportContent::parse(&text));
    let _ = (FigureTexts::parse(&text), WatchRules::read(&text));
}

/// Reads a file as a model of early warnings, and runs its cases.
pub(crate) fn warning(bytes: &[u8]) {
    static FLOWS: OnceLock<Flows> = OnceLock::new();
    let flows = FLOWS.get_or_init(|| Flows::embedded().expect("the built-in content is sound"));
    let _ = Model::read("fuzz.toml", &String::from_utf8_lossy(bytes), flows.features());
}

/// Reads a file as what events carry and as the messages that they lead to, beside the shipped other half.
pub(crate) fn messages(bytes: &[u8]) {
    const EVENTS: &str = include_str!("../../notify/events.toml");
    const MESSAGES: &str = include_str!("../../notify/messages.toml");
    let text = &*String::from_utf8_lossy(bytes);
    let texts = || Texts::embedded().expect("the built-in texts are sound");
    let _ = (Messages::read(text, MESSAGES, texts()), Messages::read(EVENTS, text, texts()));
}

/// Reads a file of orders of the past.
pub(crate) fn past(bytes: &[u8]) {
    for order in history::read(bytes) {
        let _ = order;
    }
}

/// Reads a word of an address: a report's number, a place in a list.
pub(crate) fn addresses(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = number::parse(&text);
    if let Ok(cursor) = text.parse::<OrderCursor>() {
        assert!(cursor.to_string().parse::<OrderCursor>().is_ok());
    }
    if let Ok(cursor) = text.parse::<WarningCursor>() {
        assert!(cursor.to_string().parse::<WarningCursor>().is_ok());
    }
}
