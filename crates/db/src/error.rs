//! What can go wrong with the business records, named by the step that failed.

use jq_base::seal::SealError;
use jq_base::sign::SignError;

/// A failed step on the database; the cause is the source, not part of the text.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The file or server could not be reached. The address is shown without its password.
    #[error("open database {address}")]
    Open {
        /// The path, or the URL without user and password.
        address: String,
        /// What the driver said.
        #[source]
        source: sqlx::Error,
    },
    /// The address is neither a path nor `sqlite://…` nor `postgres://…`.
    #[error("database address is not understood: {0}")]
    Address(String),
    /// No transaction could be started, for instance because another one holds the database too long.
    #[error("begin a transaction")]
    Begin(#[source] sqlx::Error),
    /// A statement was refused by the database.
    #[error("run statement: {sql}")]
    Statement {
        /// The statement's text, without the bound values.
        sql: String,
        /// What the driver said.
        #[source]
        source: sqlx::Error,
    },
    /// The statement names more or fewer `$n` than values were bound.
    #[error("statement names {named} parameters, {bound} were bound: {sql}")]
    Parameters {
        /// The statement's text.
        sql: String,
        /// The highest `$n` of the text.
        named: usize,
        /// How many values were bound.
        bound: usize,
    },
    /// A statement that must find a row found none.
    #[error("no row for statement: {0}")]
    NoRow(String),
    /// A column is missing or holds something else than was asked for.
    #[error("column {column}: expected {expected}, found {found}")]
    Column {
        /// The column's name.
        column: String,
        /// What was asked for.
        expected: &'static str,
        /// What is there.
        found: String,
    },
    /// An earlier statement of this transaction failed, so nothing more can be done in it.
    #[error("transaction has failed before and can only be given up")]
    Failed,
    /// The transaction claimed an idempotency key but kept no answer for it.
    #[error("idempotency key was claimed without keeping an answer")]
    AnswerMissing,
    /// The commit did not go through.
    #[error("commit")]
    Commit(#[source] sqlx::Error),
    /// A migration that was applied before has another text now.
    #[error("migration {name} was changed after it was applied")]
    MigrationChanged {
        /// The file's name.
        name: String,
    },
    /// A migration was refused by the database.
    #[error("apply migration {name}")]
    Migration {
        /// The file's name.
        name: String,
        /// What the driver said.
        #[source]
        source: sqlx::Error,
    },
    /// The file of audit anchors could not be read or written.
    #[error("audit anchor file {path}")]
    Anchor {
        /// Where the file is.
        path: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A secret field could not be sealed or opened.
    #[error("a secret field")]
    Seal(#[source] SealError),
    /// An audit anchor could not be signed, or its signature not be checked.
    #[error("sign or check an audit anchor")]
    Sign(#[source] SignError),
}

impl DbError {
    /// Whether a row with the same unique value is there already.
    pub fn is_unique_violation(&self) -> bool {
        self.database().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
    }

    /// Whether a `check` of the table refused the values.
    pub fn is_check_violation(&self) -> bool {
        self.database().is_some_and(sqlx::error::DatabaseError::is_check_violation)
    }

    /// Whether the same transaction may well succeed when it is tried again: lock waits, dead ends, lost servers.
    pub fn is_passing(&self) -> bool {
        const POSTGRES: [&str; 4] = ["40001", "40P01", "55P03", "57P01"];
        const SQLITE_PRIMARY: [i64; 2] = [5, 6]; // busy, locked
        match self.driver() {
            Some(sqlx::Error::PoolTimedOut | sqlx::Error::Io(_)) => true,
            Some(sqlx::Error::Database(error)) => error.code().is_some_and(|code| {
                POSTGRES.contains(&code.as_ref())
                    || code.parse().is_ok_and(|code: i64| SQLITE_PRIMARY.contains(&(code & 0xff)))
            }),
            _ => false,
        }
    }

    fn driver(&self) -> Option<&sqlx::Error> {
        match self {
            Self::Open { source, .. } | Self::Statement { source, .. } | Self::Migration { source, .. } => {
                Some(source)
            }
            Self::Begin(source) | Self::Commit(source) => Some(source),
            _ => None,
        }
    }

    fn database(&self) -> Option<&dyn sqlx::error::DatabaseError> {
        self.driver().and_then(sqlx::Error::as_database_error)
    }
}
