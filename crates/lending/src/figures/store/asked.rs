//! What is asked for, as the parts that all statements share: the key that answers stand under, and the cut.

use std::fmt::Write as _;

use jq_db::{DbError, Query, ReadTx, Row, sql_built};

use crate::figures::{Cut, Group, Period, Tally};

/// By what one statement splits its answer.
#[derive(Clone, Copy, Debug)]
pub(in crate::figures) enum Split<'a> {
    /// Not at all: one answer, under an empty key.
    Whole,
    /// By a column of the order.
    Group(Group),
    /// By months that follow each other, each under its `YYYY-MM`.
    Months(&'a [Period]),
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(in crate::figures) struct Asked<'a> {
    pub(in crate::figures) period: Period,
    pub(in crate::figures) cut: &'a Cut,
    pub(in crate::figures) split: Split<'a>,
}

/// Answers under their keys.
pub(in crate::figures) type Keyed<T> = Vec<(String, T)>;

/// The key of a month.
pub(in crate::figures) fn month_key(month: Period) -> String {
    month.from().strftime("%Y-%m").to_string()
}

impl Asked<'_> {
    /// The key of a row that happened at `moment`, a column of microseconds; `bank` is where its bank stands.
    pub(super) fn key_at(&self, moment: &str, bank: &str) -> String {
        let Split::Months(months) = self.split else { return self.key(bank) };
        let mut text = "case".to_owned();
        for month in months {
            let over = month.moments().1.as_microsecond();
            // Writing to a text cannot fail.
            let _ = write!(text, " when {moment} < {over} then '{}'", month_key(*month));
        }
        text + " else '' end"
    }

    /// The key of a row of the day `day`, a column of dates.
    pub(super) fn key_on(&self, day: &str, bank: &str) -> String {
        match self.split {
            Split::Months(_) => format!("substr({day}, 1, 7)"),
            _ => self.key(bank),
        }
    }

    /// The key of a row that has no time of its own; `bank` is where its bank stands.
    pub(super) fn key(&self, bank: &str) -> String {
        match self.split {
            Split::Whole | Split::Months(_) => "''".to_owned(),
            Split::Group(Group::Bank) => bank.to_owned(),
            Split::Group(Group::District) => "coalesce(o.subject_district, '')".to_owned(),
            Split::Group(Group::Product) => "o.product_id".to_owned(),
            Split::Group(Group::Kind) => "o.kind".to_owned(),
            Split::Group(Group::Industry) => "coalesce(substr(o.subject_industry, 1, 3), '')".to_owned(),
        }
    }

    /// Whether the order itself must be looked at, and not only which bank a loan or payment is of.
    pub(super) fn needs_order(&self) -> bool {
        let Cut { bank: _, district, product, kind, industry } = self.cut;
        let cut = district.is_some() || product.is_some() || kind.is_some() || industry.is_some();
        cut || matches!(self.split, Split::Group(group) if group != Group::Bank)
    }

    /// The statement with the moments of the period as `$1` and `$2` and the cut after them.
    pub(super) fn by_moment(&self, text: String) -> Query {
        let (from, to) = self.period.moments();
        self.bind_cut(sql_built(text).bind(from).bind(to))
    }

    /// The same with the days of the period.
    pub(super) fn by_day(&self, text: String) -> Query {
        self.bind_cut(sql_built(text).bind(self.period.from()).bind(self.period.to()))
    }

    /// The statement with the values of the cut next.
    pub(super) fn bind_cut(&self, query: Query) -> Query {
        query.bind_all(self.parts("").into_iter().map(|(_, value)| value))
    }

    /// The cut as conditions to follow others, its values from `$first` on; `bank` is where the bank stands.
    pub(super) fn cut(&self, first: usize, bank: &str) -> String {
        let mut text = String::new();
        for ((condition, _), place) in self.parts(bank).into_iter().zip(first..) {
            text.push_str(" and ");
            text.push_str(&condition.replace('?', &format!("${place}")));
        }
        text
    }

    /// How many values the cut has.
    pub(super) fn cut_values(&self) -> usize {
        self.parts("").len()
    }

    /// The conditions of the cut, a question mark for the value of each.
    fn parts(&self, bank: &str) -> Vec<(String, String)> {
        let Cut { bank: of_bank, district, product, kind, industry } = self.cut;
        let begins = |column: &str| format!("substr({column}, 1, length(?)) = ?");
        let parts = [
            of_bank.as_ref().map(|id| (format!("{bank} = ?"), id.to_string())),
            district.as_ref().map(|code| (begins("o.subject_district"), code.clone())),
            product.as_ref().map(|id| ("o.product_id = ?".to_owned(), id.to_string())),
            kind.map(|kind| ("o.kind = ?".to_owned(), kind.code().to_owned())),
            industry.as_ref().map(|code| (begins("o.subject_industry"), code.clone())),
        ];
        parts.into_iter().flatten().collect()
    }
}

/// Asks, and reads each answer beside its key.
pub(super) async fn ask<T>(
    db: &mut ReadTx,
    query: Query,
    read: impl Fn(&Row) -> Result<T, DbError>,
) -> Result<Keyed<T>, DbError> {
    let rows = db.fetch_all(query).await?;
    rows.iter().map(|row| Ok((row.text("k")?, read(row)?))).collect()
}

/// How many, of how many firms, and how much.
pub(super) fn tally(row: &Row) -> Result<Tally, DbError> {
    Ok(Tally { count: row.get("number")?, firms: row.get("firms")?, amount: row.get("fen")? })
}
