//! Where a request comes from, as far as the server sees it: what is kept with an act of weight, such as a consent.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, header};

/// What the browser says of itself; empty where it says nothing.
pub(crate) fn device(headers: &HeaderMap) -> String {
    let said = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    said.unwrap_or_default().to_owned()
}

/// The other end of the connection, without its port; empty where the server does not say.
pub(crate) fn address(request: &Request) -> String {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    peer.map(|ConnectInfo(peer)| peer.ip().to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn a_request_says_its_browser_and_where_it_comes_from() {
        let mut request =
            Request::builder().uri("/").header("user-agent", "Phone 1").body(Body::empty()).unwrap();
        assert_eq!((device(request.headers()), address(&request)), ("Phone 1".to_owned(), String::new()));
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 7], 40_001))));
        assert_eq!(address(&request), "192.0.2.7");
    }
}
