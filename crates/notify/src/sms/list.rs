//! Text messages as the service looks at them: what failed, what waits, what was held back, what went.

use jiff::Timestamp;
use jq_base::ids::MessageId;
use jq_db::{Db, DbError, Query, Row, sql, sql_built};

use super::model::{SmsKind, SmsReason, SmsState};

/// Messages that are looked at together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmsGroup {
    /// Not taken by the carrier, or not delivered: somebody should look.
    Failed,
    /// Still to go.
    Waiting,
    /// Kept from phones that have had enough.
    HeldBack,
    /// Taken by the carrier.
    Sent,
}

impl SmsGroup {
    /// All of them, what asks for somebody first.
    pub const ALL: [Self; 4] = [Self::Failed, Self::Waiting, Self::HeldBack, Self::Sent];

    /// The word in addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Waiting => "waiting",
            Self::HeldBack => "held_back",
            Self::Sent => "sent",
        }
    }

    fn states(self) -> [SmsState; 2] {
        match self {
            Self::Failed => [SmsState::Failed, SmsState::Undelivered],
            Self::Waiting => [SmsState::Waiting, SmsState::Sending],
            Self::HeldBack => [SmsState::HeldBack; 2],
            Self::Sent => [SmsState::Sent, SmsState::Delivered],
        }
    }
}

/// A text message on record; its secrets are hidden and its number is masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsLine {
    /// The message.
    pub message_id: MessageId,
    /// What it is for.
    pub kind: SmsKind,
    /// Its phone, masked.
    pub mobile: String,
    /// The text's id.
    pub template: String,
    /// The text.
    pub text: String,
    /// The parts in which it travels; 0 for what was sent before they were counted.
    pub parts: u32,
    /// How far it is.
    pub state: SmsState,
    /// Why it is there.
    pub reason: Option<SmsReason>,
    /// What the carrier said.
    pub carrier_words: Option<String>,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Not before when it goes, while it waits.
    pub due_at: Timestamp,
    /// Since when it is as it is.
    pub done_at: Option<Timestamp>,
    /// How often it was handed to a carrier.
    pub tries: u32,
    /// How many of these were cut off: it may have arrived without anybody knowing.
    pub tries_cut_off: u32,
    /// Goes up when it is sent again.
    pub round: u32,
    /// Whether it can be sent again.
    pub can_go_again: bool,
}

/// The messages of a group, the newest first.
pub async fn list_sms(db: &Db, group: SmsGroup, limit: u32) -> Result<Vec<SmsLine>, DbError> {
    let query = sql("select message_id, kind, mobile, template, shown_text, parts, state, reason, carrier_words,
             asked_at, due_at, done_at, round,
             case when mobile_sealed is not null and state in ('failed', 'undelivered') then 1 else 0 end as again,
             (select count(*) from notify_sms_try t where t.message_id = notify_sms.message_id) as tries,
             (select count(*) from notify_sms_try t where t.message_id = notify_sms.message_id
                 and t.ended_at is null) as cut_off
         from notify_sms where state in ($1, $2) order by asked_at desc, message_id desc limit $3");
    let query = query.bind_all(group.states().map(SmsState::code)).bind(limit);
    db.fetch_all(query).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<SmsLine, DbError> {
    let state: SmsState = row.parsed("state")?;
    let cut_off: u32 = row.get("cut_off")?;
    Ok(SmsLine {
        message_id: row.parsed("message_id")?,
        kind: row.parsed("kind")?,
        mobile: row.text("mobile")?,
        template: row.text("template")?,
        text: row.text("shown_text")?,
        parts: row.get("parts")?,
        state,
        reason: row.opt_parsed("reason")?,
        carrier_words: row.opt_text("carrier_words")?,
        asked_at: row.instant("asked_at")?,
        due_at: row.instant("due_at")?,
        done_at: row.get("done_at")?,
        tries: row.get("tries")?,
        // The one that is under way has no end yet.
        tries_cut_off: if state == SmsState::Sending { cut_off.saturating_sub(1) } else { cut_off },
        round: row.get("round")?,
        can_go_again: row.flag("again")?,
    })
}

/// How many messages stand in each group.
pub async fn count_sms(db: &Db) -> Result<Vec<(SmsGroup, u64)>, DbError> {
    let mut counts = Vec::new();
    for group in SmsGroup::ALL {
        let states = group.states();
        let text = format!(
            "select count(*) as messages from notify_sms where state in ({})",
            Query::next_places(1, states.len())
        );
        let query = sql_built(text).bind_all(states.map(SmsState::code));
        counts.push((group, db.fetch_one(query).await?.get("messages")?));
    }
    Ok(counts)
}
