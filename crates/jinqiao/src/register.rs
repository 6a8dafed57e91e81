//! Batches of the register change who speaks for a firm: what a former legal representative gave stands still, who is
//! struck off is closed, and a new listing makes the firm look again at what it allows.

use std::collections::BTreeSet;

use anyhow::Context;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use jq_base::clock;
use jq_base::ids::SubjectKey;
use jq_consent::SuspensionWhy;
use jq_db::Tx;
use jq_db::audit::AuditLine;
use jq_db::outbox::Delivery;
use jq_identity::firm::{self, PresentRep};
use jq_jobs::{Failure, Worker};
use jq_lake::Row;

use crate::app::App;

const COMMITTED: &str = "ingest.batch.committed";
const REGISTER: &str = "ent_registration";
const CHANGES: &str = "ent_change";
const LISTED: &str = "abnormal_operation";
/// The states of a firm that is no more.
pub(crate) const CLOSED: [&str; 3] = ["deregistered", "cancelled", "revoked"];
/// Whose word it is.
const BY: &str = "register";

/// Has a worker look at every batch that came into the lake.
pub(crate) fn attend(worker: Worker, app: &App) -> Worker {
    let app = app.clone();
    worker.consume("consent.register", [COMMITTED], move |delivery| {
        let app = app.clone();
        async move { look(&app, &delivery).await.map_err(Failure::passing) }
    })
}

/// What a batch of this item can mean to a firm's consents.
fn question(item: &str, batch: &str) -> Option<String> {
    let narrowed = match item {
        REGISTER => "",
        CHANGES => " and change_item = 'legal_rep'",
        // A later version of a listing is no new listing.
        LISTED => " and removed_on is null and version = 1",
        _ => return None,
    };
    let batch = batch.replace('\'', "''");
    Some(format!(
        "select distinct subject_key from {item}_all where batch_id = '{batch}' and op <> 'withdraw'{narrowed}"
    ))
}

async fn look(app: &App, delivery: &Delivery) -> anyhow::Result<()> {
    let event = &delivery.event;
    let word = |name: &str| event.payload[name].as_str().unwrap_or_default();
    let (item, batch) = (word("item"), word("batch"));
    let Some(question) = question(item, batch) else { return Ok(()) };
    let watched = jq_consent::list_subjects_watched(&app.db, app.clock.now()).await?;
    if watched.is_empty() {
        return Ok(());
    }
    let rows = app.lake.sql(&question).await.context("read which firms a batch of the register is about")?;
    let subjects = rows.iter().filter_map(|row| SubjectKey::parse(&row.text("subject_key")?).ok());
    let touched: BTreeSet<SubjectKey> = subjects.filter(|subject| watched.contains(subject)).collect();
    if touched.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    let detail = serde_json::json!({ "batch": batch, "firms": touched.len() });
    tx.audit(AuditLine::new("system", "system", "consent.register_compared").items([item]).detail(detail));
    tx.commit().await?;
    for subject in &touched {
        if item == LISTED {
            let mut tx = app.db.begin().await?;
            let (now, why) = (tx.now(), SuspensionWhy::AbnormalListing);
            jq_consent::suspend_until(&mut tx, subject, why, event.emitted_at, BY, now).await?;
            tx.commit().await?;
        } else {
            compare(app, subject, item, event.emitted_at).await?;
        }
    }
    Ok(())
}

/// Compares who is known to speak for a firm with what the register says now.
async fn compare(app: &App, subject: &SubjectKey, item: &str, arrived: Timestamp) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    let now = tx.now();
    let items = [REGISTER, CHANGES];
    let permit = jq_consent::permit_platform(&mut tx, &app.catalog, subject, &items, now).await?;
    tx.commit().await?;
    let register = app.lake.read_subject(&permit, REGISTER).await?;
    let Some(entry) = register.first() else { return Ok(()) };
    let changes = app.lake.read_subject(&permit, CHANGES).await?;
    let change = changes
        .iter()
        .filter(|row| row.text("change_item").as_deref() == Some("legal_rep"))
        .filter_map(|row| Some((row.date("change_date")?, row.text("after_text").unwrap_or_default())))
        .max();
    let text = |name: &str| entry.text(name).unwrap_or_default();
    let present = PresentRep { name: text("legal_rep_name"), id_hash: text("legal_rep_id_hash") };
    let mut tx = app.db.begin().await?;
    match change {
        // The register has not caught up with the change: whom it names may be the former one.
        Some((day, after)) if item == CHANGES && !after.contains(&present.name) => {
            let known_at = end_of(day).min(arrived);
            firm::part_with_former(&mut tx, subject, None, known_at, now).await?;
        }
        _ => {
            firm::part_with_former(&mut tx, subject, Some(&present), arrived, now).await?;
        }
    }
    jq_consent::suspend_of_former(&mut tx, subject, BY, now).await?;
    note_status(&mut tx, subject, entry, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Closes a firm that is no more, and opens one that the register had closed and has again.
async fn note_status(tx: &mut Tx, subject: &SubjectKey, entry: &Row, now: Timestamp) -> anyhow::Result<()> {
    let status = entry.text("status").unwrap_or_default();
    if CLOSED.contains(&status.as_str()) {
        jq_consent::close_subject(tx, subject, &status, BY, now).await?;
    } else {
        jq_consent::open_subject(tx, subject, BY).await?;
    }
    Ok(())
}

/// The end of a Beijing day.
fn end_of(day: Date) -> Timestamp {
    day.checked_add(1.day()).ok().and_then(clock::start_of).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_three_items_say_who_speaks_for_a_firm() {
        assert!(question("tax_payment", "b-1").is_none());
        for item in [REGISTER, CHANGES, LISTED] {
            assert!(question(item, "b-1").unwrap().contains("batch_id = 'b-1'"), "{item}");
        }
        assert!(question(REGISTER, "b'; x").unwrap().contains("'b''; x'"), "a name is a name");
    }

    #[test]
    fn a_day_ends_at_midnight_in_beijing() {
        let day: Date = "2026-11-10".parse().unwrap();
        assert_eq!(end_of(day).to_string(), "2026-11-10T16:00:00Z");
    }
}
