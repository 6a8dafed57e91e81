//! `GET /api/openapi.json` and `GET /api/docs`: the description of the API for programs and for people.

mod html;
mod words;

use std::sync::LazyLock;

use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use jq_base::lang::Lang;
use jq_web::Visit;
use serde_json::Value;

use crate::params::Params;
use crate::speak::Spoken;

static ENGLISH: LazyLock<Value> = LazyLock::new(|| crate::document::openapi(Lang::En));
static CHINESE: LazyLock<Value> = LazyLock::new(|| crate::document::openapi(Lang::Zh));

/// The OpenAPI 3.1 document in that language.
pub fn openapi(lang: Lang) -> &'static Value {
    match lang {
        Lang::Zh => &CHINESE,
        Lang::En => &ENGLISH,
    }
}

#[utoipa::path(
    get,
    path = "/api/openapi.json",
    operation_id = "get_description",
    tag = "description",
    summary = "This description",
    description = "The OpenAPI 3.1 document, in English unless lang says otherwise, so that tools always read the same.",
    params(("lang" = Option<String>, Query, description = "The language of the sentences: en or zh-CN.", example = "en")),
    responses((status = 200, description = "The document.", body = Object)),
)]
pub(crate) async fn document(params: Params) -> Response {
    let lang = params.text("lang").and_then(Lang::parse).unwrap_or(Lang::En);
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CONTENT_LANGUAGE, lang.code())];
    (headers, openapi(lang).to_string()).into_response()
}

#[utoipa::path(
    get,
    path = "/api/docs",
    operation_id = "read_description",
    tag = "description",
    summary = "This description as a page",
    description = "The same document for people, without scripts.",
    params(("lang" = Option<String>, Query, description = "The language of the page: zh-CN or en.", example = "zh-CN")),
    responses((status = 200, description = "The page.", body = String, content_type = "text/html")),
)]
pub(crate) async fn page(
    Spoken(preferred): Spoken,
    params: Params,
    visit: Option<axum::Extension<Visit>>,
) -> Response {
    let visit = visit.map(|axum::Extension(visit)| visit);
    let remembered = visit.as_ref().map_or(preferred, Visit::lang);
    let lang = params.text("lang").and_then(Lang::parse).unwrap_or(remembered);
    let demo = visit.is_some_and(|visit| visit.demo());
    ([(header::CONTENT_LANGUAGE, lang.code())], Html(html::page(openapi(lang), lang, demo))).into_response()
}
