//! Who asked for an enterprise's data: read from the audit chain, in words an enterprise can follow.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
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

/// Earlier reads of a subject's data under a permit, as far as an edition tells of them.
pub(crate) struct Enquiries {
    lines: Vec<Kept>,
    total: usize,
}

impl Enquiries {
    /// Reads them, newest first. An edition that names months tells only how many institutions read in these.
    pub(crate) async fn read(
        db: &Db,
        subject: &SubjectKey,
        content: &ReportContent,
        at: Timestamp,
    ) -> Result<Self, DbError> {
        let filter = Filter { subject: Some(subject.to_string()), with_permit: true, ..Filter::default() };
        let lines = list(db, &filter, LINES_MAX).await?;
        let Some(months) = content.query_months else {
            let total = lines.len();
            return Ok(Self { lines, total });
        };
        let since = clock::date_of(at).checked_sub(months.months()).unwrap_or(Date::MIN);
        let recent = lines.iter().filter(|line| clock::date_of(line.at) >= since);
        let institutions: BTreeSet<&str> =
            recent.map(|line| line.institution.as_str()).filter(|name| !name.is_empty()).collect();
        Ok(Self { total: institutions.len(), lines: Vec::new() })
    }

    /// How many there are to tell of.
    pub(crate) fn total(&self) -> u64 {
        u64::try_from(self.total).unwrap_or(u64::MAX)
    }

    /// The reads that are listed, as rows of a report.
    pub(crate) fn rows(&self, content: &ReportContent, lang: Lang) -> Vec<QueryRow> {
        self.lines.iter().map(|line| row(line, content, lang)).collect()
    }
}

fn row(line: &Kept, content: &ReportContent, lang: Lang) -> QueryRow {
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
}
