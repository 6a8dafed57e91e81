//! Calls that are refused: counted by kind and logged, with the client where it is known, never with what was sent.
//!
//! What a known client did wrong stands in the audit chain as well, written where it was found. Strangers write nothing
//! there: they could fill it.

use axum::response::{IntoResponse, Response};
use jq_identity::ApiClient;
use jq_web::metrics::Metrics;

use crate::code;
use crate::problem::ApiProblem;
use crate::state::ApiState;

/// Kinds of refused calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// No token, or none that is good now.
    Token,
    /// A client that asked for a token and was not believed.
    Client,
    /// A certificate that nobody trusted handed on, or that cannot be read.
    Certificate,
    /// Not signed, or not as it must be.
    Signature,
    /// Signed and used before.
    Replay,
    /// Too many calls.
    Rate,
    /// Somebody else's address.
    Foreign,
    /// No consent allows it.
    Consent,
}

impl Refused {
    const ALL: [Self; 8] = [
        Self::Token,
        Self::Client,
        Self::Certificate,
        Self::Signature,
        Self::Replay,
        Self::Rate,
        Self::Foreign,
        Self::Consent,
    ];

    /// The name of its figure.
    fn figure(self) -> &'static str {
        match self {
            Self::Token => "jinqiao_api_refused_token_total",
            Self::Client => "jinqiao_api_refused_client_total",
            Self::Certificate => "jinqiao_api_refused_certificate_total",
            Self::Signature => "jinqiao_api_refused_signature_total",
            Self::Replay => "jinqiao_api_refused_replay_total",
            Self::Rate => "jinqiao_api_refused_rate_total",
            Self::Foreign => "jinqiao_api_refused_foreign_total",
            Self::Consent => "jinqiao_api_refused_consent_total",
        }
    }

    /// The kind that a problem is of, if it is a refusal.
    fn of(problem: &ApiProblem) -> Option<Self> {
        let id = problem.code();
        let is = |code: &code::Code| code.id == id;
        match problem.status().as_u16() {
            401 if is(&code::NO_TOKEN) || is(&code::TOKEN_INVALID) => Some(Self::Token),
            401 if is(&code::REPLAYED) => Some(Self::Replay),
            401 => Some(Self::Signature),
            403 if id.starts_with("consent/") => Some(Self::Consent),
            403 | 404 if is(&code::WRONG_CLIENT) || is(&code::NO_ORDER) || is(&code::NO_LOAN) => {
                Some(Self::Foreign)
            }
            429 => Some(Self::Rate),
            _ => None,
        }
    }
}

impl ApiState {
    /// Counts a refusal.
    pub(crate) fn refuse(&self, refused: Refused) {
        self.metrics.count(refused.figure(), 1);
    }
}

/// Says that nothing was refused yet, so that every figure is there from the start.
pub(crate) fn announce(metrics: &Metrics) {
    for refused in Refused::ALL {
        metrics.count(refused.figure(), 0);
    }
}

/// A call of nobody that is known.
pub(super) fn stranger(state: &ApiState, problem: ApiProblem) -> Response {
    if let Some(refused) = Refused::of(&problem) {
        state.refuse(refused);
        tracing::info!(problem.code = problem.code(), "call refused");
    }
    problem.into_response()
}

/// A call of this client.
pub(super) fn client(state: &ApiState, client: &ApiClient, problem: ApiProblem) -> Response {
    note(state, client, problem.into_response())
}

/// An answer that may be a refusal.
pub(super) fn note(state: &ApiState, client: &ApiClient, response: Response) -> Response {
    if let Some(problem) = response.extensions().get::<ApiProblem>()
        && let Some(refused) = Refused::of(problem)
    {
        state.refuse(refused);
        tracing::info!(client.id = %client.client_id(), problem.code = problem.code(), "call refused");
    }
    response
}
