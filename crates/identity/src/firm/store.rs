//! The rows of people, their relations and their codes.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jq_base::ids::{AccountId, SubjectKey};
use jq_base::masked::Masked;
use jq_base::mobile::Mobile;
use jq_base::seal::{SecretLevel, SecretPlace, SecretTable};
use jq_db::{Db, DbError, Query, Row, Tx, sql};

use super::code::{CODE_STEP, CODES_PER_DAY_MAX, TRIES_MAX};
use super::model::{FirmPerson, FirmSubject, KycState, NewPerson, SubjectPerson};
use crate::{CodeKey, IdentityError};

/// People's names and numbers lie sealed.
pub(crate) const SECRETS: SecretTable = SecretTable {
    name: "identity_person",
    keys: &["account_id"],
    columns: &["mobile_sealed", "person_name"],
    level: SecretLevel::Four,
    mixed: false,
};

/// A code as it is kept.
pub(super) struct Code {
    pub(super) hash: String,
    pub(super) sent_at: Timestamp,
    pub(super) expires_at: Timestamp,
    pub(super) day: String,
}

/// Puts a new code in place of an older one, within the limits; false when they are reached. One statement, so
/// that two requests at the same moment cannot both pass.
pub(super) async fn replace_code(tx: &mut Tx, mobile_hash: &str, code: &Code) -> Result<bool, DbError> {
    let query = sql("insert into identity_code
             (mobile_hash, code_hash, sent_at, expires_at, tries, used_at, day, day_count)
         values ($1, $2, $3, $4, 0, null, $5, 1)
         on conflict (mobile_hash) do update set
             code_hash = excluded.code_hash, sent_at = excluded.sent_at, expires_at = excluded.expires_at,
             tries = 0, used_at = null, day = excluded.day,
             day_count = case when identity_code.day = excluded.day then identity_code.day_count + 1 else 1 end
         where identity_code.sent_at <= $6
           and (identity_code.day <> excluded.day or identity_code.day_count < $7)
         returning day_count");
    let earliest = code.sent_at.checked_sub(CODE_STEP).unwrap_or(Timestamp::MIN);
    let query = query.bind(mobile_hash).bind(&code.hash).bind(code.sent_at).bind(code.expires_at);
    let row = tx.fetch_optional(query.bind(&code.day).bind(earliest).bind(CODES_PER_DAY_MAX)).await?;
    Ok(row.is_some())
}

/// When the last code was sent, on which day, and how many that day.
pub(super) async fn get_code_use(
    tx: &mut Tx,
    mobile_hash: &str,
) -> Result<(Timestamp, String, u32), DbError> {
    let query = sql("select sent_at, day, day_count from identity_code where mobile_hash = $1");
    let row = tx.fetch_one(query.bind(mobile_hash)).await?;
    Ok((row.instant("sent_at")?, row.text("day")?, row.get("day_count")?))
}

/// Counts one try of the open code; its hash and when it was sent, or nothing when no code is open.
pub(super) async fn try_code(
    tx: &mut Tx,
    mobile_hash: &str,
    now: Timestamp,
) -> Result<Option<(String, Timestamp)>, DbError> {
    let query = sql("update identity_code set tries = tries + 1
         where mobile_hash = $1 and expires_at > $2 and used_at is null and tries < $3
         returning code_hash, sent_at");
    let row = tx.fetch_optional(query.bind(mobile_hash).bind(now).bind(TRIES_MAX)).await?;
    row.map(|row| Ok((row.text("code_hash")?, row.instant("sent_at")?))).transpose()
}

pub(super) async fn use_up_code(tx: &mut Tx, mobile_hash: &str, now: Timestamp) -> Result<(), DbError> {
    let query = sql("update identity_code set used_at = $2 where mobile_hash = $1");
    tx.execute(query.bind(mobile_hash).bind(now)).await.map(|_| ())
}

/// The account of the person with that number.
pub(super) async fn find_account(
    tx: &mut Tx,
    key: &CodeKey,
    mobile: &Mobile,
) -> Result<Option<AccountId>, DbError> {
    let query = sql("select account_id from identity_person where mobile = $1 or mobile = $2");
    let row = tx.fetch_optional(query.bind(key.mobile_hash(mobile)).bind(mobile.for_storage())).await?;
    row.map(|row| row.parsed("account_id")).transpose()
}

/// False when the number is taken.
pub(super) async fn insert_person(
    tx: &mut Tx,
    key: &CodeKey,
    account: &AccountId,
    person: &NewPerson,
    kyc: KycState,
    now: Timestamp,
) -> Result<bool, DbError> {
    if find_account(tx, key, &person.mobile).await?.is_some() {
        return Ok(false);
    }
    let query = sql("insert into identity_person
             (account_id, mobile, mobile_sealed, person_name, kyc, created_at, changed_at)
         values ($1, $2, $3, $4, $5, $6, $6) on conflict (mobile) do nothing");
    let query = query.bind(account.as_str()).bind(key.mobile_hash(&person.mobile));
    let secret = SECRETS.level;
    let query = query.bind_secret(secret, place("mobile_sealed", account), person.mobile.for_storage());
    let query = query.bind_secret(secret, place("person_name", account), &person.person_name);
    Ok(tx.execute(query.bind(kyc.code()).bind(now)).await? == 1)
}

pub(super) async fn get_kyc(tx: &mut Tx, account: &AccountId) -> Result<KycState, IdentityError> {
    let query = sql("select kyc from identity_person where account_id = $1").bind(account.as_str());
    let row = tx.fetch_optional(query).await?.ok_or(IdentityError::NoAccount)?;
    row.text("kyc")?.parse().map_err(|()| IdentityError::NoAccount)
}

/// False when the state is no longer the one that was read.
pub(super) async fn move_kyc(
    tx: &mut Tx,
    account: &AccountId,
    from: KycState,
    to: KycState,
    now: Timestamp,
) -> Result<bool, DbError> {
    let query =
        sql("update identity_person set kyc = $3, changed_at = $4 where account_id = $1 and kyc = $2");
    let query = query.bind(account.as_str()).bind(from.code()).bind(to.code()).bind(now);
    Ok(tx.execute(query).await? == 1)
}

/// Notes for whom a person may act; a relation that had ended begins again.
pub(super) async fn put_relation(
    tx: &mut Tx,
    account: &AccountId,
    subject: &FirmSubject,
    now: Timestamp,
) -> Result<(), DbError> {
    let query = sql("insert into identity_relation (account_id, subject_key, subject_name, role, since, ended_at)
         values ($1, $2, $3, $4, $5, null)
         on conflict (account_id, subject_key) do update set
             subject_name = excluded.subject_name, role = excluded.role, since = excluded.since, ended_at = null");
    let query = query.bind(account.as_str()).bind(subject.subject.as_str()).bind(&subject.name);
    tx.execute(query.bind(subject.role.code()).bind(now)).await.map(|_| ())
}

/// False when there was no live relation.
pub(super) async fn end_relation(
    tx: &mut Tx,
    account: &AccountId,
    subject: &SubjectKey,
    now: Timestamp,
) -> Result<bool, DbError> {
    let query = sql("update identity_relation set ended_at = $3
         where account_id = $1 and subject_key = $2 and ended_at is null");
    Ok(tx.execute(query.bind(account.as_str()).bind(subject.as_str()).bind(now)).await? == 1)
}

/// A legal representative as it is compared with the register.
pub(super) struct Rep {
    pub(super) account: AccountId,
    pub(super) name: String,
    pub(super) id_hash: Option<String>,
}

/// The legal representatives of a firm who were known at this moment and may act for it still.
pub(super) async fn list_reps(
    tx: &mut Tx,
    subject: &SubjectKey,
    known_at: Timestamp,
) -> Result<Vec<Rep>, DbError> {
    let query = sql("select r.account_id, p.person_name, p.id_hash from identity_relation r
         join identity_person p on p.account_id = r.account_id
         where r.subject_key = $1 and r.role = 'legal_rep' and r.ended_at is null and r.since <= $2
         order by r.account_id");
    let read = |row: &Row| {
        let account = row.parsed("account_id")?;
        let name = row.secret("person_name", &place("person_name", &account))?;
        Ok(Rep { account, name, id_hash: row.opt_text("id_hash")? })
    };
    tx.fetch_all(query.bind(subject.as_str()).bind(known_at)).await?.iter().map(read).collect()
}

/// Former legal representatives of a firm, and the agents who hold no mandate but those that such a one gave.
pub(super) async fn list_former_reps(
    tx: &mut Tx,
    subject: &SubjectKey,
) -> Result<BTreeSet<AccountId>, DbError> {
    let query = sql("select r.account_id from identity_relation r
             where r.subject_key = $1 and r.role = 'legal_rep' and r.ended_at is not null
         union
         select m.agent_id as account_id from identity_mandate m
             join identity_relation r on r.account_id = m.grantor_id and r.subject_key = m.subject_key
             where m.subject_key = $1 and m.agent_id is not null
               and r.role = 'legal_rep' and r.ended_at is not null
               and not exists (select 1 from identity_mandate held
                    where held.agent_id = m.agent_id and held.subject_key = $1 and held.state = 'held')");
    tx.fetch_all(query.bind(subject.as_str())).await?.iter().map(|row| row.parsed("account_id")).collect()
}

/// The firms that have a legal representative.
pub(super) async fn list_represented(db: &Db) -> Result<Vec<SubjectKey>, DbError> {
    let query = sql(
        "select distinct subject_key from identity_relation where role = 'legal_rep' and ended_at is null",
    );
    db.fetch_all(query).await?.iter().map(|row| row.parsed("subject_key")).collect()
}

/// One row per live relation of a verified person, or one row without a subject. An agent's relation lives as long
/// as a mandate holds.
const PERSON: &str =
    "select p.account_id, p.mobile, p.mobile_sealed, p.person_name, p.kyc, r.subject_key, r.subject_name, r.role
     from identity_person p
     left join identity_relation r
       on r.account_id = p.account_id and r.ended_at is null and p.kyc = 'verified'
      and (r.role <> 'agent' or exists (
           select 1 from identity_mandate m where m.agent_id = r.account_id
              and m.subject_key = r.subject_key and m.state = 'held' and m.ends_at > $2))
     where p.account_id = $1
     order by r.since, r.subject_key";

pub(super) async fn get_person(
    tx: &mut Tx,
    account: &AccountId,
    now: Timestamp,
) -> Result<FirmPerson, IdentityError> {
    read_person(&tx.fetch_all(person_query(account, now)).await?)
}

pub(super) async fn get_person_now(
    db: &Db,
    account: &AccountId,
    now: Timestamp,
) -> Result<FirmPerson, IdentityError> {
    read_person(&db.fetch_all(person_query(account, now)).await?)
}

fn person_query(account: &AccountId, now: Timestamp) -> Query {
    sql(PERSON).bind(account.as_str()).bind(now)
}

fn read_person(rows: &[Row]) -> Result<FirmPerson, IdentityError> {
    let first = rows.first().ok_or(IdentityError::NotSignedIn)?;
    let mut subjects = Vec::new();
    for row in rows {
        if let Some(subject) = row.opt_parsed("subject_key")? {
            let role = row.text("role")?.parse().map_err(|()| IdentityError::NotYours)?;
            subjects.push(FirmSubject { subject, name: row.text("subject_name")?, role });
        }
    }
    let account = first.parsed("account_id")?;
    Ok(FirmPerson {
        name: read_name(first, &account)?,
        mobile: read_mobile(first, &account)?,
        account,
        kyc: first.parsed("kyc")?,
        subjects,
    })
}

/// Where a part of a person's row lies sealed.
pub(super) fn place(column: &'static str, account: &AccountId) -> SecretPlace {
    SECRETS.place(column, account.as_str())
}

fn read_name(row: &Row, account: &AccountId) -> Result<Masked<String>, DbError> {
    row.secret("person_name", &place("person_name", account)).map(Masked::new)
}

fn read_mobile(row: &Row, account: &AccountId) -> Result<Mobile, DbError> {
    if row.opt_text("mobile_sealed")?.is_none() {
        return row.parsed("mobile");
    }
    let number = row.secret("mobile_sealed", &place("mobile_sealed", account))?;
    number.parse().map_err(|_| DbError::Column {
        column: "mobile_sealed".to_owned(),
        expected: "a mobile number",
        found: "a text that is none".to_owned(),
    })
}

/// The people who may act for a subject now, whoever has done so longest first.
pub(super) async fn list_people(
    db: &Db,
    subject: &SubjectKey,
    now: Timestamp,
) -> Result<Vec<SubjectPerson>, DbError> {
    let query = sql("select p.account_id, p.mobile, p.mobile_sealed, p.person_name, r.role
         from identity_relation r
         join identity_person p on p.account_id = r.account_id and p.kyc = 'verified'
         where r.subject_key = $1 and r.ended_at is null
           and (r.role <> 'agent' or exists (
                select 1 from identity_mandate m where m.agent_id = r.account_id
                   and m.subject_key = r.subject_key and m.state = 'held' and m.ends_at > $2))
         order by r.since, p.account_id");
    let read = |row: &Row| {
        let account = row.parsed("account_id")?;
        Ok(SubjectPerson {
            name: read_name(row, &account)?,
            mobile: read_mobile(row, &account)?,
            account,
            role: row.parsed("role")?,
        })
    };
    db.fetch_all(query.bind(subject.as_str()).bind(now)).await?.iter().map(read).collect()
}
