//! The rows of staff accounts.

use jiff::{SignedDuration, Timestamp};
use jq_base::ids::{AccountId, BankId, BranchId};
use jq_base::masked::Masked;
use jq_db::audit::AuditLine;
use jq_db::{Db, DbError, Query, Row, Tx, sql, sql_built};

use super::due::Standing;
use super::model::{NewStaff, StaffEntry, StaffRole, StaffUser};
use crate::session::Session;
use crate::{IdentityError, PasswordHash};

/// False when the login is taken.
pub(super) async fn insert(
    tx: &mut Tx,
    account: &AccountId,
    staff: &NewStaff,
    now: Timestamp,
) -> Result<bool, DbError> {
    let query =
        sql("insert into identity_staff (account_id, login, password_hash, person_name, institution, branch,
             role, tries, locked_until, active, created_at, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, 0, 0, 1, $8, $8) on conflict (login) do nothing");
    let query =
        query.bind(account.as_str()).bind(staff.login.to_lowercase()).bind(staff.password.for_storage());
    let query = query.bind(&staff.person_name).bind(&staff.institution);
    let query = query.bind(staff.branch.as_ref().map(BranchId::as_str)).bind(staff.role.code());
    Ok(tx.execute(query.bind(now)).await? == 1)
}

/// Rows written by one statement.
const ROWS: usize = 100;

/// False when a login is taken.
pub(super) async fn insert_all(tx: &mut Tx, all: &[NewStaff], now: Timestamp) -> Result<bool, DbError> {
    let mut written = 0;
    for rows in all.chunks(ROWS) {
        let row = |row: usize| {
            format!("({}, 0, 0, 1, ${}, ${})", Query::next_places(9 * row + 1, 7), 9 * row + 8, 9 * row + 9)
        };
        let places: Vec<_> = (0..rows.len()).map(row).collect();
        let mut query = sql_built(format!(
            "insert into identity_staff (account_id, login, password_hash, person_name, institution, branch,
                 role, tries, locked_until, active, created_at, changed_at)
             values {} on conflict (login) do nothing",
            places.join(", ")
        ));
        for staff in rows {
            let account: AccountId = jq_db::fresh_id(now);
            query = query.bind(account.as_str()).bind(staff.login.to_lowercase());
            query =
                query.bind(staff.password.for_storage()).bind(&staff.person_name).bind(&staff.institution);
            query = query.bind(staff.branch.as_ref().map(BranchId::as_str)).bind(staff.role.code());
            query = query.bind(now).bind(now);
        }
        written += tx.execute(query).await?;
    }
    Ok(written == all.len() as u64)
}

/// An account that may be tried.
pub(super) struct Trial {
    pub(super) account: AccountId,
    pub(super) login: String,
    pub(super) password: PasswordHash,
    pub(super) institution: String,
    pub(super) role: String,
    /// Nothing left: this was the last try before the lock.
    pub(super) locks: bool,
}

impl Trial {
    /// An audit line about the account.
    pub(super) fn line(&self, action: &str) -> AuditLine {
        AuditLine::new(&self.login, &self.role, action).institution(&self.institution)
    }
}

/// What there is to try a password against.
pub(super) enum Found {
    Open(Trial),
    Locked(Timestamp),
    Nobody,
}

