//! `GET /api/v1/subjects/{uscc}/report`: the report for financing, over the items of the bank's consent.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::open::{PermitView, Wish, granted_items, open, own_bank};
use crate::caller::BankClient;
use crate::code;
use crate::params::{Name, Params};
use crate::problem::ApiProblem;
use crate::speak::Spoken;
use crate::state::ApiState;

/// Carries the report's number with a PDF.
const REPORT_NO: HeaderName = HeaderName::from_static("report-no");
/// Carries the permit's number where the body does not.
pub(super) const PERMIT_ID: HeaderName = HeaderName::from_static("permit-id");

/// A report with the permit it was drawn under.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DrawnReport)]
pub(crate) struct ReportView {
    /// The report's number; `GET /api/v1/reports/{report_no}` verifies it.
    report_no: String,
    /// The last day on which one may rely on it.
    valid_until: jiff::civil::Date,
    /// Under which permit was read.
    permit: PermitView,
    /// The report as data, `jinqiao.credit-report/1`: cover, overview, sections, risks and the state of every item.
    #[schema(value_type = Object)]
    report: jq_credit::CreditReportView,
}

/// What the caller wants to get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Json,
    Pdf,
}

#[utoipa::path(
    get,
    path = "/api/v1/subjects/{uscc}/report",
    operation_id = "draw_report",
    tag = "subjects",
    summary = "Draw a credit report",
    description = "Draws the report for financing over the items of the bank's consent for this purpose; every other \
        item stands in it as not authorised. It has a number of its own and can be verified by anyone. JSON, or PDF by \
        Accept: application/pdf; the language is that of Accept-Language. Each call counts one reading.",
    params(
        ("uscc" = String, Path, description = "The subject's credit code, or the keyed hash of a natural person.",
            example = "91500102MAC8YUW23Y"),
        ("purpose" = String, Query, description = "What for: `pre_loan`, `in_loan`, `post_loan` or `model_test`.",
            example = "pre_loan"),
        ("order" = Option<String>, Query, description = "For which order, when the consent is for one."),
        ("consent" = Option<String>, Query, description = "Under which consent, by its number; any of your bank's will \
            do when it is left out."),
    ),
    responses((status = 200, description = "The report.",
        content((ReportView = "application/json"), (Vec<u8> = "application/pdf")),
        headers(
            ("Report-No" = String, description = "The report's number, with a PDF."),
            ("Permit-Id" = String, description = "The permit's number, with a PDF."),
        ))),
    security(("client_credentials" = [])),
)]
pub(crate) async fn report(
    State(state): State<ApiState>,
    Spoken(lang): Spoken,
    client: BankClient,
    Name(uscc): Name,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, ApiProblem> {
    let form = form(&headers).ok_or_else(|| ApiProblem::new(&code::NOT_ACCEPTABLE))?;
    let wish = Wish::read(&uscc, &params)?;
    let bank = own_bank(&state, &client).await?;
    let _place = state.report_gate.enter().await?;
    let items = granted_items(&state, &client, &wish).await?;
    let items: Vec<&str> = items.iter().map(String::as_str).collect();
    let opened = open(&state, &client, &wish, &items).await?;
    let reader = client.report_reader(&bank);
    let drawn = state.credit.draw_financing(&opened.permit, &reader).await?;
    let number = drawn.entry.report_no;
    if form == Form::Pdf {
        let pdf = state.credit.pdf(&number, lang, &reader).await?;
        let name = format!("attachment; filename=\"{number}.pdf\"");
        let headers = [
            (header::CONTENT_TYPE, "application/pdf".to_owned()),
            (header::CONTENT_DISPOSITION, name),
            (REPORT_NO, number.to_string()),
            (PERMIT_ID, opened.view.permit_id),
        ];
        return Ok((headers, pdf).into_response());
    }
    let view = ReportView {
        report_no: number.to_string(),
        valid_until: drawn.entry.valid_until,
        permit: opened.view,
        report: if lang == jq_base::lang::Lang::Zh { drawn.zh } else { drawn.en },
    };
    Ok(Json(view).into_response())
}

/// The first kind of content that the caller takes and that is offered; JSON when it names none.
fn form(headers: &HeaderMap) -> Option<Form> {
    let Some(accept) = headers.get(header::ACCEPT) else { return Some(Form::Json) };
    let accept = accept.to_str().ok()?;
    if accept.trim().is_empty() {
        return Some(Form::Json);
    }
    accept.split(',').find_map(|wish| {
        let mut parts = wish.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default();
        let is_refused = parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
        match kind.to_ascii_lowercase().as_str() {
            _ if is_refused => None,
            "application/pdf" => Some(Form::Pdf),
            "application/json" | "application/*" | "*/*" => Some(Form::Json),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_form_that_is_taken_and_offered_is_given() {
        let of = |accept: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, header::HeaderValue::from_static(accept));
            form(&headers)
        };
        assert_eq!(form(&HeaderMap::new()), Some(Form::Json));
        assert_eq!(of("application/pdf"), Some(Form::Pdf));
        assert_eq!(of("text/html, application/PDF;q=0.9, */*;q=0.1"), Some(Form::Pdf));
        assert_eq!(of("application/pdf;q=0, */*"), Some(Form::Json));
        assert_eq!(of("text/html"), None);
    }
}
