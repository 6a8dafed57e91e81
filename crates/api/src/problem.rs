//! What a program hears when something went wrong: RFC 9457, a stable code, words, and what to mend where.

use std::error::Error;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jq_base::lang::Lang;
use jq_credit::CreditError;
use jq_identity::IdentityError;
use jq_ingest::{BatchState, IngestError, Receipt, Rule};
use serde::Serialize;
use utoipa::ToSchema;

use crate::code::{self, Code};
use crate::said::Said;

/// The content type of every problem.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// A problem on its way out; the language is chosen last.
#[derive(Clone, Debug)]
pub(crate) struct ApiProblem {
    status: StatusCode,
    code: String,
    title: Said,
    remedy: Said,
    detail: Option<Said>,
    incident: Option<String>,
    fields: Vec<(String, Said)>,
    rows: Vec<WrongRow>,
    batch: Option<Batch>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// A wrong row or file of a batch.
#[derive(Clone, Debug)]
struct WrongRow {
    file: String,
    row: Option<u64>,
    field: Option<String>,
    value: Option<String>,
    rule: String,
    message: Said,
    remedy: Said,
}

/// Which batch was turned away.
#[derive(Clone, Debug)]
struct Batch {
    id: String,
    state: BatchState,
    repeated: bool,
}

impl ApiProblem {
    /// A problem of that kind.
    pub(crate) fn new(code: &Code) -> Self {
        let words = (code.title.clone(), code.remedy.clone());
        Self::with_words(StatusCode::from_u16(code.status), code.id.to_owned(), words)
    }

    fn with_words<E>(status: Result<StatusCode, E>, code: String, (title, remedy): (Said, Said)) -> Self {
        Self {
            status: status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            code,
            title,
            remedy,
            detail: None,
            incident: None,
            fields: Vec::new(),
            rows: Vec::new(),
            batch: None,
            headers: Vec::new(),
        }
    }

    /// A file as a whole that breaks a rule of ingest.
    pub(crate) fn of_rule(rule: Rule) -> Self {
        let title = Said::fixed(rule.words(Lang::Zh), rule.words(Lang::En));
        let remedy = Said::fixed(rule.remedy(Lang::Zh), rule.remedy(Lang::En));
        let code = format!("ingest/{}", rule.id());
        Self::with_words(StatusCode::from_u16(422), code, (title, remedy))
    }

    /// A fault of ours: the cause goes to the log, the caller gets an incident number.
    pub(crate) fn internal(error: &(dyn Error + 'static)) -> Self {
        let logged = jq_web::Problem::internal(error);
        Self { incident: logged.incident().map(str::to_owned), ..Self::new(&code::INTERNAL) }
    }

    /// A batch that was held or rejected: every wrong row with its remedy.
    pub(crate) fn of_receipt(receipt: &Receipt) -> Self {
        let rule = receipt.reason.as_deref().and_then(Rule::find).unwrap_or(Rule::TooManyWrong);
        let mut problem = Self::of_rule(rule);
        let reason = |lang| receipt.reason_text(lang).unwrap_or_default();
        let whole = WrongRow {
            file: receipt.file.clone(),
            row: None,
            field: None,
            value: None,
            rule: rule.id().to_owned(),
            message: Said::of(reason(Lang::Zh), reason(Lang::En)),
            remedy: problem.remedy.clone(),
        };
        problem.detail = Some(whole.message.clone());
        problem.rows.push(whole);
        problem.rows.extend(receipt.faults.iter().map(|fault| WrongRow {
            file: receipt.file.clone(),
            row: Some(fault.row_no),
            field: fault.field.clone(),
            value: Some(fault.value.clone()),
            rule: fault.rule.clone(),
            message: Said::of(&fault.words_zh, &fault.words_en),
            remedy: Said::of(&fault.remedy_zh, &fault.remedy_en),
        }));
        let (batch_id, state) = (receipt.batch_id.clone(), receipt.state);
        problem.batch = Some(Batch { id: batch_id, state, repeated: receipt.repeated });
        problem
    }

    /// Adds what is special about this one case.
    #[must_use]
    pub(crate) fn detail(mut self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.detail = Some(Said::of(zh, en));
        self
    }

    /// Adds a parameter or header that cannot be taken.
    #[must_use]
    pub(crate) fn field(mut self, name: &str, words: Said) -> Self {
        self.fields.push((name.to_owned(), words));
        self
    }

    /// Adds a header of the answer.
    #[must_use]
    pub(crate) fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.push((HeaderName::from_static(name), HeaderValue::from_static(value)));
        self
    }

