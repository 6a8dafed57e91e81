//! The rows of orders and their steps.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jq_base::ids::{BankId, OrderId, ProductId, SubjectKey};
use jq_base::masked::Masked;
use jq_base::rate::Rate;
use jq_base::seal::{SecretLevel, SecretPlace, SecretTable};
use jq_db::{Db, DbError, Query, Row, Tx, sql, sql_built};

use super::event::GrantTerms;
use super::model::{Contact, Order, OrderStep};
use crate::refusal::Refusal;

/// Whom an order names as contact lies sealed.
pub(crate) const SECRETS: SecretTable = SecretTable {
    name: "lending_order",
    keys: &["order_id"],
    columns: &["contact_name", "contact_mobile"],
    level: SecretLevel::Four,
    mixed: false,
};

/// Orders whose steps or loans are read with one statement.
pub(crate) const ORDERS_PER_STATEMENT: usize = 500;

/// Writes a new order.
pub(crate) async fn insert(tx: &mut Tx, order: &Order) -> Result<(), DbError> {
    let query =
        sql("insert into lending_order (order_id, order_no, kind, state, version, last_hash, subject_key,
         subject_name, subject_district, subject_industry, applicant, product_id, bank_id, branch_id,
         officer, submitted_by, approver, round, amount_fen, months, method, security, loan_use, use_text,
         contact_name, contact_mobile, consent_id, first_loan, other_banks, follows, waiting_in, materials,
         created_at, submitted_at, dispatched_at, accepted_at, contacted_at, decided_at, signed_at, ended_at,
         changed_at, accepted_in_time, decided_in_time, granted_fen, granted_months, granted_rate_ppm,
         granted_method, granted_security, granted_until, granted_note, refusal_code, refusal_text,
         contract_no, draw_asked_fen, drawn_fen, due_at, contact_confirmed, appealed_at, appeal_answered_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
         $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30,
         $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50,
         $51, $52, $53, $54, $55, $56, $57, $58, $59)");
    tx.execute(bind_order(query.bind(order.order_id.as_str()), order)).await.map(|_| ())
}

