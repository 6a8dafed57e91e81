//! A bank wants to read: the one place that says yes or no, and keeps both.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jq_base::clock;
use jq_base::ids::{BankId, OrderId, SubjectKey};
use jq_base::permit::{Permit, Purpose};
use jq_catalog::Catalog;
use jq_db::Tx;
use jq_db::audit::AuditLine;

use super::decide::{Ask, decide};
use super::denial::{Denial, DenialKind};
use super::service::{Asked, ByBank, ISSUED, issue_by};
use super::{announce, officer, policy, store};
use crate::ConsentError;
use crate::content::purposes::purpose_terms;
use crate::emergency::service::take_emergency;
use crate::grant::model::Grant;
use crate::grant::store::{count_query, list_for_decision, uncount_query};

/// The action on the audit line of a reading that was refused.
const REFUSED: &str = "consent.permit_refused";

/// How often a consent that was changed at the same moment is looked for again; after that the answer is no.
const TRIES_MAX: u32 = 3;

/// The role of a program; everybody else of a bank is a person.
const PROGRAM: &str = "client";

/// Who of a bank reads.
#[derive(Clone, Copy, Debug)]
pub struct BankReader<'a> {
    /// The bank.
    pub bank: &'a BankId,
    /// The officer's login, such as `officer@bank01`, or the program's client id.
    pub reader: &'a str,
    /// In which role, such as `officer` or `client`.
    pub role: &'a str,
}

impl BankReader<'_> {
    /// An audit line for what this reader does.
    pub(crate) fn line(&self, action: &str) -> AuditLine {
        AuditLine::new(self.reader, self.role, action).institution(self.bank.as_str())
    }

    /// True for a person: the readings of one are limited by the day.
    pub(crate) fn is_person(&self) -> bool {
        self.role != PROGRAM
    }
}

/// A permit for a bank to read these items of this subject now, when a consent of the subject allows it, and a
/// reading is counted. Otherwise [`ConsentError::Denied`].
///
/// Both answers are put on record in the transaction, as an audit line and as a look that the subject sees:
/// **the caller commits it in either case**. Emits `consent.read` or `consent.read_refused` for the first of a bank
/// on a day.
#[expect(clippy::too_many_arguments, reason = "each has its own type, and none may be left out of a permit")]
pub async fn permit_bank(
    tx: &mut Tx,
    catalog: &Catalog,
    reader: BankReader<'_>,
    subject: &SubjectKey,
    items: &[&str],
    purpose: Purpose,
    order: Option<&OrderId>,
    now: Timestamp,
) -> Result<Permit, ConsentError> {
    let items = policy::known_items(catalog, items)?;
    let ask = Ask { subject, items: &items, purpose, order, now };
    match take_reading(tx, reader, &ask).await? {
        Ok(grant) => allow(tx, catalog, reader, &grant, items, now).await,
        Err(denial) => match take_emergency(tx, reader, &ask, &denial).await? {
            Some(basis) => allow_emergency(tx, catalog, reader, &ask, &basis).await,
            None => refuse(tx, reader, &ask, denial).await,
        },
    }
}

