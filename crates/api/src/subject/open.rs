//! Every reading starts here: the permit that a consent allows, or the reason why none does, both on record.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jq_base::ids::{ConsentId, OrderId, SubjectKey};
use jq_base::permit::{Permit, Purpose};
use jq_consent::{
    ConsentError, Grant, Reading, find_grant, list_grants, permit_public, permit_reading, purpose_terms,
};
use jq_identity::{Institution, institution};
use serde::Serialize;
use utoipa::ToSchema;

use crate::body::{NO_SUBJECT, subject};
use crate::caller::BankClient;
use crate::code;
use crate::params::{Params, wrong};
use crate::problem::ApiProblem;
use crate::said::Said;
use crate::state::ApiState;
use crate::words::{BankPurpose, PurposeWord, Word, codes, find};

/// Consents of a subject that are looked at for the items of a report; a firm has a few.
const GRANTS_MAX: u32 = 500;
/// The item in which organisations are registered.
const REGISTER: &str = "ent_registration";

/// Under which permit was read.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Permit)]
pub(crate) struct PermitView {
    /// The permit's number; the subject sees the reading under it.
    pub(crate) permit_id: String,
    /// The consent it rests on.
    pub(crate) consent_id: String,
    /// What for.
    #[schema(inline)]
    pub(crate) purpose: PurposeWord,
    /// The items it opened, sorted.
    pub(crate) items: Vec<String>,
    /// Fields of these items that the subject left out, each as item.field; they were not read.
    fields_left_out: Vec<String>,
    /// When it was issued.
    issued_at: Timestamp,
    /// Until when the consent holds.
    valid_to: Timestamp,
    /// Readings that the consent still allows.
    readings_left: u32,
    /// Readings that it still allows today, Beijing time.
    readings_left_today: u32,
}

/// A permit with what is left of its consent.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) permit: Permit,
    pub(crate) view: PermitView,
}

/// What a bank wants to read.
#[derive(Debug)]
pub(crate) struct Wish {
    pub(crate) subject: SubjectKey,
    pub(crate) purpose: Purpose,
    pub(crate) order: Option<OrderId>,
    /// Under which consent, where the caller names one.
    pub(crate) consent: Option<ConsentId>,
    /// Fields without which the reading is of no use, each as `item.field`.
    pub(crate) needs: Vec<String>,
}

impl Wish {
    /// The subject of the path, with purpose, order and consent of the query.
    pub(crate) fn read(uscc: &str, params: &Params) -> Result<Self, ApiProblem> {
        let subject = path_subject(uscc)?;
        let purpose = find::<BankPurpose>(params.required("purpose")?).ok_or_else(|| {
            let codes = codes::<BankPurpose>();
            wrong("purpose", Said::of(format!("应为以下之一：{codes}"), format!("must be one of {codes}")))
        })?;
        let unknown = Said::fixed("不是订单编号", "is no order id");
        let order = params.text("order").map(OrderId::parse).transpose();
        let order = order.map_err(|_| wrong("order", unknown))?;
        let unknown = Said::fixed("不是授权编号", "is no consent id");
        let consent = params.text("consent").map(ConsentId::parse).transpose();
        let consent = consent.map_err(|_| wrong("consent", unknown))?;
        Ok(Self { subject, purpose: purpose.0, order, consent, needs: Vec::new() })
    }

    /// The same with the fields of the query without which the reading is of no use.
    pub(crate) fn needing(self, params: &Params) -> Self {
        let named = params.text("needs").unwrap_or_default().split(',').map(str::trim);
        Self { needs: named.filter(|field| !field.is_empty()).map(str::to_owned).collect(), ..self }
    }
}

/// The subject of a path.
pub(crate) fn path_subject(uscc: &str) -> Result<SubjectKey, ApiProblem> {
    subject(uscc).ok_or_else(|| wrong("uscc", NO_SUBJECT))
}

/// Asks for a permit over these items. Yes and no are both committed, as the subject may see both.
pub(crate) async fn open(
    state: &ApiState,
    client: &BankClient,
    wish: &Wish,
    items: &[&str],
) -> Result<Opened, ApiProblem> {
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    let fields: Vec<&str> = wish.needs.iter().map(String::as_str).collect();
    let reading = Reading {
        subject: &wish.subject,
        items,
        fields: &fields,
        purpose: wish.purpose,
        order: wish.order.as_ref(),
        consent: wish.consent.as_ref(),
    };
    let permit = match permit_reading(&mut tx, &state.catalog, client.reader(), reading, now).await {
        Ok(permit) => permit,
        Err(denied @ ConsentError::Denied(_)) => {
            tx.commit().await?;
            return Err(denied.into());
        }
        Err(ConsentError::UnknownField(field)) => {
            let words = Said::of(
                format!("所查事项没有字段 {field}"),
                format!("names {field}, no field of the items"),
            );
            return Err(wrong("needs", words));
        }
        Err(other) => return Err(other.into()),
    };
    // Whoever reads under it puts what was read on record before it is shown.
    tx.commit_ahead().await?;
    let consent = permit.basis().strip_prefix("consent:").and_then(|id| ConsentId::parse(id).ok());
    let grant = match consent {
        Some(id) => find_grant(&state.db, &id).await?,
        None => None,
    };
    let grant = grant.ok_or(ConsentError::NotFound)?;
    let view = PermitView {
        permit_id: permit.id().to_string(),
        purpose: Word(permit.purpose()),
        items: permit.items().iter().cloned().collect(),
        fields_left_out: grant
            .left_out
            .iter()
            .filter(|field| is_of(field, permit.items()))
            .cloned()
            .collect(),
        issued_at: permit.issued_at(),
        valid_to: grant.valid_to,
        readings_left: grant.queries_left(),
        readings_left_today: grant.queries_left_today(now),
        consent_id: grant.consent_id.into(),
    };
    Ok(Opened { permit, view })
}

