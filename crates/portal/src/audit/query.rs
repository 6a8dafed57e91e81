//! What the audit administrator looks for, as it stands in the address.

use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};
use jq_base::clock;
use jq_db::audit::{AuditLine, Filter, Kept, list};
use jq_identity::StaffUser;
use serde::Deserialize;
use url::form_urlencoded;

use crate::refused::Refused;
use crate::state::PortalState;

/// The fields of the search.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SearchQuery {
    pub(super) actor: String,
    pub(super) institution: String,
    pub(super) subject: String,
    pub(super) action: String,
    pub(super) purpose: String,
    /// Beijing time to the minute, as a field for date and time sends it.
    pub(super) from: String,
    /// The last minute that is looked at.
    pub(super) to: String,
    /// The place before which the page begins, `2026-11-10.15`.
    pub(super) before: String,
    /// Something was looked for, if only everything.
    pub(super) search: String,
}

impl SearchQuery {
    /// The filter, or the name of the field that cannot be read.
    pub(super) fn filter(&self) -> Result<Filter, &'static str> {
        let word = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let from = instant(&self.from).map_err(|_| "from")?;
        let to = instant(&self.to).map_err(|_| "to")?;
        Ok(Filter {
            subject: word(&self.subject),
            actor: word(&self.actor),
            institution: word(&self.institution),
            action: word(&self.action),
            purpose: word(&self.purpose),
            from,
            // The minute that was typed is meant as a whole.
            to: to.and_then(|to| to.checked_add(SignedDuration::from_mins(1)).ok()),
            with_permit: false,
            before: place(&self.before),
        })
    }

    /// The address of `page` with the same search, and where it goes on.
    pub(super) fn address(&self, page: &str, before: Option<&Kept>) -> String {
        let mut words = form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.fields() {
            if !value.is_empty() {
                words.append_pair(name, value);
            }
        }
        if let Some(last) = before {
            words.append_pair("before", &format!("{}.{}", last.day, last.seq));
        }
        words.append_pair("search", "1");
        format!("{page}?{}", words.finish())
    }

    fn fields(&self) -> [(&'static str, &str); 7] {
        [
            ("actor", self.actor.trim()),
            ("institution", self.institution.trim()),
            ("subject", self.subject.trim()),
            ("action", self.action.trim()),
            ("purpose", self.purpose.trim()),
            ("from", self.from.trim()),
            ("to", self.to.trim()),
        ]
    }
}

/// The lines that fit, newest first, and the search put on record before anybody sees them.
pub(super) async fn look(
    state: &PortalState,
    user: &StaffUser,
    query: &SearchQuery,
    (filter, limit): (&Filter, u32),
    action: &str,
) -> Result<Vec<Kept>, Refused> {
    let found = list(&state.db, filter, limit).await?;
    let asked: serde_json::Map<String, serde_json::Value> = query
        .fields()
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    let line = AuditLine::new(user.login(), user.role().code(), action).institution(user.institution());
    let mut tx = state.db.begin().await?;
    tx.audit(line.detail(serde_json::json!({ "asked": asked, "lines": found.len() })));
    tx.commit().await?;
    Ok(found)
}

/// Beijing time as it was typed; nothing when nothing was.
fn instant(typed: &str) -> Result<Option<Timestamp>, jiff::Error> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    Ok(Some(typed.parse::<DateTime>()?.to_zoned(clock::zone())?.timestamp()))
}

fn place(before: &str) -> Option<(String, i64)> {
    let (day, seq) = before.rsplit_once('.')?;
    Some((day.to_owned(), seq.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_read_from_its_address() {
        let query = SearchQuery {
            actor: " officer@bank01 ".to_owned(),
            from: "2026-11-10T09:30".to_owned(),
            to: "2026-11-10T09:30".to_owned(),
            before: "2026-11-10.15".to_owned(),
            ..SearchQuery::default()
        };
        let filter = query.filter().unwrap();
        assert_eq!(filter.actor.as_deref(), Some("officer@bank01"));
        assert_eq!(filter.from.unwrap().to_string(), "2026-11-10T01:30:00Z");
        assert_eq!(filter.to.unwrap().to_string(), "2026-11-10T01:31:00Z", "the whole minute");
        assert_eq!(filter.before, Some(("2026-11-10".to_owned(), 15)));
        assert_eq!((filter.subject, filter.purpose), (None, None));
        let wrong = SearchQuery { from: "yesterday".to_owned(), ..SearchQuery::default() };
        assert_eq!(wrong.filter().unwrap_err(), "from");
        assert_eq!(
            query.address("/audit", None),
            "/audit?actor=officer%40bank01&from=2026-11-10T09%3A30&to=2026-11-10T09%3A30&search=1"
        );
    }
}
