//! One-time codes: six digits that prove that a person holds a mobile number.

use jiff::{SignedDuration, Timestamp};
use jq_base::clock;
use jq_base::ids::AccountId;
use jq_base::mobile::Mobile;
use jq_db::Tx;
use jq_db::audit::AuditLine;
use jq_db::outbox::Event;

use super::store;
use crate::token::fresh_code;
use crate::{CodeKey, IdentityError};

/// How long a code can be used.
const CODE_LIFE: SignedDuration = SignedDuration::from_mins(5);
/// How long after a code another one can be asked for.
pub(super) const CODE_STEP: SignedDuration = SignedDuration::from_secs(60);
/// Wrong tries after which a code is spent.
pub const TRIES_MAX: u32 = 5;
/// Codes a mobile number can ask for in one Beijing day.
pub const CODES_PER_DAY_MAX: u32 = 10;

/// The answer to a request for a code: the same whether the number is known or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeSent {
    /// Until when a code can be used.
    pub valid_until: Timestamp,
    /// When another one can be asked for.
    pub again_at: Timestamp,
}

/// Sends a one-time code to a mobile number. Whether somebody is known by it makes no difference: not to the
/// answer, not to the limits, not to the message. Emits `notify.sms`.
///
/// A number without an account goes with the message and is kept nowhere else but as its keyed hash; whoever
/// types the right code opens an account (see [`super::sign_in`]).
pub async fn request_code(
    tx: &mut Tx,
    key: &CodeKey,
    mobile: &Mobile,
    now: Timestamp,
) -> Result<CodeSent, IdentityError> {
    let code = fresh_code()?;
    let mobile_hash = key.mobile_hash(mobile);
    let sent = CodeSent {
        valid_until: now.checked_add(CODE_LIFE).unwrap_or(Timestamp::MAX),
        again_at: now.checked_add(CODE_STEP).unwrap_or(Timestamp::MAX),
    };
    let row = store::Code {
        hash: key.code_hash(&mobile_hash, now, &code),
        sent_at: now,
        expires_at: sent.valid_until,
        day: clock::date_of(now).to_string(),
    };
    if !store::replace_code(tx, &mobile_hash, &row).await? {
        return Err(too_many(tx, &mobile_hash, &row).await?);
    }
    let account = store::find_account(tx, key, mobile).await?;
    let actor = account.as_ref().map_or("nobody", AccountId::as_str);
    tx.audit(AuditLine::new(actor, "firm", "identity.code_sent"));
    let recipient = account.as_ref().map_or_else(|| format!("mobile:{mobile_hash}"), ToString::to_string);
    let payload = serde_json::json!({
        "template": "sign_in_code",
        "mobile": mobile.for_storage(),
        "values": { "code": code, "minutes": CODE_LIFE.as_mins().to_string() },
    });
    tx.emit(Event::new("notify.sms", recipient, payload).secret());
    Ok(sent)
}

/// Why no code was given out.
async fn too_many(
    tx: &mut Tx,
    mobile_hash: &str,
    asked: &store::Code,
) -> Result<IdentityError, IdentityError> {
    let (sent_at, day, count) = store::get_code_use(tx, mobile_hash).await?;
    if day == asked.day && count >= CODES_PER_DAY_MAX {
        return Ok(IdentityError::CodesUsedUp);
    }
    let again_at = sent_at.checked_add(CODE_STEP).unwrap_or(Timestamp::MAX);
    Ok(IdentityError::CodeTooSoon { again_at })
}