    /// The HTTP status.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// The document a reader of `lang` gets.
    pub(crate) fn document(&self, lang: Lang) -> ProblemView {
        let text = |said: &Said| said.pick(lang).to_owned();
        let field = |(name, said): &(String, Said)| FieldView { field: name.clone(), message: text(said) };
        let row = |row: &WrongRow| RowView {
            file: row.file.clone(),
            row: row.row,
            field: row.field.clone(),
            value: row.value.clone(),
            rule: row.rule.clone(),
            message: text(&row.message),
            remedy: text(&row.remedy),
        };
        ProblemView {
            kind: format!("/api/docs#problem-{}", self.code.replace('/', "-")),
            title: text(&self.title),
            status: self.status.as_u16(),
            code: self.code.clone(),
            remedy: text(&self.remedy),
            detail: self.detail.as_ref().map(text),
            instance: self.incident.as_ref().map(|incident| format!("/incidents/{incident}")),
            fields: self.fields.iter().map(field).collect(),
            errors: self.rows.iter().map(row).collect(),
            batch_id: self.batch.as_ref().map(|batch| batch.id.clone()),
            state: self.batch.as_ref().map(|batch| batch.state.name().to_owned()),
            repeated: self.batch.as_ref().map(|batch| batch.repeated),
        }
    }

    /// The body in that language.
    pub(crate) fn body(&self, lang: Lang) -> Body {
        Body::from(serde_json::to_vec(&self.document(lang)).unwrap_or_default())
    }
}

/// The default language; the language layer puts the caller's in its place.
impl IntoResponse for ApiProblem {
    fn into_response(self) -> Response {
        let kind = HeaderValue::from_static(PROBLEM_JSON);
        let mut response =
            (self.status, [(header::CONTENT_TYPE, kind)], self.body(Lang::default())).into_response();
        response.headers_mut().extend(self.headers.iter().cloned().map(|(name, value)| (Some(name), value)));
        response.extensions_mut().insert(self);
        response
    }
}

impl From<IdentityError> for ApiProblem {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::NotSignedIn => Self::new(&code::TOKEN_INVALID)
                .header("www-authenticate", "Bearer realm=\"jinqiao\", error=\"invalid_token\""),
            IdentityError::OtherRole(_) | IdentityError::NotYours => Self::new(&code::WRONG_CLIENT),
            other => Self::internal(&other),
        }
    }
}

impl From<IngestError> for ApiProblem {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::NoBatch { .. } | IngestError::Archive { .. } => Self::new(&code::BAD_ARCHIVE),
            IngestError::ArchiveTooLarge { .. } => Self::new(&code::TOO_LARGE),
            IngestError::BatchNotFound(_) => Self::new(&code::NO_BATCH),
            other => Self::internal(&other),
        }
    }
}

impl From<CreditError> for ApiProblem {
    fn from(error: CreditError) -> Self {
        match error {
            CreditError::NotFound => Self::new(&code::NO_REPORT),
            other => Self::internal(&other),
        }
    }
}

/// What went wrong (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemView {
    /// Where this kind of problem is described.
    #[serde(rename = "type")]
    kind: String,
    /// What happened, in the language of Accept-Language.
    title: String,
    /// The HTTP status.
    status: u16,
    /// The stable code; programs decide by it.
    code: String,
    /// What to do about it.
    remedy: String,
    /// What is special about this one case.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// The incident number under which the operator finds the cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    /// Parameters and headers that cannot be taken.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    fields: Vec<FieldView>,
    /// The file and the rows of a batch that cannot be taken; 1,000 rows at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<RowView>,
    /// The batch that was turned away.
    #[serde(skip_serializing_if = "Option::is_none")]
    batch_id: Option<String>,
    /// What became of that batch: held or rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    /// True when that batch had been turned away before.
    #[serde(skip_serializing_if = "Option::is_none")]
    repeated: Option<bool>,
}

/// A parameter or header that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = FieldProblem)]
pub(crate) struct FieldView {
    /// Its name.
    field: String,
    /// What is wrong and how to mend it.
    message: String,
}

/// A file or row of a batch that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RowProblem)]
pub(crate) struct RowView {
    /// The file in the archive.
    file: String,
    /// The data row, counted from 1; none when the file as a whole is meant.
    row: Option<u64>,
    /// The column, where one is to blame.
    field: Option<String>,
    /// What stood there, cut to 80 characters.
    value: Option<String>,
    /// The stable id of the rule that was broken.
    rule: String,
    /// What is wrong.
    message: String,
    /// What to do about it.
    remedy: String,
}
