//! What a program hears when something went wrong: RFC 9457, a stable code, words, and what to mend where.

mod view;

use std::error::Error;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jq_base::lang::Lang;
use jq_consent::DenialKind;
use jq_ingest::{BatchState, Receipt, Rule};
use jq_web::problem::DISK_FULL;

use crate::code::{self, Code};
use crate::said::Said;

pub(crate) use view::{ErrorView, FieldView, ProblemView};

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
    errors: Vec<Wrong>,
    batch: Option<Batch>,
    order: Option<Standing>,
    items: Vec<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// A member of a body, or a row or file of a batch, that cannot be taken.
#[derive(Clone, Debug)]
struct Wrong {
    file: Option<String>,
    row: Option<u64>,
    field: Option<String>,
    value: Option<String>,
    rule: Option<String>,
    message: Said,
    remedy: Option<Said>,
}

/// Which batch was turned away.
#[derive(Clone, Debug)]
struct Batch {
    id: String,
    state: BatchState,
    repeated: bool,
}

/// Where an order stands that refused an act.
#[derive(Clone, Debug)]
struct Standing {
    state: &'static str,
    allowed: Vec<&'static str>,
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
            errors: Vec::new(),
            batch: None,
            order: None,
            items: Vec::new(),
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

    /// A reading that no consent allows.
    pub(crate) fn of_denial(kind: DenialKind) -> Self {
        let title = Said::fixed(kind.text(Lang::Zh), kind.text(Lang::En));
        let remedy = Said::fixed(kind.next(Lang::Zh), kind.next(Lang::En));
        Self::with_words(StatusCode::from_u16(403), kind.problem().to_owned(), (title, remedy))
    }

    /// A fault of ours: the cause goes to the log, the caller gets an incident number.
    pub(crate) fn internal(error: &(dyn Error + 'static)) -> Self {
        let logged = jq_web::Problem::internal(error);
        let code = if logged.code() == DISK_FULL { &code::DISK_FULL } else { &code::INTERNAL };
        Self { incident: logged.incident().map(str::to_owned), ..Self::new(code) }
    }

    /// A batch that was held or rejected: every wrong row with its remedy.
    pub(crate) fn of_receipt(receipt: &Receipt) -> Self {
        let rule = receipt.reason.as_deref().and_then(Rule::find).unwrap_or(Rule::TooManyWrong);
        let mut problem = Self::of_rule(rule);
        let reason = |lang| receipt.reason_text(lang).unwrap_or_default();
        let whole = Wrong {
            file: Some(receipt.file.clone()),
            row: None,
            field: None,
            value: None,
            rule: Some(rule.id().to_owned()),
            message: Said::of(reason(Lang::Zh), reason(Lang::En)),
            remedy: Some(problem.remedy.clone()),
        };
        problem.detail = Some(whole.message.clone());
        problem.errors.push(whole);
        problem.errors.extend(receipt.faults.iter().map(|fault| Wrong {
            file: Some(receipt.file.clone()),
            row: Some(fault.row_no),
            field: fault.field.clone(),
            value: Some(fault.value.clone()),
            rule: Some(fault.rule.clone()),
            message: Said::of(&fault.words_zh, &fault.words_en),
            remedy: Some(Said::of(&fault.remedy_zh, &fault.remedy_en)),
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

    /// Adds a member of the body that cannot be taken.
    #[must_use]
    pub(crate) fn error(mut self, field: impl Into<String>, message: Said) -> Self {
        let field = Some(field.into());
        self.errors.push(Wrong {
            file: None,
            row: None,
            field,
            value: None,
            rule: None,
            message,
            remedy: None,
        });
        self
    }

    /// Adds where the order stands and what can be done with it now.
    #[must_use]
    pub(crate) fn standing(mut self, state: &'static str, allowed: Vec<&'static str>) -> Self {
        self.order = Some(Standing { state, allowed });
        self
    }

    /// Adds the items that it is about.
    #[must_use]
    pub(crate) fn items(mut self, items: Vec<String>) -> Self {
        self.items = items;
        self
    }

    /// Adds a header of the answer.
    #[must_use]
    pub(crate) fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.push((HeaderName::from_static(name), HeaderValue::from_static(value)));
        self
    }

    /// Adds a header whose value belongs to this one case.
    #[must_use]
    pub(crate) fn header_of(mut self, name: HeaderName, value: impl AsRef<str>) -> Self {
        if let Ok(value) = HeaderValue::from_str(value.as_ref()) {
            self.headers.push((name, value));
        }
        self
    }

    /// The stable code.
    pub(crate) fn code(&self) -> &str {
        &self.code
    }

    /// The HTTP status.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// The document a reader of `lang` gets.
    pub(crate) fn document(&self, lang: Lang) -> ProblemView {
        let text = |said: &Said| said.pick(lang).to_owned();
        let field = |(name, said): &(String, Said)| FieldView { field: name.clone(), message: text(said) };
        let error = |wrong: &Wrong| ErrorView {
            file: wrong.file.clone(),
            row: wrong.row,
            field: wrong.field.clone(),
            value: wrong.value.clone(),
            rule: wrong.rule.clone(),
            message: text(&wrong.message),
            remedy: wrong.remedy.as_ref().map(text),
        };
        let batch_state = self.batch.as_ref().map(|batch| batch.state.name());
        let order_state = self.order.as_ref().map(|order| order.state);
        ProblemView {
            kind: format!("/api/docs#problem-{}", self.code.replace('/', "-")),
            title: text(&self.title),
            status: self.status.as_u16(),
            code: self.code.clone(),
            remedy: text(&self.remedy),
            detail: self.detail.as_ref().map(text),
            instance: self.incident.as_ref().map(|incident| format!("/incidents/{incident}")),
            fields: self.fields.iter().map(field).collect(),
            errors: self.errors.iter().map(error).collect(),
            batch_id: self.batch.as_ref().map(|batch| batch.id.clone()),
            state: batch_state.or(order_state).map(str::to_owned),
            allowed: self.order.as_ref().map(|order| order.allowed.clone()),
            items: self.items.clone(),
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
