//! One shape for everything that can go wrong: a page with a way forward, or RFC 9457 JSON for programs.

use std::error::Error;
use std::fmt::Display;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jq_base::disk;
use serde::Serialize;

use crate::text::Text;

/// The code of what failed because a disk of the platform is full.
pub const DISK_FULL: &str = "disk-full";

/// One field of a form or of a document that cannot be taken as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldProblem {
    /// The field's name.
    pub field: String,
    /// What is wrong and how to mend it, in words.
    pub message: String,
}

/// A sentence about one case.
#[derive(Clone, Debug)]
struct Detail {
    zh: String,
    en: String,
}

/// Something that went wrong, as the person or program who asked should hear it.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    code: String,
    detail: Option<Detail>,
    fields: Vec<FieldProblem>,
    incident: Option<String>,
    forward: Option<String>,
}

impl Problem {
    /// A problem with an HTTP status and a stable code such as `lending/order-not-found`.
    ///
    /// Its words are the texts `problem-lending-order-not-found` and `…-next`; without them those of the status.
    pub fn new(status: u16, code: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, code: code.into(), detail: None, fields: Vec::new(), incident: None, forward: None }
    }

    /// A fault of ours: the cause goes to the log with its whole chain, the visitor gets an incident number. That a
    /// disk is full is told as such, for it is mended by making room and trying again.
    pub fn internal(error: &(dyn Error + 'static)) -> Self {
        let incident = crate::visit::random_hex(4).to_uppercase();
        tracing::error!(incident.id = %incident, error.chain = %chain(error), "a request failed");
        let (status, code) = if disk::is_full(error) { (503, DISK_FULL) } else { (500, "internal") };
        Self { incident: Some(incident), ..Self::new(status, code) }
    }

    /// Adds a sentence that belongs to this one case and is the same in both languages.
    #[must_use]
    pub fn detail(self, detail: impl Display) -> Self {
        let text = detail.to_string();
        self.said(text.clone(), text)
    }

    /// Adds a sentence that belongs to this one case, in both languages.
    #[must_use]
    pub fn said(mut self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.detail = Some(Detail { zh: zh.into(), en: en.into() });
        self
    }

    /// Adds a field that cannot be taken.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>, message: impl Display) -> Self {
        self.fields.push(FieldProblem { field: field.into(), message: message.to_string() });
        self
    }

    /// Names the page that leads on, for instance the sign-in.
    #[must_use]
    pub fn forward(mut self, address: impl Into<String>) -> Self {
        self.forward = Some(address.into());
        self
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The stable code.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The fields that cannot be taken.
    pub fn fields(&self) -> &[FieldProblem] {
        &self.fields
    }

    /// The sentence of this one case, if it has one.
    pub fn case(&self, text: Text) -> Option<&str> {
        self.detail.as_ref().map(|detail| text.lang().pick(&detail.zh, &detail.en))
    }

    /// The number under which the log knows this fault.
    pub fn incident(&self) -> Option<&str> {
        self.incident.as_deref()
    }

    /// The page that leads on.
    pub fn way(&self) -> Option<&str> {
        self.forward.as_deref()
    }

    /// What happened, in a few words.
    pub fn title(&self, text: Text) -> String {
        text.get(&self.key(text, ""))
    }

    /// What the visitor can do now.
    pub fn next(&self, text: Text) -> String {
        text.get(&self.key(text, "-next"))
    }

    fn key(&self, text: Text, ending: &str) -> String {
        let own = format!("problem-{}{ending}", self.code.replace('/', "-"));
        if text.has(&own) {
            return own;
        }
        let of_status = format!("problem-{}{ending}", self.status.as_u16());
        if text.has(&of_status) { of_status } else { format!("problem-500{ending}") }
    }

    /// The RFC 9457 document.
    pub fn json(&self, text: Text) -> serde_json::Value {
        let mut document = serde_json::json!({
            "type": format!("/problems/{}", self.code),
            "title": self.title(text),
            "status": self.status.as_u16(),
            "code": self.code,
        });
        if let Some(detail) = self.case(text) {
            document["detail"] = detail.into();
        }
        if let Some(incident) = &self.incident {
            document["instance"] = format!("/incidents/{incident}").into();
        }
        if !self.fields.is_empty() {
            document["fields"] = serde_json::json!(self.fields);
        }
        document
    }
}

/// The JSON form; the shell puts the page in its place when a person asked.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = self.json(Text::of(jq_base::lang::Lang::En)).to_string();
        let kind = HeaderValue::from_static("application/problem+json");
        let mut response = (self.status, [(header::CONTENT_TYPE, kind)], body).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use jq_base::lang::Lang;

    #[test]
    fn a_problem_without_its_own_words_uses_those_of_its_status() {
        let problem = Problem::new(404, "lending/nobody-wrote-this");
        assert_eq!(problem.title(Text::of(Lang::En)), Text::of(Lang::En).get("problem-404"));
    }

    #[test]
    fn a_full_disk_is_told_as_such_with_what_to_do() {
        let problem = Problem::internal(&std::io::Error::from_raw_os_error(28));
        assert_eq!((problem.status().as_u16(), problem.code()), (503, DISK_FULL));
        assert!(problem.incident().is_some());
        assert!(problem.next(Text::of(Lang::En)).contains("never taken twice"));
    }

    #[test]
    fn the_document_carries_code_and_fields() {
        let problem = Problem::new(422, "form").field("mobile", "eleven digits").said("已变", "has changed");
        let document = problem.json(Text::of(Lang::En));
        assert_eq!(problem.case(Text::of(Lang::Zh)), Some("已变"));
        assert_eq!(document["detail"], "has changed");
        assert_eq!(document["code"], "form");
        assert_eq!(document["fields"][0]["field"], "mobile");
    }
}
