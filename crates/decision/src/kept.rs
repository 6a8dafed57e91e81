//! Kept vectors: the whole city's, once a day, and after each batch those of the subjects it touched, so that a vector is
//! there when it is asked for.
//!
//! Beside the vectors stands up to which state of the lake they are right. A reader who finds that more has come in since
//! looks whether any of it is about the subject, and computes what that changes; so a vector is never older than the
//! lake, however far behind the keeping is.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jq_base::ids::SubjectKey;
use jq_lake::{Arrived, Scope, States};

use crate::build::{Asking, Built, build};
use crate::error::DecisionError;
use crate::feature::DECLARED;
use crate::query::LakeQuery;
use crate::service::Decisions;
use crate::store::{self, KeptState};
use crate::vector::Vector;

/// Vectors written in one transaction at most, so that others can write between.
const VECTORS_PER_COMMIT: usize = 1_000;
/// When more than one subject in so many is touched, the statements are asked of the whole city: reading the records of
/// one subject alone takes about as long as passing by those of this many.
const FEW: usize = 200;

/// What was done to the kept vectors.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaughtUp {
    /// True when the vectors of the whole city were built: on a new day, with other features, after records were erased
    /// or when an item was delivered for the first time.
    pub whole_city: bool,
    /// How many vectors were written.
    pub vectors: usize,
    /// The items that records came into since the last time.
    pub items: BTreeSet<String>,
    /// Whom these records are about; with `whole_city` nobody is named.
    pub touched: BTreeSet<SubjectKey>,
}

/// What came into the lake between two states of it, of the items that features read.
#[derive(Debug, Default)]
struct News {
    /// The items, each with its batches.
    batches: Vec<(String, Vec<String>)>,
    /// Anybody may be concerned.
    anybody: bool,
}

impl News {
    fn items(&self) -> BTreeSet<String> {
        self.batches.iter().map(|(item, _)| item.clone()).collect()
    }
}

impl Decisions {
    /// Makes the kept vectors right as of now: of those whom a batch touched since the last time, or all. One process at
    /// a time may do it.
    pub async fn catch_up(&self) -> Result<CaughtUp, DecisionError> {
        let today = self.db.clock().today();
        let lake = self.states().await?;
        match store::find_state(&self.db, self.features().version()).await? {
            Some(kept) if kept.as_of == today && kept.lake == lake => Ok(CaughtUp::default()),
            Some(kept) if kept.as_of == today => self.keep_touched(kept, lake).await,
            _ => self.keep_city().await,
        }
    }

    /// Builds and keeps today's vectors of the whole city.
    pub async fn keep_city(&self) -> Result<CaughtUp, DecisionError> {
        let (begun, as_of) = (self.db.clock().now(), self.db.clock().today());
        let lake = self.states().await?;
        let vectors = self.vectors(Scope::All, as_of).await?;
        self.keep(&vectors).await?;
        let subjects = vectors.len();
        let mut tx = self.db.begin().await?;
        store::remove_vectors_before(&mut tx, begun).await?;
        let state = KeptState { as_of, lake, subjects };
        store::save_state(&mut tx, self.features().version(), &state).await?;
        tx.commit().await?;
        Ok(CaughtUp { whole_city: true, vectors: subjects, ..CaughtUp::default() })
    }

    /// Keeps vectors for later reads.
    pub async fn keep(&self, vectors: &Built) -> Result<(), DecisionError> {
        let mut left = vectors.iter().peekable();
        while left.peek().is_some() {
            let mut tx = self.db.begin().await?;
            for vector in left.by_ref().take(VECTORS_PER_COMMIT) {
                store::save_vector(&mut tx, &vector).await?;
            }
            tx.commit().await?;
        }
        Ok(())
    }

    /// The kept vectors of these subjects, of today; who has none is left out. They are right as of the last time that
    /// [`Self::catch_up`] was done.
    pub async fn kept_vectors(&self, subjects: &[SubjectKey]) -> Result<Vec<Vector>, DecisionError> {
        let (as_of, mut vectors) = (self.db.clock().today(), Vec::with_capacity(subjects.len()));
        for some in subjects.chunks(VECTORS_PER_COMMIT) {
            let query = store::vectors_of(some, as_of, self.features().version());
            for row in self.db.fetch_all(query).await? {
                vectors.push(store::open_vector(&row)?);
            }
        }
        Ok(vectors)
    }

    /// The kept vector of a subject, as the lake is now; nothing when none of that day is kept. Of what changed since it
    /// was kept only what `reads` covers is looked at.
    pub(crate) async fn kept_vector(
        &self,
        subject: &SubjectKey,
        as_of: Date,
        reads: &impl Fn(&str) -> bool,
    ) -> Result<Option<Vector>, DecisionError> {
        let set = self.features();
        let Some((mut vector, kept)) = store::find_vector(&self.db, subject, as_of, set.version()).await?
        else {
            return Ok(None);
        };
        let news = self.news(&kept, &self.states().await?).await?;
        if news.anybody {
            return Ok(None);
        }
        let mut items = BTreeSet::new();
        for (item, batches) in news.batches.into_iter().filter(|(item, _)| reads(item)) {
            if self.lake.touches(&item, &batches, subject).await.map_err(DecisionError::Features)? {
                items.insert(item);
            }
        }
        if !items.is_empty() {
            let subjects = std::slice::from_ref(subject);
            let built = self.build_some(subjects, usize::MAX, as_of, &items, reads).await?;
            built.renew(&mut vector);
        }
        Ok(Some(vector))
    }

