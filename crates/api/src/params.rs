//! Reading what stands in the address: short texts and whole numbers, each within its limits.

use std::collections::BTreeMap;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use url::form_urlencoded;

use crate::code;
use crate::problem::ApiProblem;
use crate::said::Said;

/// The longest query that is read, in bytes.
const QUERY_BYTES_MAX: usize = 2_048;
/// The longest name in a path, in characters.
const NAME_CHARS_MAX: usize = 128;

/// The query of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params(BTreeMap<String, String>);

impl Params {
    /// The text of a parameter, when it is there and not empty.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// The text of a parameter that must be there.
    pub(crate) fn required(&self, name: &str) -> Result<&str, ApiProblem> {
        self.text(name).ok_or_else(|| wrong(name, Said::fixed("必须提供", "must be given")))
    }

    /// Yes or no; no when it is left out.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, ApiProblem> {
        match self.text(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(wrong(name, Said::fixed("应为 true 或 false", "must be true or false"))),
        }
    }

    /// A whole number between `least` and `most`.
    pub(crate) fn number<T>(&self, name: &str, least: &T, most: &T) -> Result<Option<T>, ApiProblem>
    where
        T: FromStr + PartialOrd + std::fmt::Display,
    {
        let Some(text) = self.text(name) else { return Ok(None) };
        match text.parse::<T>() {
            Ok(number) if number >= *least && number <= *most => Ok(Some(number)),
            _ => Err(wrong(
                name,
                Said::of(
                    format!("应为 {least} 至 {most} 的整数"),
                    format!("must be a whole number from {least} to {most}"),
                ),
            )),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiProblem> {
        let query = parts.uri.query().unwrap_or_default();
        if query.len() > QUERY_BYTES_MAX {
            return Err(ApiProblem::new(&code::UNREADABLE).detail(
                format!("查询部分超过 {QUERY_BYTES_MAX} 字节"),
                format!("the query is longer than {QUERY_BYTES_MAX} bytes"),
            ));
        }
        Ok(Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect()))
    }
}

/// The one name in a path, such as a batch id.
#[derive(Clone, Debug)]
pub(crate) struct Name(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiProblem> {
        match Path::<String>::from_request_parts(parts, state).await {
            Ok(Path(name)) if name.chars().count() <= NAME_CHARS_MAX => Ok(Self(name)),
            _ => Err(ApiProblem::new(&code::UNREADABLE)),
        }
    }
}

/// A parameter or header that cannot be taken.
pub(crate) fn wrong(name: &str, words: Said) -> ApiProblem {
    ApiProblem::new(&code::PARAMETER).field(name, words)
}
