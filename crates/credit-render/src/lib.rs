//! Sets a credit report as a PDF: a pure function of the report's data and a template.
//!
//! The same data and template give the same bytes: the date in the file is the report's own, the font is
//! built in, and nothing is read from disk, network or machine. Typst is known to this crate alone.
//!
//! Rendering keeps one CPU busy for a fraction of a second; servers call it from a blocking thread.

mod renderer;
mod world;

use std::sync::LazyLock;

pub use renderer::{Pdf, RenderError, Renderer};

/// Renders with a renderer that the whole process shares and keeps warm.
///
/// `view_json` is one `CreditReportView` as JSON, `template` a Typst source that reads it as `view.json`.
pub fn render_pdf(view_json: &str, template: &str) -> Result<Pdf, RenderError> {
    static SHARED: LazyLock<Renderer> = LazyLock::new(Renderer::new);
    SHARED.render(view_json, template)
}
