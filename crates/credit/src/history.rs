//! Who asked for an enterprise's data: read from the audit chain, in words an enterprise can follow.

use jq_base::clock;
use jq_base::ids::SubjectKey;
use jq_base::lang::Lang;
use jq_base::permit::Purpose;
use jq_db::audit::{Filter, Kept, list};
use jq_db::{Db, DbError};

use crate::content::ReportContent;
use crate::view::QueryRow;

/// Audit lines looked through; more than any ordinary enterprise ever has.
const LINES_MAX: u32 = 5_000;

/// Reads of the subject's data under a permit, newest first.
pub(crate) async fn queries(db: &Db, subject: &SubjectKey) -> Result<Vec<Kept>, DbError> {
    let filter = Filter { subject: Some(subject.to_string()), ..Filter::default() };
    let mut lines = list(db, &filter, LINES_MAX).await?;
    lines.retain(|line| line.permit.is_some());
    Ok(lines)
}

/// The lines as rows of a report.
pub(crate) fn rows(lines: &[Kept], content: &ReportContent, lang: Lang) -> Vec<QueryRow> {
    lines
        .iter()
        .map(|line| {
            let purpose = line.purpose.as_deref().unwrap_or("");
            let purpose = purpose
                .parse::<Purpose>()
                .map_or_else(|_| purpose.to_owned(), |purpose| purpose.text(lang).to_owned());
            let own = content.value("self_reader", lang).to_owned();
            QueryRow {
                at: line.at.to_zoned(clock::zone()).strftime("%Y-%m-%d %H:%M:%S").to_string(),
                reader: if line.institution.is_empty() { own } else { line.institution.clone() },
                purpose,
                basis: line.permit.clone().unwrap_or_default(),
            }
        })
        .collect()
}
