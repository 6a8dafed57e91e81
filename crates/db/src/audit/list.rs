//! Looking lines up: who has read about me, what did this officer do.

use jiff::Timestamp;
use jq_base::clock::date_of;

use super::chain::{COLUMNS, Stored};
use crate::row::Row;
use crate::{Bound, Db, DbError, IntoBound, sql_built};

/// A line as it was kept, with its place in the chain.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Kept {
    /// The Beijing day of the chain.
    pub day: String,
    /// The place in the day, from 1.
    pub seq: i64,
    /// When it was committed.
    pub at: Timestamp,
    /// The account that acted.
    pub actor: String,
    /// In which role.
    pub role: String,
    /// For which institution.
    pub institution: String,
    /// What was done.
    pub action: String,
    /// About whom or what.
    pub subject: Option<String>,
    /// Which items were read.
    pub items: Vec<String>,
    /// For which purpose.
    pub purpose: Option<String>,
    /// Under which permit.
    pub permit: Option<String>,
    /// What else belongs to the act.
    pub detail: serde_json::Value,
    /// The SM3 hash of what was given out.
    pub result_hash: Option<String>,
    /// The line's own hash.
    pub hash: String,
}

impl Kept {
    fn read(row: &Row) -> Result<Self, DbError> {
        let line = Stored::read(row)?;
        Ok(Self {
            day: line.day,
            seq: line.seq,
            at: line.at,
            actor: line.actor,
            role: line.role,
            institution: line.institution,
            action: line.action,
            subject: line.subject,
            items: row.json("items")?,
            purpose: line.purpose,
            permit: line.permit,
            detail: row.json("detail")?,
            result_hash: line.result_hash,
            hash: row.text("hash")?,
        })
    }
}

/// Which lines to show; nothing set shows all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only lines about this subject.
    pub subject: Option<String>,
    /// Only what this account did.
    pub actor: Option<String>,
    /// Only acts of this institution.
    pub institution: Option<String>,
    /// Only this action.
    pub action: Option<String>,
    /// Only what was done for this purpose.
    pub purpose: Option<String>,
    /// Only what was committed from then on.
    pub from: Option<Timestamp>,
    /// Only what was committed before then.
    pub to: Option<Timestamp>,
    /// Only what was done under a permit.
    pub with_permit: bool,
    /// Only lines before this place, to go on to an older page.
    pub before: Option<(String, i64)>,
}

/// The newest lines that fit, at most `limit`.
pub async fn list(db: &Db, filter: &Filter, limit: u32) -> Result<Vec<Kept>, DbError> {
    let mut conditions = vec!["1 = 1".to_owned()];
    let mut values: Vec<Bound> = Vec::new();
    let mut ask = |condition: &str, value: Bound| {
        values.push(value);
        conditions.push(format!("{condition} ${}", values.len()));
    };
    let texts = [
        ("subject =", &filter.subject),
        ("actor =", &filter.actor),
        ("institution =", &filter.institution),
        ("action =", &filter.action),
        ("purpose =", &filter.purpose),
    ];
    for (condition, wanted) in texts {
        if let Some(wanted) = wanted {
            ask(condition, wanted.into_bound());
        }
    }
    if let Some(from) = filter.from {
        ask("at >=", from.into_bound());
        // A line's day is never before that of its commit; this is what the lines are sorted by.
        ask("day >=", date_of(from).into_bound());
    }
    if let Some(to) = filter.to {
        ask("at <", to.into_bound());
    }
    if filter.with_permit {
        conditions.push("permit is not null".to_owned());
    }
    if let Some((day, seq)) = &filter.before {
        values.push(day.into_bound());
        values.push((*seq).into_bound());
        conditions.push(format!("(day, seq) < (${}, ${})", values.len() - 1, values.len()));
    }
    let text = format!(
        "select {COLUMNS} from audit_line where {} order by day desc, seq desc limit ${}",
        conditions.join(" and "),
        values.len() + 1,
    );
    let query = sql_built(text).bind_all(values).bind(limit);
    db.fetch_all(query).await?.iter().map(Kept::read).collect()
}
