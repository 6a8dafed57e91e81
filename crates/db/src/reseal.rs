//! Sealing anew: what lies under a former key, or was written before there was sealing, comes under the key of today.
//!
//! A page of rows at a time, each page one short transaction, and each value only if it still is what was read: whoever
//! reads or writes meanwhile is not disturbed. What is sealed under the key of today is passed over, so that a pass that
//! was cut off is taken up by the next one, and a pass with nothing to do writes nothing.

use jq_base::seal::{Seal, SealMarks, SecretTable};

use crate::query::Bound;
use crate::row::{Cell, Row};
use crate::{Db, DbError, Query, sql_built};

/// Rows that are read, sealed and written together.
const ROWS_PER_PAGE: u32 = 200;
/// How often a page is tried in whose way somebody else is.
const TRIES_MAX: u32 = 5;

/// What a pass over a table came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resealed {
    /// Values that were sealed anew.
    pub values: u64,
    /// Values that no key opens any more; they were left as they are.
    pub closed: u64,
}

/// Seals anew what waits for it in a table. A store that does not seal is left as it is.
pub async fn reseal(db: &Db, table: &SecretTable) -> Result<Resealed, DbError> {
    let mut done = Resealed::default();
    let Some(seal) = db.seal() else { return Ok(done) };
    let marks = seal.marks(table.level).map_err(DbError::Seal)?;
    let (mut last, mut tries) = (Vec::new(), 0);
    loop {
        let rows = db.fetch_all(page(table, &marks, &last)).await?;
        let Some(row) = rows.last() else { return Ok(done) };
        let (mut changes, mut closed) = (Vec::new(), 0);
        for row in &rows {
            closed += changes_of(row, table, seal, &marks, &mut changes)?;
        }
        tries += 1;
        match write(db, changes).await {
            Err(error) if error.is_passing() && tries < TRIES_MAX => continue,
            written => done.values += written?,
        }
        done.closed += closed;
        (last, tries) = (keys(table, row)?, 0);
    }
}

/// The next rows, after those keys, in which something waits to be sealed.
fn page(table: &SecretTable, marks: &SealMarks, after: &[Bound]) -> Query {
    let (keys, columns) = (table.keys.join(", "), table.columns.join(", "));
    // Where texts that are no secrets stand as well, only what begins as a sealed one does waits.
    let begins = if table.mixed { marks.any.as_str() } else { "" };
    let (current, any) = (marks.current.chars().count(), begins.chars().count());
    let waits = |column: &&str| {
        format!(
            "({column} <> '' and substr({column}, 1, {current}) <> $1 and substr({column}, 1, {any}) = $2)"
        )
    };
    let waiting = table.columns.iter().map(waits).collect::<Vec<_>>().join(" or ");
    let behind = match after.len() {
        0 => String::new(),
        count => format!("and ({keys}) > ({})", Query::next_places(4, count)),
    };
    let text = format!(
        "select {keys}, {columns} from {} where ({waiting}) {behind} order by {keys} limit $3",
        table.name
    );
    sql_built(text).bind(&marks.current).bind(begins).bind(ROWS_PER_PAGE).bind_all(after.to_vec())
}

/// Adds a statement for each value of a row that waits; how many no key opens.
fn changes_of(
    row: &Row,
    table: &SecretTable,
    seal: &dyn Seal,
    marks: &SealMarks,
    changes: &mut Vec<Query>,
) -> Result<u64, DbError> {
    let keys = keys(table, row)?;
    let name = keys.iter().map(shown).collect::<Vec<_>>().join("/");
    let mut closed = 0;
    for &column in table.columns {
        let Some(kept) = row.opt_text(column)?.filter(|kept| waits(kept, table, marks)) else { continue };
        let place = table.place(column, name.as_str());
        let Ok(value) = seal.open(&place, kept.as_bytes()) else {
            closed += 1;
            continue;
        };
        let sealed = seal.seal(table.level, &place, &value).map_err(DbError::Seal)?;
        changes.push(change(table, column, &keys, kept, sealed));
    }
    Ok(closed)
}

fn waits(kept: &str, table: &SecretTable, marks: &SealMarks) -> bool {
    !kept.is_empty() && !kept.starts_with(&marks.current) && (!table.mixed || kept.starts_with(&marks.any))
}

/// Puts a value in place of the one that was read, unless somebody has written another meanwhile.
fn change(table: &SecretTable, column: &str, keys: &[Bound], kept: String, sealed: String) -> Query {
    let fits: Vec<String> = (3..).zip(table.keys).map(|(place, key)| format!("{key} = ${place}")).collect();
    let text =
        format!("update {} set {column} = $1 where {column} = $2 and {}", table.name, fits.join(" and "));
    sql_built(text).bind(sealed).bind(kept).bind_all(keys.to_vec())
}

/// Writes what was sealed; how many values were still those that had been read. The pass ends with a commit of its own,
/// and what the disk has not got before is sealed anew by the next pass.
async fn write(db: &Db, changes: Vec<Query>) -> Result<u64, DbError> {
    if changes.is_empty() {
        return Ok(0);
    }
    let mut tx = db.begin().await?;
    let mut written = 0;
    for change in changes {
        written += tx.execute(change).await?;
    }
    tx.commit_ahead().await?;
    Ok(written)
}

/// The values of a row's primary key, which are whole numbers and texts.
fn keys(table: &SecretTable, row: &Row) -> Result<Vec<Bound>, DbError> {
    let key = |name: &&str| match row.cell(name)? {
        Cell::Int(value) => Ok(Bound::Int(Some(*value))),
        Cell::Text(value) => Ok(Bound::Text(Some(value.clone()))),
        other => Err(DbError::Column {
            column: (*name).to_owned(),
            expected: "a part of a primary key",
            found: other.name().to_owned(),
        }),
    };
    table.keys.iter().map(key).collect()
}

/// A key as it stands in the name of a row.
fn shown(key: &Bound) -> String {
    match key {
        Bound::Int(value) => value.map(|value| value.to_string()),
        Bound::Real(value) => value.map(|value| value.to_string()),
        Bound::Text(value) => value.clone(),
    }
    .unwrap_or_default()
}