/// Whether a field that is named as `item.field` is of one of these items.
fn is_of(field: &str, items: &BTreeSet<String>) -> bool {
    field.split_once('.').is_some_and(|(item, _)| items.contains(item))
}

/// The items that the bank's newest consent for this wish opens; without one, everything that could be granted, so
/// that the answer says why nothing is open.
pub(crate) async fn granted_items(
    state: &ApiState,
    client: &BankClient,
    wish: &Wish,
) -> Result<Vec<String>, ApiProblem> {
    if let Some(grant) = fitting(state, client, wish).await?.into_iter().next() {
        return Ok(grant.items.into_iter().collect());
    }
    let terms = purpose_terms(wish.purpose).ok_or(ConsentError::NotGrantable(wish.purpose))?;
    let all = state.catalog.items().filter(|item| terms.allows(&item.id));
    Ok(all.map(|item| item.id.clone()).collect())
}

/// Those of the items that one consent of the bank opens, the one that opens most of them; all of them when none opens
/// any, so that the answer says why.
pub(crate) async fn open_part<'a>(
    state: &ApiState,
    client: &BankClient,
    wish: &Wish,
    items: &[&'a str],
) -> Result<Vec<&'a str>, ApiProblem> {
    if let Some(unknown) = items.iter().find(|item| state.catalog.item(item).is_none()) {
        return Err(ConsentError::UnknownItem((*unknown).to_owned()).into());
    }
    let now = state.db.clock().now();
    let granted = |grant: &Grant| -> Vec<&'a str> {
        items.iter().copied().filter(|item| grant.items.contains(*item)).collect()
    };
    // One with readings left comes first: what is used up opens nothing.
    let mut best: Vec<&str> = Vec::new();
    let mut has_left = false;
    for grant in fitting(state, client, wish).await? {
        let (part, left) = (granted(&grant), grant.queries_left_today(now) > 0 && grant.queries_left() > 0);
        if (left && !has_left && !part.is_empty()) || (left == has_left && part.len() > best.len()) {
            (best, has_left) = (part, left);
        }
    }
    Ok(if best.is_empty() { items.to_vec() } else { best })
}

/// The consents of the bank that hold now and serve this wish, newest first.
async fn fitting(state: &ApiState, client: &BankClient, wish: &Wish) -> Result<Vec<Grant>, ApiProblem> {
    let now = state.db.clock().now();
    let fits = |grant: &Grant| {
        grant.bank == *client.bank()
            && grant.purpose == wish.purpose
            && (grant.order.is_none() || grant.order == wish.order)
            && wish.consent.as_ref().is_none_or(|named| *named == grant.consent_id)
            && grant.is_active(now)
    };
    let grants = list_grants(&state.db, &wish.subject, GRANTS_MAX).await?;
    Ok(grants.into_iter().filter(fits).collect())
}

/// The caller's bank.
pub(crate) async fn own_bank(state: &ApiState, client: &BankClient) -> Result<Institution, ApiProblem> {
    let found = institution::find(&state.db, client.bank().as_str()).await?;
    found.ok_or_else(|| ApiProblem::new(&code::WRONG_CLIENT))
}

/// The name under which an organisation is registered, which is public and read as such.
pub(crate) async fn registered_name(
    state: &ApiState,
    client: &BankClient,
    subject: &SubjectKey,
) -> Result<String, ApiProblem> {
    let mut tx = state.db.begin().await?;
    let (reader, now) = (format!("client:{}", client.id()), tx.now());
    let permit = permit_public(&mut tx, &state.catalog, &reader, subject, &[REGISTER], now).await?;
    tx.commit().await?;
    let bank = own_bank(state, client).await?;
    let read = state.credit.records(&permit, &client.report_reader(&bank)).await?;
    let records = read.items.first().map(|item| item.records.as_slice()).unwrap_or_default();
    let name = records.first().and_then(|record| record.values.get("name")?.as_str());
    name.map(str::to_owned).ok_or_else(|| ApiProblem::new(&code::NO_SUBJECT))
}
