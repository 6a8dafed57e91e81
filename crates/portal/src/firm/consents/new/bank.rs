//! The first question: which bank.

use askama::Template;
use jq_identity::institution;
use jq_web::{Visit, page};

use super::Wish;
use crate::refused::Answer;
use crate::state::PortalState;

/// The first question.
#[derive(Template)]
#[template(path = "firm/consent_bank.html")]
struct BankPage {
    v: Visit,
    text: String,
    kept: Vec<(&'static str, String)>,
    banks: Vec<BankLine>,
}

/// A bank to choose.
struct BankLine {
    name: String,
    href: String,
}

/// The banks whose name holds what was typed, all of them when nothing was.
pub(super) async fn ask(v: Visit, state: &PortalState, wish: &Wish) -> Answer {
    let wanted = wish.text.to_lowercase();
    let all = institution::list_banks(&state.db).await?;
    let fits = |name: &str| name.to_lowercase().contains(&wanted);
    let line = |bank: &jq_identity::Institution| BankLine {
        name: bank.name(v.lang()).to_owned(),
        href: Wish { bank: bank.bank_id(), ..wish.clone() }.address(),
    };
    let banks = all.iter().filter(|bank| fits(&bank.name_zh) || fits(&bank.name_en)).map(line).collect();
    let kept = Wish { bank: None, ..wish.clone() }.kept();
    Ok(page(&BankPage { text: wish.text.clone(), kept, banks, v }))
}
