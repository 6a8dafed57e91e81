//! Answers in the language the caller reads, and in one shape whatever went wrong.

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jq_base::lang::Lang;

use crate::code;
use crate::problem::{ApiProblem, PROBLEM_JSON};

/// The caller's language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spoken(pub(crate) Lang);

impl<S: Send + Sync> FromRequestParts<S> for Spoken {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get::<Self>().copied().unwrap_or_else(|| Self(preferred(&parts.headers))))
    }
}

/// Chooses the language, then turns every failure into a problem in that language.
pub(crate) async fn speak(mut request: Request, next: Next) -> Response {
    let lang = preferred(request.headers());
    request.extensions_mut().insert(Spoken(lang));
    let mut response = next.run(request).await;
    let problem = response.extensions_mut().remove::<ApiProblem>();
    let mut response = match problem {
        Some(problem) => in_words(response, &problem, lang),
        None if is_bare(&response) => {
            ApiProblem::new(code::of_status(response.status().as_u16())).into_response()
        }
        None => response,
    };
    if let Some(problem) = response.extensions_mut().remove::<ApiProblem>() {
        response = in_words(response, &problem, lang);
    }
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
    headers.entry(header::CONTENT_LANGUAGE).or_insert(HeaderValue::from_static(lang.code()));
    response
}

/// Puts the words of `lang` in the place of the answer's body; its headers stay.
fn in_words(response: Response, problem: &ApiProblem, lang: Lang) -> Response {
    let (mut parts, _) = response.into_parts();
    parts.status = problem.status();
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, problem.body(lang))
}

/// A failure that the web framework answered in its own words.
fn is_bare(response: &Response) -> bool {
    let kind =
        response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let is_failure = response.status().is_client_error() || response.status().is_server_error();
    is_failure && kind != PROBLEM_JSON && kind != "application/json"
}

/// The first language of `Accept-Language` that the platform speaks; Chinese when it names none.
pub(crate) fn preferred(headers: &HeaderMap) -> Lang {
    let wishes = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or("");
    wishes.split(',').find_map(|wish| Lang::parse(wish.split(';').next()?)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_is_spoken_here_is_taken() {
        let of = |wish: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(wish));
            preferred(&headers)
        };
        assert_eq!(of("fr, en-GB;q=0.8, zh;q=0.5"), Lang::En);
        assert_eq!(of("zh-CN"), Lang::Zh);
        assert_eq!(of("fr"), Lang::Zh);
        assert_eq!(preferred(&HeaderMap::new()), Lang::Zh);
    }
}
