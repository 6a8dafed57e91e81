//! `GET /api/v1/warnings` and marking one: what new records say about borrowers of the caller's bank, and whether it was
//! right.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use jiff::civil::Date;
use jq_base::ids::WarningId;
use jq_warning::{
    Fact, Level, Mark, Marker, NOTE_CHARS_MAX, Seer, Warning, WarningCursor, WarningError, WarningFilter,
    WarningState,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::body::{Fields, Sent, instant};
use crate::caller::BankClient;
use crate::code;
use crate::params::{Name, Params, wrong};
use crate::problem::ApiProblem;
use crate::said::Said;
use crate::state::ApiState;
use crate::words::{LevelWord, MarkWord, WarningStateWord, Word, codes, find};

/// Warnings on a page when the caller names no number.
const LIMIT_DEFAULT: u32 = 50;
/// Warnings on a page at most.
const LIMIT_MAX: u32 = 200;

/// A text in both languages.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WarningText)]
pub(crate) struct WarningTextView {
    /// Chinese.
    zh: String,
    /// English.
    en: String,
}

impl From<jq_decision::model::Words> for WarningTextView {
    fn from(words: jq_decision::model::Words) -> Self {
        Self { zh: words.zh, en: words.en }
    }
}

/// A figure that the model looked at.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WarningFigure)]
pub(crate) struct FigureView {
    /// The feature's name.
    feature: String,
    /// What it is.
    name: WarningTextView,
    /// What it is measured in.
    unit: String,
    /// Its value when the warning rose; none where there was no record.
    value: Option<f64>,
}

impl From<Fact> for FigureView {
    fn from(fact: Fact) -> Self {
        Self { feature: fact.feature, name: fact.words.into(), unit: fact.unit, value: fact.value }
    }
}

/// An early warning on a live loan.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Warning)]
pub(crate) struct WarningView {
    /// Its number.
    warning_id: String,
    /// The model.
    model: String,
    /// The model's version.
    model_version: String,
    /// The model's name.
    name: WarningTextView,
    /// How much it asks for.
    #[schema(inline)]
    level: LevelWord,
    /// What happened.
    happened: WarningTextView,
    /// What to do.
    advice: WarningTextView,
    /// What the model does not know.
    limits: WarningTextView,
    /// The figures that the model looked at.
    figures: Vec<FigureView>,
    /// The borrower.
    subject: String,
    /// The borrower's name.
    subject_name: String,
    /// The order's id.
    order_id: String,
    /// The order's number.
    order_no: String,
    /// The loan's id.
    loan_id: String,
    /// Which time the model's conditions came to hold for this loan, from 1.
    rise: u32,
    /// The items that were read.
    items: Vec<String>,
    /// The permit under which they were read.
    permit_id: String,
    /// When it rose.
    raised_at: Timestamp,
    /// True when nobody was told of it, because its model is wrong too often.
    quiet: bool,
    /// Where it stands: `open`, `seen`, `right` or `wrong`. One whose consent does not hold any more is not listed.
    #[schema(inline)]
    state: WarningStateWord,
    /// Who marked it right or wrong last.
    marked_by: Option<String>,
    /// When.
    marked_at: Option<Timestamp>,
    /// What they said about it.
    note: String,
    /// The first day after it on which the loan was late or given up.
    failed_on: Option<Date>,
}

impl From<Warning> for WarningView {
    fn from(warning: Warning) -> Self {
        let told = warning.told;
        Self {
            warning_id: warning.warning_id.into(),
            model: warning.model,
            model_version: warning.model_version,
            name: told.name.into(),
            level: Word(warning.level),
            happened: told.happened.into(),
            advice: told.advice.into(),
            limits: told.limits.into(),
            figures: told.facts.into_iter().map(FigureView::from).collect(),
            subject: warning.subject.to_string(),
            subject_name: warning.subject_name,
            order_id: warning.order_id.into(),
            order_no: warning.order_no,
            loan_id: warning.loan_id.into(),
            rise: warning.rise,
            items: warning.items.into_iter().collect(),
            permit_id: warning.permit_id.into(),
            raised_at: warning.raised_at,
            quiet: warning.quiet,
            state: Word(warning.state),
            marked_by: warning.marked_by,
            marked_at: warning.marked_at,
            note: warning.note,
            failed_on: warning.failed_on,
        }
    }
}

/// A page of warnings.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WarningPage)]
pub(crate) struct WarningPageView {
    /// The warnings: the newest first, with `since` the oldest first.
    warnings: Vec<WarningView>,
    /// Send it as `after`, with the same filters, to get the next page; none on the last one.
    next: Option<String>,
}

/// What the bank says of a warning.
#[derive(Debug, ToSchema)]
#[schema(as = WarningMark)]
pub(crate) struct MarkBody {
    /// That it was seen, or whether it is right or wrong.
    #[schema(inline)]
    mark: MarkWord,
    /// A note for the bank's people.
    #[schema(required = false, max_length = 500)]
    note: Option<String>,
}

impl MarkBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (mark, note) = (fields.word("mark"), fields.opt_text("note", NOTE_CHARS_MAX));
        Some(Self { mark: Word(mark?), note })
    }
}

