//! The credit report: what the platform holds on one enterprise, for one reader, as page, JSON and PDF.
//!
//! ```text
//! lake ─Permit─▶ Facts ─assemble─▶ CreditReportView ─seal─▶ JSON (SM3) ─render─▶ PDF (SM3) ─sign─▶ register
//!                                        └─▶ page
//! ```
//!
//! Page, API and PDF show the same [`view::CreditReportView`]; nothing downstream decides what is shown. What the
//! report says and in which order is content (`reports/self.toml`), how it looks on paper a template
//! (`reports/self.typ`).
//!
//! A drawn report is on record in `credit_report` and `credit_report_file`:
//!
//! ```text
//! valid ──repair, upheld objection, serious new record──▶ superseded
//!   ├───operator──────────────────────────────────────▶ revoked
//!   └───reference period over (computed)──────────────▶ expired
//! ```
//!
//! It never reads past the permit, never shows a repaired record, a penalty out of publicity, an identity hash or
//! a full account number, never changes a drawn report, and gives no score.

pub mod adverse;
pub mod assemble;
mod blocks;
mod charts;
mod check;
pub mod content;
mod draw;
mod edition;
pub mod facts;
mod format;
pub mod glance;
mod hints;
mod history;
mod late;
pub mod model;
pub mod number;
pub mod record;
pub mod records;
pub mod register;
mod seal;
mod service;
mod store;
pub mod view;

pub use model::{ReportEntry, ReportFile, ReportState, Verification};
pub use seal::{SealError, content_sm3, seal, signed_text};
pub use service::{Credit, CreditError, Drawn, Reader};
pub use view::CreditReportView;
