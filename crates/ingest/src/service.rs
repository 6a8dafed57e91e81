//! Taking a batch: prove the file, check the rows, commit the good ones once, answer with a receipt.

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, RwLock};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use jq_base::sm3;
use jq_catalog::{Catalog, Item};
use jq_db::audit::AuditLine;
use jq_db::outbox::Event;
use jq_db::{Db, Tx};
use jq_lake::{KnownRecords, Lake, Load, Loaded, RowsBuilder, Stamp, Whereabouts, WriteLock};

use crate::again;
use crate::batch::{self, Checking};
use crate::check::Against;
use crate::classify::{Fate, decide};
use crate::collect::CheckedBatch;
use crate::delivery::{self, Delivery};
use crate::error::IngestError;
use crate::fault::FileFault;
use crate::files;
use crate::layout::Layouts;
use crate::manifest::{Charset, Format, Manifest, Mode, SCHEMA_VERSION};
use crate::plan::{ItemPlan, Moment};
use crate::receipt::{BatchState, Counts, Receipt};
use crate::registry::Registry;
use crate::rule::Rule;
use crate::sample;
use crate::snapshot;
use crate::store::{self, BatchRow, QuarantineCount, QuarantinedRow};
use crate::wrong::WrongRows;

/// The item whose records are the register of organisations.
const REGISTER: &str = "ent_registration";

/// A batch that is being taken; boxed so that it is compiled in this crate once and not in every crate that awaits it.
pub type Taking<'a> = Pin<Box<dyn Future<Output = Result<Receipt, IngestError>> + Send + 'a>>;

/// Who hands a batch over.
#[derive(Debug, Clone)]
pub struct Sender {
    /// The account.
    pub actor: String,
    /// In which role.
    pub role: String,
    /// For which institution; a source unit may deliver only its own items, the operator any.
    pub institution: String,
}

impl Sender {
    /// The operator at the command line.
    pub fn operator(actor: &str) -> Self {
        Self { actor: actor.to_owned(), role: "operator".to_owned(), institution: String::new() }
    }
}

/// Takes batches into the lake.
#[derive(Clone)]
pub struct Ingest {
    pub(crate) db: Db,
    pub(crate) lake: Lake,
    catalog: Arc<Catalog>,
    pub(crate) folder: PathBuf,
    registry: Arc<RwLock<Option<Arc<Registry>>>>,
}

impl Ingest {
    /// Receipts and rejected rows are written under `folder`.
    pub fn new(db: Db, lake: Lake, catalog: Arc<Catalog>, folder: PathBuf) -> Self {
        Self { db, lake, catalog, folder, registry: Arc::default() }
    }

    /// Finds the batches under the paths, in the order in which they are to be taken.
    pub fn find(&self, paths: &[PathBuf]) -> Result<Vec<Delivery>, IngestError> {
        delivery::find(paths, &files::unpacked(&self.folder), |item| {
            self.catalog.item(item).map_or(u32::MAX, |item| item.no)
        })
    }

