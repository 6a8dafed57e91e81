//! Who speaks for a firm no longer: legal representatives whom the register does not name any more, and the agents whom
//! they had empowered.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jq_base::ids::{AccountId, SubjectKey};
use jq_db::{Db, DbError, Tx};

use super::kyc::same_name;
use super::{register, store};
use crate::IdentityError;

/// Whom the register names as a firm's legal representative. It has no `Debug`: names do not get into a log.
pub struct PresentRep {
    /// The name.
    pub name: String,
    /// The keyed hash of the identity number.
    pub id_hash: String,
}

/// Ends the right to act of the legal representatives who were known at this moment and are not the one whom the
/// register names, with the mandates that they gave. Nothing for the present one stands for a register that is known
/// to lag behind a change: then all of them have to be checked anew. Who was parted with.
pub async fn part_with_former(
    tx: &mut Tx,
    subject: &SubjectKey,
    present: Option<&PresentRep>,
    known_at: Timestamp,
    now: Timestamp,
) -> Result<Vec<AccountId>, IdentityError> {
    let mut parted = Vec::new();
    for rep in store::list_reps(tx, subject, known_at).await? {
        let is_present = present.is_some_and(|present| match &rep.id_hash {
            Some(id_hash) => *id_hash == present.id_hash,
            None => same_name(&rep.name, &present.name),
        });
        if !is_present {
            register::unlink(tx, &rep.account, subject, "register", now).await?;
            parted.push(rep.account);
        }
    }
    Ok(parted)
}

/// Who spoke for the firm and does so no longer because its legal representative has changed: the former ones, and
/// agents who hold no mandate but those that a former one gave.
pub async fn list_former_reps(tx: &mut Tx, subject: &SubjectKey) -> Result<BTreeSet<AccountId>, DbError> {
    store::list_former_reps(tx, subject).await
}

/// The firms that have a legal representative here.
pub async fn list_represented(db: &Db) -> Result<Vec<SubjectKey>, DbError> {
    store::list_represented(db).await
}
