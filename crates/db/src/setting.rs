//! Small values that outlive a restart, such as the demo clock's shift.

use crate::{Db, DbError, Tx, sql};

const FIND: &str = "select value from setting where name = $1";

impl Db {
    /// The value kept under `name`.
    pub async fn setting(&self, name: &str) -> Result<Option<String>, DbError> {
        let row = self.fetch_optional(sql(FIND).bind(name)).await?;
        row.map(|row| row.text("value")).transpose()
    }
}

impl Tx {
    /// The value kept under `name`, as this transaction sees it.
    pub async fn setting(&mut self, name: &str) -> Result<Option<String>, DbError> {
        let row = self.fetch_optional(sql(FIND).bind(name)).await?;
        row.map(|row| row.text("value")).transpose()
    }

    /// Keeps `value` under `name`, in place of an older one.
    pub async fn set_setting(&mut self, name: &str, value: &str) -> Result<(), DbError> {
        let query = sql("insert into setting (name, value, changed_at) values ($1, $2, $3)
             on conflict (name) do update set value = excluded.value, changed_at = excluded.changed_at");
        let now = self.now();
        self.execute(query.bind(name).bind(value).bind(now)).await?;
        Ok(())
    }
}
