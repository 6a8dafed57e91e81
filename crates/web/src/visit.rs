//! What a handler knows of the one who asks: language, tokens, where they are. Every page holds one.

use std::fmt;
use std::sync::{Arc, OnceLock};

use askama::Template;
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse, Response};
use jiff::Timestamp;
use jq_base::lang::Lang;
use rand::TryRng;
use rand::rngs::SysRng;

use crate::problem::Problem;
use crate::shell::{Operator, Web};
use crate::text::Text;
use crate::{assets, cookies, csrf, origin};

/// The cookie that remembers the language.
pub const LANG_COOKIE: &str = "jq_lang";

/// HTML that is safe as it stands, made only by this crate's own helpers and the pages' charts.
#[derive(Clone, Debug)]
pub struct Markup(String);

impl Markup {
    /// Takes HTML as it is; every outside value in it must have been escaped.
    pub fn trusted(html: String) -> Self {
        Self(html)
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Markup {}

/// One request of one visitor; cheap to clone.
#[derive(Clone)]
pub struct Visit(Arc<Facts>);

struct Facts {
    lang: Lang,
    nonce: String,
    csrf: String,
    has_token_cookie: bool,
    sets_lang: bool,
    path: String,
    query: String,
    demo: bool,
    at: Timestamp,
    operator: Arc<Operator>,
    device: String,
    address: String,
    unread: OnceLock<u64>,
}

impl Visit {
    /// Reads a visit from a request.
    pub fn read(request: &Request, web: &Web) -> Self {
        let headers = request.headers();
        let query = request.uri().query().unwrap_or_default();
        let asked = query.split('&').find_map(|pair| Lang::parse(pair.strip_prefix("lang=")?));
        let token = cookies::find(headers, csrf::COOKIE).filter(|value| is_token(value));
        Self(Arc::new(Facts {
            lang: asked.unwrap_or_else(|| preferred_lang(headers)),
            nonce: random_hex(16),
            csrf: token.map_or_else(|| random_hex(16), str::to_owned),
            has_token_cookie: token.is_some(),
            sets_lang: asked.is_some(),
            path: request.uri().path().to_owned(),
            query: query.to_owned(),
            demo: web.demo,
            at: web.clock.now(),
            operator: web.operator.clone(),
            device: origin::device(headers),
            address: origin::address(request),
            unread: OnceLock::new(),
        }))
    }

    /// The language of the page.
    pub fn lang(&self) -> Lang {
        self.0.lang
    }

    /// The words of that language.
    pub fn text(&self) -> Text {
        Text::of(self.0.lang)
    }

    /// The words for `key`.
    pub fn t(&self, key: &str) -> String {
        self.text().get(key)
    }

    /// The words for `key` with one value `$name` put in.
    pub fn one(&self, key: &str, name: &str, value: impl fmt::Display) -> String {
        self.text().one(key, name, value)
    }

    /// The words for `key` with the number `$n`.
    pub fn n(&self, key: &str, n: impl fmt::Display) -> String {
        self.text().count(key, n)
    }

    /// A whole number with thousands apart.
    pub fn whole(&self, number: impl fmt::Display) -> String {
        crate::say::whole(number.to_string().parse::<i128>().unwrap_or_default())
    }

    /// Whichever of two texts this visitor reads.
    pub fn pick<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.0.lang.pick(zh, en)
    }

    /// The nonce of this answer's scripts.
    pub fn nonce(&self) -> &str {
        &self.0.nonce
    }

    /// The token a form must carry.
    pub fn csrf(&self) -> &str {
        &self.0.csrf
    }

    /// Whether the browser brought its token cookie.
    pub fn has_token_cookie(&self) -> bool {
        self.0.has_token_cookie
    }

    /// Whether the visitor has just chosen a language.
    pub fn sets_lang(&self) -> bool {
        self.0.sets_lang
    }

    /// The path that was asked for.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The query that was asked for, without the question mark.
    pub fn query(&self) -> &str {
        &self.0.query
    }

    /// Whether this is a demonstration with invented firms.
    pub fn demo(&self) -> bool {
        self.0.demo
    }

    /// What the platform's clock showed when the visit began, for the bar of a demonstration.
    pub fn clock(&self) -> String {
        crate::say::moment(self.0.at)
    }

    /// Who runs the platform.
    pub fn operator(&self) -> &Operator {
        &self.0.operator
    }

    /// What the browser says of itself; empty where it says nothing.
    pub fn device(&self) -> &str {
        &self.0.device
    }

    /// The address from which the request came; empty where the server does not say.
    pub fn address(&self) -> &str {
        &self.0.address
    }

    /// Notes how many messages wait for whoever is signed in; the first word counts.
    pub fn note_unread(&self, messages: u64) {
        let _ = self.0.unread.set(messages);
    }

    /// How many messages wait for whoever is signed in.
    pub fn unread(&self) -> u64 {
        self.0.unread.get().copied().unwrap_or_default()
    }

    /// Whether the page at hand lies under `path`, to mark it in the navigation.
    pub fn is_at(&self, path: &str) -> bool {
        self.0.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The same page in the other language.
    pub fn other_lang_address(&self) -> String {
        let other = self.0.lang.pick("en", "zh-CN");
        let kept = self.0.query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("lang="));
        let query: Vec<&str> = kept.collect();
        let joint = if query.is_empty() { "" } else { "&" };
        format!("{}?{}{joint}lang={other}", self.0.path, query.join("&"))
    }

    /// The address of an asset.
    pub fn asset(&self, path: &str) -> String {
        assets::address(path)
    }

    /// The address of the chart library.
    pub fn echarts(&self) -> String {
        assets::address(assets::ECHARTS)
    }

    /// A line icon; decoration beside words, so that screen readers pass over it.
    pub fn icon(&self, name: &str) -> Markup {
        let sprite = assets::address(assets::ICONS);
        Markup(format!(r#"<svg class="icon" aria-hidden="true"><use href="{sprite}#{name}"/></svg>"#))
    }

    /// The hidden field with the token; the first thing in each form.
    pub fn csrf_field(&self) -> Markup {
        Markup(format!(r#"<input type="hidden" name="{}" value="{}">"#, csrf::FIELD, self.0.csrf))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::new(500, "web/outside-the-shell"))
    }
}

/// Shows a page.
pub fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => Problem::internal(&error).into_response(),
    }
}

/// `bytes` random bytes of the operating system, as hexadecimal digits.
pub fn random_hex(bytes: usize) -> String {
    use std::fmt::Write;
    let mut buffer = vec![0_u8; bytes];
    SysRng.try_fill_bytes(&mut buffer).expect("the operating system gives random bytes");
    buffer.iter().fold(String::with_capacity(bytes * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn is_token(value: &str) -> bool {
    value.len() == 32 && value.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn preferred_lang(headers: &HeaderMap) -> Lang {
    if let Some(lang) = cookies::find(headers, LANG_COOKIE).and_then(Lang::parse) {
        return lang;
    }
    let wishes = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or("");
    wishes.split(',').find_map(|wish| Lang::parse(wish.split(';').next()?)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn visit(address: &str, headers: &[(&str, &str)]) -> Visit {
        let mut request = Request::builder().uri(address);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Visit::read(&request.body(Body::empty()).unwrap(), &Web::example())
    }

    #[test]
    fn the_language_is_asked_for_remembered_or_preferred_in_that_order() {
        assert_eq!(visit("/", &[]).lang(), Lang::Zh);
        assert_eq!(visit("/", &[("accept-language", "fr,en-GB;q=0.8,zh;q=0.5")]).lang(), Lang::En);
        let remembered = [("cookie", "jq_lang=zh-CN"), ("accept-language", "en")];
        assert_eq!(visit("/", &remembered).lang(), Lang::Zh);
        assert_eq!(visit("/?lang=en", &remembered).lang(), Lang::En);
    }

    #[test]
    fn the_language_switch_keeps_the_rest_of_the_address() {
        assert_eq!(
            visit("/catalog?q=%E7%A8%8E&lang=zh", &[]).other_lang_address(),
            "/catalog?q=%E7%A8%8E&lang=en"
        );
        assert_eq!(visit("/", &[]).other_lang_address(), "/?lang=en");
    }

    #[test]
    fn navigation_knows_where_the_visitor_is() {
        assert!(visit("/catalog/tax_filing", &[]).is_at("/catalog"));
        assert!(!visit("/catalogue", &[]).is_at("/catalog"));
    }
}
