//! Small values that outlive a restart, such as the demo clock's shift.

use jq_base::seal::{SecretLevel, SecretPlace, SecretTable};

use crate::{Db, DbError, Tx, sql};

/// Where secrets lie sealed, beside what is none.
pub(crate) const SECRETS: SecretTable = SecretTable {
    name: "setting",
    keys: &["name"],
    columns: &["value"],
    level: SecretLevel::Four,
    mixed: true,
};

const FIND: &str = "select value from setting where name = $1";
const PUT: &str = "insert into setting (name, value, changed_at) values ($1, $2, $3)
     on conflict (name) do update set value = excluded.value, changed_at = excluded.changed_at";

impl Db {
    /// The value kept under `name`.
    pub async fn setting(&self, name: &str) -> Result<Option<String>, DbError> {
        let row = self.fetch_optional(sql(FIND).bind(name)).await?;
        row.map(|row| row.text("value")).transpose()
    }

    /// The value that was kept with [`Tx::set_secret_setting`] under `name`.
    pub async fn secret_setting(&self, name: &str) -> Result<Option<String>, DbError> {
        let row = self.fetch_optional(sql(FIND).bind(name)).await?;
        row.map(|row| row.secret("value", &place(name))).transpose()
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
        let now = self.now();
        self.execute(sql(PUT).bind(name).bind(value).bind(now)).await?;
        Ok(())
    }

    /// Keeps a secret under `name`, sealed where the store seals, in place of an older one.
    pub async fn set_secret_setting(&mut self, name: &str, value: &str) -> Result<(), DbError> {
        let now = self.now();
        self.execute(sql(PUT).bind(name).bind_secret(SECRETS.level, place(name), value).bind(now)).await?;
        Ok(())
    }
}

fn place(name: &str) -> SecretPlace {
    SECRETS.place("value", name)
}
