//! One warning: what happened and with which figures, what to do, the loan, earlier warnings of the loan, and the mark.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use jq_base::ids::WarningId;
use jq_base::lang::Lang;
use jq_identity::BankUser;
use jq_lending::Actor;
use jq_warning::{Fact as Figure, Mark, Marker, NOTE_CHARS_MAX, Warning, WarningError};
use jq_web::{Visit, page, say};
use serde::Deserialize;

use super::row::WarningRow;
use super::seer;
use crate::bank::{Colleagues, Me};
use crate::public::Fact;
use crate::refused::{Answer, Refused};
use crate::session::Bank;
use crate::state::PortalState;
use crate::words;

/// The page.
#[derive(Template)]
#[template(path = "bank/warning.html")]
struct WarningPage {
    v: Visit,
    me: Me,
    notice: String,
    row: WarningRow,
    order: String,
    happened: String,
    advice: String,
    limits: String,
    figures: Vec<Fact>,
    facts: Vec<Fact>,
    marks: Vec<MarkButton>,
    note: String,
    marked: String,
    history: Vec<WarningRow>,
}

/// A mark that is possible now.
pub struct MarkButton {
    /// Its word.
    pub code: &'static str,
    /// What the button says.
    pub text: String,
    /// The button's look.
    pub class: &'static str,
}

/// What an employee says of a warning.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Said {
    mark: String,
    note: String,
}

/// `GET /bank/warnings/{id}`
pub async fn show(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Path(id): Path<String>,
    v: Visit,
) -> Answer {
    let warning = find(&state, &user, &id).await?;
    Ok(page(&WarningPage::new(v, &state, &user, warning, String::new()).await?))
}

/// `POST /bank/warnings/{id}`
pub async fn mark(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Path(id): Path<String>,
    v: Visit,
    Form(said): Form<Said>,
) -> Answer {
    let warning = find(&state, &user, &id).await?;
    let Ok(mark) = said.mark.parse::<Mark>() else {
        let again = WarningPage::new(v.clone(), &state, &user, warning, v.t("warning-mark-missing")).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&again)).into_response());
    };
    let (seer, role) = (seer(&user), user.role().code());
    let mut tx = state.db.begin().await?;
    let (now, by) = (tx.now(), Marker { seer: &seer, role });
    match jq_warning::mark(&mut tx, &by, &warning.warning_id, mark, &said.note, now).await {
        Ok(_) => tx.commit().await?,
        Err(WarningError::NoteTooLong { chars_max }) => {
            let told = v.n("warning-note-long", chars_max);
            let typed = Warning { note: said.note, ..warning };
            let again = WarningPage::new(v, &state, &user, typed, told).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&again)).into_response());
        }
        Err(error) => return Err(error.into()),
    }
    Ok(Redirect::to(&format!("/bank/warnings/{}", warning.warning_id)).into_response())
}

/// The warning, when this employee may know of it; another bank's or branch's is not there.
async fn find(state: &PortalState, user: &BankUser, id: &str) -> Result<Warning, Refused> {
    let id = WarningId::parse(id).map_err(|_| WarningError::NotFound)?;
    Ok(jq_warning::find(&state.db, &seer(user), &id).await?)
}

impl WarningPage {
    async fn new(
        v: Visit,
        state: &PortalState,
        user: &BankUser,
        warning: Warning,
        notice: String,
    ) -> Result<Self, Refused> {
        let lang = v.lang();
        let colleagues = Colleagues::of(state, user, lang).await?;
        let earlier = jq_warning::list_of_loan(&state.db, &seer(user), &warning.loan_id).await?;
        let others = earlier.iter().filter(|other| other.warning_id != warning.warning_id);
        let marked = match (&warning.marked_by, warning.marked_at) {
            (Some(by), Some(at)) => format!("{} · {}", say::moment(at), colleagues.name(by)),
            _ => String::new(),
        };
        Ok(Self {
            me: Me::of(state, user, lang).await?,
            notice,
            row: WarningRow::new(&v, &warning),
            order: format!("/bank/orders/{}", warning.order_id),
            happened: warning.told.happened.text(lang).to_owned(),
            advice: warning.told.advice.text(lang).to_owned(),
            limits: warning.told.limits.text(lang).to_owned(),
            figures: warning.told.facts.iter().map(|figure| figure_of(&v, figure)).collect(),
            facts: facts(&v, state, user, &warning, &colleagues).await?,
            marks: warning.state.marks().map(|mark| MarkButton::new(&v, mark)).collect(),
            note: warning.note.clone(),
            marked,
            history: others.map(|other| WarningRow::new(&v, other)).collect(),
            v,
        })
    }

