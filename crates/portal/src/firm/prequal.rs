//! What could the firm borrow: the banks' models answer, with reasons and with what would help.

use askama::Template;
use jq_decision::view::{AnswerView, PrequalView};
use jq_web::Visit;

/// The question, or the answers of all banks.
#[derive(Template)]
#[template(path = "firm/prequal.html")]
pub struct PrequalPage {
    /// The visit.
    pub v: Visit,
    /// The last answers, if the firm ever asked.
    pub view: Option<PrequalView>,
    /// That this binds no bank.
    pub disclaimer: String,
}

impl PrequalPage {
    fn best(&self) -> &str {
        let answers = self.view.iter().flat_map(|view| &view.answers);
        answers.filter(|answer| answer.has_limit()).map(|answer| answer.limit_text.as_str()).next().unwrap_or("")
    }
}

/// One bank's answer in full.
#[derive(Template)]
#[template(path = "firm/prequal_answer.html")]
pub struct AnswerPage {
    /// The visit.
    pub v: Visit,
    /// The answer.
    pub answer: AnswerView,
    /// That this binds no bank.
    pub disclaimer: String,
}

/// The colour of an answer.
pub fn tone(answer: &AnswerView) -> &'static str {
    match answer.outcome.as_str() {
        "can" => "good",
        "need_visit" => "info",
        "cannot" => "bad",
        "not_enough_data" => "soon",
        _ => "",
    }
}

/// The icon of an answer.
pub fn icon(answer: &AnswerView) -> &'static str {
    match answer.outcome.as_str() {
        "can" => "circle-check",
        "need_visit" => "users",
        "cannot" => "circle-x",
        "not_enough_data" => "database",
        _ => "circle-dashed",
    }
}