    /// Takes one batch. Wrong data is answered with a receipt; an error means that the platform failed
    /// and the batch should be handed over again, which is always safe.
    pub fn take<'a>(&'a self, delivery: &'a Delivery, sender: &'a Sender) -> Taking<'a> {
        Box::pin(async move {
            let manifest = match &delivery.manifest {
                Ok(manifest) => manifest,
                Err(fault) => return self.reject_nameless(delivery, fault, sender).await,
            };
            let received_at = self.arrival(&manifest.source_unit).await?;
            let item = self.item_of(manifest, sender);
            if let Err(fault) = &item
                && fault.rule == Rule::UnitMismatch
            {
                // Whoever is not the unit cannot use up its batch ids, nor read its receipts.
                let receipt = Receipt::new(manifest, BatchState::Rejected, received_at).with_reason(fault);
                let mut tx = self.db.begin().await?;
                record(&mut tx, &receipt, sender);
                tx.commit().await?;
                return Ok(receipt);
            }
            if let Some(known) = store::find_batch(&self.db, &manifest.batch_id).await?
                && let Some(answer) = again::answer(known, manifest, received_at)
                && (!answer.repeated || files::has_receipt(&self.folder, &answer.batch_id))
            {
                return Ok(answer);
            }
            match item {
                Ok(item) => self.take_alone(delivery, manifest, item, sender, received_at).await,
                Err(fault) => self.reject(manifest, &fault, sender, received_at).await,
            }
        })
    }

    fn item_of(&self, manifest: &Manifest, sender: &Sender) -> Result<&Item, FileFault> {
        let mismatch = || FileFault::new(Rule::UnitMismatch, manifest.source_unit.clone());
        if !sender.institution.is_empty() && sender.institution != manifest.source_unit {
            return Err(mismatch());
        }
        let item = self
            .catalog
            .item(&manifest.item_id)
            .ok_or_else(|| FileFault::new(Rule::ItemUnknown, manifest.item_id.clone()))?;
        if item.source_unit != manifest.source_unit {
            return Err(mismatch());
        }
        if manifest.schema_version != SCHEMA_VERSION {
            return Err(FileFault::new(Rule::SchemaVersion, manifest.schema_version.to_string()));
        }
        Ok(item)
    }

    /// Takes a batch while nobody else, in this process or another, takes one of the same item.
    async fn take_alone(
        &self,
        delivery: &Delivery,
        manifest: &Manifest,
        item: &Item,
        sender: &Sender,
        received_at: Timestamp,
    ) -> Result<Receipt, IngestError> {
        let lock = self.lake.write_lock(&item.id).await?;
        let finished = self.finish_left(item, sender).await?;
        if let Some(known) = store::find_batch(&self.db, &manifest.batch_id).await?
            && let Some(answer) = again::answer(known, manifest, received_at)
        {
            if answer.repeated {
                files::keep_receipt(&self.folder, &answer)?;
            }
            let repeated = answer.repeated && !finished.contains(&answer.batch_id);
            return Ok(Receipt { repeated, ..answer });
        }
        if let Err(fault) = self.check_sequence(delivery, manifest).await? {
            return self.reject(manifest, &fault, sender, received_at).await;
        }
        match self.check_file(delivery, manifest, item, &lock, received_at).await? {
            Ok(checked) => self.decide(manifest, item, checked, &lock, sender, received_at).await,
            Err(fault) => self.reject(manifest, &fault, sender, received_at).await,
        }
    }

    async fn check_sequence(
        &self,
        delivery: &Delivery,
        manifest: &Manifest,
    ) -> Result<Result<(), FileFault>, IngestError> {
        if delivery.corrections {
            return Ok(Ok(()));
        }
        if manifest.seq == 0 {
            return Ok(Err(FileFault::new(Rule::SequenceGap, "seq ≥ 1")));
        }
        let last =
            store::last_sequence(&self.db, &manifest.source_unit, &manifest.item_id, &manifest.batch_id)
                .await?;
        Ok(match last {
            Some(last) if manifest.seq > last + 1 => {
                Err(FileFault::new(Rule::SequenceGap, format!("{} → {}", last, manifest.seq)))
            }
            Some(last) if manifest.seq <= last => {
                Err(FileFault::new(Rule::SequenceRepeated, manifest.seq.to_string()))
            }
            _ => Ok(()),
        })
    }

    async fn check_file(
        &self,
        delivery: &Delivery,
        manifest: &Manifest,
        item: &Item,
        lock: &WriteLock,
        received_at: Timestamp,
    ) -> Result<Result<CheckedBatch, FileFault>, IngestError> {
        let path = delivery.folder.join(&manifest.file);
        let registry = self.registry().await?;
        let plan = ItemPlan::new(&self.catalog, item);
        let mapping = self.catalog.mapping(&manifest.source_unit, &item.id).cloned();
        let manifest = manifest.clone();
        let today = received_at.to_zoned(beijing()).date();
        let moment = Moment { today, now: received_at.as_microsecond() };
        let stamp = Stamp {
            source_unit: manifest.source_unit.clone(),
            batch_id: manifest.batch_id.clone(),
            received_at: moment.now,
        };
        let load = self
            .lake
            .begin_load(lock, &item.id, stamp, manifest.rows, || {
                sample::sample(&path, &manifest, Layouts { plan: &plan, mapping: mapping.as_ref() })
            })
            .await?;
        let (lake, table) = (self.lake.clone(), item.id.clone());
        // That the lake has the table was seen when the load began.
        lake.rows(&table)?;
        let checked = tokio::task::spawn_blocking(move || {
            let builder = |rows| lake.rows_sized(&table, rows).expect("the lake has the table");
            let against = Against { plan: &plan, registry: &registry, moment };
            let layouts = Layouts { plan: &plan, mapping: mapping.as_ref() };
            let checking = Checking { against, layouts, builder: &builder };
            batch::check(&path, &manifest, &checking, load)
        });
        checked.await?
    }

    async fn decide(
        &self,
        manifest: &Manifest,
        item: &Item,
        mut checked: CheckedBatch,
        lock: &WriteLock,
        sender: &Sender,
        received_at: Timestamp,
    ) -> Result<Receipt, IngestError> {
        let wrong = std::mem::take(&mut checked.wrong);
        let header = std::mem::take(&mut checked.header);
        let mut receipt = Receipt::new(manifest, BatchState::Checked, received_at);
        receipt.counts.rows = checked.rows;
        receipt = receipt.with_wrong(&wrong);
        let held = wrong.hold(checked.rows);
        let loaded = if held {
            receipt.state = BatchState::Held;
            receipt.counts.held = checked.rows - wrong.count();
            let detail = format!("{} / {}", receipt.counts.quarantined, checked.rows);
            receipt = receipt.with_reason(&FileFault::new(Rule::TooManyWrong, detail));
            None
        } else {
            Some(self.sort_out(manifest, item, checked, &mut receipt).await?)
        };
        debug_assert_eq!(receipt.counts.told(), receipt.counts.rows, "every row is told once");
        // The receipt is on record before the rows are, so that whoever finds the rows finds what to answer.
        let mut tx = self.db.begin().await?;
        store::put_batch(&mut tx, &receipt, &manifest.sm3).await?;
        store::put_quarantine(&mut tx, &receipt, &wrong).await?;
        if held {
            record(&mut tx, &receipt, sender);
        }
        tx.commit().await?;
        files::write_rejected(&self.folder, &header, &receipt, &wrong)?;
        let Some(loaded) = loaded else {
            files::write_receipt(&self.folder, &receipt)?;
            return Ok(receipt);
        };
        self.lake.commit_load(lock, loaded).await?;
        self.finish(receipt, &manifest.sm3, sender).await
    }

    /// Compares the good rows with what is known and writes those that change something.
    async fn sort_out(
        &self,
        manifest: &Manifest,
        item: &Item,
        checked: CheckedBatch,
        receipt: &mut Receipt,
    ) -> Result<Loaded, IngestError> {
        let CheckedBatch { rows, withdrawals, keys, subjects, load, .. } = checked;
        let keys = Arc::new(keys);
        if load.is_first() {
            let wrong = receipt.counts.quarantined + receipt.counts.unmatched;
            receipt.counts.withdrawn = withdrawals;
            receipt.counts.accepted = rows - wrong - withdrawals;
            return Ok(tokio::task::spawn_blocking(move || load.finish(None)).await??);
        }
        let whereabouts = subjects.map_or(Whereabouts::Anywhere, |subjects| {
            Whereabouts::WithSubjects(subjects.into_iter().collect())
        });
        let batch_keys = Arc::clone(&keys);
        let known = self.lake.known(&item.id, whereabouts, move |digest| batch_keys.find(digest)).await?;
        let moved = self.lake.rows(&item.id)?;
        let finished = tokio::task::spawn_blocking(move || finish_load(load, &known, moved));
        let (mut loaded, counts) = finished.await??;
        let Counts { accepted, updated, unchanged, older, withdrawn, .. } = counts;
        receipt.counts = Counts { accepted, updated, unchanged, older, withdrawn, ..receipt.counts };
        if manifest.mode == Mode::Snapshot
            && let Some(gone) = snapshot::withdraw_missing(&self.lake, manifest, &keys, receipt).await?
        {
            loaded.add(gone)?;
        }
        Ok(loaded)
    }

    /// The rows are in the lake: the batch is committed, told and put on record, all in one transaction.
    pub(crate) async fn finish(
        &self,
        mut receipt: Receipt,
        sm3: &str,
        sender: &Sender,
    ) -> Result<Receipt, IngestError> {
        receipt.state = BatchState::Committed;
        let mut tx = self.db.begin().await?;
        store::put_batch(&mut tx, &receipt, sm3).await?;
        record(&mut tx, &receipt, sender);
        tx.commit().await?;
        files::write_receipt(&self.folder, &receipt)?;
        Ok(receipt)
    }

    async fn reject(
        &self,
        manifest: &Manifest,
        fault: &FileFault,
        sender: &Sender,
        received_at: Timestamp,
    ) -> Result<Receipt, IngestError> {
        let receipt = Receipt::new(manifest, BatchState::Rejected, received_at).with_reason(fault);
        let mut tx = self.db.begin().await?;
        if !store::put_batch(&mut tx, &receipt, &manifest.sm3).await? {
            // It was committed meanwhile, and its record and receipt stand.
            return Ok(receipt);
        }
        // Wrong rows of an earlier try are not of this one.
        let none = WrongRows::default();
        store::put_quarantine(&mut tx, &receipt, &none).await?;
        record(&mut tx, &receipt, sender);
        tx.commit().await?;
        files::write_rejected(&self.folder, &[], &receipt, &none)?;
        files::write_receipt(&self.folder, &receipt)?;
        Ok(receipt)
    }

    /// A delivery whose manifest cannot be read has no batch id; its folder's name and content stand in.
    async fn reject_nameless(
        &self,
        delivery: &Delivery,
        fault: &FileFault,
        sender: &Sender,
    ) -> Result<Receipt, IngestError> {
        let received_at = self.db.clock().now();
        let text = std::fs::read(delivery.folder.join("manifest.json")).unwrap_or_default();
        let digest = sm3::hex(&text);
        let name: String =
            delivery.name().chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_').collect();
        let manifest = Manifest {
            batch_id: format!("unreadable-{}-{}", name, &digest[..8]),
            source_unit: if sender.institution.is_empty() {
                "?".to_owned()
            } else {
                sender.institution.clone()
            },
            item_id: "?".to_owned(),
            schema_version: SCHEMA_VERSION,
            seq: 0,
            rows: 0,
            file: "manifest.json".to_owned(),
            format: Format::Csv,
            encoding: Charset::Utf8,
            sm3: digest,
            sent_at: received_at,
            mode: Mode::Incremental,
        };
        self.reject(&manifest, fault, sender, received_at).await
    }

    /// Who is registered, by the newest state of the register, whichever process took its last batch.
    async fn registry(&self) -> Result<Arc<Registry>, IngestError> {
        if self.catalog.item(REGISTER).is_none() {
            return Ok(Arc::default());
        }
        let version = self.lake.version_of(REGISTER).await?;
        if let Some(known) = self.registry.read().expect("no panic holds this lock").as_ref()
            && known.is_of(version)
        {
            return Ok(Arc::clone(known));
        }
        let registry = Arc::new(Registry::new(version, self.lake.subjects(REGISTER).await?));
        *self.registry.write().expect("no panic holds this lock") = Some(Arc::clone(&registry));
        Ok(registry)
    }

    /// Removes what deliveries that were cut off have left beside the lake, where it is older than `grace`.
    pub fn vacuum(&self, grace: SignedDuration) -> Result<(), IngestError> {
        files::remove_leftovers(&self.folder, grace)
    }

    /// The newest batches, of one unit or of all.
    pub async fn list_batches(&self, unit: Option<&str>, limit: u32) -> Result<Vec<BatchRow>, IngestError> {
        Ok(store::list_batches(&self.db, unit, limit).await?)
    }

    /// The receipt of a batch.
    pub async fn get_batch(&self, batch_id: &str) -> Result<BatchRow, IngestError> {
        store::find_batch(&self.db, batch_id)
            .await?
            .ok_or_else(|| IngestError::BatchNotFound(batch_id.to_owned()))
    }

    /// Rows in quarantine: of one batch, or all that are still open.
    pub async fn list_quarantine(
        &self,
        batch_id: Option<&str>,
        limit: u32,
    ) -> Result<Vec<QuarantinedRow>, IngestError> {
        Ok(store::list_quarantine(&self.db, batch_id, limit).await?)
    }

    /// A unit's rows in quarantine that are still open, the newest first.
    pub async fn list_unit_quarantine(
        &self,
        unit: &str,
        limit: u32,
    ) -> Result<Vec<QuarantinedRow>, IngestError> {
        Ok(store::list_unit_quarantine(&self.db, unit, limit).await?)
    }

    /// How many rows wait in quarantine, by unit and item.
    pub async fn count_quarantine(&self) -> Result<Vec<QuarantineCount>, IngestError> {
        Ok(store::count_quarantine(&self.db).await?)
    }

    /// Takes a file of corrected rows: the `rejected.csv` of a batch, mended. The rows come as a batch of
    /// their own outside the sequence; those that pass leave the quarantine.
    pub fn resubmit<'a>(&'a self, path: &'a Path, sender: &'a Sender) -> Taking<'a> {
        Box::pin(async move {
            let corrections = files::read_corrections(path, &self.catalog)?;
            let original = self.get_batch(&corrections.batch_id).await?;
            let now = self.db.clock().now();
            let folder = corrections.write_batch(&self.folder, &original.receipt, now)?;
            let delivery = Delivery::of_corrections(folder);
            let receipt = self.take(&delivery, sender).await?;
            if receipt.state == BatchState::Committed {
                // The receipt lists the first faults only.
                let wrong = store::wrong_row_numbers(&self.db, &receipt.batch_id).await?;
                let passed: Vec<u64> = corrections
                    .rows
                    .iter()
                    .zip(1_u64..)
                    .filter(|(_, row_no)| !wrong.contains(row_no))
                    .map(|(row, _)| row.row_no)
                    .collect();
                let mut tx = self.db.begin().await?;
                store::resolve_rows(&mut tx, &corrections.batch_id, &passed).await?;
                tx.audit(
                    AuditLine::new(&sender.actor, &sender.role, "quarantine.resolve")
                        .institution(&sender.institution)
                        .subject(&corrections.batch_id)
                        .detail(serde_json::json!({ "rows": passed, "by": receipt.batch_id })),
                );
                tx.commit().await?;
            }
            Ok(receipt)
        })
    }
}

