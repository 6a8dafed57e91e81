//! Handing papers in, giving them to orders, reading them, and erasing what is over.

use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use jq_base::ids::{DocumentId, OrderId};
use jq_base::sm3;
use jq_db::audit::AuditLine;
use jq_db::{Db, DbError, Shelf, ShelfError, Tx};
use jq_identity::{BankUser, FirmUser, MandateScope};
use jq_jobs::{Failure, Worker};
use serde_json::json;

use super::check::{DocumentFault, check};
use super::model::{Document, DocumentLimits, GivenDocument};
use super::store;
use crate::order::{Actor, store as orders};
use crate::{LendingError, Order, OrderState};

/// The job's kind.
const ERASE: &str = "lending.documents";
/// How often papers are looked at, on the platform's clock.
const EVERY: SignedDuration = SignedDuration::from_hours(6);
/// Papers ended or erased at a time.
const AT_ONCE: u32 = 200;
/// A file without a row is removed after so long, and looked for until some days later.
const IDLE_AFTER: Range<Duration> = Duration::from_hours(24)..Duration::from_hours(8 * 24);
/// Characters of what a paper shows.
const MATERIAL_CHARS: std::ops::RangeInclusive<usize> = 2..=60;

/// Why a paper was not taken, given or read.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The file itself.
    #[error(transparent)]
    Fault(#[from] DocumentFault),
    /// It is not said what the paper shows, or at too great length.
    #[error("it is not said what the paper shows")]
    Material,
    /// No such paper, or none that the actor may know of.
    #[error("there is no such paper")]
    NotFound,
    /// The order is decided or over: nothing is given to it any more.
    #[error("nothing is given to this order any more")]
    Closed,
    /// About the order.
    #[error(transparent)]
    Order(#[from] LendingError),
    /// The file could not be kept or read.
    #[error("keep papers")]
    File(#[from] ShelfError),
    /// The store failed.
    #[error("keep papers")]
    Store(#[from] DbError),
}

/// The papers of one store; clones share it.
#[derive(Clone, Debug)]
pub struct Documents {
    db: Db,
    shelf: Shelf,
    limits: DocumentLimits,
}

impl Documents {
    /// Papers over this store, their files under `folder`.
    pub fn new(db: Db, folder: PathBuf, limits: DocumentLimits) -> Self {
        let shelf = Shelf::new(&db, folder);
        Self { db, shelf, limits }
    }

    /// How large, how many, and for how long.
    pub fn limits(&self) -> &DocumentLimits {
        &self.limits
    }

    /// Their files.
    pub fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// Takes a file of the firm for its order. The same content handed in again is the same paper.
    pub async fn hand_in(
        &self,
        user: &FirmUser,
        order: &OrderId,
        material: &str,
        bytes: Vec<u8>,
    ) -> Result<Document, DocumentError> {
        let material = check_material(material)?;
        let kind = check(&bytes, &self.limits)?;
        let digest = sm3::hex(&sm3::digest(&bytes));
        Self::must_be_open(user, self.known_order(&Actor::Firm(user), order).await?.state)?;
        let now = self.db.clock().now();
        let size = bytes.len() as u64;
        let fresh = Document {
            document_id: jq_db::fresh_id(now),
            subject: user.subject().clone(),
            kind,
            bytes: size,
            digest: digest.clone(),
            uploaded_at: now,
        };
        // The file lies there before the row that speaks of it; without the row nobody finds it.
        self.shelf.keep_as(fresh.document_id.as_str(), bytes).await?;
        let taken = self.note(user, order, &material, &fresh).await;
        let is_idle = match &taken {
            Ok(document) => document.document_id != fresh.document_id,
            // Whether the row is there cannot be told; if it is not, the file goes later.
            Err(DocumentError::Store(_)) => false,
            Err(_) => true,
        };
        if is_idle {
            self.shelf.remove_as(fresh.document_id.as_str()).await?;
        }
        taken
    }

    async fn note(
        &self,
        user: &FirmUser,
        order: &OrderId,
        material: &str,
        fresh: &Document,
    ) -> Result<Document, DocumentError> {
        let mut tx = self.db.begin().await?;
        self.hold_open(&mut tx, user, order).await?;
        let by = user.account().as_str();
        let known = store::find_content(&mut tx, user.subject(), &fresh.digest).await?;
        if known.is_none() {
            store::insert(&mut tx, fresh, by).await?;
        }
        let document = known.unwrap_or_else(|| fresh.clone());
        self.give_within(&mut tx, user, order, material, &document, fresh.uploaded_at).await?;
        tx.commit().await?;
        Ok(document)
    }

    /// Gives a paper that the firm handed in for another order to this one too.
    pub async fn give_again(
        &self,
        user: &FirmUser,
        order: &OrderId,
        document: &DocumentId,
        material: &str,
    ) -> Result<(), DocumentError> {
        let material = check_material(material)?;
        let mut tx = self.db.begin().await?;
        self.hold_open(&mut tx, user, order).await?;
        let now = tx.now();
        let found = store::find_own(&mut tx, user.subject(), document).await?;
        let document = found.ok_or(DocumentError::NotFound)?;
        self.give_within(&mut tx, user, order, &material, &document, now).await?;
        Ok(tx.commit().await?)
    }

    async fn give_within(
        &self,
        tx: &mut Tx,
        user: &FirmUser,
        order: &OrderId,
        material: &str,
        document: &Document,
        now: Timestamp,
    ) -> Result<(), DocumentError> {
        if !store::hold(tx, &document.document_id).await? {
            return Err(DocumentError::NotFound);
        }
        let given = store::list_within(tx, order).await?;
        let is_known = given.iter().any(|one| one.document.document_id == document.document_id);
        if !is_known && given.len() >= self.limits.files_max {
            return Err(DocumentFault::TooMany { max: self.limits.files_max }.into());
        }
        let by = user.account().as_str();
        store::give(tx, order, &document.document_id, material, by, now).await?;
        let detail = json!({
            "order": order, "document": document.document_id, "material": material, "digest": document.digest,
        });
        tx.audit(
            AuditLine::new(by, user.role().code(), "lending.document.give")
                .subject(user.subject().as_str())
                .detail(detail),
        );
        Ok(())
    }

    /// Takes a paper back from an order; from then on its bank cannot open it.
    pub async fn take_back(
        &self,
        user: &FirmUser,
        order: &OrderId,
        document: &DocumentId,
    ) -> Result<(), DocumentError> {
        let mut tx = self.db.begin().await?;
        self.hold_open(&mut tx, user, order).await?;
        let now = tx.now();
        if !store::take_back(&mut tx, order, document, now).await? {
            return Err(DocumentError::NotFound);
        }
        let line = AuditLine::new(user.account().as_str(), user.role().code(), "lending.document.take_back");
        let detail = json!({ "order": order, "document": document });
        tx.audit(line.subject(user.subject().as_str()).detail(detail));
        Ok(tx.commit().await?)
    }

    /// The papers of an order that the caller has found for its actor.
    pub async fn list(&self, order: &Order) -> Result<Vec<GivenDocument>, DbError> {
        store::list(&self.db, &order.order_id).await
    }

    /// The firm's papers of its other orders, to be given to this one too.
    pub async fn list_others(&self, order: &Order) -> Result<Vec<GivenDocument>, DbError> {
        store::list_others(&self.db, &order.subject, &order.order_id).await
    }

    /// The firm opens its own paper.
    pub async fn open_own(
        &self,
        user: &FirmUser,
        order: &OrderId,
        document: &DocumentId,
    ) -> Result<(GivenDocument, Vec<u8>), DocumentError> {
        let actor = Actor::Firm(user);
        let order = self.known_order(&actor, order).await?;
        self.open(&order, document, None).await
    }

    /// Somebody of the order's bank opens a paper, until the order is over; the look is on record before the file is
    /// read.
    pub async fn open_for_bank(
        &self,
        user: &BankUser,
        order: &OrderId,
        document: &DocumentId,
    ) -> Result<(GivenDocument, Vec<u8>), DocumentError> {
        let order = self.known_order(&Actor::Bank(user), order).await?;
        if order.state.is_final() && !order.waits_for_appeal() {
            return Err(DocumentError::NotFound);
        }
        let staff = user.staff();
        let line = AuditLine::new(staff.login(), staff.role().code(), "lending.document.read");
        let line = line.institution(user.bank().as_str()).subject(order.subject.as_str());
        self.open(&order, document, Some(line)).await
    }

    async fn open(
        &self,
        order: &Order,
        document: &DocumentId,
        line: Option<AuditLine>,
    ) -> Result<(GivenDocument, Vec<u8>), DocumentError> {
        let mut tx = self.db.begin().await?;
        let given = store::list_within(&mut tx, &order.order_id).await?;
        let found = given.into_iter().find(|one| one.document.document_id == *document);
        let found = found.ok_or(DocumentError::NotFound)?;
        if let Some(line) = line {
            let detail = json!({ "order": order.order_id, "document": document, "material": found.material });
            tx.audit(line.detail(detail));
            tx.commit().await?;
        } else {
            tx.rollback().await?;
        }
        let bytes = self.shelf.find_as(document.as_str()).await?.ok_or(DocumentError::NotFound)?;
        Ok((found, bytes))
    }

    async fn known_order(&self, actor: &Actor<'_>, order: &OrderId) -> Result<Order, DocumentError> {
        let found = orders::find(&self.db, order).await?.filter(|order| actor.may_know(order));
        found.ok_or(DocumentError::Order(LendingError::OrderNotFound))
    }

    /// Holds the firm's order, while papers can be given to it: what was decided upon stays as it was.
    async fn hold_open(&self, tx: &mut Tx, user: &FirmUser, order: &OrderId) -> Result<(), DocumentError> {
        let held = orders::hold(tx, order).await?.filter(|order| Actor::Firm(user).may_know(order));
        let held = held.ok_or(DocumentError::Order(LendingError::OrderNotFound))?;
        Self::must_be_open(user, held.state)
    }

    fn must_be_open(user: &FirmUser, state: OrderState) -> Result<(), DocumentError> {
        if !user.may(MandateScope::Apply) {
            return Err(LendingError::MandateMissing.into());
        }
        if state.is_before_decision() { Ok(()) } else { Err(DocumentError::Closed) }
    }

    /// Ends the papers that are over and erases their files. Cut off at any moment, the next time goes on with what is
    /// left. Returns how many files were erased.
    pub async fn erase_over(&self, now: Timestamp) -> Result<u64, DocumentError> {
        loop {
            let mut tx = self.db.begin().await?;
            let over = store::end_over(&mut tx, &self.limits, now, AT_ONCE).await?;
            for (document, subject) in &over {
                let line = AuditLine::new("system", "system", "lending.document.over");
                tx.audit(line.subject(subject.as_str()).detail(json!({ "document": document })));
            }
            tx.commit().await?;
            if over.len() < AT_ONCE as usize {
                break;
            }
        }
        let mut erased = 0;
        loop {
            let left = store::list_unerased(&self.db, AT_ONCE).await?;
            for document in &left {
                self.shelf.remove_as(document.as_str()).await?;
                let mut tx = self.db.begin().await?;
                store::note_erased(&mut tx, document, now).await?;
                tx.commit().await?;
                erased += 1;
            }
            if left.len() < AT_ONCE as usize {
                break;
            }
        }
        // A file whose row was never written, because the process was killed or the connection ended in between.
        for name in self.shelf.list_as(IDLE_AFTER).await? {
            if !store::is_kept(&self.db, &name).await? {
                self.shelf.remove_as(&name).await?;
                erased += 1;
            }
        }
        Ok(erased)
    }
}

/// Has a worker erase papers that are over.
pub fn attend(worker: Worker, documents: Documents) -> Worker {
    worker.sweep(ERASE, EVERY, move |_| {
        let documents = documents.clone();
        async move {
            let now = documents.db.clock().now();
            documents.erase_over(now).await.map(|_| ()).map_err(|error| Failure::passing(error.to_string()))
        }
    })
}

/// What the paper shows, trimmed.
fn check_material(material: &str) -> Result<String, DocumentError> {
    let material: String = material.chars().filter(|sign| !sign.is_control()).collect();
    let material = material.trim();
    if MATERIAL_CHARS.contains(&material.chars().count()) {
        Ok(material.to_owned())
    } else {
        Err(DocumentError::Material)
    }
}
