//! Files with which operators change products, reasons of refusal, the ladder and reports, and small words of addresses.

use jq_credit::content::ReportContent;
use jq_credit::number;
use jq_lending::order::OrderCursor;
use jq_lending::product::Products;
use jq_lending::refusal::RefusalReasons;
use jq_supervision::Ladder;

/// Reads a file as each kind of content.
pub(crate) fn files(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = Products::read([("fuzz.toml".to_owned(), text.clone().into_owned())]);
    let _ = (RefusalReasons::parse(&text), Ladder::parse(&text), ReportContent::parse(&text));
}

/// Reads a word of an address: a report's number, a place in a list.
pub(crate) fn addresses(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = number::parse(&text);
    if let Ok(cursor) = text.parse::<OrderCursor>() {
        assert!(cursor.to_string().parse::<OrderCursor>().is_ok());
    }
}
