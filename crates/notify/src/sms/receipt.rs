//! What carriers tell of messages (短信回执): believed only with a key, taken once each, in any order.
//!
//! A receipt may come before it is on record here that the message was handed over, twice, or after the message was
//! sent again. "Delivered" is a fact whenever it comes; "not delivered" counts for the round it is about.

use jiff::Timestamp;
use jq_base::ids::MessageId;
use jq_base::sm3;
use jq_db::Db;
use jq_db::audit::AuditLine;

use super::model::{SmsReason, SmsState};
use super::sender::SmsSender;
use super::{http, store, tencent};
use crate::NotifyError;

/// Characters a key has at least.
const KEY_MIN: usize = 16;

/// What receipts are known by.
#[derive(Clone)]
pub struct ReceiptKey(String);

impl ReceiptKey {
    /// A key; nothing when it has fewer than 16 characters.
    pub fn new(text: &str) -> Option<Self> {
        (text.chars().count() >= KEY_MIN).then(|| Self(text.to_owned()))
    }

    /// What a receipt about this round of a message shows. It opens nothing else.
    pub fn token(&self, message: &MessageId, round: u32) -> String {
        self.hash(&format!("sms-receipt|{message}.{round}"))
    }

    /// Whether the receipt of a carrier that is given the key itself shows it.
    fn is(&self, shown: &str) -> bool {
        self.same(shown, &self.0)
    }

    /// Hashes are compared, so that the time it takes tells nothing about what would have been right.
    fn same(&self, shown: &str, right: &str) -> bool {
        self.hash(shown) == self.hash(right)
    }

    fn hash(&self, text: &str) -> String {
        sm3::keyed_hex(self.0.as_bytes(), text.as_bytes())
    }
}

impl std::fmt::Debug for ReceiptKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ReceiptKey(**)")
    }
}

/// What became of a message, as its carrier says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It waits at the carrier.
    OnItsWay,
    /// The phone has it.
    Delivered,
    /// The phone never got it.
    Undelivered,
}

impl Told {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::OnItsWay => "on_its_way",
            Self::Delivered => "delivered",
            Self::Undelivered => "undelivered",
        }
    }

    /// Kannel's status: one bit of what its receipts are asked for.
    pub fn of_kannel(status: u32) -> Option<Self> {
        match status {
            1 => Some(Self::Delivered),
            2 | 16 => Some(Self::Undelivered),
            4 | 8 => Some(Self::OnItsWay),
            _ => None,
        }
    }
}

/// What a carrier said about one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// What became of it.
    pub told: Told,
    /// The carrier's own words.
    pub words: String,
}

/// What was done with a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is on record.
    New,
    /// It was on record before.
    Again,
    /// It shows no key, or the wrong one.
    NotBelieved,
    /// It is about no message that is known.
    NoMessage,
}

impl SmsSender {
    /// Takes a receipt about a round of a message that shows its token.
    pub async fn receive(
        &self,
        message: &MessageId,
        round: u32,
        token: &str,
        receipt: &Receipt,
    ) -> Result<Taken, NotifyError> {
        match &self.carrier().receipts {
            Some(key) if key.same(token, &key.token(message, round)) => {
                take(self.db(), message, round, receipt).await
            }
            _ => Ok(Taken::NotBelieved),
        }
    }

    /// Takes a receipt of the cloud vendor, who shows the key itself and names the message by a number of its own.
    pub async fn receive_named(
        &self,
        carrier_ref: &str,
        key: &str,
        receipt: &Receipt,
    ) -> Result<Taken, NotifyError> {
        if !self.believes(key) {
            return Ok(Taken::NotBelieved);
        }
        match store::find_by_ref(self.db(), tencent::NAME, carrier_ref).await? {
            Some((message, round)) => take(self.db(), &message, round, receipt).await,
            None => Ok(Taken::NoMessage),
        }
    }

    /// Whether this is the key that carriers were given.
    pub fn believes(&self, key: &str) -> bool {
        self.carrier().receipts.as_ref().is_some_and(|own| own.is(key))
    }
}

async fn take(db: &Db, message: &MessageId, round: u32, receipt: &Receipt) -> Result<Taken, NotifyError> {
    let mut tx = db.begin().await?;
    let now: Timestamp = tx.now();
    let Some(found) = store::find(&mut tx, message).await? else { return Ok(Taken::NoMessage) };
    if round == 0 || round > found.round {
        return Ok(Taken::NoMessage);
    }
    let words = http::kept(&receipt.words);
    if !store::note_receipt(&mut tx, message, round, receipt.told.code(), &words, now).await? {
        return Ok(Taken::Again);
    }
    let moved = match receipt.told {
        Told::OnItsWay => false,
        Told::Delivered => store::deliver(&mut tx, message, now).await?,
        Told::Undelivered if round < found.round => false,
        Told::Undelivered => {
            let from = [SmsState::Sending, SmsState::Sent];
            let to = (SmsState::Undelivered, Some(SmsReason::Undelivered));
            store::settle(&mut tx, message, &from, to, Some(&words), now).await?
        }
    };
    if moved {
        let action = format!("notify.sms_{}", receipt.told.code());
        let detail = serde_json::json!({ "message": message.as_str(), "round": round });
        tx.audit(AuditLine::new("notify", "system", action).subject(&found.recipient).detail(detail));
    }
    tx.commit().await?;
    Ok(Taken::New)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_one_round_of_one_message() {
        let key = ReceiptKey::new("a key for tests only").unwrap();
        let (one, other) = (MessageId::parse("m-1").unwrap(), MessageId::parse("m-2").unwrap());
        let token = key.token(&one, 1);
        assert!(key.same(&token, &key.token(&one, 1)));
        assert!(!key.same(&token, &key.token(&one, 2)) && !key.same(&token, &key.token(&other, 1)));
        assert!(!key.is(&token) && key.is("a key for tests only") && !key.is(""));
        assert!(ReceiptKey::new("too short").is_none());
        assert_eq!(format!("{key:?}"), "ReceiptKey(**)");
    }

    #[test]
    fn kannels_figures_are_read() {
        let told = [1, 2, 4, 8, 16, 32, 3].map(Told::of_kannel);
        let way = Some(Told::OnItsWay);
        let lost = Some(Told::Undelivered);
        assert_eq!(told, [Some(Told::Delivered), lost, way, way, lost, None, None]);
    }
}
