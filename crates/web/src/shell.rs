//! The shell around every route: measured, limited, guarded, in the visitor's language, with mended errors.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use jq_base::clock::Clock;
use tower_http::compression::CompressionLayer;

use crate::cookies::{Cookie, Reader};
use crate::csrf::{self, Limits};
use crate::headers;
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::visit::{LANG_COOKIE, Visit};

const YEAR_S: u32 = 365 * 24 * 3_600;

/// Who runs the platform, as the footer says.
#[derive(Clone, Debug)]
pub struct Operator {
    /// Name in Chinese.
    pub name_zh: String,
    /// Name in English.
    pub name_en: String,
    /// The number people call.
    pub phone: String,
}

/// Shows a problem as a page; the portal gives it.
pub type ProblemPage = fn(&Visit, &Problem) -> Response;

/// The settings of the shell.
#[derive(Clone)]
pub struct Web {
    /// A demonstration with invented firms: a red bar says so on each page.
    pub demo: bool,
    /// The platform's clock.
    pub clock: Clock,
    /// Served over HTTPS: cookies travel only there.
    pub https: bool,
    /// How much a request may carry.
    pub limits: Limits,
    /// Who runs the platform.
    pub operator: Arc<Operator>,
    /// Where requests are counted.
    pub metrics: Metrics,
    /// How a problem looks to people.
    pub problem_page: ProblemPage,
}

impl Web {
    /// Settings for tests and examples: demonstration, plain HTTP, problems as bare words.
    pub fn example() -> Self {
        let operator = Operator {
            name_zh: "渝州信用信息中心".to_owned(),
            name_en: "Yuzhou Credit Information Centre".to_owned(),
            phone: "023-0012".to_owned(),
        };
        Self {
            demo: true,
            clock: Clock::default(),
            https: false,
            limits: Limits { form_max: 64 * 1024, upload_max: 64 * 1024 * 1024 },
            operator: Arc::new(operator),
            metrics: Metrics::default(),
            problem_page: |visit, problem| problem.title(visit.text()).into_response(),
        }
    }
}

/// Wraps the router of the whole platform.
pub fn shell(router: Router, web: &Web) -> Router {
    router
        .fallback(|| async { Problem::new(404, "web/no-such-page") })
        .method_not_allowed_fallback(|| async { Problem::new(405, "web/method-not-allowed") })
        .layer(DefaultBodyLimit::max(web.limits.form_max))
        .layer(from_fn_with_state(web.clone(), receive))
        .layer(from_fn_with_state(web.metrics.clone(), measure))
        .layer(CompressionLayer::new())
}

async fn receive(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let visit = Visit::read(&request, &web);
    let is_person = wants_page(&request);
    request.extensions_mut().insert(visit.clone());
    let mut response = match csrf::check(&visit, web.limits, request).await {
        Ok(request) => next.run(request).await,
        Err(problem) => problem.into_response(),
    };
    if let Some(problem) = response.extensions_mut().remove::<Problem>().filter(|_| is_person) {
        let mut shown = (web.problem_page)(&visit, &problem);
        *shown.status_mut() = problem.status();
        response = shown;
    }
    headers::secure(response.headers_mut(), visit.nonce(), web.https);
    if is_page(response.headers()) {
        remember(&visit, response.headers_mut(), web.https);
    }
    response
}

async fn measure(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().as_str().to_owned();
    let matched = request.extensions().get::<MatchedPath>();
    let route = matched.map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), started.elapsed());
    metrics.request(&method, &route, status, took);
    tracing::debug!(
        http.method = method,
        http.route = route,
        http.status = status,
        duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        "answered"
    );
    response
}

fn wants_page(request: &Request) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    !csrf::is_machine(request.uri().path()) && accept.is_some_and(|kinds| kinds.contains("text/html"))
}

fn is_page(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html"))
}

fn remember(visit: &Visit, headers: &mut HeaderMap, secure: bool) {
    if !visit.has_token_cookie() {
        let name = csrf::COOKIE;
        Cookie { name, value: visit.csrf(), max_age_s: None, reader: Reader::ServerOnly, secure }
            .set(headers);
    }
    if visit.sets_lang() {
        let value = visit.lang().code();
        Cookie { name: LANG_COOKIE, value, max_age_s: Some(YEAR_S), reader: Reader::Page, secure }
            .set(headers);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::routing::post;
    use tower::ServiceExt;

    async fn ask(request: axum::http::request::Builder, body: &'static str) -> Response {
        let router = Router::new().route("/save", post(|| async { "saved" }));
        let form = request.header("content-type", "application/x-www-form-urlencoded");
        shell(router, &Web::example()).oneshot(form.body(Body::from(body)).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn a_form_without_its_token_is_refused_and_with_it_accepted() {
        let token = "0123456789abcdef0123456789abcdef";
        let refused = ask(Request::post("/save"), "a=1").await;
        assert_eq!(refused.status(), 403);
        let with_cookie = Request::post("/save").header("cookie", format!("jq_csrf={token}"));
        let accepted = ask(with_cookie, "_csrf=0123456789abcdef0123456789abcdef&a=1").await;
        assert_eq!(accepted.status(), 200);
    }

    #[tokio::test]
    async fn a_program_gets_problem_json_and_a_person_a_page() {
        let program = ask(Request::get("/nowhere"), "").await;
        assert_eq!(program.status(), 404);
        assert_eq!(program.headers()["content-type"], "application/problem+json");
        let person = ask(Request::get("/nowhere").header("accept", "text/html"), "").await;
        assert_eq!(person.status(), 404);
        assert_eq!(person.headers()["content-type"], "text/plain; charset=utf-8");
    }

    #[tokio::test]
    async fn each_answer_has_its_own_nonce() {
        let first = ask(Request::get("/nowhere"), "").await;
        let second = ask(Request::get("/nowhere"), "").await;
        let policy = "content-security-policy";
        assert_ne!(first.headers()[policy], second.headers()[policy]);
    }
}
