//! Who calls: a program of an institution, known by the bearer token it shows.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use jq_base::ids::{BankId, ClientId, UnitId};
use jq_consent::BankReader;
use jq_credit::Reader;
use jq_identity::client::ClientKind;
use jq_identity::{ApiClient, Institution};
use jq_ingest::Sender;
use jq_lending::{Actor, Clerk};

use crate::code;
use crate::problem::ApiProblem;
use crate::state::ApiState;

/// In which role a bank's program reads.
const ROLE: &str = "client";

/// A program of a source unit. Only a valid token makes one.
#[derive(Clone, Debug)]
pub(crate) struct UnitClient {
    client: ApiClient,
    unit: UnitId,
}

impl UnitClient {
    /// The source unit whose batches it may deliver and see.
    pub(crate) fn unit(&self) -> &UnitId {
        &self.unit
    }

    /// How a batch's record names it.
    pub(crate) fn sender(&self) -> Sender {
        Sender {
            actor: self.client.client_id().to_string(),
            role: self.client.kind().code().to_owned(),
            institution: self.unit.to_string(),
        }
    }
}

/// A program of a bank. Only a valid token makes one.
#[derive(Clone, Debug)]
pub(crate) struct BankClient {
    client: ApiClient,
    bank: BankId,
}

impl BankClient {
    /// The program of a bank, and none of anybody else.
    pub(crate) fn of(client: ApiClient) -> Option<Self> {
        match (client.kind(), BankId::parse(client.institution())) {
            (ClientKind::Bank, Ok(bank)) => Some(Self { client, bank }),
            _ => None,
        }
    }

    /// The bank whose orders and consents it may use.
    pub(crate) fn bank(&self) -> &BankId {
        &self.bank
    }

    /// The program's id.
    pub(crate) fn client_id(&self) -> &ClientId {
        self.client.client_id()
    }

    /// The program's name; what it does is recorded under it.
    pub(crate) fn id(&self) -> &str {
        self.client.client_id().as_str()
    }

    /// How a permit and its record name it.
    pub(crate) fn reader(&self) -> BankReader<'_> {
        BankReader { bank: &self.bank, reader: self.id(), role: ROLE }
    }

    /// How a reading of a report or of records is put on record, with the bank's names on the report.
    pub(crate) fn report_reader(&self, bank: &Institution) -> Reader {
        Reader {
            actor: self.id().to_owned(),
            role: ROLE.to_owned(),
            shown_zh: bank.name_zh.clone(),
            shown_en: bank.name_en.clone(),
        }
    }

    /// How an order's record names it, when it acts for this employee.
    pub(crate) fn for_clerk(&self, login: Option<&str>) -> Actor<'_> {
        let clerk = login.map(|login| Clerk { login: login.to_owned() });
        Actor::Client { client: &self.client, clerk }
    }
}

impl FromRequestParts<ApiState> for BankClient {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, _state: &ApiState) -> Result<Self, ApiProblem> {
        Self::of(client(parts)?).ok_or_else(|| ApiProblem::new(&code::WRONG_CLIENT))
    }
}

impl FromRequestParts<ApiState> for UnitClient {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, _state: &ApiState) -> Result<Self, ApiProblem> {
        let client = client(parts)?;
        match (client.kind(), UnitId::parse(client.institution())) {
            (ClientKind::Unit, Ok(unit)) => Ok(Self { client, unit }),
            _ => Err(ApiProblem::new(&code::WRONG_CLIENT)),
        }
    }
}

/// The client that the guard let through; an address that nobody guards is nobody's.
fn client(parts: &Parts) -> Result<ApiClient, ApiProblem> {
    parts.extensions.get::<ApiClient>().cloned().ok_or_else(|| ApiProblem::new(&code::NO_TOKEN))
}
