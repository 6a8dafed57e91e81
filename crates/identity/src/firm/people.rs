//! Who may act for a firm, for whoever has to tell the firm something.

use jiff::Timestamp;
use jq_base::ids::SubjectKey;
use jq_db::{Db, DbError};

use super::model::SubjectPerson;
use super::store;

/// The verified people who may act for a subject at `now`, whoever has done so longest first; nobody when none has
/// been verified.
pub async fn list_people(
    db: &Db,
    subject: &SubjectKey,
    now: Timestamp,
) -> Result<Vec<SubjectPerson>, DbError> {
    store::list_people(db, subject, now).await
}
