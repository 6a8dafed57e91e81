//! A bank wants to read: the one place that says yes or no, and keeps both.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jq_base::clock;
use jq_base::ids::{BankId, ConsentId, OrderId, PermitId, SubjectKey};
use jq_base::permit::{Permit, Purpose};
use jq_catalog::Catalog;
use jq_db::Tx;
use jq_db::audit::AuditLine;

use super::decide::{Ask, decide, decide_named};
use super::denial::{Denial, DenialKind};
use super::service::{Asked, ByBank, ISSUED, issue_by};
use super::{announce, officer, policy, store};
use crate::ConsentError;
use crate::content::purposes::purpose_terms;
use crate::emergency::service::take_emergency;
use crate::grant::model::Grant;
use crate::grant::store::{count_query, find_grant_in, list_for_decision, uncount_query};

/// The action on the audit line of a reading that was refused.
const REFUSED: &str = "consent.permit_refused";

/// How often a consent that was changed at the same moment is looked for again; after that the answer is no.
const TRIES_MAX: u32 = 3;

/// The role of a program; everybody else of a bank is a person.
const PROGRAM: &str = "client";

/// The roles of a bank that read: whoever prepares a decision and whoever makes it, and its programs.
const READING: [&str; 3] = ["officer", "approver", PROGRAM];

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

    /// True for a role that reads records at all.
    fn reads(&self) -> bool {
        READING.contains(&self.role)
    }
}

/// What a bank wants to read.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// Whose records.
    pub subject: &'a SubjectKey,
    /// Which items.
    pub items: &'a [&'a str],
    /// Fields of these items without which the reading is of no use, each as `item.field`.
    pub fields: &'a [&'a str],
    /// What for.
    pub purpose: Purpose,
    /// For which order.
    pub order: Option<&'a OrderId>,
    /// Under which consent, where the bank names one; else any of its consents will do.
    pub consent: Option<&'a ConsentId>,
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
    let reading = Reading { subject, items, fields: &[], purpose, order, consent: None };
    permit_reading(tx, catalog, reader, reading, now).await
}

/// The same, for certain fields and under a certain consent.
///
/// Who of the bank does not read, such as an administrator, is told so (`other_reader`) where a consent of the bank
/// would allow it: the own bank may know of it. Of another bank's consent it is said only to whoever names that consent
/// and its subject.
pub async fn permit_reading(
    tx: &mut Tx,
    catalog: &Catalog,
    reader: BankReader<'_>,
    reading: Reading<'_>,
    now: Timestamp,
) -> Result<Permit, ConsentError> {
    let items = policy::known_items(catalog, reading.items)?;
    let fields = policy::known_fields(catalog, &items, reading.fields)?;
    let Reading { subject, purpose, order, consent, .. } = reading;
    let ask = Ask { subject, items: &items, fields: &fields, purpose, order, consent, now };
    match take_reading(tx, reader, &ask).await? {
        Ok(grant) => allow(tx, catalog, reader, &grant, items, now).await,
        Err(denial) => match take_emergency(tx, reader, &ask, &denial).await? {
            Some(basis) => allow_emergency(tx, catalog, reader, &ask, &basis).await,
            None => refuse(tx, reader, &ask, denial).await,
        },
    }
}

/// What a bank read before.
#[derive(Clone, Copy, Debug)]
pub struct ReadBefore<'a> {
    /// Whose records.
    pub subject: &'a SubjectKey,
    /// Which items.
    pub items: &'a BTreeSet<String>,
    /// What for.
    pub purpose: Purpose,
    /// Under which permit.
    pub permit: &'a PermitId,
}

/// Why what a bank read before may not be handed out to it any more, judged by the consents of this moment; nothing when
/// it may. Nothing new is read by it, so no reading is counted and none has to be left. A field that was open when it was
/// read and is left out of the consent by now closes all of it.
pub async fn withheld_from_bank(
    tx: &mut Tx,
    bank: &BankId,
    read: ReadBefore<'_>,
    now: Timestamp,
) -> Result<Option<DenialKind>, ConsentError> {
    let ReadBefore { subject, items, purpose, permit } = read;
    if store::is_closed(tx, subject).await? {
        return Ok(Some(DenialKind::SubjectClosed));
    }
    let (order, consent) = (None, None);
    let ask = Ask { subject, items, fields: &BTreeSet::new(), purpose, order, consent, now };
    let grants = list_for_decision(tx, subject, bank, now).await?;
    if let Err(denial) = decide(&grants, &ask)
        && !matches!(denial, Denial::QuotaUsed | Denial::DayQuotaUsed)
    {
        return Ok(Some(denial.kind()));
    }
    let before = match store::consent_of(tx, permit).await? {
        Some(id) => find_grant_in(tx, &id).await?.map(|grant| grant.left_out).unwrap_or_default(),
        None => BTreeSet::new(),
    };
    let holds = |grant: &&Grant| grant.purpose == purpose && grant.order.is_none() && grant.is_active(now);
    let covers = |grant: &&Grant| grant.covers(items.iter().map(String::as_str));
    let of_items = |field: &&String| field.split_once('.').is_some_and(|(item, _)| items.contains(item));
    let opens_as_much =
        |grant: &Grant| grant.left_out.iter().filter(of_items).all(|field| before.contains(field));
    let is_open = grants.iter().filter(holds).filter(covers).any(opens_as_much);
    Ok((!is_open).then_some(DenialKind::FieldNotGranted))
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
        let grants: Vec<Grant> = match ask.consent {
            Some(id) => find_grant_in(tx, id).await?.into_iter().collect(),
            None => list_for_decision(tx, ask.subject, reader.bank, ask.now).await?,
        };
        let decided = match ask.consent {
            Some(_) => decide_named(grants.first(), reader.bank, ask),
            None => decide(&grants, ask),
        };
        match decided {
            Err(denial) => return Ok(Err(denial)),
            Ok(_) if !reader.reads() => return Ok(Err(Denial::OtherReader)),
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
    let permit = permit.left_out_of(policy::items_of(&grant.left_out));
    if grant.day != clock::date_of(now).to_string() {
        announce::read(tx, reader, grant, permit.items().len(), now);
    }
    Ok(permit)
}

/// The permit of an emergency: as narrow as one by consent, and without the fields that a consent which holds leaves out.
async fn allow_emergency(
    tx: &mut Tx,
    catalog: &Catalog,
    reader: BankReader<'_>,
    ask: &Ask<'_>,
    basis: &str,
) -> Result<Permit, ConsentError> {
    let named = store::reader_name(reader.bank, reader.reader);
    let never = purpose_terms(ask.purpose).map(|terms| terms.withheld_of(ask.items)).unwrap_or_default();
    let grants = list_for_decision(tx, ask.subject, reader.bank, ask.now).await?;
    let holding = grants.into_iter().filter(|grant| grant.purpose == ask.purpose && grant.is_active(ask.now));
    let left_out: BTreeSet<String> = holding.flat_map(|grant| grant.left_out).collect();
    let withheld = policy::columns_of(catalog, never.union(&left_out));
    let (purpose, subject, items) = (ask.purpose, ask.subject, ask.items.clone());
    let asked = Asked { reader: &named, purpose, subject, items, withheld, basis };
    let by = ByBank { reader, consent: None };
    let permit = issue_by(tx, asked, Some(by), reader.line(ISSUED), ask.now).await?;
    Ok(permit.left_out_of(policy::items_of(&left_out)))
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
        assert!(reader("client").reads() && !reader("bank_admin").reads());
    }
}
