//! The vectors of the whole city, built by the cluster and kept where a single process keeps them.

use jiff::civil::Date;
use jq_lake::LakeSession;

use crate::platform::Platform;

/// Builds and keeps all vectors as of a day; how many.
pub async fn build(platform: &Platform, session: LakeSession, as_of: Date) -> anyhow::Result<usize> {
    let vectors = platform.decisions.vectors_in(session, as_of).await?;
    platform.decisions.keep(&vectors).await?;
    Ok(vectors.len())
}
