//! Showing the second factor: at the door, and again before what needs it fresh.

use jiff::Timestamp;
use jq_db::audit::AuditLine;
use jq_db::{Db, Tx};
use webauthn_rs::prelude::{PasskeyAuthentication, PublicKeyCredential};

use super::enrol::CEREMONY;
use super::{SecondFactors, passkey, store};
use crate::staff::model::StaffUser;
use crate::staff::service::{LOCK, LOCK_AFTER_TRIES, check_password};
use crate::{IdentityError, session};

/// What somebody shows.
#[derive(Clone, Copy, Debug)]
pub enum Proof<'a> {
    /// A one-time code from the phone.
    Code(&'a str),
    /// The answer of a passkey, in JSON as the browser gives it.
    Passkey(&'a str),
    /// The password again: taken only in a demonstration and from an account without a second factor.
    Password(&'a str),
}

impl Proof<'_> {
    fn kind(self) -> &'static str {
        match self {
            Self::Code(_) => "totp",
            Self::Passkey(_) => "passkey",
            Self::Password(_) => "password",
        }
    }
}

impl SecondFactors {
    /// Asks the account's passkeys; the question as the browser takes it, in JSON. Nothing when it has none, or none
    /// that can be asked here.
    pub async fn ask_passkey(
        &self,
        db: &Db,
        user: &StaffUser,
        now: Timestamp,
    ) -> Result<Option<String>, IdentityError> {
        let Ok(site) = self.site() else { return Ok(None) };
        let known = store::list_passkeys(db, user.account()).await?;
        if known.is_empty() {
            return Ok(None);
        }
        let asked = site.start_passkey_authentication(&known);
        let (question, state) = asked.map_err(|error| passkey::unasked(&error))?;
        let mut tx = db.begin().await?;
        let (kept, ends_at) = (passkey::write(&state)?, now + CEREMONY);
        store::keep_ceremony(&mut tx, user.session(), "prove", &kept, ends_at).await?;
        tx.commit().await?;
        passkey::write(&question).map(Some)
    }

    /// Shows the second factor: completes a sign-in, or makes it fresh again (step-up) for
    /// [`StaffUser::require_fresh_second_factor`]. The try is counted first and in a transaction of its own; five wrong
    /// ones in a row lock the account.
    pub async fn step_up(
        &self,
        db: &Db,
        user: &StaffUser,
        proof: Proof<'_>,
        now: Timestamp,
    ) -> Result<(), IdentityError> {
        if let Proof::Password(password) = proof {
            return step_up_by_password(db, user, password, now).await;
        }
        let mut tx = db.begin().await?;
        let trial = store::begin_try(&mut tx, user.account(), LOCK_AFTER_TRIES, LOCK, now).await?;
        tx.commit().await?;
        let locks = match trial {
            store::Trial::Open { locks } => locks,
            store::Trial::Locked(until) => return Err(IdentityError::Locked { until }),
        };
        let mut tx = db.begin().await?;
        let fits = match proof {
            Proof::Code(code) => code_fits(&mut tx, user, code).await?,
            Proof::Passkey(answer) => self.answer_fits(&mut tx, user, answer, now).await?,
            Proof::Password(_) => false,
        };
        if fits {
            store::forget_tries(&mut tx, user.account()).await?;
            session::note_proof(&mut tx, user.session(), now).await?;
            tx.audit(line(user, "identity.factor_shown", proof));
            return Ok(tx.commit().await?);
        }
        tx.audit(line(user, "identity.factor_refused", proof));
        if locks {
            tx.audit(line(user, "identity.locked", proof));
        }
        tx.commit().await?;
        Err(IdentityError::WrongFactor)
    }

    async fn answer_fits(
        &self,
        tx: &mut Tx,
        user: &StaffUser,
        answer: &str,
        now: Timestamp,
    ) -> Result<bool, IdentityError> {
        let site = self.site()?;
        let Some(kept) = store::use_ceremony(tx, user.session(), "prove", now).await? else {
            return Ok(false);
        };
        let state: PasskeyAuthentication = passkey::read(&kept)?;
        let Ok(answer) = serde_json::from_str::<PublicKeyCredential>(answer) else { return Ok(false) };
        let Ok(result) = site.finish_passkey_authentication(&answer, &state) else { return Ok(false) };
        let known = store::list_passkeys_within(tx, user.account()).await?;
        let Some(mut shown) = known.into_iter().find(|one| one.cred_id() == result.cred_id()) else {
            return Ok(false); // it was removed meanwhile
        };
        shown.update_credential(&result);
        store::note_passkey_use(tx, &shown, now).await?;
        Ok(result.user_verified())
    }
}

async fn code_fits(tx: &mut Tx, user: &StaffUser, code: &str) -> Result<bool, IdentityError> {
    let Some(kept) = store::find_totp(tx, user.account()).await?.filter(|kept| kept.confirmed) else {
        return Ok(false);
    };
    let Some(step) = kept.secret.step_of(code, kept.last_step, tx.clock().device_time()) else {
        return Ok(false);
    };
    // False when another request with the same code was faster.
    Ok(store::use_step(tx, user.account(), step).await?)
}

async fn step_up_by_password(
    db: &Db,
    user: &StaffUser,
    password: &str,
    now: Timestamp,
) -> Result<(), IdentityError> {
    if user.is_strict() || user.is_enrolled() {
        return Err(IdentityError::WrongFactor);
    }
    check_password(db, user.login(), password, now).await?;
    let mut tx = db.begin().await?;
    session::note_proof(&mut tx, user.session(), now).await?;
    tx.audit(line(user, "identity.factor_shown", Proof::Password("")));
    Ok(tx.commit().await?)
}

fn line(user: &StaffUser, action: &str, proof: Proof<'_>) -> AuditLine {
    let line = AuditLine::new(user.login(), user.role().code(), action).institution(user.institution());
    line.detail(serde_json::json!({ "kind": proof.kind() }))
}
