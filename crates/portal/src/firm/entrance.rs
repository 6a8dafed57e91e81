//! The door of the firms' portal: who stands behind a request, and the page to go on to after signing in.

use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Redirect, Response};
use jq_db::DbError;
use jq_identity::{FirmSession, FirmUser, IdentityError, Token, firm};
use jq_notify::inbox;
use jq_web::Visit;
use jq_web::cookies::{self, Cookie, Reader};

use crate::firm::messages;
use crate::refused::Refused;
use crate::session::{FIRM_COOKIE, token};
use crate::staff::is_page_of;
use crate::state::PortalState;

/// The first page of the portal.
const HOME: &str = "/firm";
/// Remembers the page that was asked for until somebody has signed in, is verified and has chosen a firm.
const WAY_COOKIE: &str = "jq_way";
/// For how long, in seconds.
const WAY_REMEMBERED_S: u32 = 1_800;

/// The session behind a request; without one the answer leads to the sign-in. Whoever acts for a firm also learns
/// how many messages wait.
pub async fn enter(parts: &Parts, state: &PortalState) -> Result<(FirmSession, Token), Response> {
    let Some(token) = token(&parts.headers, FIRM_COOKIE) else {
        return Err(remember(parts, state, "/firm/sign-in"));
    };
    let session = match firm::authenticate(&state.db, &token, state.db.clock().now()).await {
        Ok(session) => session,
        Err(IdentityError::NotSignedIn) => return Err(remember(parts, state, "/firm/sign-in")),
        Err(error) => return Err(Refused::from(error).into_response()),
    };
    if let (FirmSession::Acting(user), Some(visit)) = (&session, parts.extensions.get::<Visit>()) {
        // A firm gets to its rights, above all to take a consent back, also when its messages cannot be counted.
        match unread(state, user).await {
            Ok(unread) => visit.note_unread(unread),
            Err(error) => tracing::warn!(error = %error, "a firm's messages could not be counted"),
        }
    }
    Ok((session, token))
}

/// How many messages wait, for the firm and for the person.
async fn unread(state: &PortalState, user: &FirmUser) -> Result<u64, DbError> {
    let mut all = 0;
    for recipient in messages::inboxes(state, user) {
        all += inbox::count_unread(&state.db, &recipient).await?;
    }
    Ok(all)
}

/// Leads to `to`, and remembers the page that was asked for.
pub fn remember(parts: &Parts, state: &PortalState, to: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    let asked = parts.uri.path_and_query().map_or(HOME, |asked| asked.as_str());
    if parts.method == Method::GET && asked != HOME && is_page_of(asked, HOME) {
        let value = asked.replace(',', "%2C");
        set(&mut response, state, &value, WAY_REMEMBERED_S);
    }
    response
}

/// The page that was asked for before the door.
pub fn way(headers: &HeaderMap) -> Option<&str> {
    cookies::find(headers, WAY_COOKIE).filter(|asked| is_page_of(asked, HOME))
}

/// Forgets the page that was asked for.
pub fn forget(response: &mut Response, state: &PortalState) {
    set(response, state, "", 0);
}

/// Leads to the page that was asked for before the door, or else to `to`, and forgets it.
pub fn go_on(headers: &HeaderMap, state: &PortalState, to: &str) -> Response {
    let asked = way(headers);
    let mut response = Redirect::to(asked.unwrap_or(to)).into_response();
    if asked.is_some() {
        forget(&mut response, state);
    }
    response
}

fn set(response: &mut Response, state: &PortalState, value: &str, max_age_s: u32) {
    let (name, max_age_s) = (WAY_COOKIE, Some(max_age_s));
    let cookie = Cookie { name, value, max_age_s, reader: Reader::ServerOnly, secure: state.https };
    cookie.set(response.headers_mut());
}
