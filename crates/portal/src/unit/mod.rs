//! The source unit's portal: deliver a batch, read its receipt.

pub mod deliver;
pub mod error;
pub mod home;
pub mod receipt;

use jq_base::lang::Lang;
use jq_db::audit::AuditLine;
use jq_identity::UnitUser;
use jq_ingest::BatchState;
use jq_web::Visit;

use crate::refused::Refused;
use crate::state::PortalState;

/// What became of a batch, in words, colour and shape.
#[derive(Clone, Debug)]
pub struct StateWords {
    /// `good`, `soon` or `bad`.
    pub tone: &'static str,
    /// The icon.
    pub icon: &'static str,
    /// The words.
    pub label: String,
}

impl StateWords {
    /// The words for a batch of which `wrong` rows were not taken.
    pub fn new(v: &Visit, state: BatchState, wrong: u64) -> Self {
        let (tone, icon, key) = match state {
            BatchState::Checked => ("", "clock", "batch-received"),
            BatchState::Committed if wrong > 0 => ("soon", "alert-triangle", "batch-partial"),
            BatchState::Committed => ("good", "circle-check", "batch-accepted"),
            BatchState::Held => ("bad", "alert-circle", "batch-held"),
            BatchState::Rejected => ("bad", "circle-x", "batch-refused"),
        };
        Self { tone, icon, label: v.t(key) }
    }
}

/// The name of an item, or its id when the catalogue no longer has it.
pub fn item_name(state: &PortalState, item: &str, lang: Lang) -> String {
    state.catalog.item(item).map_or(item, |item| item.name(lang)).to_owned()
}

/// Puts on record that rows of a batch are shown, as wrong as they are: they are records of somebody.
async fn note_read(state: &PortalState, user: &UnitUser, batch: &str, form: &str) -> Result<(), Refused> {
    let staff = user.staff();
    let line = AuditLine::new(staff.login(), staff.role().code(), "quarantine.read");
    let detail = serde_json::json!({ "batch": batch, "form": form });
    let mut tx = state.db.begin().await?;
    tx.audit(line.institution(staff.institution()).detail(detail));
    Ok(tx.commit().await?)
}
