//! Early warnings on live loans: what a batch changes for a borrower is told to the bank that lent, and to no other.
//!
//! The promise: when records come in that make a model's conditions hold for a subject with a live loan, the lending bank
//! has a warning within seconds of the batch, once; only under a consent for the time after lending that opens every item
//! the model reads; and each warning is marked right or wrong later, so that everybody sees how often a model is right and
//! how long before, and a model that is mostly wrong goes quiet.
//!
//! ```text
//! a look:   not known ─▶ baseline (what held when the loan was first looked at raises nothing)
//!                             ├─ does not hold ─▶ holds: a warning rises ─┐
//!                             └─ holds ─▶ does not hold: ceased ◀─────────┘  and comes again: rises again
//! warning:  open ─▶ seen ─▶ right ◀─▶ wrong        open, seen ─▶ ended (the consent does not hold any more; what still
//!                                                  holds when one does again rises again)
//! ```
//!
//! The models are content, `decisions/warnings/*.toml` ([`Models`]): conditions over the features of `jq-decision`, words
//! for the officer, limits, and cases beside them. [`look`] is done after each batch and on each new day; [`attend`] has a
//! worker look at a loan when it is paid out, note which loans fell overdue, and end what a withdrawal takes the ground
//! from. Where there is no consent nothing is raised, nothing is put on record, and what was noted stays as it was.
//!
//! Tables: `warning_state`, `warning`. Events about the subject: `warning.raised` (not of a quiet model),
//! `warning.marked`, `warning.ended`.
//!
//! What it never does: read a record without a permit in the same transaction; tell a bank of a subject it has not lent
//! to; put what happened into an event, an audit line or a text message; decide about a loan; mark a warning itself.

mod attend;
mod content;
mod edge;
mod error;
mod ledger;
mod look;
mod mark;
mod model;
mod record;
mod store;

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, PoisonError, RwLock};

use jq_catalog::Catalog;
use jq_db::Db;
use jq_decision::Decisions;
use jq_lending::Lending;

pub use attend::attend;
pub use content::{ContentError, Model, ModelFault, Models};
pub use edge::{Noted, Step, step};
pub use error::WarningError;
pub use ledger::{
    Seer, WarningCursor, WarningFilter, WarningPage, find, list, list_of_loan, list_standing_of,
};
pub use look::{Looked, look};
pub use mark::{Marker, NOTE_CHARS_MAX, mark};
pub use model::{Fact, Level, Mark, Told, Warning, WarningState};
pub use record::{MONTHS, TrackRecord};

/// The tables with columns that lie sealed.
pub const SECRET_TABLES: [&jq_base::seal::SecretTable; 1] = [&store::SECRETS];

/// Early warnings over the loans of one store; clones share it.
#[derive(Clone)]
pub struct Warnings {
    db: Db,
    catalog: Arc<Catalog>,
    lending: Lending,
    decisions: Decisions,
    folder: Option<PathBuf>,
    models: Arc<RwLock<Arc<Models>>>,
    /// The last look was broken off, or there has been none: the next one is at all loans.
    behind: Arc<AtomicBool>,
}

impl Warnings {
    /// Warnings by the shipped models.
    pub fn new(
        db: Db,
        catalog: Arc<Catalog>,
        lending: Lending,
        decisions: Decisions,
    ) -> Result<Self, ContentError> {
        let models = Arc::new(RwLock::new(Arc::new(Models::embedded(decisions.features())?)));
        let (folder, behind) = (None, Arc::new(AtomicBool::new(true)));
        Ok(Self { db, catalog, lending, decisions, folder, models, behind })
    }

    /// The same with the models of a data folder's `decisions/warnings/` laid over the shipped ones.
    pub fn over(self, folder: PathBuf) -> Result<Self, ContentError> {
        let models = Models::load(&[folder.as_path()], self.decisions.features())?;
        self.exchange(models);
        Ok(Self { folder: Some(folder), ..self })
    }

    /// The models that are looked with.
    pub fn models(&self) -> Arc<Models> {
        Arc::clone(&self.models.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the data folder's models again. Where one of them is wrong, those that are loaded stay.
    pub fn reload(&self) -> Result<(), ContentError> {
        if let Some(folder) = &self.folder {
            self.exchange(Models::load(&[folder.as_path()], self.decisions.features())?);
        }
        Ok(())
    }

    fn exchange(&self, models: Models) {
        *self.models.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(models);
    }
}
