//! Firms that a bank may approach: who consented to its look before a loan and fits what it offers.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use jq_base::ids::{BankId, ConsentId, RecommendationId, SubjectKey};
use jq_base::money::Money;
use jq_base::permit::{Permit, Purpose};
use jq_consent::{BankReader, ConsentError, Grant, list_consented, list_unbound, permit_bank};
use jq_db::audit::AuditLine;
use jq_db::outbox::{Event, Published};
use jq_decision::flow::Stage;
use jq_decision::model::Words;
use jq_decision::{CaughtUp, Outcome, StoredDecision};
use jq_jobs::{Failure, Worker};
use jq_lending::order::OrderFilter;
use serde_json::json;

use crate::model::{Acted, NOTE_CHARS_MAX, Recommendation, RecommendationState};
use crate::{DUE_DAYS, Looked, Matching, MatchingError, store};

/// What a consent must be for.
const PURPOSE: Purpose = Purpose::PreLoan;
/// How permits and looks name who reads: a program of the platform that reads for the bank.
const READER: &str = "matching";
/// In which role.
const ROLE: &str = "client";
/// Consents read at a time, and subjects asked about at once.
const PAGE: u32 = 200;
/// Orders of a firm at a bank that are looked at.
const ORDERS_MAX: u32 = 20;
/// Recommendations on a page.
const LISTED_MAX: u32 = 200;
/// From which rank on a kind of product speaks for a firm where the bank has no model of its own.
const RANK_MIN: u8 = 60;
/// How often it is looked what has lapsed.
const EVERY: SignedDuration = SignedDuration::from_hours(1);

/// Somebody of a bank who works with its list.
#[derive(Clone, Copy, Debug)]
pub struct Clerk<'a> {
    /// The bank.
    pub bank: &'a BankId,
    /// The login.
    pub login: &'a str,
    /// In which role.
    pub role: &'a str,
}

/// What the models say for a firm at a bank.
struct Offer {
    rank: u8,
    kind: Words,
    fits: Vec<Words>,
    product: Option<String>,
    limit: Option<Money>,
}

/// Has a worker end what has lost its consent, what has come to an application, and what nobody answered in time; and put a
/// firm on the list when it consents.
#[must_use]
pub fn attend(worker: Worker, matching: Matching) -> Worker {
    let (heard, granted, swept) = (matching.clone(), matching.clone(), matching);
    worker
        .consume(
            "matching.ends",
            ["consent.withdrawn", "consent.suspended", "lending.order.dispatch"],
            move |delivery| {
                let matching = heard.clone();
                async move { matching.hear(&delivery.event).await.map_err(Failure::from) }
            },
        )
        .consume("matching.consents", ["consent.granted", "consent.confirmed"], move |delivery| {
            let matching = granted.clone();
            async move { matching.hear_of_consent(&delivery.event).await.map_err(Failure::from) }
        })
        .sweep("matching.lapse", EVERY, move |_| {
            let matching = swept.clone();
            async move { matching.lapse().await.map_err(Failure::from) }
        })
}

fn named(event: &Published) -> Option<(SubjectKey, BankId)> {
    let word = |name: &str| event.payload[name].as_str().unwrap_or_default();
    Some((SubjectKey::parse(word("subject")).ok()?, BankId::parse(word("bank")).ok()?))
}

impl Matching {
    /// Looks through the consents of the touched ones, or of all where the whole city was made right.
    pub(crate) async fn recommend(&self, done: &CaughtUp, looked: &mut Looked) -> Result<(), MatchingError> {
        if done.whole_city {
            return self.recommend_among(None, looked).await;
        }
        let touched: Vec<SubjectKey> = done.touched.iter().cloned().collect();
        for some in touched.chunks(PAGE as usize) {
            self.recommend_among(Some(some), looked).await?;
        }
        Ok(())
    }

    async fn recommend_among(
        &self,
        among: Option<&[SubjectKey]>,
        looked: &mut Looked,
    ) -> Result<(), MatchingError> {
        let mut after: Option<ConsentId> = None;
        loop {
            let grants = list_unbound(&self.db, PURPOSE, among, after.as_ref(), PAGE).await?;
            let Some(last) = grants.last() else { return Ok(()) };
            after = Some(last.consent_id.clone());
            for grant in &grants {
                self.look_for(grant, looked).await?;
            }
        }
    }

    /// Asks the models about one firm for one bank, unless that was done lately, it has an order there, or the bank has
    /// declined it.
    async fn look_for(&self, grant: &Grant, looked: &mut Looked) -> Result<(), MatchingError> {
        let (bank, subject) = (&grant.bank, &grant.subject);
        // A reading is not spent where no model could speak afterwards.
        if !self.decisions.can_speak(bank, &grant.items) {
            return Ok(());
        }
        let now = self.db.clock().now();
        let known = store::find_of(&self.db, bank, subject, now).await?;
        if known.as_ref().is_some_and(|known| !known.state.stands()) || self.has_order(bank, subject).await? {
            return Ok(());
        }
        let Some(permit) = self.permit(grant).await? else { return Ok(()) };
        match (self.offer(bank, &permit).await?, known) {
            (Some(offer), None) => looked.listed += u64::from(self.list(grant, &permit, offer).await?),
            (Some(offer), Some(known)) => self.renew(known, &permit, offer).await?,
            (None, Some(_)) => looked.ended += self.end(bank, subject, RecommendationState::Ended).await?,
            (None, None) => {}
        }
        Ok(())
    }

