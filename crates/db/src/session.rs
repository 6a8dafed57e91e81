//! One open transaction on either database, and the statements that run in it.

use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, Postgres, Sqlite, Transaction};

use crate::backend::Backend;
use crate::row::{Row, rows};
use crate::{DbError, Query};

/// An open transaction; dropping it undoes everything.
#[derive(Debug)]
pub(crate) enum Session {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Session {
    /// A transaction that may write. SQLite takes the write lock at once, so that what was read stays true;
    /// PostgreSQL takes row locks as it goes.
    pub(crate) async fn writing(backend: &Backend) -> Result<Self, DbError> {
        match backend {
            Backend::Sqlite { writer, .. } => writer.begin_with("begin immediate").await.map(Self::Sqlite),
            Backend::Postgres(pool) => {
                pool.begin_with("begin isolation level read committed read write").await.map(Self::Postgres)
            }
        }
        .map_err(DbError::Begin)
    }

    /// A transaction that sees one moment of the database and writes nothing.
    pub(crate) async fn reading(backend: &Backend) -> Result<Self, DbError> {
        match backend {
            Backend::Sqlite { readers, .. } => readers.begin_with("begin deferred").await.map(Self::Sqlite),
            Backend::Postgres(pool) => {
                pool.begin_with("begin isolation level repeatable read read only").await.map(Self::Postgres)
            }
        }
        .map_err(DbError::Begin)
    }

    /// Rows changed.
    pub(crate) async fn execute(&mut self, query: Query) -> Result<u64, DbError> {
        query.check()?;
        let text = query.statement();
        let done = match self {
            Self::Sqlite(tx) => {
                let arguments = arguments::<SqliteArguments>(query)?;
                sqlx::query_with(text.clone(), arguments)
                    .execute(&mut **tx)
                    .await
                    .map(|done| done.rows_affected())
            }
            Self::Postgres(tx) => {
                let arguments = arguments::<PgArguments>(query)?;
                sqlx::query_with(text.clone(), arguments)
                    .execute(&mut **tx)
                    .await
                    .map(|done| done.rows_affected())
            }
        };
        done.map_err(|source| failed(text.as_str(), source))
    }

    pub(crate) async fn fetch_all(&mut self, query: Query) -> Result<Vec<Row>, DbError> {
        query.check()?;
        let text = query.statement();
        let found = match self {
            Self::Sqlite(tx) => {
                let arguments = arguments::<SqliteArguments>(query)?;
                let found = sqlx::query_with(text.clone(), arguments).fetch_all(&mut **tx).await;
                found.and_then(|found| rows(&found))
            }
            Self::Postgres(tx) => {
                let arguments = arguments::<PgArguments>(query)?;
                let found = sqlx::query_with(text.clone(), arguments).fetch_all(&mut **tx).await;
                found.and_then(|found| rows(&found))
            }
        };
        found.map_err(|source| failed(text.as_str(), source))
    }

    /// Runs a text of several statements without values.
    pub(crate) async fn script(&mut self, text: &str) -> Result<(), sqlx::Error> {
        let script = sqlx::raw_sql(AssertSqlSafe(text));
        match self {
            Self::Sqlite(tx) => script.execute(&mut **tx).await.map(|_| ()),
            Self::Postgres(tx) => script.execute(&mut **tx).await.map(|_| ()),
        }
    }

    /// Waits until this transaction is the only one that migrates.
    pub(crate) async fn migrate_alone(&mut self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(_) => Ok(()), // `begin immediate` has seen to it
            Self::Postgres(_) => self.script("select pg_advisory_xact_lock(7011938420260)").await,
        }
    }

    pub(crate) async fn commit(self) -> Result<(), DbError> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
        .map_err(DbError::Commit)
    }

    pub(crate) async fn rollback(self) -> Result<(), DbError> {
        match self {
            Self::Sqlite(tx) => tx.rollback().await,
            Self::Postgres(tx) => tx.rollback().await,
        }
        .map_err(DbError::Commit)
    }
}

/// Reads outside a transaction, on whichever connection is free.
pub(crate) async fn read(backend: &Backend, query: Query) -> Result<Vec<Row>, DbError> {
    query.check()?;
    let text = query.statement();
    let found = match backend {
        Backend::Sqlite { readers, .. } => {
            let arguments = arguments::<SqliteArguments>(query)?;
            let found = sqlx::query_with(text.clone(), arguments).fetch_all(readers).await;
            found.and_then(|found| rows(&found))
        }
        Backend::Postgres(pool) => {
            let arguments = arguments::<PgArguments>(query)?;
            let found = sqlx::query_with(text.clone(), arguments).fetch_all(pool).await;
            found.and_then(|found| rows(&found))
        }
    };
    found.map_err(|source| failed(text.as_str(), source))
}

fn arguments<A: sqlx::Arguments>(query: Query) -> Result<A, DbError>
where
    Option<i64>: for<'q> sqlx::Encode<'q, A::Database> + sqlx::Type<A::Database>,
    Option<f64>: for<'q> sqlx::Encode<'q, A::Database> + sqlx::Type<A::Database>,
    Option<String>: for<'q> sqlx::Encode<'q, A::Database> + sqlx::Type<A::Database>,
{
    let text = query.statement();
    query.arguments().map_err(|source| failed(text.as_str(), source))
}

/// The error with the statement in one line.
fn failed(text: &str, source: sqlx::Error) -> DbError {
    DbError::Statement { sql: text.split_whitespace().collect::<Vec<_>>().join(" "), source }
}
