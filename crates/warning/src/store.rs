//! All SQL on what was noted of loans and on the ledger of warnings.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jq_base::ids::{BankId, LoanId, OrderId, SubjectKey, WarningId};
use jq_base::seal::{SecretLevel, SecretPlace, SecretTable};
use jq_db::{Bound, Db, DbError, IntoBound, Query, Row, Tx, sql, sql_built};

use crate::WarningError;
use crate::edge::Noted;
use crate::ledger::{WarningCursor, WarningFilter};
use crate::model::{Warning, WarningState};

/// What a warning tells of records, and what an officer noted, lies sealed.
pub(crate) const SECRETS: SecretTable = SecretTable {
    name: "warning",
    keys: &["warning_id"],
    columns: &["told", "note"],
    level: SecretLevel::Three,
    mixed: false,
};

/// What was noted of loans, by loan and model.
pub(crate) type NotedOf = BTreeMap<(LoanId, String), Noted>;

/// What was noted of these loans at the last look.
pub(crate) async fn list_noted(db: &Db, loans: &[LoanId]) -> Result<NotedOf, DbError> {
    if loans.is_empty() {
        return Ok(NotedOf::new());
    }
    db.fetch_all(noted_of(loans)).await?.iter().map(read_noted).collect()
}

/// Like [`list_noted`], of one loan within a transaction.
pub(crate) async fn list_noted_within(tx: &mut Tx, loan: &LoanId) -> Result<NotedOf, DbError> {
    tx.fetch_all(noted_of(std::slice::from_ref(loan))).await?.iter().map(read_noted).collect()
}

fn noted_of(loans: &[LoanId]) -> Query {
    let places = Query::next_places(1, loans.len());
    sql_built(format!("select * from warning_state where loan_id in ({places})"))
        .bind_all(loans.iter().map(LoanId::as_str))
}

fn read_noted(row: &Row) -> Result<((LoanId, String), Noted), DbError> {
    let noted =
        Noted { version: row.text("model_version")?, holds: row.flag("holds")?, rises: row.get("rises")? };
    Ok(((row.parsed("loan_id")?, row.text("model_id")?), noted))
}

/// Notes how it stands with a loan, by model.
pub(crate) async fn save_noted(
    tx: &mut Tx,
    loan: &LoanId,
    noted: &[(&str, Noted)],
    now: Timestamp,
) -> Result<(), DbError> {
    for some in noted.chunks(100) {
        let row = |at: usize| format!("({})", Query::next_places(6 * at + 1, 6));
        let rows: Vec<_> = (0..some.len()).map(row).collect();
        let mut query = sql_built(format!(
            "insert into warning_state (loan_id, model_id, model_version, holds, rises, noted_at) values {}
             on conflict (loan_id, model_id) do update set model_version = excluded.model_version,
                 holds = excluded.holds, rises = excluded.rises, noted_at = excluded.noted_at",
            rows.join(", ")
        ));
        for (model, one) in some {
            query = query.bind(loan.as_str()).bind(*model).bind(&one.version).bind(one.holds);
            query = query.bind(one.rises).bind(now);
        }
        tx.execute(query).await?;
    }
    Ok(())
}

/// Notes that what held for the loan's model is not taken to hold any more, so that it can rise again.
pub(crate) async fn let_go(tx: &mut Tx, loan: &LoanId, model: &str, now: Timestamp) -> Result<(), DbError> {
    let query = sql("update warning_state set holds = 0, noted_at = $3 where loan_id = $1 and model_id = $2");
    tx.execute(query.bind(loan.as_str()).bind(model).bind(now)).await.map(|_| ())
}

/// Puts a warning into the ledger. False when this rise of the loan's model stands there already.
pub(crate) async fn insert(tx: &mut Tx, new: &Warning) -> Result<bool, WarningError> {
    let query = sql("insert into warning (warning_id, model_id, model_version, level, loan_id, rise, order_id, order_no,
             bank_id, branch_id, officer, subject_key, subject_name, items, arrived, lake_version, permit_id, told,
             quiet, raised_at, state)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
         on conflict do nothing");
    let query = query.bind(new.warning_id.as_str()).bind(&new.model).bind(&new.model_version);
    let query = query.bind(new.level.code()).bind(new.loan_id.as_str()).bind(new.rise);
    let query = query.bind(new.order_id.as_str()).bind(&new.order_no).bind(new.bank.as_str());
    let query = query.bind(new.branch.as_ref().map(|branch| branch.as_str().to_owned()));
    let query = query.bind(new.officer.clone()).bind(new.subject.as_str()).bind(&new.subject_name);
    let query = query.bind(serde_json::json!(new.items)).bind(serde_json::json!(new.arrived));
    let query = query.bind(&new.lake_version).bind(new.permit_id.as_str());
    let told = serde_json::to_string(&new.told)?;
    let query = query.bind_secret(SECRETS.level, place("told", &new.warning_id), told);
    let query = query.bind(new.quiet).bind(new.raised_at).bind(new.state.code());
    Ok(tx.execute(query).await? == 1)
}

