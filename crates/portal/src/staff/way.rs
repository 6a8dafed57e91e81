//! The way back: the page somebody wanted before they had to sign in, only ever a page of the same portal.

use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use url::form_urlencoded;

use super::StaffPortal;

/// The longest address that is kept.
const WAY_MAX: usize = 500;

/// A page of one portal, safe to be led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way(String);

impl Way {
    /// The page `asked`, if it belongs to the portal `P`; else the portal's first page.
    pub fn parse<P: StaffPortal>(asked: &str) -> Self {
        Self(if is_page_of(asked, P::HOME) { asked.to_owned() } else { P::HOME.to_owned() })
    }

    /// The page a request is for; for a form that was sent, the page it was sent from.
    pub fn of<P: StaffPortal>(parts: &Parts) -> Self {
        if parts.method == Method::GET {
            let asked = parts.uri.path_and_query().map_or(P::HOME, |asked| asked.as_str());
            return Self::parse::<P>(asked);
        }
        Self::parse::<P>(sent_from(&parts.headers).unwrap_or(P::HOME))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A page under the portal's first one that leads on to this page afterwards.
    pub fn to<P: StaffPortal>(&self, page: &str) -> String {
        if self.0 == P::HOME {
            return format!("{}{page}", P::HOME);
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("next", &self.0);
        format!("{}{page}?{}", P::HOME, query.finish())
    }

    /// The sign-in that leads on to this page; `expired` says that a session has ended.
    pub fn sign_in<P: StaffPortal>(&self, expired: bool) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if self.0 != P::HOME {
            query.append_pair("next", &self.0);
        }
        if expired {
            query.append_pair("expired", "1");
        }
        let query = query.finish();
        let joint = if query.is_empty() { "" } else { "?" };
        format!("{}/sign-in{joint}{query}", P::HOME)
    }
}

/// Whether `asked` is a page under `home`: a path of this host, without tricks, and not the door itself.
pub fn is_page_of(asked: &str, home: &str) -> bool {
    let Some(rest) = asked.strip_prefix(home) else { return false };
    let starts_well = rest.is_empty() || rest.starts_with('/') || rest.starts_with('?');
    let clean = asked.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') && !asked.contains("..");
    let is_door = rest.starts_with("/sign-in") || rest.starts_with("/sign-out");
    starts_well && clean && !is_door && !asked.contains("//") && asked.len() <= WAY_MAX
}

/// Path and query of the page a form was sent from, when the browser says it.
fn sent_from(headers: &HeaderMap) -> Option<&str> {
    let referer = headers.get(header::REFERER)?.to_str().ok()?;
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let (_, rest) = referer.split_once("://")?;
    rest.strip_prefix(host)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;
    use crate::session::Bank;

    fn way(method: &str, address: &str, referer: &str) -> Way {
        let request = Request::builder().method(method).uri(address).header("host", "jq.example");
        let (parts, ()) = request.header("referer", referer).body(()).unwrap().into_parts();
        Way::of::<Bank>(&parts)
    }

    #[test]
    fn only_a_page_of_the_portal_is_led_to() {
        for good in ["/bank", "/bank/orders/ord_1", "/bank?tab=mine&text=%E9%B2%9C"] {
            assert_eq!(Way::parse::<Bank>(good).as_str(), good);
        }
        let tricks =
            ["", "//evil.example", "https://evil.example/bank", "/bankrupt", "/desk", "/bank/../desk"];
        let more = ["/bank//evil.example", "/bank\\evil", "/bank/sign-in", "/bank\r\nset-cookie: a=1"];
        for wrong in tricks.into_iter().chain(more) {
            assert_eq!(Way::parse::<Bank>(wrong).as_str(), "/bank", "{wrong}");
        }
    }

    #[test]
    fn a_form_sent_too_late_leads_back_to_the_page_it_stood_on() {
        let page = way("GET", "/bank/orders/ord_1?records=1", "http://jq.example/bank");
        assert_eq!(page.as_str(), "/bank/orders/ord_1?records=1");
        let form = way("POST", "/bank/orders/ord_1/accept", "http://jq.example/bank/orders/ord_1");
        assert_eq!(form.as_str(), "/bank/orders/ord_1");
        let foreign = way("POST", "/bank/orders/ord_1/accept", "http://evil.example/bank/orders/ord_1");
        assert_eq!(foreign.as_str(), "/bank");
    }

    #[test]
    fn the_sign_in_carries_the_way_and_what_happened() {
        let way = Way::parse::<Bank>("/bank?tab=mine");
        assert_eq!(way.sign_in::<Bank>(true), "/bank/sign-in?next=%2Fbank%3Ftab%3Dmine&expired=1");
        assert_eq!(Way::parse::<Bank>("/bank").sign_in::<Bank>(false), "/bank/sign-in");
    }
}
