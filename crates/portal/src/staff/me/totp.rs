//! Enrolling a phone that shows one-time codes: the secret as QR code and as text, and the first code.

use askama::Template;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jq_identity::staff::{Due, TotpOffer};
use jq_identity::{IdentityError, StaffUser};
use jq_web::{FieldProblem, Markup, Problem, Visit, page};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use serde::Deserialize;

use super::Head;
use super::show::back;
use crate::refused::{Answer, Refused};
use crate::staff::{Entrant, StaffPortal, prove_first};
use crate::state::PortalState;

/// Pixels of the picture: large enough for a cheap phone's camera.
const QR_PX: u32 = 240;

/// The page.
#[derive(Template)]
#[template(path = "staff/code.html")]
struct CodePage {
    v: Visit,
    head: Head,
    picture: Markup,
    /// The secret in groups of four, as it is typed.
    secret: String,
    errors: Vec<FieldProblem>,
}

/// The form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct CodeForm {
    code: String,
}

/// `GET /<portal>/me/code`
pub(super) async fn ask<P: StaffPortal>(
    State(state): State<PortalState>,
    entrant: Entrant<P>,
    v: Visit,
) -> Answer {
    let inside = entrant.due == Due::Nothing;
    match entrant.at(Due::Enrolment) {
        Ok(user) => shown::<P>(v, &state, &user, inside, None).await,
        Err(way) => Ok(way),
    }
}

/// `POST /<portal>/me/code`
pub(super) async fn confirm<P: StaffPortal>(
    State(state): State<PortalState>,
    entrant: Entrant<P>,
    v: Visit,
    Form(form): Form<CodeForm>,
) -> Answer {
    let inside = entrant.due == Due::Nothing;
    let user = match entrant.at(Due::Enrolment) {
        Ok(user) => user,
        Err(way) => return Ok(way),
    };
    let now = state.db.clock().now();
    match state.factors.confirm_totp(&state.db, &user, &form.code, now).await {
        Ok(()) => Ok(back::<P>()),
        Err(IdentityError::WrongFactor) => shown::<P>(v, &state, &user, inside, Some("totp-wrong")).await,
        Err(error) => refused::<P>(error),
    }
}

async fn shown<P: StaffPortal>(
    v: Visit,
    state: &PortalState,
    user: &StaffUser,
    inside: bool,
    wrong: Option<&str>,
) -> Answer {
    let now = state.db.clock().now();
    let offer = match state.factors.offer_totp(&state.db, user, now).await {
        Ok(offer) => offer,
        Err(error) => return refused::<P>(error),
    };
    let problem = |key: &str| FieldProblem { field: "code".to_owned(), message: v.t(key) };
    let shown = CodePage {
        head: Head::of::<P>(&v, user, inside),
        picture: picture(&offer)?,
        secret: in_groups(&offer.secret),
        errors: wrong.map(problem).into_iter().collect(),
        v,
    };
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, page(&shown)).into_response())
}

/// Whoever has a second factor shows it before another is added.
pub(super) fn refused<P: StaffPortal>(error: IdentityError) -> Result<Response, Refused> {
    match error {
        IdentityError::SecondFactorStale => Ok(prove_first::<P>(&format!("{}/me", P::HOME))),
        error => Err(error.into()),
    }
}

/// The picture as part of the page, so that no other request carries the secret.
fn picture(offer: &TotpOffer) -> Result<Markup, Refused> {
    let code = QrCode::with_error_correction_level(&offer.address, EcLevel::M)
        .map_err(|error| Refused::from(Problem::internal(&error)))?;
    let drawn = code.render::<svg::Color<'_>>().min_dimensions(QR_PX, QR_PX).build();
    // The declaration of an XML file has no place inside a page.
    Ok(Markup::trusted(drawn[drawn.find("<svg").unwrap_or(0)..].to_owned()))
}

fn in_groups(secret: &str) -> String {
    let signs: Vec<char> = secret.chars().collect();
    signs.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_is_typed_in_groups_of_four() {
        assert_eq!(in_groups("GEZDGNBVGY3T"), "GEZD GNBV GY3T");
        assert_eq!(in_groups("GEZDG"), "GEZD G");
    }
}
