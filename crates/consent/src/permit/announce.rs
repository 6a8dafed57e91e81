//! The firm hears of looks: of a bank's first reading under a consent on a day, and of its first that was refused. Every
//! single one stands on the page of looks.

use jiff::Timestamp;
use jq_base::clock;
use jq_base::lang::Lang;
use jq_db::Tx;
use jq_db::outbox::Event;
use jq_identity::institution;
use serde_json::json;

use super::bank::BankReader;
use super::decide::Ask;
use super::denial::DenialKind;
use super::store;
use crate::ConsentError;
use crate::grant::model::Grant;
use crate::grant::service::payload;

/// Announces a reading.
pub(super) fn read(tx: &mut Tx, reader: BankReader<'_>, grant: &Grant, items: usize, now: Timestamp) {
    let mut told = payload(grant);
    told["items_count"] = items.into();
    told["reader_role"] = reader.role.into();
    told["at"] = now.to_string().into();
    tx.emit(Event::new("consent.read", grant.subject.as_str(), told));
}

/// Announces a reading that was refused, when it is the bank's first of the day about this subject.
pub(super) async fn refused(
    tx: &mut Tx,
    reader: BankReader<'_>,
    ask: &Ask<'_>,
    kind: DenialKind,
) -> Result<(), ConsentError> {
    let today = clock::start_of(clock::date_of(ask.now)).unwrap_or(ask.now);
    if store::was_refused_since(tx, ask.subject, reader.bank, today).await? {
        return Ok(());
    }
    let bank = institution::find_within(tx, reader.bank.as_str()).await?;
    let name = |lang| bank.as_ref().map_or(reader.bank.as_str(), |bank| bank.name(lang));
    let told = json!({
        "subject": ask.subject,
        "bank": reader.bank,
        "bank_zh": name(Lang::Zh),
        "bank_en": name(Lang::En),
        "purpose": ask.purpose.code(),
        "purpose_zh": ask.purpose.text(Lang::Zh),
        "purpose_en": ask.purpose.text(Lang::En),
        "items_count": ask.items.len(),
        "reader_role": reader.role,
        "denial": kind.code(),
        "at": ask.now.to_string(),
    });
    tx.emit(Event::new("consent.read_refused", ask.subject.as_str(), told));
    Ok(())
}