/// Counts a try before the password is looked at, so that many tries at the same moment are counted too. The
/// last try locks the account; a right password takes that back.
pub(super) async fn begin_try(
    tx: &mut Tx,
    login: &str,
    tries_max: u32,
    lock: SignedDuration,
    now: Timestamp,
) -> Result<Found, DbError> {
    let count = sql("update identity_staff set
             tries = case when tries + 1 >= $3 then 0 else tries + 1 end,
             locked_until = case when tries + 1 >= $3 then $4 else 0 end
         where login = $1 and active = 1 and locked_until <= $2 and factor_locked_until <= $2
           and institution not in (select institution_id from identity_institution where active = 0)
         returning account_id, password_hash, institution, role, locked_until");
    let until = now.checked_add(lock).unwrap_or(Timestamp::MAX);
    if let Some(row) = tx.fetch_optional(count.bind(login).bind(now).bind(tries_max).bind(until)).await? {
        return Ok(Found::Open(Trial {
            account: row.parsed("account_id")?,
            login: login.to_owned(),
            password: PasswordHash::from_storage(row.text("password_hash")?),
            institution: row.text("institution")?,
            role: row.text("role")?,
            locks: row.int("locked_until")? > 0,
        }));
    }
    let locked = sql("select case when factor_locked_until > locked_until then factor_locked_until
             else locked_until end as locked_until from identity_staff
         where login = $1 and active = 1 and (locked_until > $2 or factor_locked_until > $2)");
    let row = tx.fetch_optional(locked.bind(login).bind(now)).await?;
    Ok(match row {
        Some(row) => Found::Locked(row.instant("locked_until")?),
        None => Found::Nobody,
    })
}

/// Takes the locks of an account back, of passwords and of second factors; false when it was not locked.
pub(super) async fn unlock(tx: &mut Tx, login: &str, now: Timestamp) -> Result<bool, DbError> {
    let query = sql("update identity_staff
         set tries = 0, locked_until = 0, factor_tries = 0, factor_locked_until = 0
         where login = $1 and active = 1 and (locked_until > $2 or factor_locked_until > $2)");
    Ok(tx.execute(query.bind(login).bind(now)).await? == 1)
}

/// The open accounts that are locked, of one institution or of all, the one that is locked longest first.
pub(super) async fn list_locked(
    db: &Db,
    institution: Option<&str>,
    now: Timestamp,
) -> Result<Vec<(StaffEntry, Timestamp)>, DbError> {
    let query = sql("select account_id, login, person_name, institution, branch, role, active,
             case when factor_locked_until > locked_until then factor_locked_until else locked_until end as locked_to
         from identity_staff where active = 1 and (locked_until > $1 or factor_locked_until > $1)
           and (cast($2 as text) is null or institution = $2) order by locked_to, account_id limit 200");
    let rows = db.fetch_all(query.bind(now).bind(institution)).await?;
    rows.iter().map(|row| Ok((read_entry(row)?, row.instant("locked_to")?))).collect()
}

pub(super) async fn forget_tries(tx: &mut Tx, account: &AccountId) -> Result<(), DbError> {
    let query = sql("update identity_staff set tries = 0, locked_until = 0 where account_id = $1");
    tx.execute(query.bind(account.as_str())).await.map(|_| ())
}

/// The account, when the login exists and is active.
pub(super) async fn deactivate(
    tx: &mut Tx,
    login: &str,
    now: Timestamp,
) -> Result<Option<AccountId>, DbError> {
    let query = sql("update identity_staff set active = 0, changed_at = $2 where login = $1 and active = 1
         returning account_id");
    let row = tx.fetch_optional(query.bind(login.to_lowercase()).bind(now)).await?;
    row.map(|row| row.parsed("account_id")).transpose()
}

/// The employee behind a session; nobody when the account is closed or the institution has left.
pub(super) async fn get_user(db: &Db, session: Session) -> Result<StaffUser, IdentityError> {
    let query = sql("select login, person_name, institution, branch, role, password_set_at,
             cast(case when exists (select 1 from identity_totp t
                      where t.account_id = s.account_id and t.confirmed_at is not null)
                   or exists (select 1 from identity_passkey p where p.account_id = s.account_id)
                  then 1 else 0 end as bigint) as enrolled
         from identity_staff s where account_id = $1 and active = 1
           and institution not in (select institution_id from identity_institution where active = 0)");
    let row = db.fetch_optional(query.bind(session.account_id.as_str())).await?;
    let row = row.ok_or(IdentityError::NotSignedIn)?;
    Ok(StaffUser {
        standing: Standing {
            strict: session.strict,
            enrolled: row.flag("enrolled")?,
            proven_at: session.proven_at,
            password_set_at: row.get("password_set_at")?,
        },
        session: session.id,
        account: session.account_id,
        login: row.text("login")?,
        name: Masked::new(row.text("person_name")?),
        institution: row.text("institution")?,
        branch: row.opt_parsed("branch")?,
        role: row.text("role")?.parse().map_err(|()| IdentityError::NoAccount)?,
    })
}

/// The open accounts of an institution in a role, by login.
pub async fn list_by_role(db: &Db, institution: &str, role: StaffRole) -> Result<Vec<StaffEntry>, DbError> {
    in_order(&db.fetch_all(in_role(institution, role)).await?)
}

/// The same inside a transaction, for a choice that must hold with what is written.
pub async fn list_by_role_within(
    tx: &mut Tx,
    institution: &str,
    role: StaffRole,
) -> Result<Vec<StaffEntry>, DbError> {
    in_order(&tx.fetch_all(in_role(institution, role)).await?)
}

/// All open accounts of an institution, by login.
pub async fn list_of(db: &Db, institution: &str) -> Result<Vec<StaffEntry>, DbError> {
    let query = sql("select account_id, login, person_name, institution, branch, role, active
         from identity_staff where institution = $1 and active = 1");
    in_order(&db.fetch_all(query.bind(institution)).await?)
}

/// What a bank's people and branches were like: it differs once one of them was added, closed or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeopleStamp([i64; 4]);

/// The stamp of a bank's people and branches, from indexes alone.
pub async fn stamp_of(db: &Db, bank: &BankId) -> Result<PeopleStamp, DbError> {
    // Moments of change are added up, so that one that was written late is seen too; the remainder keeps sums small.
    let sums = "count(*) as n, cast(coalesce(sum(changed_at % 1000000007), 0) as bigint) as changed";
    let query = sql_built(format!(
        "select p.n as people, p.changed as people_changed, b.n as branches, b.changed as branches_changed
         from (select {sums} from identity_staff where institution = $1 and active = 1) p,
              (select {sums} from identity_institution
               where parent_id = $1 and kind = 'branch' and active = 1) b"
    ));
    let row = db.fetch_one(query.bind(bank.as_str())).await?;
    Ok(PeopleStamp([
        row.int("people")?,
        row.int("people_changed")?,
        row.int("branches")?,
        row.int("branches_changed")?,
    ]))
}

/// The employee with this login, also one whose account is closed.
pub async fn find_by_login(db: &Db, login: &str) -> Result<Option<StaffEntry>, DbError> {
    db.fetch_optional(by_login(login)).await?.as_ref().map(read_entry).transpose()
}

/// The same inside a transaction.
pub async fn find_by_login_within(tx: &mut Tx, login: &str) -> Result<Option<StaffEntry>, DbError> {
    tx.fetch_optional(by_login(login)).await?.as_ref().map(read_entry).transpose()
}

/// The employee with this account, also one whose account is closed.
pub async fn find_entry(db: &Db, account: &AccountId) -> Result<Option<StaffEntry>, DbError> {
    let query = sql("select account_id, login, person_name, institution, branch, role, active
         from identity_staff where account_id = $1");
    db.fetch_optional(query.bind(account.as_str())).await?.as_ref().map(read_entry).transpose()
}

fn in_role(institution: &str, role: StaffRole) -> Query {
    let query = sql("select account_id, login, person_name, institution, branch, role, active
         from identity_staff where institution = $1 and role = $2 and active = 1");
    query.bind(institution).bind(role.code())
}

fn by_login(login: &str) -> Query {
    let query = sql("select account_id, login, person_name, institution, branch, role, active
         from identity_staff where login = $1");
    query.bind(login.trim().to_lowercase())
}

/// Sorted here, because databases differ in how they sort texts.
fn in_order(rows: &[Row]) -> Result<Vec<StaffEntry>, DbError> {
    let mut found = rows.iter().map(read_entry).collect::<Result<Vec<_>, _>>()?;
    found.sort_by(|a, b| a.login.cmp(&b.login));
    Ok(found)
}

pub(crate) fn read_entry(row: &Row) -> Result<StaffEntry, DbError> {
    Ok(StaffEntry {
        account: row.parsed("account_id")?,
        login: row.text("login")?,
        person_name: row.text("person_name")?,
        institution: row.text("institution")?,
        branch: row.opt_parsed("branch")?,
        role: row.parsed("role")?,
        active: row.flag("active")?,
    })
}