    /// Makes the vectors right of those whom records touched that came in since.
    async fn keep_touched(&self, kept: KeptState, lake: States) -> Result<CaughtUp, DecisionError> {
        let news = self.news(&kept.lake, &lake).await?;
        if news.anybody {
            return self.keep_city().await;
        }
        let (as_of, items) = (kept.as_of, news.items());
        let mut touched = BTreeSet::new();
        for (item, batches) in &news.batches {
            touched.extend(self.lake.touched(item, batches).await.map_err(DecisionError::Features)?);
        }
        let asked: Vec<SubjectKey> = touched.iter().cloned().collect();
        let (renewed, new) = self.keep_renewed(&asked, &kept, &items).await?;
        let added = self.keep_new(new, kept.subjects, as_of).await?;
        let mut tx = self.db.begin().await?;
        let state = KeptState { as_of, lake, subjects: kept.subjects + added };
        store::save_state(&mut tx, self.features().version(), &state).await?;
        tx.commit().await?;
        Ok(CaughtUp { whole_city: false, vectors: renewed + added, items, touched })
    }

    /// Renews in the kept vectors what reads one of the items; how many, and who has none.
    async fn keep_renewed(
        &self,
        subjects: &[SubjectKey],
        kept: &KeptState,
        items: &BTreeSet<String>,
    ) -> Result<(usize, Vec<SubjectKey>), DecisionError> {
        let (mut renewed, mut new) = (0, Vec::new());
        if subjects.is_empty() {
            return Ok((renewed, new));
        }
        let built = self.build_some(subjects, kept.subjects, kept.as_of, items, &|_| true).await?;
        for some in subjects.chunks(VECTORS_PER_COMMIT) {
            let mut tx = self.db.begin().await?;
            let rows = tx.fetch_all(store::vectors_of(some, kept.as_of, self.features().version())).await?;
            let mut known = BTreeSet::new();
            for row in &rows {
                let mut vector = store::open_vector(row)?;
                built.renew(&mut vector);
                store::save_vector(&mut tx, &vector).await?;
                known.insert(vector.subject);
            }
            tx.commit().await?;
            renewed += known.len();
            new.extend(some.iter().filter(|subject| !known.contains(subject)).cloned());
        }
        Ok((renewed, new))
    }

    /// Keeps the vectors of subjects that had none; how many.
    async fn keep_new(
        &self,
        subjects: Vec<SubjectKey>,
        known: usize,
        as_of: Date,
    ) -> Result<usize, DecisionError> {
        if subjects.is_empty() {
            return Ok(0);
        }
        let all: BTreeSet<String> = self.items().into_iter().collect();
        let built = self.build_some(&subjects, known, as_of, &all, &|_| true).await?;
        self.keep(&built).await?;
        Ok(built.len())
    }

    /// Computes what reads one of the items, of these subjects; of few among the `known` ones by reading their records,
    /// of many by passing by those of the whole city.
    async fn build_some(
        &self,
        subjects: &[SubjectKey],
        known: usize,
        as_of: Date,
        items: &BTreeSet<String>,
        reads: &impl Fn(&str) -> bool,
    ) -> Result<Built, DecisionError> {
        let few = subjects.len().saturating_mul(FEW) <= known;
        let scope = if few { Scope::Subjects(subjects.to_vec()) } else { Scope::All };
        let (query, set) = (LakeQuery::new(&self.lake, scope), self.features());
        let lake_version = &self.lake_version().await?;
        build(&query, Asking { set, subjects, only: true, as_of, lake_version, items: Some(items) }, reads)
            .await
    }

    async fn states(&self) -> Result<States, DecisionError> {
        self.lake.states().await.map_err(DecisionError::LakeVersion)
    }

    async fn news(&self, kept: &States, now: &States) -> Result<News, DecisionError> {
        let mut news = News::default();
        let features = self.features().statements().iter();
        let items: BTreeSet<&String> = features.flat_map(|statement| &statement.sources).collect();
        for item in items.into_iter().filter(|item| *item != DECLARED) {
            match (kept.get(item), now.get(item)) {
                (before, after) if before == after => {}
                (Some(before), Some(after)) => {
                    let arrived = self.lake.arrived(item, *before, *after).await;
                    match arrived.map_err(DecisionError::LakeVersion)? {
                        Arrived::Batches(batches) => news.batches.push((item.clone(), batches)),
                        Arrived::Anything => news.anybody = true,
                    }
                }
                // A source that was not connected is now, which says something about everybody.
                _ => news.anybody = true,
            }
        }
        Ok(news)
    }
}
