//! Whether a consent would let a bank read, asked ahead of a reading or after one: nothing is put on record, and no
//! reading is counted.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jq_base::ids::{BankId, OrderId, SubjectKey};
use jq_base::permit::Purpose;
use jq_db::{Db, DbError, Query, Row, Tx, sql_built};

use super::decide::{Ask, decide};
use super::{policy, store};
use crate::ConsentError;
use crate::grant::model::Grant;
use crate::grant::store::list_for_decision;

/// What a bank would read of whom, and what for.
#[derive(Clone, Copy, Debug)]
pub struct Covering<'a> {
    /// The bank.
    pub bank: &'a BankId,
    /// Whose records.
    pub subject: &'a SubjectKey,
    /// For which order.
    pub order: Option<&'a OrderId>,
    /// What for.
    pub purpose: Purpose,
}

/// Of each of these sets of items whether a consent of the subject lets the bank read all of it now, whole, with a reading
/// left: a set is not covered where the subject left a field of one of its items out. Whoever then reads asks for a permit.
pub async fn covers(
    tx: &mut Tx,
    about: Covering<'_>,
    asked: &[&BTreeSet<String>],
    now: Timestamp,
) -> Result<Vec<bool>, ConsentError> {
    let Covering { subject, order, purpose, .. } = about;
    let (grants, fields) = (standing(tx, about, now).await?, BTreeSet::new());
    let covered = asked.iter().map(|items| {
        let ask = Ask { subject, items, fields: &fields, purpose, order, consent: None, now };
        decide(&grants, &ask).is_ok_and(|grant| opens(grant, about, items, now))
    });
    Ok(covered.collect())
}

/// The same for what was read before: no reading has to be left.
pub async fn still_covers(
    tx: &mut Tx,
    about: Covering<'_>,
    items: &BTreeSet<String>,
    now: Timestamp,
) -> Result<bool, ConsentError> {
    Ok(standing(tx, about, now).await?.iter().any(|grant| opens(grant, about, items, now)))
}

/// Which of these subjects have a consent for this purpose that stands, and with which bank: where there is none, nobody
/// need ask further.
pub async fn list_consented(
    db: &Db,
    subjects: &[SubjectKey],
    purpose: Purpose,
    now: Timestamp,
) -> Result<BTreeSet<(SubjectKey, BankId)>, DbError> {
    if subjects.is_empty() {
        return Ok(BTreeSet::new());
    }
    let query = sql_built(format!(
        "select distinct subject_key, bank_id from consent_grant
         where purpose = $1 and withdrawn_at is null and superseded_at is null and suspended_at is null
           and valid_from <= $2 and valid_to > $2 and subject_key in ({})",
        Query::next_places(3, subjects.len())
    ));
    let query = query.bind(purpose.code()).bind(now).bind_all(subjects.iter().map(SubjectKey::as_str));
    let read = |row: &Row| Ok((row.parsed("subject_key")?, row.parsed("bank_id")?));
    db.fetch_all(query).await?.iter().map(read).collect()
}

/// What the subject granted the bank and did not replace; nothing of one that is closed.
async fn standing(tx: &mut Tx, about: Covering<'_>, now: Timestamp) -> Result<Vec<Grant>, ConsentError> {
    if store::is_closed(tx, about.subject).await? {
        return Ok(Vec::new());
    }
    Ok(list_for_decision(tx, about.subject, about.bank, now).await?)
}

/// Whether the consent holds, for this purpose and order, and opens all of these items with all of their fields but those
/// that the purpose closes whatever is granted.
fn opens(grant: &Grant, about: Covering<'_>, items: &BTreeSet<String>, now: Timestamp) -> bool {
    grant.is_active(now)
        && grant.purpose == about.purpose
        && (grant.order.is_none() || grant.order.as_ref() == about.order)
        && grant.covers(items.iter().map(String::as_str))
        && policy::items_of(&grant.left_out).is_disjoint(items)
}