/// Writes a mark. False when somebody has moved the warning since it was read.
pub(crate) async fn update(tx: &mut Tx, before: &Warning, next: &Warning) -> Result<bool, DbError> {
    let query =
        sql("update warning set state = $3, seen_by = $4, seen_at = $5, marked_by = $6, marked_at = $7,
             note = $8, ended_at = $9
         where warning_id = $1 and state = $2");
    let query = query.bind(next.warning_id.as_str()).bind(before.state.code()).bind(next.state.code());
    let query = query.bind(next.seen_by.clone()).bind(next.seen_at);
    let query = query.bind(next.marked_by.clone()).bind(next.marked_at);
    let query = query.bind_secret(SECRETS.level, place("note", &next.warning_id), &next.note);
    Ok(tx.execute(query.bind(next.ended_at)).await? == 1)
}

/// Notes that loans of an order failed to be paid, on the warnings that rose before; how many they were.
pub(crate) async fn note_failed(
    tx: &mut Tx,
    order: &OrderId,
    day: Date,
    before: Timestamp,
) -> Result<u64, DbError> {
    let query = sql("update warning set failed_on = $2
         where order_id = $1 and failed_on is null and raised_at < $3");
    tx.execute(query.bind(order.as_str()).bind(day).bind(before)).await
}

/// One warning.
pub(crate) async fn find(db: &Db, id: &WarningId) -> Result<Option<Warning>, DbError> {
    db.fetch_optional(by_id(id)).await?.as_ref().map(read).transpose()
}

/// Like [`find`], within a transaction.
pub(crate) async fn find_within(tx: &mut Tx, id: &WarningId) -> Result<Option<Warning>, DbError> {
    tx.fetch_optional(by_id(id)).await?.as_ref().map(read).transpose()
}

fn by_id(id: &WarningId) -> Query {
    sql("select * from warning where warning_id = $1").bind(id.as_str())
}

/// The warnings of these loans that wait for a mark.
pub(crate) async fn list_standing(db: &Db, loans: &[LoanId]) -> Result<Vec<Warning>, DbError> {
    if loans.is_empty() {
        return Ok(Vec::new());
    }
    let places = Query::next_places(1, loans.len());
    let query = sql_built(format!(
        "select * from warning where loan_id in ({places}) and state in ('open', 'seen') order by raised_at, warning_id"
    ));
    let query = query.bind_all(loans.iter().map(LoanId::as_str));
    db.fetch_all(query).await?.iter().map(read).collect()
}

/// The warnings of a subject to a bank that wait for a mark.
pub(crate) async fn list_standing_of(
    db: &Db,
    subject: &SubjectKey,
    bank: &BankId,
) -> Result<Vec<Warning>, DbError> {
    let query =
        sql("select * from warning where subject_key = $1 and bank_id = $2 and state in ('open', 'seen')
         order by raised_at desc, warning_id desc");
    let query = query.bind(subject.as_str()).bind(bank.as_str());
    db.fetch_all(query).await?.iter().map(read).collect()
}

/// Warnings that fit, the newest first or, with `since`, the oldest first.
pub(crate) async fn list(
    db: &Db,
    filter: &WarningFilter,
    after: Option<&WarningCursor>,
    limit: u32,
) -> Result<Vec<Warning>, DbError> {
    let mut asked = Asked::of(filter);
    let (compare, direction) = if filter.since.is_some() { (">", "asc") } else { ("<", "desc") };
    if let Some(cursor) = after {
        let (at, id) = (asked.place(cursor.raised_at), asked.place(cursor.warning_id.as_str()));
        asked
            .conditions
            .push(format!("(raised_at {compare} {at} or (raised_at = {at} and warning_id {compare} {id}))"));
    }
    let count = asked.place(limit);
    let text = format!(
        "select * from warning where {} order by raised_at {direction}, warning_id {direction} limit {count}",
        asked.conditions.join(" and ")
    );
    db.fetch_all(sql_built(text).bind_all(asked.values)).await?.iter().map(read).collect()
}

/// Conditions with their values.
struct Asked {
    conditions: Vec<String>,
    values: Vec<Bound>,
}

impl Asked {
    fn of(filter: &WarningFilter) -> Self {
        let mut asked = Self { conditions: vec!["1 = 1".to_owned()], values: Vec::new() };
        if let Some(seer) = &filter.seer {
            // What a consent opened that does not hold any more is not shown to the bank.
            asked.conditions.push("state <> 'ended'".to_owned());
            asked.equal("bank_id", Some(seer.bank.as_str()));
            if let Some(branch) = &seer.branch {
                let branch = asked.place(branch.as_str());
                let login = asked.place(seer.login.as_str());
                asked.conditions.push(format!("(branch_id = {branch} or officer = {login})"));
            }
        }
        if !filter.states.is_empty() {
            let places: Vec<_> = filter.states.iter().map(|state| asked.place(state.code())).collect();
            asked.conditions.push(format!("state in ({})", places.join(", ")));
        }
        asked.equal("bank_id", filter.bank.as_ref().map(BankId::as_str));
        asked.equal("level", filter.level.map(crate::Level::code));
        asked.equal("model_id", filter.model.as_deref());
        asked.equal("loan_id", filter.loan.as_ref().map(LoanId::as_str));
        if let Some(since) = filter.since {
            let place = asked.place(since);
            asked.conditions.push(format!("raised_at >= {place}"));
        }
        asked
    }

    fn equal(&mut self, column: &str, value: Option<&str>) {
        if let Some(value) = value {
            let place = self.place(value);
            self.conditions.push(format!("{column} = {place}"));
        }
    }

    fn place(&mut self, value: impl IntoBound) -> String {
        self.values.push(value.into_bound());
        format!("${}", self.values.len())
    }
}

/// How many warnings stand how, since a moment.
pub(crate) struct Count {
    pub(crate) model: String,
    pub(crate) version: String,
    pub(crate) state: WarningState,
    pub(crate) warnings: u64,
}

/// The warnings raised since then, counted by model, version and state; of one bank or of all.
pub(crate) async fn count(db: &Db, bank: Option<&BankId>, since: Timestamp) -> Result<Vec<Count>, DbError> {
    let query = sql("select model_id, model_version, state, count(*) as warnings from warning
         where raised_at >= $1 and ($2 = '' or bank_id = $2) group by model_id, model_version, state");
    let query = query.bind(since).bind(bank.map_or("", BankId::as_str));
    let read = |row: &Row| {
        Ok(Count {
            model: row.text("model_id")?,
            version: row.text("model_version")?,
            state: row.parsed("state")?,
            warnings: row.int("warnings")?.unsigned_abs(),
        })
    };
    db.fetch_all(query).await?.iter().map(read).collect()
}

/// Of the warnings raised since then whose loan failed: the model, when it rose, and when the loan failed.
pub(crate) async fn list_failed(
    db: &Db,
    bank: Option<&BankId>,
    since: Timestamp,
) -> Result<Vec<(String, Timestamp, Date)>, DbError> {
    let query = sql("select model_id, raised_at, failed_on from warning
         where raised_at >= $1 and failed_on is not null and ($2 = '' or bank_id = $2)");
    let query = query.bind(since).bind(bank.map_or("", BankId::as_str));
    let read = |row: &Row| Ok((row.text("model_id")?, row.instant("raised_at")?, row.get("failed_on")?));
    db.fetch_all(query).await?.iter().map(read).collect()
}

fn place(column: &'static str, id: &WarningId) -> SecretPlace {
    SECRETS.place(column, id.as_str())
}

fn read(row: &Row) -> Result<Warning, DbError> {
    let warning_id: WarningId = row.parsed("warning_id")?;
    let note = match row.opt_text("note")? {
        Some(_) => row.secret("note", &place("note", &warning_id))?,
        None => String::new(),
    };
    Ok(Warning {
        model: row.text("model_id")?,
        model_version: row.text("model_version")?,
        level: row.parsed("level")?,
        loan_id: row.parsed("loan_id")?,
        rise: row.get("rise")?,
        order_id: row.parsed("order_id")?,
        order_no: row.text("order_no")?,
        bank: row.parsed("bank_id")?,
        branch: row.opt_parsed("branch_id")?,
        officer: row.opt_text("officer")?,
        subject: row.parsed("subject_key")?,
        subject_name: row.text("subject_name")?,
        items: row.json("items")?,
        arrived: row.json("arrived")?,
        lake_version: row.text("lake_version")?,
        permit_id: row.parsed("permit_id")?,
        told: row.secret_json("told", &place("told", &warning_id))?,
        quiet: row.flag("quiet")?,
        raised_at: row.instant("raised_at")?,
        state: row.parsed("state")?,
        seen_by: row.opt_text("seen_by")?,
        seen_at: row.get("seen_at")?,
        marked_by: row.opt_text("marked_by")?,
        marked_at: row.get("marked_at")?,
        note,
        ended_at: row.get("ended_at")?,
        failed_on: row.get("failed_on")?,
        warning_id,
    })
}
