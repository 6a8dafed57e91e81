//! Who is signed in. A handler that takes [`Firm`], [`Person`], [`Unit`], [`Bank`], [`Desk`], [`Oversight`],
//! [`System`], [`Security`] or [`Audit`] is reached only by one.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use jq_identity::{
    AuditUser, BankUser, DeskUser, FirmPerson, FirmSession, FirmUser, OversightUser, SecurityUser,
    SystemUser, Token, UnitUser, session,
};
use jq_web::cookies::{self, Cookie, Reader};

use crate::firm::entrance;
use crate::refused::Refused;
use crate::staff;
use crate::state::PortalState;

/// The session cookie of firms.
pub const FIRM_COOKIE: &str = "jq_firm";
/// The session cookie of source units.
pub const UNIT_COOKIE: &str = "jq_unit";
/// The session cookie of banks.
pub const BANK_COOKIE: &str = "jq_bank";
/// The session cookie of the platform's service desk.
pub const DESK_COOKIE: &str = "jq_desk";
/// The session cookie of supervisors and regulators.
pub const OVERSIGHT_COOKIE: &str = "jq_oversight";
/// The session cookie of the system administrator.
pub const SYSTEM_COOKIE: &str = "jq_system";
/// The session cookie of the security administrator.
pub const SECURITY_COOKIE: &str = "jq_security";
/// The session cookie of the audit administrator.
pub const AUDIT_COOKIE: &str = "jq_audit";

/// A signed-in person who acts for a firm.
pub struct Firm(pub FirmUser);

/// A signed-in person who has not chosen a firm yet.
pub struct Chooser {
    /// The person and the firms to choose from.
    pub person: FirmPerson,
    /// The session.
    pub token: Token,
}

/// A person who has signed in by mobile, whether the real name is verified yet or not.
pub struct Person {
    /// The person.
    pub person: FirmPerson,
    /// The session.
    pub token: Token,
    /// The same person acting for a firm, once one is chosen.
    pub acting: Option<FirmUser>,
}

/// A signed-in employee of a source unit.
pub struct Unit(pub UnitUser);

/// A signed-in employee of a bank: customer manager, approver or administrator.
pub struct Bank(pub BankUser);

/// A signed-in employee of the platform's service desk.
pub struct Desk(pub DeskUser);

/// A signed-in supervisor or regulator.
pub struct Oversight(pub OversightUser);

/// The platform's signed-in system administrator.
pub struct System(pub SystemUser);

/// The platform's signed-in security administrator.
pub struct Security(pub SecurityUser);

/// The platform's signed-in audit administrator.
pub struct Audit(pub AuditUser);

impl FromRequestParts<PortalState> for Firm {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &PortalState) -> Result<Self, Response> {
        let lead = |to: &str| entrance::remember(parts, state, to);
        match entrance::enter(parts, state).await?.0 {
            FirmSession::Acting(user) => Ok(Self(user)),
            FirmSession::Choosing(_) => Err(lead("/firm/choose")),
            FirmSession::Unverified(_) => Err(lead("/firm/verify")),
        }
    }
}

impl FromRequestParts<PortalState> for Chooser {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &PortalState) -> Result<Self, Response> {
        let (session, token) = entrance::enter(parts, state).await?;
        match session {
            FirmSession::Acting(user) => Ok(Self { person: user.person().clone(), token }),
            FirmSession::Choosing(person) => Ok(Self { person, token }),
            FirmSession::Unverified(_) => Err(Redirect::to("/firm/verify").into_response()),
        }
    }
}

impl FromRequestParts<PortalState> for Person {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &PortalState) -> Result<Self, Response> {
        let (session, token) = entrance::enter(parts, state).await?;
        Ok(match session {
            FirmSession::Acting(user) => Self { person: user.person().clone(), token, acting: Some(user) },
            FirmSession::Choosing(person) | FirmSession::Unverified(person) => {
                Self { person, token, acting: None }
            }
        })
    }
}

impl FromRequestParts<PortalState> for Unit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &PortalState) -> Result<Self, Response> {
        staff::enter::<Self>(parts, state).await.map(Self)
    }
}

impl FromRequestParts<PortalState> for Bank {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &PortalState) -> Result<Self, Response> {
        staff::enter::<Self>(parts, state).await.map(Self)
    }
}

impl FromRequestParts<PortalState> for Desk {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &PortalState) -> Result<Self, Response> {
        staff::enter::<Self>(parts, state).await.map(Self)
    }
}

impl FromRequestParts<PortalState> for Oversight {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &PortalState) -> Result<Self, Response> {
        staff::enter::<Self>(parts, state).await.map(Self)
    }
}

impl FromRequestParts<PortalState> for System {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &PortalState) -> Result<Self, Response> {
        staff::enter::<Self>(parts, state).await.map(Self)
    }
}

impl FromRequestParts<PortalState> for Security {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &PortalState) -> Result<Self, Response> {
        staff::enter::<Self>(parts, state).await.map(Self)
    }
}

impl FromRequestParts<PortalState> for Audit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &PortalState) -> Result<Self, Response> {
        staff::enter::<Self>(parts, state).await.map(Self)
    }
}

/// Hands a session to the browser and leads on.
pub fn open(state: &PortalState, cookie: &'static str, token: &Token, to: &str) -> Response {
    lead(state, cookie, token.expose(), None, to)
}

/// Ends the session of a browser and leads on.
pub async fn close(
    state: &PortalState,
    headers: &HeaderMap,
    cookie: &'static str,
    to: &str,
) -> Result<Response, Refused> {
    if let Some(token) = token(headers, cookie) {
        let mut tx = state.db.begin().await?;
        let now = tx.now();
        session::sign_out(&mut tx, &token, now).await?;
        tx.commit().await?;
    }
    Ok(lead(state, cookie, "", Some(0), to))
}

/// Sets a cookie that only the server reads, and leads on.
pub fn lead(
    state: &PortalState,
    name: &'static str,
    value: &str,
    max_age_s: Option<u32>,
    to: &str,
) -> Response {
    let mut response = Redirect::to(to).into_response();
    let cookie = Cookie { name, value, max_age_s, reader: Reader::ServerOnly, secure: state.https };
    cookie.set(response.headers_mut());
    response
}

/// The session token in the cookie called `cookie`.
pub fn token(headers: &HeaderMap, cookie: &str) -> Option<Token> {
    Token::parse(cookies::find(headers, cookie)?)
}