/// Decides every row by what is known of its record. A record that has become another subject's is withdrawn from
/// the one it was of; those withdrawals go into `moved`.
fn finish_load(
    load: Load,
    known: &KnownRecords,
    moved: RowsBuilder,
) -> Result<(Loaded, Counts), IngestError> {
    let told = Mutex::new((Counts::default(), moved, Ok(())));
    let mut loaded = load.finish(Some(&|row| {
        let known = known.get(&row.digest);
        let (counts, moved, outcome) = &mut *told.lock().expect("no panic holds this lock");
        let Fate::Version(version) = decide(row, known, counts) else { return None };
        let former = known.and_then(|known| known.subject.as_deref()).filter(|former| *former != row.subject);
        let Some(former) = former else { return Some(version) };
        let cells = snapshot::withdrawal(former, row.natural_key, row.source_updated_at, version.into());
        if let Err(error) = moved.push(cells) {
            *outcome = Err(error);
        }
        Some(version + 1)
    }))?;
    let (counts, moved, outcome) = told.into_inner().expect("no panic holds this lock");
    outcome?;
    loaded.add(moved)?;
    Ok((loaded, counts))
}

/// Beijing time.
fn beijing() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(8))
}

fn record(tx: &mut Tx, receipt: &Receipt, sender: &Sender) {
    let Counts { rows, accepted, updated, withdrawn, quarantined, unmatched, no_longer_listed, .. } =
        receipt.counts;
    let detail = serde_json::json!({
        "batch": receipt.batch_id, "item": receipt.item_id, "unit": receipt.source_unit,
        "seq": receipt.seq, "state": receipt.state.name(), "reason": receipt.reason, "rows": rows,
        "accepted": accepted, "updated": updated, "withdrawn": withdrawn, "quarantined": quarantined,
        "unmatched": unmatched, "no_longer_listed": no_longer_listed,
    });
    let action = format!("batch.{}", receipt.state.name());
    tx.audit(
        AuditLine::new(&sender.actor, &sender.role, &action)
            .institution(&sender.institution)
            .subject(&receipt.batch_id)
            .items([receipt.item_id.as_str()])
            .detail(detail.clone()),
    );
    tx.emit(Event::new(format!("ingest.{action}"), &receipt.batch_id, detail));
}
