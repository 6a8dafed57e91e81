//! Where feature SQL is answered: the lake, or a stand-in for tests.

use std::future::Future;
use std::sync::Arc;

use jq_lake::{Figures, Lake, LakeError, LakeSession, Scope};

/// Something that answers feature SQL over current records; clones ask the same records side by side.
pub trait Query: Clone + Send + Sync + 'static {
    /// Runs a statement that gives `subject_key` and then a column for each feature.
    fn figures(&self, sql: &str) -> impl Future<Output = Result<Figures, LakeError>> + Send;

    /// True when the item has ever been delivered.
    fn is_connected(&self, item: &str) -> impl Future<Output = Result<bool, LakeError>> + Send;
}

/// A session of the lake.
#[derive(Clone)]
pub struct LakeQuery {
    lake: Lake,
    session: Arc<LakeSession>,
}

impl LakeQuery {
    /// Opens a session that sees the records of `scope`.
    pub fn new(lake: &Lake, scope: Scope) -> Self {
        Self::in_session(lake, lake.session(scope))
    }

    /// Asks in a session of this lake that is open already.
    pub fn in_session(lake: &Lake, session: LakeSession) -> Self {
        Self { lake: lake.clone(), session: Arc::new(session) }
    }
}

impl Query for LakeQuery {
    async fn figures(&self, sql: &str) -> Result<Figures, LakeError> {
        self.session.figures(sql).await
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
