//! Firms that asked to be told when other products fit them.

use jiff::Timestamp;
use jq_base::ids::SubjectKey;
use jq_consent::permit_standing;
use jq_db::audit::AuditLine;
use jq_db::outbox::Event;
use jq_db::{Db, DbError, Tx};
use jq_decision::flow::Stage;
use jq_decision::{CaughtUp, StoredDecision};
use jq_identity::FirmUser;
use jq_identity::firm::mandate::MandateScope;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Looked, Matching, MatchingError, store};

/// Subjects asked about at once.
const AT_ONCE: usize = 500;

/// A kind of product in the order in which it fits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ranked {
    pub(crate) flow: String,
    /// 0 to 100.
    pub(crate) rank: u8,
}

/// Has the platform match the firm anew whenever its records change, from now on; asked twice it is one.
pub async fn follow(tx: &mut Tx, user: &FirmUser, now: Timestamp) -> Result<(), MatchingError> {
    may_ask(user)?;
    if store::subscribe(tx, user, now).await? {
        note(tx, user, "matching.followed");
    }
    Ok(())
}

/// Ends that.
pub async fn unfollow(tx: &mut Tx, user: &FirmUser) -> Result<(), MatchingError> {
    may_ask(user)?;
    if store::unsubscribe(tx, user.subject()).await? {
        note(tx, user, "matching.unfollowed");
    }
    Ok(())
}

/// Whether the firm asked to be told.
pub async fn follows(db: &Db, subject: &SubjectKey) -> Result<bool, DbError> {
    store::is_subscribed(db, subject).await
}

fn may_ask(user: &FirmUser) -> Result<(), MatchingError> {
    if user.may(MandateScope::Report) { Ok(()) } else { Err(MatchingError::MayNotAsk) }
}

fn note(tx: &mut Tx, user: &FirmUser, action: &str) {
    let line = AuditLine::new(user.account().as_str(), user.role().code(), action);
    tx.audit(line.subject(user.subject().as_str()));
}

impl Matching {
    /// Matches those anew who asked for it, of the touched ones, or all where the whole city was made right.
    pub(crate) async fn match_followers(
        &self,
        done: &CaughtUp,
        looked: &mut Looked,
    ) -> Result<(), MatchingError> {
        if done.whole_city {
            for subject in store::list_subscribed(&self.db, None).await? {
                self.match_anew(&subject, looked).await?;
            }
            return Ok(());
        }
        let touched: Vec<SubjectKey> = done.touched.iter().cloned().collect();
        for some in touched.chunks(AT_ONCE) {
            for subject in store::list_subscribed(&self.db, Some(some)).await? {
                self.match_anew(&subject, looked).await?;
            }
        }
        Ok(())
    }

    async fn match_anew(&self, subject: &SubjectKey, looked: &mut Looked) -> Result<(), MatchingError> {
        let items = self.decisions.items_of(Stage::Matching);
        let items: Vec<&str> = items.iter().map(String::as_str).collect();
        let mut tx = self.db.begin().await?;
        let now = tx.now();
        let permit = permit_standing(&mut tx, &self.catalog, subject, &items, now).await?;
        tx.commit().await?;
        let ranked = ranked(&self.decisions.matching(&permit).await?);
        looked.matched += 1;
        let mut tx = self.db.begin().await?;
        // Ended at the same moment: nobody is told.
        let Some(before) = store::find_ranked(&mut tx, subject).await? else {
            return Ok(tx.rollback().await?);
        };
        let now = tx.now();
        store::save_ranked(&mut tx, subject, &ranked, now).await?;
        let best = |ranked: &[Ranked]| ranked.first().map(|one| one.flow.clone());
        // The first time there is nothing to compare with.
        if before.as_ref().is_some_and(|before| best(before) != best(&ranked)) && !ranked.is_empty() {
            looked.told += 1;
            let payload = json!({ "subject": subject, "at": now.to_string() });
            tx.emit(Event::new("matching.changed", subject.as_str(), payload));
        }
        tx.audit(AuditLine::new("system", "system", "matching.matched").subject(subject.as_str()));
        Ok(tx.commit().await?)
    }
}

/// The kinds of products in their order.
pub(crate) fn ranked(answers: &[StoredDecision]) -> Vec<Ranked> {
    let of = |one: &StoredDecision| {
        Some(Ranked { flow: one.decision.flow_id.clone(), rank: one.decision.rank_whole()? })
    };
    answers.iter().filter_map(of).collect()
}
