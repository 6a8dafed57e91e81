//! Writes the table of a flow file.

use std::fmt::Write as _;

use super::{Condition, Given, How, ONE, Row};
use crate::model::Decision;

pub(super) fn table(decision: &Decision, hit: &str, rows: &[Row]) -> String {
    let mut text = String::new();
    if rows.iter().flat_map(|row| &row.given.terms).any(|term| term.feature == ONE) {
        let _ = write!(text, "[[derive]]\nname = \"{ONE}\"\nformula = \"1\"\n\n");
    }
    let _ = writeln!(text, "# From the decision {}.", one_line(decision.name()));
    let _ = writeln!(text, "[table]\nhit = \"{hit}\"");
    for row in rows {
        let _ = write!(text, "\n[[table.row]]\nid = {}\n", quoted(&row.id));
        if !row.when.is_empty() {
            let when: Vec<String> = row.when.iter().map(condition).collect();
            let _ = writeln!(text, "when = [{}]", when.join(", "));
        }
        given(&mut text, &row.given);
    }
    text
}

fn condition(condition: &Condition) -> String {
    let feature = quoted(&condition.feature);
    match condition.how {
        How::Missing => format!("{{ feature = {feature}, op = \"missing\" }}"),
        How::Present => format!("{{ feature = {feature}, op = \"present\" }}"),
        How::Compare { op, value, or_missing } => {
            let missing = if or_missing { ", or_missing = true" } else { "" };
            format!("{{ feature = {feature}, op = \"{op}\", value = {value:?}{missing} }}")
        }
    }
}

fn given(text: &mut String, given: &Given) {
    let _ = writeln!(text, "outcome = {}", quoted(&given.outcome));
    if !given.terms.is_empty() {
        let terms: Vec<String> = given
            .terms
            .iter()
            .map(|term| {
                let up_to = term.up_to.map_or_else(String::new, |up_to| format!(", up_to = {up_to:?}"));
                format!("{{ feature = {}, factor = {:?}{up_to} }}", quoted(&term.feature), term.factor)
            })
            .collect();
        let _ = writeln!(text, "combine = \"{}\"", if given.sum { "sum" } else { "min" });
        let _ = writeln!(text, "limit = [{}]", terms.join(", "));
    }
    if let Some((low, high)) = given.bp {
        let _ = writeln!(text, "bp_low = {low}\nbp_high = {high}");
    }
    if let Some((code, zh, en)) = &given.reason {
        let (code, zh, en) = (quoted(code), quoted(zh), quoted(en));
        let _ = writeln!(text, "reason = {{ code = {code}, zh = {zh}, en = {en} }}");
    }
}

/// A TOML string. What JSON escapes is escaped alike in TOML, but for one control character.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
