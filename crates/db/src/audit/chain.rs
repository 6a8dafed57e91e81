//! How lines hang together: what is hashed, and how a commit continues the chain.

use jiff::Timestamp;
use jq_base::clock::date_of;
use jq_base::{json, sm3};
use serde_json::json;

use super::AuditLine;
use crate::row::Row;
use crate::session::Session;
use crate::{DbError, Query, sql};

/// The columns of a line as they are hashed and kept; texts are hashed as kept, so nothing is parsed twice.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stored {
    pub(super) day: String,
    pub(super) seq: i64,
    pub(super) at: Timestamp,
    pub(super) actor: String,
    pub(super) role: String,
    pub(super) institution: String,
    pub(super) action: String,
    pub(super) subject: Option<String>,
    pub(super) items: String,
    pub(super) purpose: Option<String>,
    pub(super) permit: Option<String>,
    pub(super) detail: String,
    pub(super) result_hash: Option<String>,
    pub(super) prev_hash: String,
}

/// All columns of `audit_line`, for `select`.
pub(super) const COLUMNS: &str = "day, seq, at, actor, role, institution, action, subject, items, purpose, permit, \
                                  detail, result_hash, prev_hash, hash";

impl Stored {
    pub(super) fn read(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            day: row.text("day")?,
            seq: row.int("seq")?,
            at: row.instant("at")?,
            actor: row.text("actor")?,
            role: row.text("role")?,
            institution: row.text("institution")?,
            action: row.text("action")?,
            subject: row.opt_text("subject")?,
            items: row.text("items")?,
            purpose: row.opt_text("purpose")?,
            permit: row.opt_text("permit")?,
            detail: row.text("detail")?,
            result_hash: row.opt_text("result_hash")?,
            prev_hash: row.text("prev_hash")?,
        })
    }

    /// The SM3 hash over the line's canonical JSON, the hash of the line before included.
    pub(super) fn hash(&self) -> String {
        hash_of(&json!({
            "day": self.day,
            "seq": self.seq,
            "at": self.at.as_microsecond(),
            "actor": self.actor,
            "role": self.role,
            "institution": self.institution,
            "action": self.action,
            "subject": self.subject,
            "items": self.items,
            "purpose": self.purpose,
            "permit": self.permit,
            "detail": self.detail,
            "result_hash": self.result_hash,
            "prev_hash": self.prev_hash,
        }))
    }

    fn insert(self, hash: &str) -> Query {
        sql("insert into audit_line (day, seq, at, actor, role, institution, action, subject, items, purpose,
                permit, detail, result_hash, prev_hash, hash)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)")
        .bind(self.day)
        .bind(self.seq)
        .bind(self.at)
        .bind(self.actor)
        .bind(self.role)
        .bind(self.institution)
        .bind(self.action)
        .bind(self.subject)
        .bind(self.items)
        .bind(self.purpose)
        .bind(self.permit)
        .bind(self.detail)
        .bind(self.result_hash)
        .bind(self.prev_hash)
        .bind(hash)
    }
}

/// How far a day's chain has come.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Head {
    pub(super) day: String,
    pub(super) line_count: i64,
    pub(super) hash: String,
}

impl Head {
    pub(super) fn read(row: &Row) -> Result<Self, DbError> {
        Ok(Self { day: row.text("day")?, line_count: row.int("line_count")?, hash: row.text("hash")? })
    }

    /// The start of `day`: it hangs on the end of the day before, so that a whole day cannot be taken out.
    pub(super) fn opening(day: &str, before: Option<&Self>) -> Self {
        let hash = hash_of(&json!({
            "day": day,
            "before": before.map(|head| json!({
                "day": head.day, "line_count": head.line_count, "hash": head.hash,
            })),
        }));
        Self { day: day.to_owned(), line_count: 0, hash }
    }
}

/// Writes the lines of one commit. The caller holds the commit lock.
///
/// A line belongs to the day of its commit, or to the newest day on record when the clock stands before that:
/// a day that was followed by another is never added to.
pub(crate) async fn write(
    session: &mut Session,
    lines: Vec<AuditLine>,
    now: Timestamp,
) -> Result<(), DbError> {
    if lines.is_empty() {
        return Ok(());
    }
    let newest = sql("select day, line_count, hash from audit_head order by day desc limit 1");
    let newest = session.fetch_all(newest).await?.first().map(Head::read).transpose()?;
    let today = date_of(now).to_string();
    let mut head = match newest {
        Some(newest) if newest.day >= today => newest,
        before => {
            let opening = Head::opening(&today, before.as_ref());
            session.execute(head_insert(&opening)).await?;
            opening
        }
    };
    for line in lines {
        let stored = store(line, &head, now);
        let hash = stored.hash();
        head.line_count = stored.seq;
        session.execute(stored.insert(&hash)).await?;
        head.hash = hash;
    }
    session.execute(head_update(&head)).await?;
    Ok(())
}

fn store(line: AuditLine, head: &Head, now: Timestamp) -> Stored {
    Stored {
        day: head.day.clone(),
        seq: head.line_count + 1,
        at: now,
        actor: line.actor,
        role: line.role,
        institution: line.institution,
        action: line.action,
        subject: line.subject,
        items: canonical(&json!(line.items)),
        purpose: line.purpose,
        permit: line.permit,
        detail: canonical(&line.detail),
        result_hash: line.result_hash,
        prev_hash: head.hash.clone(),
    }
}

fn head_insert(head: &Head) -> Query {
    sql("insert into audit_head (day, line_count, hash) values ($1, $2, $3)")
        .bind(&head.day)
        .bind(head.line_count)
        .bind(&head.hash)
}

fn head_update(head: &Head) -> Query {
    sql("update audit_head set line_count = $2, hash = $3 where day = $1")
        .bind(&head.day)
        .bind(head.line_count)
        .bind(&head.hash)
}

fn canonical(value: &serde_json::Value) -> String {
    json::canonical(value).expect("a JSON value has a canonical form")
}

fn hash_of(value: &serde_json::Value) -> String {
    sm3::hex(canonical(value).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_hash_covers_every_column() {
        let head = Head::opening("2026-11-10", None);
        let line = AuditLine::new("officer@bank01", "officer", "report.read")
            .institution("bank01")
            .subject("91500102MAC8YUW23Y")
            .items(["tax_payment"])
            .permit("pre_loan", "p1")
            .result_hash("00");
        let kept = store(line, &head, Timestamp::UNIX_EPOCH);
        let hash = kept.hash();
        assert_eq!(hash.len(), 64);
        let changes: [fn(&mut Stored); 13] = [
            |kept| kept.day.push('x'),
            |kept| kept.seq += 1,
            |kept| kept.at = Timestamp::MAX,
            |kept| kept.actor.push('x'),
            |kept| kept.role.push('x'),
            |kept| kept.institution.push('x'),
            |kept| kept.action.push('x'),
            |kept| kept.subject = None,
            |kept| kept.items.push('x'),
            |kept| kept.purpose = None,
            |kept| kept.permit = None,
            |kept| kept.detail.push('x'),
            |kept| kept.result_hash = None,
        ];
        for change in changes {
            let mut touched = kept.clone();
            change(&mut touched);
            assert_ne!(touched.hash(), hash);
        }
        let mut moved = kept.clone();
        moved.prev_hash = Head::opening("2026-11-10", Some(&head)).hash;
        assert_ne!(moved.hash(), hash);
    }
}
