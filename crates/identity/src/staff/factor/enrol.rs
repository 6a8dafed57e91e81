//! Enrolling a second factor: a phone that shows codes, or a passkey.

use jiff::{SignedDuration, Timestamp};
use jq_db::audit::AuditLine;
use jq_db::outbox::Event;
use jq_db::{Db, Tx};
use webauthn_rs::prelude::{PasskeyRegistration, RegisterPublicKeyCredential, Uuid};

use super::totp::TotpSecret;
use super::{ISSUER, NAME_CHARS, PASSKEYS_MAX, SecondFactors, passkey, store};
use crate::staff::model::StaffUser;
use crate::{IdentityError, session};

/// For so long a question to a passkey waits for its answer.
pub(super) const CEREMONY: SignedDuration = SignedDuration::from_mins(5);

/// What a phone needs to know to show codes. It is shown once more until the first code came, and never again.
#[derive(Clone)]
pub struct TotpOffer {
    /// The secret as a person types it.
    pub secret: String,
    /// What a QR code of it says.
    pub address: String,
}

impl SecondFactors {
    /// Offers one-time codes to an account that has none. Until the first right code the same offer stands.
    pub async fn offer_totp(
        &self,
        db: &Db,
        user: &StaffUser,
        now: Timestamp,
    ) -> Result<TotpOffer, IdentityError> {
        may_enrol(user, now)?;
        let mut tx = db.begin().await?;
        let kept = store::find_totp(&mut tx, user.account()).await?;
        let secret = match kept {
            Some(kept) if kept.confirmed => {
                return Err(IdentityError::NotEnrollable("one-time codes are enrolled"));
            }
            Some(kept) => kept.secret,
            None => {
                let secret = TotpSecret::fresh()?;
                store::insert_totp(&mut tx, user.account(), &secret, now).await?;
                secret
            }
        };
        tx.commit().await?;
        Ok(TotpOffer { secret: secret.text(), address: secret.address(ISSUER, user.login()) })
    }

    /// The first code from the phone: from now on codes are asked for. It counts as shown.
    /// Emits `identity.factor_enrolled`.
    pub async fn confirm_totp(
        &self,
        db: &Db,
        user: &StaffUser,
        code: &str,
        now: Timestamp,
    ) -> Result<(), IdentityError> {
        may_enrol(user, now)?;
        let mut tx = db.begin().await?;
        let kept = store::find_totp(&mut tx, user.account()).await?;
        let kept = kept.filter(|kept| !kept.confirmed).ok_or(IdentityError::WrongFactor)?;
        let step = kept
            .secret
            .step_of(code, kept.last_step, db.clock().device_time())
            .ok_or(IdentityError::WrongFactor)?;
        store::confirm_totp(&mut tx, user.account(), step, now).await?;
        session::note_proof(&mut tx, user.session(), now).await?;
        note(&mut tx, user, "identity.factor_enrolled", "totp");
        Ok(tx.commit().await?)
    }

    /// Asks the browser for a new passkey; the question as the browser takes it, in JSON.
    pub async fn ask_new_passkey(
        &self,
        db: &Db,
        user: &StaffUser,
        now: Timestamp,
    ) -> Result<String, IdentityError> {
        may_enrol(user, now)?;
        let site = self.site()?;
        let known = store::list_passkeys(db, user.account()).await?;
        if known.len() >= PASSKEYS_MAX {
            return Err(IdentityError::NotEnrollable("there are as many passkeys as an account may have"));
        }
        let known = known.iter().map(|one| one.cred_id().clone()).collect();
        let handle = Uuid::parse_str(user.account().as_str()).map_err(|_| IdentityError::NoAccount)?;
        let asked = site.start_passkey_registration(handle, user.login(), user.login(), Some(known));
        let (question, state) = asked.map_err(|error| passkey::unasked(&error))?;
        let mut tx = db.begin().await?;
        let (kept, ends_at) = (passkey::write(&state)?, now + CEREMONY);
        store::keep_ceremony(&mut tx, user.session(), "enrol", &kept, ends_at).await?;
        tx.commit().await?;
        passkey::write(&question)
    }

    /// Takes the new passkey that the browser made. It counts as shown. Emits `identity.factor_enrolled`.
    pub async fn take_new_passkey(
        &self,
        db: &Db,
        user: &StaffUser,
        name: &str,
        answer: &str,
        now: Timestamp,
    ) -> Result<(), IdentityError> {
        may_enrol(user, now)?;
        let site = self.site()?;
        let mut tx = db.begin().await?;
        let kept = store::use_ceremony(&mut tx, user.session(), "enrol", now).await?;
        // The question is used up, whatever the answer is worth.
        tx.commit().await?;
        let state: PasskeyRegistration = passkey::read(&kept.ok_or(IdentityError::WrongFactor)?)?;
        let answer: RegisterPublicKeyCredential =
            serde_json::from_str(answer).map_err(|_| IdentityError::WrongFactor)?;
        let made =
            site.finish_passkey_registration(&answer, &state).map_err(|_| IdentityError::WrongFactor)?;
        let name: String = name.trim().chars().take(NAME_CHARS).collect();
        let mut tx = db.begin().await?;
        if !store::insert_passkey(&mut tx, user.account(), &name, &made, now).await? {
            return Err(IdentityError::NotEnrollable("this passkey is enrolled already"));
        }
        session::note_proof(&mut tx, user.session(), now).await?;
        note(&mut tx, user, "identity.factor_enrolled", "passkey");
        Ok(tx.commit().await?)
    }
}

/// Whoever has a second factor shows it before another one is added: else a screen left alone would be enough to bring
/// in one's own.
fn may_enrol(user: &StaffUser, now: Timestamp) -> Result<(), IdentityError> {
    if user.is_enrolled() { user.require_fresh_second_factor(now) } else { Ok(()) }
}

/// The audit line and the event of a change of an account's second factors.
pub(super) fn note(tx: &mut Tx, user: &StaffUser, action: &str, kind: &str) {
    let detail = serde_json::json!({ "kind": kind });
    let line = AuditLine::new(user.login(), user.role().code(), action).institution(user.institution());
    tx.audit(line.subject(user.login()).detail(detail.clone()));
    tx.emit(Event::new(action, user.login(), detail));
}
