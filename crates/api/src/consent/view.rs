//! A request for consent as a bank's program sends and reads it.

use jiff::Timestamp;
use jq_base::ids::{OrderId, ProductId, SubjectKey};
use jq_consent::Request;
use serde::Serialize;
use utoipa::ToSchema;

use crate::body::Fields;
use crate::words::{BankPurposeWord, PurposeWord, RequestStateWord, Word};

/// Items in one request at most; the catalogue has fewer.
const ITEMS_MAX: usize = 200;
/// Fields that one request leaves out at most.
const FIELDS_MAX: usize = 1_000;
/// Characters of a note at most.
const NOTE_CHARS_MAX: usize = 500;

/// What a bank asks a subject for.
#[derive(Debug, ToSchema)]
#[schema(as = NewConsentRequest)]
pub(crate) struct AskBody {
    /// The subject: its credit code, or the keyed hash of a natural person.
    #[schema(value_type = String, example = "91500102MAC8YUW23Y")]
    pub(crate) subject: SubjectKey,
    /// The name of a natural person; that of an organisation comes from the register.
    #[schema(required = false, max_length = 100)]
    pub(crate) subject_name: Option<String>,
    /// The items, each named.
    #[schema(min_items = 1, max_items = 200)]
    pub(crate) items: Vec<String>,
    /// Fields of these items that you can do without, each as item.field; they stay closed after a yes.
    #[schema(required = false, max_items = 1000)]
    pub(crate) fields_left_out: Vec<String>,
    /// What for: `pre_loan`, `in_loan`, `post_loan` or `model_test`.
    #[schema(inline)]
    pub(crate) purpose: BankPurposeWord,
    /// For how many days; the usual term of the purpose when it is left out.
    #[schema(required = false, minimum = 1, maximum = 3650)]
    pub(crate) days: Option<u32>,
    /// For how many readings; the usual number of the purpose when it is left out.
    #[schema(required = false, minimum = 1, maximum = 100_000)]
    pub(crate) queries_max: Option<u32>,
    /// For which of the bank's products.
    #[schema(value_type = String, required = false)]
    pub(crate) product: Option<ProductId>,
    /// For which order of this subject; the consent then opens nothing for another.
    #[schema(value_type = String, required = false)]
    pub(crate) order: Option<OrderId>,
    /// Words to the subject.
    #[schema(required = false, max_length = 500)]
    pub(crate) note: Option<String>,
}

impl AskBody {
    /// Reads it from what was sent.
    pub(crate) fn read(fields: &mut Fields) -> Option<Self> {
        let subject = fields.subject("subject");
        let subject_name = fields.opt_text("subject_name", 100);
        let items = fields.texts("items", 1..=ITEMS_MAX, 64);
        let fields_left_out = fields.opt_texts("fields_left_out", FIELDS_MAX, 130);
        let purpose = fields.word("purpose");
        let days = fields.opt_count("days", 1..=3_650);
        let queries_max = fields.opt_count("queries_max", 1..=100_000);
        let (product, order) = (fields.opt_id("product"), fields.opt_id("order"));
        let note = fields.opt_text("note", NOTE_CHARS_MAX);
        let (subject, items, purpose) = (subject?, items?, Word(purpose?));
        Some(Self {
            subject,
            subject_name,
            items,
            fields_left_out,
            purpose,
            days,
            queries_max,
            product,
            order,
            note,
        })
    }
}

/// A request for consent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConsentRequest)]
pub(crate) struct RequestView {
    /// Its number.
    pub(crate) request_id: String,
    /// The subject.
    subject: String,
    /// The subject's name.
    subject_name: String,
    /// The program that asked.
    asked_by: String,
    /// The items, sorted.
    items: Vec<String>,
    /// Fields of these items that the bank can do without, each as item.field.
    fields_left_out: Vec<String>,
    /// What for.
    #[schema(inline)]
    purpose: PurposeWord,
    /// For which product.
    product: Option<String>,
    /// For which order.
    order: Option<String>,
    /// For how many days.
    days: u32,
    /// For how many readings.
    queries_max: u32,
    /// Words to the subject.
    note: String,
    /// How it stands.
    #[schema(inline)]
    state: RequestStateWord,
    /// When it was asked.
    asked_at: Timestamp,
    /// Until when it can be answered.
    answer_by: Timestamp,
    /// When it was answered.
    answered_at: Option<Timestamp>,
    /// The subject's words with a no.
    answer_reason: Option<String>,
    /// The consent that came of a yes.
    consent_id: Option<String>,
}

impl RequestView {
    /// The request as it stands at `now`.
    pub(crate) fn new(request: Request, now: Timestamp) -> Self {
        Self {
            state: Word(request.state(now)),
            request_id: request.request_id.to_string(),
            subject: request.subject.to_string(),
            subject_name: request.subject_name,
            asked_by: request.asked_by,
            items: request.items.into_iter().collect(),
            fields_left_out: request.left_out.into_iter().collect(),
            purpose: Word(request.purpose),
            product: request.product.map(String::from),
            order: request.order.map(String::from),
            days: request.days,
            queries_max: request.queries_max,
            note: request.note,
            asked_at: request.asked_at,
            answer_by: request.answer_by,
            answered_at: request.answered_at,
            answer_reason: request.answer_reason,
            consent_id: request.consent_id.map(String::from),
        }
    }
}

/// A page of a bank's requests, newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConsentRequestPage)]
pub(crate) struct RequestPageView {
    /// The requests.
    pub(crate) requests: Vec<RequestView>,
    /// Send it as `after` to get the next page; none on the last one.
    pub(crate) next: Option<String>,
}
