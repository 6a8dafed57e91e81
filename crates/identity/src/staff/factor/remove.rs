//! Taking a second factor away: by its holder, or all of them when somebody else lets the holder enrol anew.

use jiff::Timestamp;
use jq_base::ids::AccountId;
use jq_db::{Db, DbError, Tx};

use super::enrol::note;
use super::{FactorKind, SecondFactors, store};
use crate::IdentityError;
use crate::staff::model::StaffUser;

impl SecondFactors {
    /// Removes one of the holder's own second factors, which must have been shown a moment ago. Where everybody must
    /// have one, the last one stays. Emits `identity.factor_removed`.
    pub async fn remove(
        &self,
        db: &Db,
        user: &StaffUser,
        factor: &FactorKind,
        now: Timestamp,
    ) -> Result<(), IdentityError> {
        user.require_fresh_second_factor(now)?;
        let mut tx = db.begin().await?;
        let removed = store::remove(&mut tx, user.account(), factor).await?;
        if user.is_strict() && store::count(&mut tx, user.account()).await? == 0 {
            return Err(IdentityError::LastFactor);
        }
        if removed {
            let kind = match factor {
                FactorKind::Totp => "totp",
                FactorKind::Passkey(_) => "passkey",
            };
            note(&mut tx, user, "identity.factor_removed", kind);
        }
        Ok(tx.commit().await?)
    }
}

/// Removes every second factor of an account; how many there were.
pub(in crate::staff) async fn remove_all(tx: &mut Tx, account: &AccountId) -> Result<u64, DbError> {
    store::remove_all(tx, account).await
}
