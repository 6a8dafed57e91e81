//! A consent stands still: whoever gave it no longer speaks for the subject, or the register says something that makes
//! the subject look again. One act confirms it or lets it go.

use std::collections::BTreeSet;
use std::str::FromStr;

use jiff::Timestamp;
use jq_base::ids::{AccountId, ConsentId, SubjectKey, SubjectKind};
use jq_base::lang::Lang;
use jq_db::Tx;
use jq_db::audit::AuditLine;
use jq_identity::{FirmRole, FirmUser, firm};

use super::model::{Grant, GrantState};
use super::service::{announce, record};
use super::{policy, store};
use crate::ConsentError;
use crate::permit::store::is_closed;
use crate::stop::{StopWhy, send};

/// Why a consent stands still (暂停原因).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SuspensionWhy {
    /// The firm has another legal representative than the one who gave it (法定代表人变更).
    LegalRepChanged,
    /// The firm was put on the list of abnormal operations (列入经营异常名录).
    AbnormalListing,
    /// The firm is no more (注销).
    Deregistered,
}

impl SuspensionWhy {
    /// Every reason.
    pub const ALL: [Self; 3] = [Self::LegalRepChanged, Self::AbnormalListing, Self::Deregistered];

    /// The word kept in the table.
    pub fn code(self) -> &'static str {
        match self {
            Self::LegalRepChanged => "legal_rep_changed",
            Self::AbnormalListing => "abnormal_listing",
            Self::Deregistered => "deregistered",
        }
    }

    /// What a person reads.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::LegalRepChanged => lang.pick("法定代表人已变更", "the legal representative has changed"),
            Self::AbnormalListing => {
                lang.pick("被列入经营异常名录", "the firm is on the list of abnormal operations")
            }
            Self::Deregistered => lang.pick("登记状态为注销", "the firm is deregistered"),
        }
    }
}

impl FromStr for SuspensionWhy {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|why| why.code() == text).ok_or(())
    }
}

/// Since when a consent stands still, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// Since when.
    pub at: Timestamp,
    /// Why.
    pub why: SuspensionWhy,
}

/// Has everything stand still that a firm's former legal representatives gave, or agents whom they had empowered, and
/// nobody has confirmed since. The present one is asked. How many consents it was.
pub async fn suspend_of_former(
    tx: &mut Tx,
    subject: &SubjectKey,
    by: &str,
    now: Timestamp,
) -> Result<usize, ConsentError> {
    let former = firm::list_former_reps(tx, subject).await?;
    let gave = |grant: &Grant| former.contains(grant.confirmed_by.as_ref().unwrap_or(&grant.grantor));
    suspend_where(tx, subject, SuspensionWhy::LegalRepChanged, gave, by, now).await
}

/// Has everything stand still that was given, or last confirmed, up to this moment. How many consents it was.
pub async fn suspend_until(
    tx: &mut Tx,
    subject: &SubjectKey,
    why: SuspensionWhy,
    until: Timestamp,
    by: &str,
    now: Timestamp,
) -> Result<usize, ConsentError> {
    let earlier = |grant: &Grant| grant.confirmed_at.unwrap_or(grant.valid_from) <= until;
    suspend_where(tx, subject, why, earlier, by, now).await
}

/// A natural person speaks for itself whatever any register says, so that only firms' consents stand still.
async fn suspend_where(
    tx: &mut Tx,
    subject: &SubjectKey,
    why: SuspensionWhy,
    wanted: impl Fn(&Grant) -> bool,
    by: &str,
    now: Timestamp,
) -> Result<usize, ConsentError> {
    if subject.kind() != SubjectKind::Organisation {
        return Ok(0);
    }
    let mut done = 0;
    for grant in store::list_standing(tx, subject, now).await?.into_iter().filter(wanted) {
        let suspended = Suspension { at: now, why };
        if grant.state(now) != GrantState::Active || !store::suspend(tx, &grant.consent_id, suspended).await?
        {
            continue;
        }
        let grant = Grant { suspended: Some(suspended), ..grant };
        let notice = send(tx, &grant, StopWhy::from(why), now).await?;
        record(tx, AuditLine::new(by, "register", "consent.suspended"), &grant, now);
        announce(tx, &grant, "consent.suspended", Some(&notice));
        done += 1;
    }
    Ok(done)
}

/// Somebody who acts for the subject now has looked at a consent that stands still, and lets it go on as it was.
/// Emits `consent.confirmed`.
///
/// After a change of the legal representative only the present one can: an agent may have been empowered by the
/// former. While a firm is no more nobody confirms anything for it.
pub async fn confirm(
    tx: &mut Tx,
    user: &FirmUser,
    consent_id: &ConsentId,
    now: Timestamp,
) -> Result<Grant, ConsentError> {
    policy::check_grantor(user)?;
    let own = |grant: &Grant| grant.subject == *user.subject();
    let read = store::find_grant_in(tx, consent_id).await?.filter(own).ok_or(ConsentError::NotFound)?;
    let suspended = read.suspended.filter(|_| read.state(now) == GrantState::Suspended);
    let suspended = suspended.ok_or(ConsentError::GrantEnded(read.state(now)))?;
    let may = match suspended.why {
        SuspensionWhy::LegalRepChanged => user.role() == FirmRole::LegalRep,
        SuspensionWhy::AbnormalListing => true,
        SuspensionWhy::Deregistered => {
            user.role() == FirmRole::LegalRep && !is_closed(tx, user.subject()).await?
        }
    };
    if !may {
        return Err(ConsentError::MayNotConsent);
    }
    if !store::confirm(tx, consent_id, user.account(), now).await? {
        return Err(ConsentError::MovedOn);
    }
    let account: AccountId = user.account().clone();
    let grant = Grant { suspended: None, confirmed_by: Some(account), confirmed_at: Some(now), ..read };
    record(tx, user_line(user, "consent.confirmed"), &grant, now);
    announce(tx, &grant, "consent.confirmed", None);
    Ok(grant)
}

/// An audit line for what this person does.
pub(crate) fn user_line(user: &FirmUser, act: &str) -> AuditLine {
    AuditLine::new(user.account().as_str(), user.role().code(), act)
}

/// The firms for which something holds that a change in the register could bring to a stand.
pub async fn list_subjects_watched(
    db: &jq_db::Db,
    now: Timestamp,
) -> Result<BTreeSet<SubjectKey>, ConsentError> {
    let mut watched = store::list_standing_subjects(db, now).await?;
    watched.extend(firm::list_represented(db).await?);
    Ok(watched)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_read_back_from_their_words() {
        for why in SuspensionWhy::ALL {
            assert_eq!(why.code().parse(), Ok(why));
        }
        assert!("a whim".parse::<SuspensionWhy>().is_err());
    }
}
