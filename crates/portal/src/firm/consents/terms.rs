//! What a person reads before it says yes: who, what exactly, for what, until when, and the whole text.

use jiff::{SignedDuration, Timestamp};
use jq_consent::{ConsentText, NewGrant, purpose_terms};
use jq_web::{Visit, say};

use super::fields::LeftOut;
use crate::public::product::reads::{ReadGroup, groups_where};
use crate::state::PortalState;

/// The terms of a consent that is asked for.
pub struct TermsView {
    /// The bank.
    pub bank: String,
    /// What for.
    pub purpose: &'static str,
    /// What the bank may do with the records.
    pub use_text: String,
    /// For how many days.
    pub days: u32,
    /// Until when, were it given now.
    pub until: String,
    /// How often the bank may read, in words.
    pub readings: String,
    /// The items by group.
    pub groups: Vec<ReadGroup>,
    /// How many items.
    pub count: usize,
    /// The items as a form sends them.
    pub items: String,
    /// Fields that are left out, by item.
    pub left_out: Vec<LeftOut>,
    /// The same as a form sends them.
    pub without: String,
    /// What is agreed to.
    pub text: ConsentText,
}

impl TermsView {
    /// What these terms say; nothing when no bank can be granted the purpose.
    pub fn new(
        v: &Visit,
        state: &PortalState,
        subject_name: &str,
        new: &NewGrant,
        now: Timestamp,
    ) -> Option<Self> {
        let lang = v.lang();
        let terms = purpose_terms(new.purpose)?;
        let items: Vec<&str> = new.items.iter().map(String::as_str).collect();
        let queries_max = new.queries_max.unwrap_or(terms.queries_default);
        let until = now + SignedDuration::from_hours(24 * i64::from(new.days));
        Some(Self {
            bank: v.pick(&new.bank_zh, &new.bank_en).to_owned(),
            purpose: new.purpose.text(lang),
            use_text: terms.use_text(lang).to_owned(),
            days: new.days,
            until: say::moment(until),
            readings: v
                .text()
                .with("consent-readings-max", &[("n", &queries_max), ("day", &terms.queries_day_max)]),
            groups: groups_where(v, &state.catalog, |item| new.items.contains(item)),
            count: items.len(),
            items: items.join(","),
            left_out: LeftOut::of(v, &state.catalog, &new.left_out),
            without: new.left_out.iter().map(String::as_str).collect::<Vec<_>>().join(","),
            text: jq_consent::consent_text(lang, &state.catalog, subject_name, new)?,
        })
    }
}
