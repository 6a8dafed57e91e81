//! Bringing the tables of an older release up to this one, forward only, each file once.
//!
//! The files of `migrations/` are in the binary. Those that are missing are applied in the order of their names in
//! one transaction; a second process that starts at the same time waits and then finds nothing to do. A file that
//! was applied before must still have the same text.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};
use jq_base::sm3;

use crate::session::Session;
use crate::{Db, DbError, sql};

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../migrations");

/// One migration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// The file's name, `NNNN_<capability>_<change>.sql`.
    pub name: String,
    /// Its SQL.
    pub text: String,
}

/// What a call of [`run`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// The names of the files that were applied now.
    pub applied: Vec<String>,
    /// Files applied by a newer release, unknown to this one.
    pub unknown: Vec<String>,
}

/// The files of this release, by name.
pub fn embedded() -> Vec<Migration> {
    let mut files: Vec<Migration> = FILES
        .files()
        .filter_map(|file| {
            let path = file.path();
            let name = path.file_name()?.to_str()?.to_owned();
            let is_sql = path.extension().is_some_and(|extension| extension == "sql");
            Some(Migration { name, text: file.contents_utf8().filter(|_| is_sql)?.to_owned() })
        })
        .collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

/// Applies the files that were not applied yet.
pub async fn run(db: &Db, files: &[Migration]) -> Result<Applied, DbError> {
    let mut session = Session::writing(db.backend()).await?;
    prepare(&mut session).await?;
    let mut known = applied(&mut session).await?;
    let mut done = Applied::default();
    for file in files {
        let hash = sm3::hex(file.text.as_bytes());
        match known.remove(&file.name) {
            Some(kept) if kept == hash => {}
            Some(_) => return Err(DbError::MigrationChanged { name: file.name.clone() }),
            None => {
                apply(&mut session, file, &hash, db).await?;
                done.applied.push(file.name.clone());
            }
        }
    }
    session.commit().await?;
    done.unknown = known.into_keys().collect();
    Ok(done)
}

async fn prepare(session: &mut Session) -> Result<(), DbError> {
    const TABLE: &str = "create table if not exists schema_migration (
        name text primary key, text_sm3 text not null, applied_at bigint not null)";
    let failed = |source| DbError::Migration { name: "schema_migration".to_owned(), source };
    session.migrate_alone().await.map_err(failed)?;
    session.script(TABLE).await.map_err(failed)
}

/// Name and hash of every applied file.
async fn applied(session: &mut Session) -> Result<BTreeMap<String, String>, DbError> {
    let rows = session.fetch_all(sql("select name, text_sm3 from schema_migration")).await?;
    rows.iter().map(|row| Ok((row.text("name")?, row.text("text_sm3")?))).collect()
}

async fn apply(session: &mut Session, file: &Migration, hash: &str, db: &Db) -> Result<(), DbError> {
    let failed = |source| DbError::Migration { name: file.name.clone(), source };
    session.script(&file.text).await.map_err(failed)?;
    let note = sql("insert into schema_migration (name, text_sm3, applied_at) values ($1, $2, $3)");
    session.execute(note.bind(&file.name).bind(hash).bind(db.clock().now())).await?;
    Ok(())
}
