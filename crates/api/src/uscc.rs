//! `GET /api/v1/uscc/{code}`: is this a unified social credit code, and if not, why not?

use axum::Json;
use jq_base::uscc;
use serde::Serialize;
use utoipa::ToSchema;

use crate::params::Name;
use crate::speak::Spoken;

/// What there is to say about a text that should be a credit code.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UsccCheck)]
pub(crate) struct UsccView {
    /// The text as read: trimmed, half-width, upper case.
    code: String,
    /// True when it is a credit code.
    valid: bool,
    /// The stable id of what is wrong.
    rule: Option<String>,
    /// What is wrong, in the language of Accept-Language.
    reason: Option<String>,
    /// Oddities of a valid code.
    warnings: Vec<UsccWarningView>,
    /// What was perhaps meant; never take it without a person's yes.
    suggestion: Option<String>,
}

/// Something odd about a code that is valid all the same.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UsccWarning)]
pub(crate) struct UsccWarningView {
    /// The stable id of the oddity.
    rule: String,
    /// What is odd, in the language of Accept-Language.
    text: String,
}

#[utoipa::path(
    get,
    path = "/api/v1/uscc/{code}",
    operation_id = "check_uscc",
    tag = "tools",
    summary = "Judge a credit code",
    description = "Checks a unified social credit code by GB 32100-2015: characters, authority and class, check \
        character. It does not say whether an organisation of that code exists.",
    params(("code" = String, Path, description = "The text to judge, as it was typed.", example = "91500102MAC8YUW23Y")),
    responses((status = 200, description = "The judgement, also of a wrong code.", body = UsccView,
        example = json!({ "code": "91500102MAC8YUW23Y", "valid": true, "rule": null, "reason": null, "warnings": [], "suggestion": null }))),
)]
pub(crate) async fn check(Spoken(lang): Spoken, Name(code): Name) -> Json<UsccView> {
    let check = uscc::check(&code);
    let warning = |one: &uscc::UsccWarning| UsccWarningView {
        rule: one.code().to_owned(),
        text: one.text(lang).to_owned(),
    };
    Json(UsccView {
        valid: check.valid,
        rule: check.reason.as_ref().map(|reason| reason.code().to_owned()),
        reason: check.reason.as_ref().map(|reason| reason.text(lang)),
        warnings: check.warnings.iter().map(warning).collect(),
        suggestion: check.suggestion,
        code: check.code,
    })
}
