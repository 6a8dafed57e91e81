//! The legal representative lets somebody act for the firm: who, for what, until when.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use jiff::ToSpan;
use jiff::civil::Date;
use jq_base::mobile::Mobile;
use jq_identity::firm::mandate::{self, MandateFault, NewMandate};
use jq_identity::{FirmUser, IdentityError, MandateScope};
use jq_web::{FieldProblem, Visit, page, say};
use serde::Deserialize;

use super::may_give;
use crate::form::{self, Choice};
use crate::refused::{Answer, Refused};
use crate::session::Firm;
use crate::state::PortalState;

/// The last day that is proposed, in months from today.
const MONTHS_PROPOSED: i64 = 3;
/// The longest text that is shown again.
const SHOWN_CHARS: usize = 60;

/// The form.
#[derive(Template)]
#[template(path = "firm/agent_new.html")]
pub struct GrantPage {
    v: Visit,
    firm: String,
    typed: GrantForm,
    scopes: Vec<Choice>,
    today: Date,
    last_day: Date,
    errors: Vec<FieldProblem>,
}

/// What was typed. It has no `Debug`: the agent's name does not get into a log.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct GrantForm {
    name: String,
    mobile: String,
    report: String,
    consent: String,
    apply: String,
    sign: String,
    drawdown: String,
    until: String,
}

/// `GET /firm/agents/new`
pub async fn ask(State(state): State<PortalState>, Firm(user): Firm, v: Visit) -> Answer {
    must_give(&user)?;
    let today = state.db.clock().today();
    let until = today.checked_add(MONTHS_PROPOSED.months()).unwrap_or(today).to_string();
    Ok(page(&GrantPage::new(v, &user, GrantForm { until, ..GrantForm::default() }, today, Vec::new())))
}

/// `POST /firm/agents/new`
pub async fn grant(
    State(state): State<PortalState>,
    Firm(user): Firm,
    v: Visit,
    Form(form): Form<GrantForm>,
) -> Answer {
    must_give(&user)?;
    let outcome = match form.read(&v) {
        Err(errors) => Err(errors),
        Ok(new) => offer(&state, &user, &v, &new).await?,
    };
    match outcome {
        Ok(()) => Ok(Redirect::to("/firm/agents?done=offered").into_response()),
        Err(errors) => {
            let shown = GrantPage::new(v, &user, form.cut(), state.db.clock().today(), errors);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)).into_response())
        }
    }
}

/// Gives the mandate, or says what is wrong with which field.
async fn offer(
    state: &PortalState,
    user: &FirmUser,
    v: &Visit,
    new: &NewMandate,
) -> Result<Result<(), Vec<FieldProblem>>, Refused> {
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    match mandate::grant(&mut tx, &state.code_key, user, new, now).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(Ok(()))
        }
        Err(IdentityError::MandateFaults(faults)) => {
            let told = |fault: &MandateFault| problem(fault.field(), fault.text(v.lang()));
            Ok(Err(faults.iter().map(told).collect()))
        }
        Err(error) => Err(error.into()),
    }
}

fn must_give(user: &FirmUser) -> Result<(), Refused> {
    if may_give(user) { Ok(()) } else { Err(IdentityError::OnlyLegalRep.into()) }
}

fn problem(field: &str, message: impl Into<String>) -> FieldProblem {
    FieldProblem { field: field.to_owned(), message: message.into() }
}

impl GrantForm {
    fn read(&self, v: &Visit) -> Result<NewMandate, Vec<FieldProblem>> {
        let mobile = Mobile::parse(&self.mobile);
        let until: Result<Date, _> = self.until.trim().parse();
        match (mobile, until) {
            (Ok(mobile), Ok(until)) => {
                Ok(NewMandate { mobile, name: self.name.trim().to_owned(), scopes: self.scopes(), until })
            }
            (mobile, until) => {
                let told = |fault: MandateFault| problem(fault.field(), fault.text(v.lang()));
                let name = self.name.trim().is_empty().then(|| told(MandateFault::Name));
                let mobile = mobile.err().map(|_| problem("mobile", v.t("signin-mobile-wrong")));
                let scopes = self.scopes().is_empty().then(|| told(MandateFault::NoScope));
                let until = until.err().map(|_| problem("until", v.t("agents-until-wrong")));
                Err([name, mobile, scopes, until].into_iter().flatten().collect())
            }
        }
    }

    fn ticked(&self, scope: MandateScope) -> bool {
        let field = match scope {
            MandateScope::Report => &self.report,
            MandateScope::Consent => &self.consent,
            MandateScope::Apply => &self.apply,
            MandateScope::Sign => &self.sign,
            MandateScope::Drawdown => &self.drawdown,
        };
        !field.is_empty()
    }

    fn scopes(&self) -> BTreeSet<MandateScope> {
        MandateScope::ALL.into_iter().filter(|scope| self.ticked(*scope)).collect()
    }

    fn cut(self) -> Self {
        let cut = |text: String| text.chars().take(SHOWN_CHARS).collect();
        Self { name: cut(self.name), mobile: cut(self.mobile), until: cut(self.until), ..self }
    }
}

impl GrantPage {
    fn new(v: Visit, user: &FirmUser, typed: GrantForm, today: Date, errors: Vec<FieldProblem>) -> Self {
        let choice = |scope: MandateScope| Choice {
            value: scope.code().to_owned(),
            label: scope.text(v.lang()).to_owned(),
            about: v.t(about(scope)),
            chosen: typed.ticked(scope),
        };
        Self {
            firm: user.subject_name().to_owned(),
            scopes: MandateScope::ALL.into_iter().map(choice).collect(),
            typed,
            last_day: today.checked_add(1.year()).unwrap_or(today),
            today,
            errors,
            v,
        }
    }

    fn last_day_text(&self) -> String {
        say::date(self.v.lang(), self.last_day)
    }

    fn wrong(&self, field: &str) -> &str {
        form::wrong(&self.errors, field)
    }
}

/// What an agent does under a scope, in a sentence.
fn about(scope: MandateScope) -> &'static str {
    match scope {
        MandateScope::Report => "agents-about-report",
        MandateScope::Consent => "agents-about-consent",
        MandateScope::Apply => "agents-about-apply",
        MandateScope::Sign => "agents-about-sign",
        MandateScope::Drawdown => "agents-about-drawdown",
    }
}

#[cfg(test)]
mod tests {
    use jq_base::lang::Lang;
    use jq_web::Text;

    use super::*;

    #[test]
    fn every_scope_says_what_it_means_in_both_languages() {
        for scope in MandateScope::ALL {
            assert!([Lang::Zh, Lang::En].iter().all(|lang| Text::of(*lang).has(about(scope))), "{scope}");
        }
    }

    #[test]
    fn what_is_ticked_is_what_the_mandate_covers() {
        let form = GrantForm { apply: "yes".to_owned(), sign: "yes".to_owned(), ..GrantForm::default() };
        assert_eq!(form.scopes(), [MandateScope::Apply, MandateScope::Sign].into());
    }
}
