//! Where feature SQL is answered: the lake, or a stand-in for tests.

use std::future::Future;

use jq_lake::{Lake, LakeError, LakeSession};

/// One row of a feature statement: the subject, then a value per feature.
pub type Figures = (String, Vec<Option<f64>>);

/// Something that answers feature SQL over current records.
pub trait Query {
    /// Runs a statement that gives `subject_key` and these columns.
    fn figures(
        &self,
        sql: &str,
        columns: &[String],
    ) -> impl Future<Output = Result<Vec<Figures>, LakeError>> + Send;

    /// True when the item has ever been delivered.
    fn is_connected(&self, item: &str) -> impl Future<Output = Result<bool, LakeError>> + Send;
}

/// A session of the lake.
pub struct LakeQuery<'a> {
    /// The lake itself, for what is connected.
    pub lake: &'a Lake,
    /// The session with its scope.
    pub session: LakeSession,
}

impl Query for LakeQuery<'_> {
    async fn figures(&self, sql: &str, columns: &[String]) -> Result<Vec<Figures>, LakeError> {
        let rows = self.session.sql(sql).await?;
        let figures = rows.iter().filter_map(|row| {
            let subject = row.text("subject_key")?;
            let values =
                columns.iter().map(|column| row.get(column)?.as_f64().filter(|value| value.is_finite()));
            Some((subject, values.collect()))
        });
        Ok(figures.collect())
    }

    async fn is_connected(&self, item: &str) -> Result<bool, LakeError> {
        match self.lake.as_of(item).await {
            Ok(newest) => Ok(newest.is_some()),
            // An item the catalogue no longer has is not connected either.
            Err(LakeError::UnknownTable(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