    async fn has_order(&self, bank: &BankId, subject: &SubjectKey) -> Result<bool, MatchingError> {
        let (bank, subject) = (Some(bank.clone()), Some(subject.clone()));
        let filter = OrderFilter { bank, subject, ..OrderFilter::default() };
        let orders = self.lending.list_all(&self.db, &filter, None, ORDERS_MAX).await?;
        Ok(orders.orders.iter().any(|order| !order.state.is_final()))
    }

    /// A permit for what the models read and the consent opens; nothing when it was read lately or the consent does not
    /// open it now.
    async fn permit(&self, grant: &Grant) -> Result<Option<Permit>, MatchingError> {
        let mut wanted: BTreeSet<String> = self.decisions.items_of(Stage::Matching).into_iter().collect();
        wanted.extend(self.decisions.items_of(Stage::PreCredit));
        let items: Vec<&str> =
            wanted.iter().map(String::as_str).filter(|item| grant.items.contains(*item)).collect();
        if items.is_empty() {
            return Ok(None);
        }
        let mut tx = self.db.begin().await?;
        let now = tx.now();
        if !store::begin_look(&mut tx, &grant.bank, &grant.subject, now).await? {
            tx.rollback().await?;
            return Ok(None);
        }
        let reader = BankReader { bank: &grant.bank, reader: READER, role: ROLE };
        let permit =
            permit_bank(&mut tx, &self.catalog, reader, &grant.subject, &items, PURPOSE, None, now).await;
        match permit {
            Ok(permit) => {
                tx.commit().await?;
                Ok(Some(permit.for_models()))
            }
            // Said on record as well.
            Err(ConsentError::Denied(_)) => {
                tx.commit().await?;
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// What speaks for the firm: the bank's own models where it has some, and the kinds of products that fit.
    async fn offer(&self, bank: &BankId, permit: &Permit) -> Result<Option<Offer>, MatchingError> {
        let matched = self.decisions.matching_for(bank, permit).await?;
        let own = if self.decisions.answers_for(bank) {
            self.decisions.prequal_for(bank, permit).await?
        } else {
            Vec::new()
        };
        let flows = self.decisions.current_flows().await?;
        let name_of = |stored: &StoredDecision| {
            flows.find(&stored.decision.flow_id).map(|flow| flow.about().product.clone())
        };
        let best = matched.first();
        let rank = best.and_then(|best| best.decision.rank_whole()).unwrap_or_default();
        let fits = best.map(|best| best.decision.fits.clone()).unwrap_or_default();
        let can = own
            .iter()
            .filter(|one| one.decision.outcome == Outcome::Can)
            .max_by_key(|one| one.decision.limit_fen);
        if let Some(can) = can {
            let flow = flows.find(&can.decision.flow_id);
            return Ok(Some(Offer {
                rank,
                kind: name_of(can).unwrap_or_default(),
                fits,
                product: flow.map(|flow| flow.about().product_id.clone()),
                limit: can.decision.limit(),
            }));
        }
        let speaks = own.is_empty() && rank >= RANK_MIN;
        let kind = best.filter(|_| speaks).and_then(name_of);
        Ok(kind.map(|kind| Offer { rank, kind, fits, product: None, limit: None }))
    }

    async fn list(&self, grant: &Grant, permit: &Permit, offer: Offer) -> Result<bool, MatchingError> {
        let mut tx = self.db.begin().await?;
        let now = tx.now();
        let one = Recommendation {
            recommendation_id: jq_db::fresh_id(now),
            bank: grant.bank.clone(),
            subject: grant.subject.clone(),
            subject_name: grant.subject_name.clone(),
            rank: offer.rank,
            kind: offer.kind,
            fits: offer.fits,
            product: offer.product,
            limit: offer.limit,
            permit_id: permit.id().clone(),
            state: RecommendationState::Open,
            listed_at: now,
            renewed_at: now,
            due_at: now + SignedDuration::from_hours(24 * DUE_DAYS),
            acted_by: None,
            acted_at: None,
            note: String::new(),
        };
        if !store::insert(&mut tx, &one).await? {
            tx.rollback().await?;
            return Ok(false);
        }
        let detail = json!({ "recommendation": one.recommendation_id, "bank": one.bank });
        tx.audit(
            AuditLine::new("system", "system", "matching.listed")
                .subject(one.subject.as_str())
                .permit(PURPOSE.code(), permit.id().as_str())
                .detail(detail),
        );
        let payload = json!({
            "recommendation_id": one.recommendation_id,
            "bank": one.bank,
            "subject": one.subject,
            "subject_name": one.subject_name,
            "due_at": one.due_at.to_string(),
        });
        tx.emit(Event::new("matching.listed", one.subject.as_str(), payload));
        tx.commit().await?;
        Ok(true)
    }

    async fn renew(&self, known: Recommendation, permit: &Permit, offer: Offer) -> Result<(), MatchingError> {
        let mut tx = self.db.begin().await?;
        let next = Recommendation {
            rank: offer.rank,
            kind: offer.kind,
            fits: offer.fits,
            product: offer.product,
            limit: offer.limit,
            permit_id: permit.id().clone(),
            renewed_at: tx.now(),
            ..known
        };
        store::renew(&mut tx, &next).await?;
        let line = AuditLine::new("system", "system", "matching.renewed").subject(next.subject.as_str());
        tx.audit(line.permit(PURPOSE.code(), permit.id().as_str()));
        Ok(tx.commit().await?)
    }

    async fn end(
        &self,
        bank: &BankId,
        subject: &SubjectKey,
        state: RecommendationState,
    ) -> Result<u64, MatchingError> {
        let mut tx = self.db.begin().await?;
        let ended = store::end_of(&mut tx, bank, subject, state).await?;
        if ended == 0 {
            tx.rollback().await?;
            return Ok(0);
        }
        let detail = json!({ "bank": bank, "state": state.code() });
        tx.audit(
            AuditLine::new("system", "system", "matching.ended").subject(subject.as_str()).detail(detail),
        );
        tx.commit().await?;
        Ok(ended)
    }

    async fn hear(&self, event: &Published) -> Result<(), MatchingError> {
        let Some((subject, bank)) = named(event) else { return Ok(()) };
        if event.kind == "lending.order.dispatch" {
            self.end(&bank, &subject, RecommendationState::Applied).await?;
            return Ok(());
        }
        let now = self.db.clock().now();
        let consented = list_consented(&self.db, std::slice::from_ref(&subject), PURPOSE, now).await?;
        if !consented.contains(&(subject.clone(), bank.clone())) {
            self.end(&bank, &subject, RecommendationState::Ended).await?;
        }
        Ok(())
    }

    async fn hear_of_consent(&self, event: &Published) -> Result<(), MatchingError> {
        let Some((subject, bank)) = named(event) else { return Ok(()) };
        let among = [subject];
        let grants = list_unbound(&self.db, PURPOSE, Some(&among), None, PAGE).await?;
        for grant in grants.iter().filter(|grant| grant.bank == bank) {
            self.look_for(grant, &mut Looked::default()).await?;
        }
        Ok(())
    }

    async fn lapse(&self) -> Result<(), MatchingError> {
        let mut tx = self.db.begin().await?;
        let now = tx.now();
        let lapsed = store::lapse(&mut tx, now).await?;
        if lapsed == 0 {
            return Ok(tx.rollback().await?);
        }
        tx.audit(AuditLine::new("system", "system", "matching.lapsed").detail(json!({ "count": lapsed })));
        Ok(tx.commit().await?)
    }

    /// A bank's list, what fits best first: what stands, or with `done` what has ended by somebody's act. Of a firm whose
    /// consent holds no more nothing is shown.
    pub async fn recommendations(
        &self,
        bank: &BankId,
        done: bool,
    ) -> Result<Vec<Recommendation>, MatchingError> {
        use RecommendationState as S;
        let states: &[S] =
            if done { &[S::Declined, S::Applied, S::Lapsed] } else { &[S::Open, S::Contacted] };
        let mut listed = store::list_of_bank(&self.db, bank, states, LISTED_MAX).await?;
        let subjects: BTreeSet<SubjectKey> = listed.iter().map(|one| one.subject.clone()).collect();
        let subjects: Vec<SubjectKey> = subjects.into_iter().collect();
        let now = self.db.clock().now();
        let consented = list_consented(&self.db, &subjects, PURPOSE, now).await?;
        listed.retain(|one| consented.contains(&(one.subject.clone(), bank.clone())));
        Ok(listed)
    }

    /// Notes what somebody of the bank did: spoke to the firm, or does not go on with it, and what came of it.
    pub async fn act(
        &self,
        by: &Clerk<'_>,
        id: &RecommendationId,
        acted: Acted,
        note: &str,
    ) -> Result<Recommendation, MatchingError> {
        let note = note.trim();
        if note.is_empty() || note.chars().count() > NOTE_CHARS_MAX {
            return Err(MatchingError::Note);
        }
        let mut tx = self.db.begin().await?;
        let now: Timestamp = tx.now();
        let found = store::find_within(&mut tx, id).await?.filter(|found| found.bank == *by.bank);
        let found = found.ok_or(MatchingError::NotFound)?;
        let next = Recommendation {
            state: found.state.after(acted)?,
            acted_by: Some(by.login.to_owned()),
            acted_at: Some(now),
            note: note.to_owned(),
            ..found.clone()
        };
        if !store::act(&mut tx, &found, &next).await? {
            return Err(MatchingError::MovedOn);
        }
        let detail =
            json!({ "recommendation": id, "before": found.state.code(), "state": next.state.code() });
        let line = AuditLine::new(by.login, by.role, "matching.answered").institution(by.bank.as_str());
        tx.audit(line.subject(next.subject.as_str()).detail(detail));
        tx.commit().await?;
        Ok(next)
    }
}
