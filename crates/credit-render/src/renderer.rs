//! The renderer: template and data in, PDF bytes out, with fonts and caches kept warm between reports.

use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use typst::diag::SourceDiagnostic;
use typst::foundations::{Bytes, Datetime, Smart};
use typst::syntax::Source;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, Timestamp};

use crate::world::{ReportWorld, Shelf};

/// Typst's cached results that no report used for this many renders are dropped.
const CACHE_AGE_MAX: usize = 4;
/// Beijing time, in minutes east of Greenwich.
const BEIJING_MINUTES: i32 = 8 * 60;

/// A rendered report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// Number of pages.
    pub pages: u32,
}

/// Why a report could not be rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The data is not a report view: not JSON, or without a generation time.
    #[error("report data is not a report view: {0}")]
    Data(String),
    /// The template failed; the text names line and reason.
    #[error("report template failed: {0}")]
    Template(String),
    /// The pages could not be written as PDF.
    #[error("report could not be written as pdf: {0}")]
    Pdf(String),
}

/// Renders reports; one per process is enough, and it may be shared between threads.
pub struct Renderer {
    shelf: Shelf,
    parsed: Mutex<Option<Source>>,
}

impl Default for Renderer {
    fn default() -> Self {
        Self::new()
    }
}

impl Renderer {
    /// Loads the built-in font and the Typst library.
    pub fn new() -> Self {
        Self { shelf: Shelf::new(), parsed: Mutex::new(None) }
    }

    /// Renders `view_json` (one `CreditReportView`) with `template`; the same input gives the same bytes.
    pub fn render(&self, view_json: &str, template: &str) -> Result<Pdf, RenderError> {
        let written_at = generated_at(view_json)?;
        let template = self.parse(template);
        let data = Bytes::from_string(view_json.to_owned());
        let world = ReportWorld { shelf: &self.shelf, template, data };
        let document = typst::compile::<PagedDocument>(&world)
            .output
            .map_err(|errors| RenderError::Template(describe(&errors, &world.template)))?;
        let options = PdfOptions {
            creator: Smart::Custom(Some("jinqiao".to_owned())),
            timestamp: Some(written_at),
            ..PdfOptions::default()
        };
        let bytes = typst_pdf::pdf(&document, &options)
            .map_err(|errors| RenderError::Pdf(describe(&errors, &world.template)))?;
        let pages = u32::try_from(document.pages().len()).unwrap_or(u32::MAX);
        typst::comemo::evict(CACHE_AGE_MAX);
        Ok(Pdf { bytes, pages })
    }

    /// The parsed template, from the last call where it is the same.
    fn parse(&self, template: &str) -> Source {
        let mut parsed = self.parsed.lock().unwrap_or_else(PoisonError::into_inner);
        match &*parsed {
            Some(source) if source.text() == template => source.clone(),
            _ => parsed.insert(self.shelf.source(template)).clone(),
        }
    }
}

/// The report's own generation time, which becomes the date of the file.
fn generated_at(view_json: &str) -> Result<Timestamp, RenderError> {
    let view: serde_json::Value =
        serde_json::from_str(view_json).map_err(|error| RenderError::Data(error.to_string()))?;
    let text = view.pointer("/cover/generated_at").and_then(serde_json::Value::as_str);
    text.and_then(beijing_time)
        .ok_or_else(|| RenderError::Data(format!("cover.generated_at is no time: {text:?}")))
}

/// Reads `2026-11-10 09:30:00`.
fn beijing_time(text: &str) -> Option<Timestamp> {
    let parts: Vec<u16> = text.split(['-', ' ', ':']).map_while(|part| part.parse().ok()).collect();
    let [year, rest @ ..] = parts.as_slice() else { return None };
    let rest: Vec<u8> = rest.iter().map_while(|&part| u8::try_from(part).ok()).collect();
    let [month, day, hour, minute, second] = rest[..] else { return None };
    let at = Datetime::from_ymd_hms(i32::from(*year), month, day, hour, minute, second)?;
    Timestamp::new_local(at, BEIJING_MINUTES)
}

/// Line and reason of each failure.
fn describe(errors: &[SourceDiagnostic], template: &Source) -> String {
    let mut text = String::new();
    for error in errors {
        let separator = if text.is_empty() { "" } else { "; " };
        let line = match error.span.get() {
            typst::syntax::DiagSpanKind::Number { num, sub_range, .. } => template
                .range(num, sub_range)
                .and_then(|range| template.lines().byte_to_line(range.start))
                .map_or(0, |line| line + 1),
            _ => 0,
        };
        // Writing to a string cannot fail.
        let _ = write!(text, "{separator}line {line}: {}", error.message);
        for hint in &error.hints {
            let _ = write!(text, " ({})", hint.v);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_date_is_the_reports_own() {
        assert!(beijing_time("2026-11-10 09:30:05").is_some());
        assert!(beijing_time("2026-11-10").is_none());
        assert!(beijing_time("yesterday").is_none());
    }

    #[test]
    fn a_template_sees_the_report_and_nothing_else() {
        let renderer = Renderer::new();
        let view = r#"{"cover":{"generated_at":"2026-11-10 09:30:05"}}"#;
        let good = renderer.render(view, "#json(\"view.json\").cover.generated_at").unwrap();
        assert_eq!(good.pages, 1);
        let bad = renderer.render(view, "\n#read(\"/etc/hostname\")").unwrap_err().to_string();
        assert!(bad.contains("line 2") && bad.contains("denied"), "{bad}");
        assert!(renderer.render("{}", "").is_err());
    }
}
