//! Is this credit report or this receipt of a consent genuine: number in, state out, never its content.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jq_base::sign::SignatureCheck;
use jq_consent::{GrantState, ReceiptCheck};
use jq_credit::{ReportState, Verification, number};
use jq_web::{FieldProblem, Visit, page, say};
use serde::Deserialize;

use crate::public::Fact;
use crate::refused::Answer;
use crate::state::PortalState;

/// What is typed as a number, in characters at most.
const NUMBER_CHARS_MAX: usize = 40;

/// The question for the number.
#[derive(Template)]
#[template(path = "public/verify.html")]
pub struct VerifyPage {
    /// The visit.
    pub v: Visit,
    /// What was typed.
    pub report_no: String,
    /// What is wrong with it.
    pub errors: Vec<FieldProblem>,
}

/// The answer.
#[derive(Template)]
#[template(path = "public/verify_result.html")]
pub struct ResultPage {
    /// The visit.
    pub v: Visit,
    /// `good`, `soon` or `bad`.
    pub tone: &'static str,
    /// The icon beside the headline.
    pub tone_icon: &'static str,
    /// What it is.
    pub headline: String,
    /// What that means.
    pub explanation: String,
    /// What to compare.
    pub facts: Vec<Fact>,
}

/// The form with the number.
#[derive(Deserialize)]
pub struct VerifyForm {
    #[serde(default)]
    report_no: String,
}

/// `GET /verify?report_no=`
pub async fn ask(Query(form): Query<VerifyForm>, v: Visit) -> Response {
    let report_no: String = form.report_no.trim().chars().take(NUMBER_CHARS_MAX).collect();
    if report_no.is_empty() {
        return page(&VerifyPage { v, report_no, errors: Vec::new() });
    }
    if let Some(number) = number::parse(&report_no) {
        return Redirect::to(&format!("/verify/{number}")).into_response();
    }
    let error = FieldProblem { field: "report_no".to_owned(), message: v.t("verify-number-wrong") };
    (StatusCode::UNPROCESSABLE_ENTITY, page(&VerifyPage { v, report_no, errors: vec![error] }))
        .into_response()
}

/// `GET /verify/{report_no}`
pub async fn show(State(state): State<PortalState>, Path(report_no): Path<String>, v: Visit) -> Answer {
    if let Some(check) = state.consent_receipts.verify(&report_no).await? {
        return Ok(page(&ResultPage::receipt(v, &check)));
    }
    let found = state.credit.verify(&report_no).await?;
    let status = if found.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let page = page(&match found {
        Some(verification) => ResultPage::known(v, &verification),
        None => ResultPage::unknown(v, &report_no),
    });
    Ok((status, page).into_response())
}

impl ResultPage {
    /// The page of a report that is on record.
    pub fn known(v: Visit, found: &Verification) -> Self {
        let (tone, tone_icon, key) = match found.state {
            _ if found.signature.is_refused() => ("bad", "circle-x", "verify-forged"),
            ReportState::Valid => ("good", "shield-check", "verify-valid"),
            ReportState::Superseded => ("soon", "history", "verify-superseded"),
            ReportState::Expired => ("soon", "clock", "verify-expired"),
            ReportState::Revoked => ("bad", "circle-x", "verify-revoked"),
        };
        let mut facts = vec![
            Fact::code(v.t("verify-number"), found.report_no.to_string()),
            Fact::new(v.t("verify-name"), found.name_masked.clone()),
            Fact::new(v.t("verify-generated"), say::second(found.generated_at)),
            Fact::new(v.t("verify-until"), say::date(v.lang(), found.valid_until)),
        ];
        for file in &found.files {
            let language = v.t(if file.lang == "en" { "verify-file-en" } else { "verify-file-zh" });
            facts.push(Fact::new(format!("{language} · {}", v.t("verify-pages")), file.pages.to_string()));
            facts.push(Fact::code(format!("{language} · {}", v.t("verify-digest")), file.pdf_sm3.clone()));
        }
        facts.extend(signature(&v, &found.signature));
        let (headline, explanation) = (v.t(key), v.t(&format!("{key}-text")));
        Self { v, tone, tone_icon, headline, explanation, facts }
    }

    /// The page of a receipt of a consent: that it is genuine, and how the consent stands now.
    pub fn receipt(v: Visit, check: &ReceiptCheck) -> Self {
        let (tone, tone_icon, key) = match check.state_now {
            _ if check.signature.is_refused() => ("bad", "circle-x", "verify-forged"),
            GrantState::Active => ("good", "shield-check", "verify-receipt-active"),
            GrantState::Suspended => ("soon", "lock", "verify-receipt-suspended"),
            GrantState::Withdrawn => ("soon", "circle-x", "verify-receipt-withdrawn"),
            GrantState::Expired => ("soon", "clock", "verify-receipt-expired"),
            GrantState::Superseded => ("soon", "history", "verify-receipt-superseded"),
        };
        let entry = &check.entry;
        let mut facts = vec![
            Fact::code(v.t("verify-receipt-number"), entry.receipt_no.to_string()),
            Fact::new(v.t("verify-receipt-subject"), entry.name_masked.clone()),
            Fact::new(v.t("verify-receipt-bank"), v.pick(&check.bank_zh, &check.bank_en).to_owned()),
            Fact::new(v.t("verify-receipt-made"), say::second(entry.made_at)),
            Fact::new(v.t("verify-receipt-then"), entry.state.text(v.lang())),
            Fact::new(v.t("verify-receipt-now"), check.state_now.text(v.lang())),
        ];
        for file in &entry.files {
            let language = v.t(if file.lang == "en" { "verify-file-en" } else { "verify-file-zh" });
            facts.push(Fact::code(format!("{language} · {}", v.t("verify-digest")), file.pdf_sm3.clone()));
        }
        facts.extend(signature(&v, &check.signature));
        let (headline, explanation) = (v.t(key), v.t(&format!("{key}-text")));
        Self { v, tone, tone_icon, headline, explanation, facts }
    }

    /// The page for a number the platform never gave.
    pub fn unknown(v: Visit, report_no: &str) -> Self {
        let shown: String = report_no.chars().take(NUMBER_CHARS_MAX).collect();
        Self {
            tone: "bad",
            tone_icon: "alert-circle",
            headline: v.t("verify-unknown"),
            explanation: v.t("verify-unknown-text"),
            facts: vec![Fact::code(v.t("verify-number"), shown)],
            v,
        }
    }
}

/// What the platform's signature is worth, and the key behind it.
fn signature(v: &Visit, check: &SignatureCheck) -> Vec<Fact> {
    let mut facts =
        vec![Fact::new(v.t("verify-signature"), v.t(&format!("verify-signature-{}", check.code())))];
    if let SignatureCheck::Genuine { key_id, algorithm } = check {
        facts.push(Fact::code(v.t("verify-signature-key"), format!("{key_id} · {algorithm}")));
    }
    facts
}
