//! Stop notices: a bank is told that it must not read any longer, and says that it has taken note; the firm sees who has
//! not. The notice only tells: reading stops with the withdrawal itself, whether the bank has taken note or not.

pub(crate) mod store;

use std::str::FromStr;

use jiff::Timestamp;
use jq_base::ids::{BankId, ConsentId, StopNoticeId, SubjectKey};
use jq_base::lang::Lang;
use jq_db::outbox::Event;
use jq_db::{DbError, Tx};
use serde_json::json;

use crate::grant::model::Grant;
use crate::grant::suspension::SuspensionWhy;
use crate::{BankReader, ConsentError};

pub use store::{find_stop_notice, list_stop_notices, list_stop_notices_about, list_stop_notices_of};

/// Why a bank must stop (停止查询原因).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StopWhy {
    /// The subject took its consent back.
    Withdrawn,
    /// The consent stands still.
    Suspended(SuspensionWhy),
}

impl StopWhy {
    /// Every reason.
    pub const ALL: [Self; 4] = [
        Self::Withdrawn,
        Self::Suspended(SuspensionWhy::LegalRepChanged),
        Self::Suspended(SuspensionWhy::AbnormalListing),
        Self::Suspended(SuspensionWhy::Deregistered),
    ];

    /// The word kept in the table and used by the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::Suspended(why) => why.code(),
        }
    }

    /// What a person reads.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::Withdrawn => lang.pick("该主体撤回授权", "the subject withdrew its consent"),
            Self::Suspended(why) => why.text(lang),
        }
    }
}

impl From<SuspensionWhy> for StopWhy {
    fn from(why: SuspensionWhy) -> Self {
        Self::Suspended(why)
    }
}

impl FromStr for StopWhy {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|why| why.code() == text).ok_or(())
    }
}

/// A stop notice (停止查询通知).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StopNotice {
    /// Its number.
    pub notice_id: StopNoticeId,
    /// The consent that opens nothing any more.
    pub consent_id: ConsentId,
    /// Whose records.
    pub subject: SubjectKey,
    /// The subject's name when it consented.
    pub subject_name: String,
    /// The bank that must stop.
    pub bank: BankId,
    /// Why.
    pub why: StopWhy,
    /// When it was sent: the moment from which no reading is allowed.
    pub sent_at: Timestamp,
    /// When the bank took note.
    pub acknowledged_at: Option<Timestamp>,
    /// Who of the bank did.
    pub acknowledged_by: Option<String>,
}

/// Sends a notice in the transaction that ends the consent or brings it to a stand.
pub(crate) async fn send(
    tx: &mut Tx,
    grant: &Grant,
    why: StopWhy,
    now: Timestamp,
) -> Result<StopNoticeId, DbError> {
    let notice_id: StopNoticeId = jq_db::fresh_id(now);
    store::insert(tx, &notice_id, grant, why, now).await?;
    Ok(notice_id)
}

/// The bank has taken note. Saying it again changes nothing. Emits `consent.stop_acknowledged` the first time.
pub async fn acknowledge_stop(
    tx: &mut Tx,
    reader: BankReader<'_>,
    notice_id: &StopNoticeId,
    now: Timestamp,
) -> Result<StopNotice, ConsentError> {
    let own = |notice: &StopNotice| notice.bank == *reader.bank;
    let notice = store::find_in(tx, notice_id).await?.filter(own).ok_or(ConsentError::NotFound)?;
    if notice.acknowledged_at.is_some() || !store::acknowledge(tx, notice_id, reader.reader, now).await? {
        return store::find_in(tx, notice_id).await?.ok_or(ConsentError::NotFound);
    }
    let detail = json!({ "notice": notice_id, "consent": notice.consent_id, "why": notice.why.code() });
    tx.audit(reader.line("consent.stop_acknowledged").subject(notice.subject.as_str()).detail(detail));
    let payload = json!({
        "notice_id": notice_id, "consent_id": notice.consent_id, "subject": notice.subject,
        "subject_name": notice.subject_name, "bank": notice.bank, "why": notice.why.code(),
    });
    tx.emit(Event::new("consent.stop_acknowledged", notice.subject.as_str(), payload));
    let by = Some(reader.reader.to_owned());
    Ok(StopNotice { acknowledged_at: Some(now), acknowledged_by: by, ..notice })
}
