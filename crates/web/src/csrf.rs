//! A form is accepted only from a page of ours: the token in the form must equal the one in the cookie.
//!
//! Beside the token the browser's own word (`Sec-Fetch-Site`, `Origin`) is heard. Addresses under `/api/`
//! and `/oauth/` are left out: they never look at cookies.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};

use crate::problem::Problem;
use crate::visit::Visit;

/// The cookie that carries the token.
pub const COOKIE: &str = "jq_csrf";
/// The form field that carries it; the first field of each form.
pub const FIELD: &str = "_csrf";
/// In an upload the token stands in the first field, so it is looked for only here, in bytes.
const UPLOAD_HEAD_MAX: usize = 2_048;

/// How much a request may carry, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// An ordinary form or API call.
    pub form_max: usize,
    /// A file sent from a page or by the API.
    pub upload_max: usize,
}

/// Lets a request through if it changes nothing, is no page's, or carries its visit's token.
pub async fn check(visit: &Visit, limits: Limits, request: Request) -> Result<Request, Problem> {
    let changes = ![Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    if !changes || is_machine(request.uri().path()) {
        return Ok(request);
    }
    if !comes_from_here(request.headers()) {
        return Err(Problem::new(403, "web/other-site"));
    }
    let (parts, body) = request.into_parts();
    let is_upload = kind(&parts.headers).starts_with("multipart/form-data");
    let max = if is_upload { limits.upload_max } else { limits.form_max };
    let bytes = axum::body::to_bytes(body, max).await.map_err(|_| Problem::new(413, "web/too-large"))?;
    let token = if is_upload { upload_token(&bytes) } else { form_token(&bytes) };
    if visit.has_token_cookie() && token.as_deref() == Some(visit.csrf()) {
        return Ok(Request::from_parts(parts, Body::from(bytes)));
    }
    Err(Problem::new(403, "web/form-expired"))
}

/// Whether an address is for programs, which sign in with each call, rather than for people.
pub fn is_machine(path: &str) -> bool {
    path.starts_with("/api/") || path.starts_with("/oauth/")
}

fn kind(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn comes_from_here(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if text("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none") {
        return false;
    }
    match (text("origin"), text("host")) {
        (Some(origin), Some(host)) => origin.split("://").nth(1) == Some(host),
        _ => true,
    }
}

fn form_token(body: &Bytes) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let value = text.split('&').find_map(|pair| pair.strip_prefix("_csrf="))?;
    Some(value.to_owned())
}

fn upload_token(body: &Bytes) -> Option<String> {
    let head = String::from_utf8_lossy(&body[..body.len().min(UPLOAD_HEAD_MAX)]);
    let (_, after) = head.split_once("name=\"_csrf\"")?;
    let (_, value) = after.split_once("\r\n\r\n")?;
    Some(value.split("\r\n").next()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_found_in_forms_and_uploads() {
        assert_eq!(form_token(&Bytes::from_static(b"a=1&_csrf=abc&b=2")).as_deref(), Some("abc"));
        assert_eq!(form_token(&Bytes::from_static(b"x_csrf=abc")), None);
        let upload = "--b\r\nContent-Disposition: form-data; name=\"_csrf\"\r\n\r\nabc\r\n--b\r\n";
        assert_eq!(upload_token(&Bytes::from_static(upload.as_bytes())).as_deref(), Some("abc"));
    }

    #[test]
    fn another_site_is_recognised() {
        let mut headers = HeaderMap::new();
        assert!(comes_from_here(&headers));
        headers.insert("host", "jq.example:8080".parse().unwrap());
        headers.insert("origin", "http://jq.example:8080".parse().unwrap());
        assert!(comes_from_here(&headers));
        headers.insert("origin", "https://evil.example".parse().unwrap());
        assert!(!comes_from_here(&headers));
        headers.remove("origin");
        headers.insert("sec-fetch-site", "cross-site".parse().unwrap());
        assert!(!comes_from_here(&headers));
    }
}