#[utoipa::path(
    get,
    path = "/api/v1/warnings",
    operation_id = "list_warnings",
    tag = "warnings",
    summary = "List the early warnings on your loans",
    description = "Warnings about borrowers of the caller's own bank, page by page. The event `warning.raised` tells of \
        each when it rises; those of quiet models stand here only.",
    params(
        ("since" = Option<String>, Query, description = "Only those that rose at or after this time, the oldest first."),
        ("state" = Option<String>, Query, description = "Only those that stand so: open, seen, right or wrong."),
        ("level" = Option<String>, Query, description = "Only those of this level: red, orange or yellow."),
        ("model" = Option<String>, Query, description = "Only those of this model."),
        ("limit" = Option<u32>, Query, description = "Entries on a page; 50 when it is left out.",
            minimum = 1, maximum = 200, example = 50),
        ("after" = Option<String>, Query, description = "The next of the page before."),
    ),
    responses((status = 200, description = "A page of warnings.", body = WarningPageView)),
    security(("client_credentials" = [])),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    client: BankClient,
    params: Params,
) -> Result<Json<WarningPageView>, ApiProblem> {
    let limit = params.number("limit", &1, &LIMIT_MAX)?.unwrap_or(LIMIT_DEFAULT);
    let filter = WarningFilter {
        seer: Some(seer(&client)),
        since: params.text("since").map(since).transpose()?,
        states: word::<WarningState>(&params, "state")?.into_iter().collect(),
        level: word::<Level>(&params, "level")?,
        model: params.text("model").map(str::to_owned),
        ..WarningFilter::default()
    };
    let after = params.text("after").map(cursor).transpose()?;
    let page = jq_warning::list(&state.db, &filter, after.as_ref(), limit).await?;
    let warnings = page.warnings.into_iter().map(WarningView::from).collect();
    Ok(Json(WarningPageView { warnings, next: page.next.map(|next| next.to_string()) }))
}

#[utoipa::path(
    post,
    path = "/api/v1/warnings/{id}/mark",
    operation_id = "mark_warning",
    tag = "warnings",
    summary = "Mark a warning",
    description = "Says that a warning was seen, or whether it was right or wrong; marks count for how often the model is \
        right. A mark can be corrected; the same one again changes nothing.",
    params(("id" = String, Path, description = "The warning's number.")),
    request_body(content = MarkBody, example = json!({ "mark": "right", "note": "已核实，企业账户被冻结" })),
    responses((status = 200, description = "The warning, marked.", body = WarningView)),
    security(("client_credentials" = [])),
)]
pub(crate) async fn mark(
    State(state): State<ApiState>,
    client: BankClient,
    Name(id): Name,
    sent: Sent,
) -> Result<Json<WarningView>, ApiProblem> {
    let seer = seer(&client);
    let id = WarningId::parse(&id).map_err(|_| ApiProblem::new(&code::NO_WARNING))?;
    // Whose it is comes first: of another bank's nothing is said, not even what is wrong with the body.
    jq_warning::find(&state.db, &seer, &id).await?;
    let MarkBody { mark: Word(mark), note } = sent.read(MarkBody::read)?;
    let mut tx = state.db.begin().await?;
    let (now, by) = (tx.now(), Marker { seer: &seer, role: client.reader().role });
    let marked = jq_warning::mark(&mut tx, &by, &id, mark, &note.unwrap_or_default(), now).await?;
    tx.commit().await?;
    Ok(Json(marked.into()))
}

/// The program as one that sees all warnings of its bank.
fn seer(client: &BankClient) -> Seer {
    Seer { bank: client.bank().clone(), branch: None, login: client.id().to_owned() }
}

fn since(text: &str) -> Result<Timestamp, ApiProblem> {
    let words =
        Said::fixed("应为 2026-11-10T01:30:00Z 形式的时间", "must be a time like 2026-11-10T01:30:00Z");
    instant(text).ok_or_else(|| wrong("since", words))
}

fn cursor(text: &str) -> Result<WarningCursor, ApiProblem> {
    let words = Said::fixed("不是上一页给出的 next", "is not the next of a page before");
    text.parse().map_err(|()| wrong("after", words))
}

fn word<T: crate::words::Coded>(params: &Params, name: &str) -> Result<Option<T>, ApiProblem> {
    let Some(text) = params.text(name) else { return Ok(None) };
    let codes = codes::<T>();
    let words = Said::of(format!("应为以下之一：{codes}"), format!("must be one of {codes}"));
    find(text).map(Some).ok_or_else(|| wrong(name, words))
}

impl From<WarningError> for ApiProblem {
    fn from(error: WarningError) -> Self {
        match error {
            WarningError::NotFound => Self::new(&code::NO_WARNING),
            WarningError::NotAllowed { .. } | WarningError::MovedOn => Self::new(&code::WARNING_NOT_NOW),
            WarningError::NoteTooLong { chars_max } => Self::new(&code::BODY).error(
                "note",
                Said::of(format!("最多 {chars_max} 个字符"), format!("has at most {chars_max} characters")),
            ),
            WarningError::Lending(error) => error.into(),
            WarningError::Consent(error) => error.into(),
            WarningError::Store(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}

/// The states that a bank is told of.
impl crate::words::Coded for WarningState {
    const WORDS: &'static [Self] = &[Self::Open, Self::Seen, Self::Right, Self::Wrong];

    fn word(self) -> &'static str {
        self.code()
    }
}

impl crate::words::Coded for Level {
    const WORDS: &'static [Self] = Self::ALL;

    fn word(self) -> &'static str {
        self.code()
    }
}

impl crate::words::Coded for Mark {
    const WORDS: &'static [Self] = Self::ALL;

    fn word(self) -> &'static str {
        self.code()
    }
}