/// Writes the order as it is now. False when somebody has moved it since `version` was read.
pub(crate) async fn update(tx: &mut Tx, order: &Order, version: u32) -> Result<bool, DbError> {
    let query =
        sql("update lending_order set order_no = $2, kind = $3, state = $4, version = $5, last_hash = $6,
         subject_key = $7, subject_name = $8, subject_district = $9, subject_industry = $10, applicant = $11,
         product_id = $12, bank_id = $13, branch_id = $14, officer = $15, submitted_by = $16, approver = $17,
         round = $18, amount_fen = $19, months = $20, method = $21, security = $22, loan_use = $23, use_text
         = $24, contact_name = $25, contact_mobile = $26, consent_id = $27, first_loan = $28, other_banks =
         $29, follows = $30, waiting_in = $31, materials = $32, created_at = $33, submitted_at = $34,
         dispatched_at = $35, accepted_at = $36, contacted_at = $37, decided_at = $38, signed_at = $39,
         ended_at = $40, changed_at = $41, accepted_in_time = $42, decided_in_time = $43, granted_fen = $44,
         granted_months = $45, granted_rate_ppm = $46, granted_method = $47, granted_security = $48,
         granted_until = $49, granted_note = $50, refusal_code = $51, refusal_text = $52, contract_no = $53,
         draw_asked_fen = $54, drawn_fen = $55, due_at = $56, contact_confirmed = $57, appealed_at = $58,
         appeal_answered_at = $59 where order_id = $1 and version = $60");
    let query = bind_order(query.bind(order.order_id.as_str()), order);
    Ok(tx.execute(query.bind(version)).await? == 1)
}

/// The order's columns after its id, in the order of the statements above.
fn bind_order(query: Query, order: &Order) -> Query {
    let query = query.bind(&order.order_no).bind(order.kind.code()).bind(order.state.code());
    let query = query.bind(order.version).bind(&order.last_hash).bind(order.subject.as_str());
    let query = query.bind(&order.subject_name).bind(order.subject_district.clone());
    let query = query.bind(order.subject_industry.clone()).bind(order.applicant.as_str());
    let query = query.bind(order.product.as_str()).bind(order.bank.as_str());
    let query = query.bind(order.branch.as_ref().map(|branch| branch.as_str().to_owned()));
    let query = query.bind(order.officer.clone()).bind(order.submitted_by.clone());
    let query = query.bind(order.approver.clone()).bind(order.round).bind(order.amount).bind(order.months);
    let query = query.bind(order.method.code()).bind(order.security.code()).bind(order.loan_use.code());
    let contact = order.contact.as_ref();
    let query = query.bind(&order.use_text);
    let name = contact.map_or("", |contact| contact.name.for_storage().as_str());
    let mobile = contact.map_or("", |contact| contact.mobile.for_storage());
    let place = |column| contact_of(column, &order.order_id);
    let query = query.bind_secret(SECRETS.level, place("contact_name"), name);
    let query = query.bind_secret(SECRETS.level, place("contact_mobile"), mobile);
    let query = query.bind(order.consent.as_ref().map(|consent| consent.as_str().to_owned()));
    let query = query.bind(order.first_loan).bind(order.other_banks);
    let query = query.bind(order.follows.as_ref().map(|order| order.as_str().to_owned()));
    let query = query.bind(order.waiting_in.map(super::event::Stage::code));
    let query = query.bind(serde_json::json!(order.materials)).bind(order.created_at);
    let query = query.bind(order.submitted_at).bind(order.dispatched_at).bind(order.accepted_at);
    let query = query.bind(order.contacted_at).bind(order.decided_at).bind(order.signed_at);
    let query = query.bind(order.ended_at).bind(order.changed_at);
    let query = query.bind(order.accepted_in_time).bind(order.decided_in_time);
    let query = bind_terms(query, order.granted.as_ref());
    let refusal = order.refusal.as_ref();
    let query = query.bind(refusal.map(|refusal| refusal.code.clone()));
    let query = query.bind(refusal.map(|refusal| refusal.text.clone())).bind(order.contract_no.clone());
    let query = query.bind(order.draw_asked).bind(order.drawn).bind(order.due_at);
    query.bind(order.contact_confirmed).bind(order.appealed_at).bind(order.appeal_answered_at)
}

fn bind_terms(query: Query, terms: Option<&GrantTerms>) -> Query {
    let query = query.bind(terms.map(|terms| terms.amount)).bind(terms.map(|terms| terms.months));
    let query = query.bind(terms.map(|terms| terms.rate.ppm())).bind(terms.map(|terms| terms.method.code()));
    let query = query.bind(terms.map(|terms| terms.security.code()));
    let query = query.bind(terms.map(|terms| terms.valid_until));
    query.bind(terms.map(|terms| terms.note.clone()))
}

/// The order with that id.
pub(crate) async fn find(db: &Db, order: &OrderId) -> Result<Option<Order>, DbError> {
    db.fetch_optional(by_id(order)).await?.as_ref().map(read).transpose()
}

/// Like [`find`], within a transaction.
pub(crate) async fn find_within(tx: &mut Tx, order: &OrderId) -> Result<Option<Order>, DbError> {
    tx.fetch_optional(by_id(order)).await?.as_ref().map(read).transpose()
}

/// Like [`find_within`]; nobody moves the order until the end of the transaction.
pub(crate) async fn hold(tx: &mut Tx, order: &OrderId) -> Result<Option<Order>, DbError> {
    let query = sql("update lending_order set version = version where order_id = $1");
    tx.execute(query.bind(order.as_str())).await?;
    find_within(tx, order).await
}

fn by_id(order: &OrderId) -> Query {
    sql("select * from lending_order where order_id = $1").bind(order.as_str())
}

/// The subject's order for the product that is neither signed nor ended.
pub(crate) async fn find_pending(
    tx: &mut Tx,
    subject: &SubjectKey,
    product: &ProductId,
) -> Result<Option<Order>, DbError> {
    let query = sql("select * from lending_order where subject_key = $1 and product_id = $2
         and state in ('submitted', 'dispatched', 'accepted', 'surveying', 'awaiting_materials', 'approving',
             'approved')");
    let row = tx.fetch_optional(query.bind(subject.as_str()).bind(product.as_str())).await?;
    row.as_ref().map(read).transpose()
}

/// Orders that each officer of a bank has in hand.
pub(crate) async fn count_in_hand(tx: &mut Tx, bank: &BankId) -> Result<BTreeMap<String, u64>, DbError> {
    let query = sql("select officer, count(*) as orders from lending_order where bank_id = $1
         and state in ('dispatched', 'accepted', 'surveying', 'awaiting_materials', 'approving')
         and officer is not null group by officer");
    let rows = tx.fetch_all(query.bind(bank.as_str())).await?;
    rows.iter().map(|row| Ok((row.text("officer")?, row.int("orders")?.unsigned_abs()))).collect()
}

/// The next number of a day.
pub(crate) async fn next_number(tx: &mut Tx, day: &str) -> Result<i64, DbError> {
    let query = sql("insert into lending_number (day, last_number) values ($1, 1)
         on conflict (day) do update set last_number = lending_number.last_number + 1
         returning last_number");
    tx.fetch_one(query.bind(day)).await?.int("last_number")
}

/// Adds a step to an order's timeline.
pub(crate) async fn insert_step(tx: &mut Tx, order: &Order, step: &OrderStep) -> Result<(), DbError> {
    insert_steps(tx, order, std::slice::from_ref(step)).await
}

/// Adds several steps with one statement.
pub(crate) async fn insert_steps(tx: &mut Tx, order: &Order, steps: &[OrderStep]) -> Result<(), DbError> {
    const COLUMNS: usize = 15;
    for steps in steps.chunks(100) {
        let row = |at: usize| format!("({})", Query::next_places(COLUMNS * at + 1, COLUMNS));
        let rows: Vec<_> = (0..steps.len()).map(row).collect();
        let mut query = sql_built(format!(
            "insert into lending_step (order_id, step_no, round, at, reported_at, event, from_state, to_state,
                 actor, role, institution, note, data, prev_hash, hash) values {}",
            rows.join(", ")
        ));
        for step in steps {
            query = query.bind(order.order_id.as_str()).bind(step.step_no).bind(step.round).bind(step.at);
            query = query.bind(step.reported_at).bind(step.event.code()).bind(step.from.code());
            query = query.bind(step.to.code()).bind(&step.actor).bind(&step.role).bind(&step.institution);
            query = query.bind(&step.note).bind(&step.data).bind(&step.prev_hash).bind(&step.hash);
        }
        tx.execute(query).await?;
    }
    Ok(())
}

/// The order's steps, the first first.
pub(crate) async fn list_steps(db: &Db, order: &OrderId) -> Result<Vec<OrderStep>, DbError> {
    db.fetch_all(steps_of(order)).await?.iter().map(read_step).collect()
}

/// The steps of each order.
pub(crate) async fn list_steps_each(
    db: &Db,
    orders: &[&OrderId],
) -> Result<BTreeMap<OrderId, Vec<OrderStep>>, DbError> {
    let mut steps: BTreeMap<OrderId, Vec<OrderStep>> = BTreeMap::new();
    for orders in orders.chunks(ORDERS_PER_STATEMENT) {
        let places = Query::next_places(1, orders.len());
        let text =
            format!("select * from lending_step where order_id in ({places}) order by order_id, step_no");
        let query = sql_built(text).bind_all(orders.iter().map(|order| order.as_str()));
        for row in db.fetch_all(query).await? {
            steps.entry(row.parsed("order_id")?).or_default().push(read_step(&row)?);
        }
    }
    Ok(steps)
}

/// Like [`list_steps`], within a transaction.
pub(crate) async fn list_steps_within(tx: &mut Tx, order: &OrderId) -> Result<Vec<OrderStep>, DbError> {
    tx.fetch_all(steps_of(order)).await?.iter().map(read_step).collect()
}

fn steps_of(order: &OrderId) -> Query {
    sql("select * from lending_step where order_id = $1 order by step_no").bind(order.as_str())
}

fn read_step(row: &Row) -> Result<OrderStep, DbError> {
    Ok(OrderStep {
        step_no: row.get("step_no")?,
        round: row.get("round")?,
        at: row.instant("at")?,
        reported_at: row.instant("reported_at")?,
        event: row.parsed("event")?,
        from: row.parsed("from_state")?,
        to: row.parsed("to_state")?,
        actor: row.text("actor")?,
        role: row.text("role")?,
        institution: row.text("institution")?,
        note: row.text("note")?,
        data: row.json("data")?,
        prev_hash: row.text("prev_hash")?,
        hash: row.text("hash")?,
    })
}

/// An order's row.
pub(crate) fn read(row: &Row) -> Result<Order, DbError> {
    Ok(Order {
        order_id: row.parsed("order_id")?,
        order_no: row.text("order_no")?,
        kind: row.parsed("kind")?,
        state: row.parsed("state")?,
        version: row.get("version")?,
        last_hash: row.text("last_hash")?,
        subject: row.parsed("subject_key")?,
        subject_name: row.text("subject_name")?,
        subject_district: row.opt_text("subject_district")?,
        subject_industry: row.opt_text("subject_industry")?,
        applicant: row.parsed("applicant")?,
        product: row.parsed("product_id")?,
        bank: row.parsed("bank_id")?,
        branch: row.opt_parsed("branch_id")?,
        officer: row.opt_text("officer")?,
        submitted_by: row.opt_text("submitted_by")?,
        approver: row.opt_text("approver")?,
        round: row.get("round")?,
        amount: row.get("amount_fen")?,
        months: row.get("months")?,
        method: row.parsed("method")?,
        security: row.parsed("security")?,
        loan_use: row.parsed("loan_use")?,
        use_text: row.text("use_text")?,
        contact: read_contact(row)?,
        consent: row.opt_parsed("consent_id")?,
        first_loan: row.flag("first_loan")?,
        other_banks: row.flag("other_banks")?,
        follows: row.opt_parsed("follows")?,
        waiting_in: row.opt_parsed("waiting_in")?,
        materials: row.json("materials")?,
        created_at: row.instant("created_at")?,
        submitted_at: row.get("submitted_at")?,
        dispatched_at: row.get("dispatched_at")?,
        accepted_at: row.get("accepted_at")?,
        contacted_at: row.get("contacted_at")?,
        contact_confirmed: row.get("contact_confirmed")?,
        decided_at: row.get("decided_at")?,
        signed_at: row.get("signed_at")?,
        ended_at: row.get("ended_at")?,
        changed_at: row.instant("changed_at")?,
        accepted_in_time: row.get("accepted_in_time")?,
        decided_in_time: row.get("decided_in_time")?,
        granted: read_terms(row)?,
        refusal: read_refusal(row)?,
        appealed_at: row.get("appealed_at")?,
        appeal_answered_at: row.get("appeal_answered_at")?,
        contract_no: row.opt_text("contract_no")?,
        draw_asked: row.get("draw_asked_fen")?,
        drawn: row.get("drawn_fen")?,
        due_at: row.get("due_at")?,
    })
}

/// Where a part of an order's contact lies sealed.
fn contact_of(column: &'static str, order: &OrderId) -> SecretPlace {
    SECRETS.place(column, order.as_str())
}

fn read_contact(row: &Row) -> Result<Option<Contact>, DbError> {
    let order = row.parsed("order_id")?;
    let secret = |column| row.secret(column, &contact_of(column, &order));
    let mobile = secret("contact_mobile")?;
    if mobile.is_empty() {
        return Ok(None);
    }
    let mobile = mobile.parse().map_err(|_| DbError::Column {
        column: "contact_mobile".to_owned(),
        expected: "a mobile number",
        found: "a text that is none".to_owned(),
    })?;
    Ok(Some(Contact { name: Masked::new(secret("contact_name")?), mobile }))
}

fn read_terms(row: &Row) -> Result<Option<GrantTerms>, DbError> {
    let Some(amount) = row.get("granted_fen")? else { return Ok(None) };
    Ok(Some(GrantTerms {
        amount,
        months: row.get("granted_months")?,
        rate: Rate::from_ppm(row.int("granted_rate_ppm")?),
        method: row.parsed("granted_method")?,
        security: row.parsed("granted_security")?,
        valid_until: row.get::<Date>("granted_until")?,
        note: row.text("granted_note")?,
    }))
}

fn read_refusal(row: &Row) -> Result<Option<Refusal>, DbError> {
    let Some(code) = row.opt_text("refusal_code")? else { return Ok(None) };
    Ok(Some(Refusal { code, text: row.text("refusal_text")? }))
}
