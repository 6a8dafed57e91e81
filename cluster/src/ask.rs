//! A question in SQL, answered by the cluster and put on record like one that a single process answers.

use jq_base::columns;
use jq_db::audit::AuditLine;
use jq_lake::LakeSession;

use crate::platform::Platform;

/// The lines of the answer's table, and how many rows it has.
pub async fn ask(
    platform: &Platform,
    session: &LakeSession,
    query: &str,
) -> anyhow::Result<(Vec<String>, usize)> {
    let (names, rows) = session.table(query).await?;
    let mut tx = platform.db.begin().await?;
    tx.audit(
        AuditLine::new("operator@cli", "operator", "lake.sql")
            .detail(serde_json::json!({ "query": query, "rows": rows.len(), "cluster": true })),
    );
    tx.commit().await?;
    let header: Vec<&str> = names.iter().map(String::as_str).collect();
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let text = |place| row.at(place).map(|value| value.to_text()).unwrap_or_default();
            (0..names.len()).map(text).collect()
        })
        .collect();
    Ok((columns::lines(&header, &cells), rows.len()))
}