    /// The longest note, in characters.
    fn note_chars_max() -> usize {
        NOTE_CHARS_MAX
    }
}

impl MarkButton {
    fn new(v: &Visit, mark: Mark) -> Self {
        let (key, class) = match mark {
            Mark::Seen => ("warning-do-seen", "btn quiet"),
            Mark::Right => ("warning-do-right", "btn"),
            Mark::Wrong => ("warning-do-wrong", "btn quiet"),
        };
        Self { code: mark.code(), text: v.t(key), class }
    }
}

/// The loan, who looks after it, and what was read.
async fn facts(
    v: &Visit,
    state: &PortalState,
    user: &BankUser,
    warning: &Warning,
    colleagues: &Colleagues,
) -> Result<Vec<Fact>, Refused> {
    let lang = v.lang();
    let mut facts = Vec::new();
    let order = state.lending.find_for(&state.db, &Actor::Bank(user), &warning.order_id).await?;
    let loans = state.lending.loans(&state.db, &order.order_id).await?;
    if let Some(loan) = loans.iter().find(|loan| loan.loan_id == warning.loan_id) {
        facts.push(Fact::code(v.t("warning-loan"), loan.loan_ref.clone()));
        facts.push(Fact::new(v.t("bank-loan-rest"), words::exact(lang, loan.outstanding)));
        facts.push(Fact::new(v.t("bank-loan-days"), format!("{} – {}", loan.drawn_on, loan.ends_on)));
    }
    if let Some(officer) = &warning.officer {
        facts.push(Fact::new(v.t("queue-officer"), colleagues.name(officer)));
    }
    let items =
        warning.items.iter().map(|id| state.catalog.item(id).map_or(id.as_str(), |item| item.name(lang)));
    let items: Vec<&str> = items.collect();
    facts.push(Fact::new(v.t("warning-items"), items.join(v.pick("、", ", "))));
    facts.push(Fact::code(v.t("records-permit"), warning.permit_id.to_string()));
    if let Some(days) = warning.lead_days() {
        facts.push(Fact::new(v.t("warning-lead"), v.n("warning-days", days)));
    }
    Ok(facts)
}

/// A figure that the model looked at, as people say it.
fn figure_of(v: &Visit, figure: &Figure) -> Fact {
    let lang = v.lang();
    Fact::new(figure.words.text(lang).to_owned(), said(lang, figure))
}

fn said(lang: Lang, figure: &Figure) -> String {
    let Some(value) = figure.value else { return lang.pick("没有记录", "no record").to_owned() };
    match figure.unit.as_str() {
        "yes/no" if value > 0.0 => lang.pick("是", "yes").to_owned(),
        "yes/no" => lang.pick("否", "no").to_owned(),
        "ratio" => format!("{:.1}%", value * 100.0),
        "yuan" => format!("{value:.2} {}", lang.pick("元", "yuan")),
        "months" => format!("{value} {}", lang.pick("个月", "months")),
        "persons" => format!("{value:.0} {}", lang.pick("人", "people")),
        "mu" => format!("{value} {}", lang.pick("亩", "mu")),
        "head" => format!("{value:.0} {}", lang.pick("头", "head")),
        _ => format!("{value}"),
    }
}

#[cfg(test)]
mod tests {
    use jq_decision::model::Words;

    use super::*;

    #[test]
    fn a_figure_is_said_by_its_unit() {
        let said = |unit: &str, value: Option<f64>, lang| {
            let words = Words { zh: "甲".to_owned(), en: "A".to_owned() };
            said(lang, &Figure { feature: "a".to_owned(), words, unit: unit.to_owned(), value })
        };
        assert_eq!(said("ratio", Some(-0.553), Lang::Zh), "-55.3%");
        assert_eq!(said("yes/no", Some(1.0), Lang::En), "yes");
        assert_eq!(said("months", Some(6.0), Lang::Zh), "6 个月");
        assert_eq!(said("count", Some(2.0), Lang::Zh), "2");
        assert_eq!(said("mu", None, Lang::Zh), "没有记录");
    }
}