/// Why what a bank read before may not be handed out to it any more, judged by the consents of this moment; nothing when
/// it may. Nothing new is read by it, so no reading is counted and none has to be left.
pub async fn withheld_from_bank(
    tx: &mut Tx,
    bank: &BankId,
    subject: &SubjectKey,
    items: &BTreeSet<String>,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<DenialKind>, ConsentError> {
    if store::is_closed(tx, subject).await? {
        return Ok(Some(DenialKind::SubjectClosed));
    }
    let ask = Ask { subject, items, purpose, order: None, now };
    let grants = list_for_decision(tx, subject, bank, now).await?;
    Ok(match decide(&grants, &ask) {
        Ok(_) | Err(Denial::QuotaUsed | Denial::DayQuotaUsed) => None,
        Err(denial) => Some(denial.kind()),
    })
}

/// The consent under which one reading was counted, or why there is none.
async fn take_reading(
    tx: &mut Tx,
    reader: BankReader<'_>,
    ask: &Ask<'_>,
) -> Result<Result<Grant, Denial>, ConsentError> {
    if store::is_closed(tx, ask.subject).await? {
        return Ok(Err(Denial::SubjectClosed));
    }
    for _ in 0..TRIES_MAX {
        let grants = list_for_decision(tx, ask.subject, reader.bank, ask.now).await?;
        match decide(&grants, ask) {
            Err(denial) => return Ok(Err(denial)),
            Ok(grant) => {
                if count_query(tx, &grant.consent_id, ask.now).await? {
                    if officer::count(tx, reader, ask.now).await? {
                        return Ok(Ok(grant.clone()));
                    }
                    uncount_query(tx, &grant.consent_id).await?;
                    return Ok(Err(Denial::OfficerQuotaUsed));
                }
            }
        }
    }
    Ok(Err(Denial::NoConsent))
}

/// The permit over what was asked for, without the fields that the consent leaves closed or that its purpose has
/// closed since.
async fn allow(
    tx: &mut Tx,
    catalog: &Catalog,
    reader: BankReader<'_>,
    grant: &Grant,
    items: BTreeSet<String>,
    now: Timestamp,
) -> Result<Permit, ConsentError> {
    let basis = format!("consent:{}", grant.consent_id);
    let named = store::reader_name(reader.bank, reader.reader);
    let never = purpose_terms(grant.purpose).map(|terms| terms.withheld_of(&items)).unwrap_or_default();
    let withheld = policy::columns_of(catalog, grant.withheld.union(&never));
    let (purpose, subject) = (grant.purpose, &grant.subject);
    let asked = Asked { reader: &named, purpose, subject, items, withheld, basis: &basis };
    let by = ByBank { reader, consent: Some(&grant.consent_id) };
    let permit = issue_by(tx, asked, Some(by), reader.line(ISSUED), now).await?;
    if grant.day != clock::date_of(now).to_string() {
        announce::read(tx, reader, grant, permit.items().len(), now);
    }
    Ok(permit)
}

/// The permit of an emergency: as narrow as one by consent.
async fn allow_emergency(
    tx: &mut Tx,
    catalog: &Catalog,
    reader: BankReader<'_>,
    ask: &Ask<'_>,
    basis: &str,
) -> Result<Permit, ConsentError> {
    let named = store::reader_name(reader.bank, reader.reader);
    let never = purpose_terms(ask.purpose).map(|terms| terms.withheld_of(ask.items)).unwrap_or_default();
    let withheld = policy::columns_of(catalog, &never);
    let (purpose, subject, items) = (ask.purpose, ask.subject, ask.items.clone());
    let asked = Asked { reader: &named, purpose, subject, items, withheld, basis };
    issue_by(tx, asked, Some(ByBank { reader, consent: None }), reader.line(ISSUED), ask.now).await
}

async fn refuse(
    tx: &mut Tx,
    reader: BankReader<'_>,
    ask: &Ask<'_>,
    denial: Denial,
) -> Result<Permit, ConsentError> {
    announce::refused(tx, reader, ask, denial.kind()).await?;
    store::insert_refused(tx, reader, ask, denial.kind()).await?;
    let detail = serde_json::json!({ "denial": denial.code(), "order": ask.order });
    let mut line = reader.line(REFUSED).subject(ask.subject.as_str()).items(ask.items.iter().cloned());
    line.purpose = Some(ask.purpose.code().to_owned());
    tx.audit(line.detail(detail));
    Err(ConsentError::Denied(denial))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_no_person() {
        let bank = BankId::parse("bank01").unwrap();
        let reader = |role| BankReader { bank: &bank, reader: "x", role };
        assert!(reader("officer").is_person() && !reader("client").is_person());
    }
}
