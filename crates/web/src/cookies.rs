//! Reading and writing the few small cookies the platform needs.

use axum::http::{HeaderMap, HeaderValue, header};

/// Who may read a cookie in the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Only the server: sessions and tokens.
    ServerOnly,
    /// Also scripts of the page: the language.
    Page,
}

/// A cookie to be set: same-site, for the whole platform.
#[derive(Clone, Debug)]
pub struct Cookie<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its value; letters, digits, `-` and `_`.
    pub value: &'a str,
    /// How long it lives, in seconds; `None` until the browser closes, `Some(0)` deletes it.
    pub max_age_s: Option<u32>,
    /// Who may read it.
    pub reader: Reader,
    /// Whether it travels over HTTPS only.
    pub secure: bool,
}

impl Cookie<'_> {
    /// The `Set-Cookie` header, or `None` when the value holds a character cookies cannot carry.
    pub fn header(&self) -> Option<HeaderValue> {
        use std::fmt::Write;
        let mut text = format!("{}={}; Path=/; SameSite=Lax", self.name, self.value);
        if let Some(seconds) = self.max_age_s {
            write!(text, "; Max-Age={seconds}").ok()?;
        }
        if self.reader == Reader::ServerOnly {
            text.push_str("; HttpOnly");
        }
        if self.secure {
            text.push_str("; Secure");
        }
        let clean = self.value.bytes().all(|byte| byte.is_ascii_graphic() && !b";,\"\\".contains(&byte));
        clean.then(|| HeaderValue::from_str(&text).ok()).flatten()
    }

    /// Adds the cookie to the headers of an answer.
    pub fn set(&self, headers: &mut HeaderMap) {
        if let Some(value) = self.header() {
            headers.append(header::SET_COOKIE, value);
        }
    }
}

/// The value of the cookie called `name` that came with a request.
pub fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; jq_lang=en; b=2"));
        assert_eq!(find(&headers, "jq_lang"), Some("en"));
        assert_eq!(find(&headers, "lang"), None);
    }

    #[test]
    fn a_value_that_would_open_a_second_attribute_is_not_sent() {
        let cookie = |value| Cookie { name: "x", value, max_age_s: None, reader: Reader::Page, secure: true };
        assert!(cookie("a; Domain=evil").header().is_none());
        let header = cookie("abc").header().unwrap();
        assert_eq!(header.to_str().unwrap(), "x=abc; Path=/; SameSite=Lax; Secure");
    }
}
