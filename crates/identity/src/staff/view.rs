//! Lists that an employee keeps under a name: the address with its filters. They are the employee's own and open
//! nothing that the employee may not see anyway.

use jq_db::{Db, DbError, sql};

use super::StaffUser;

/// Lists that one employee keeps at most.
const VIEWS_MAX: usize = 12;
/// Characters of a name at most.
const VIEW_NAME_MAX: usize = 20;
/// Characters of an address at most.
const ADDRESS_MAX: usize = 500;

/// A list that was kept (常用视图).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub address: String,
}

/// Keeps an address of this portal under a name; one of the same name takes its place. False when the name or the
/// address cannot be kept, or there are as many as there may be.
pub async fn save_view(db: &Db, user: &StaffUser, name: &str, address: &str) -> Result<bool, DbError> {
    let name = name.trim();
    let chars = name.chars().count();
    let named = (1..=VIEW_NAME_MAX).contains(&chars) && !name.chars().any(char::is_control);
    // An address of this site and nothing that leads out of it.
    let leads_here = address.starts_with('/') && !address.starts_with("//") && address.len() <= ADDRESS_MAX;
    if !named || !leads_here || address.contains(['\\', '\r', '\n']) {
        return Ok(false);
    }
    let mut tx = db.begin().await?;
    let now = tx.now();
    let others = sql("select count(*) as views from identity_view where login = $1 and name <> $2");
    let others = tx.fetch_one(others.bind(user.login()).bind(name)).await?.int("views")?;
    if usize::try_from(others).is_ok_and(|others| others >= VIEWS_MAX) {
        return Ok(false);
    }
    let query = sql("insert into identity_view (login, name, address, saved_at) values ($1, $2, $3, $4)
         on conflict (login, name) do update set address = $3, saved_at = $4");
    tx.execute(query.bind(user.login()).bind(name).bind(address).bind(now)).await?;
    tx.commit().await?;
    Ok(true)
}

/// The lists that this employee keeps, the oldest first.
pub async fn list_views(db: &Db, user: &StaffUser) -> Result<Vec<SavedView>, DbError> {
    let query = sql("select name, address from identity_view where login = $1 order by saved_at, name");
    let rows = db.fetch_all(query.bind(user.login())).await?;
    rows.iter().map(|row| Ok(SavedView { name: row.text("name")?, address: row.text("address")? })).collect()
}

/// Keeps a list no longer.
pub async fn drop_view(db: &Db, user: &StaffUser, name: &str) -> Result<(), DbError> {
    let mut tx = db.begin().await?;
    let query = sql("delete from identity_view where login = $1 and name = $2");
    tx.execute(query.bind(user.login()).bind(name)).await?;
    tx.commit().await
}
