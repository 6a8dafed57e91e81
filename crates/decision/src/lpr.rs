//! The loan prime rate (贷款市场报价利率, LPR) by day of publication; prices are this rate plus basis points.

use jiff::civil::Date;
use thiserror::Error;

/// The history built into the program; later values are entered by the operator.
const EMBEDDED: &str = include_str!("../../../decisions/lpr.csv");

/// A table of rates that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("lpr.csv:{line}: {problem}")]
pub struct LprError {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: &'static str,
}

/// Loan prime rates, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lpr {
    rows: Vec<LprRow>,
}

/// One publication that changed a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LprRow {
    /// Day of publication; the rate holds from then on.
    pub published_on: Date,
    /// One-year rate in ppm (3.00 % is 30,000).
    pub one_year_ppm: i64,
    /// Rate for more than five years in ppm.
    pub over_five_years_ppm: i64,
}

impl Lpr {
    /// The history built into the program.
    pub fn embedded() -> Result<Self, LprError> {
        Self::parse(EMBEDDED)
    }

    /// Reads `published_on,one_year,over_five_years` with percent of two decimals, oldest first.
    pub fn parse(text: &str) -> Result<Self, LprError> {
        let mut rows: Vec<LprRow> = Vec::new();
        for (index, line) in text.lines().enumerate().skip(1).filter(|(_, line)| !line.trim().is_empty()) {
            let row = parse_row(line)
                .ok_or(LprError { line: index + 1, problem: "not a day and two percentages" })?;
            if rows.last().is_some_and(|last| last.published_on >= row.published_on) {
                return Err(LprError { line: index + 1, problem: "days must ascend" });
            }
            rows.push(row);
        }
        if rows.is_empty() {
            return Err(LprError { line: 1, problem: "no rate" });
        }
        Ok(Self { rows })
    }

    /// The rates that hold on `day`; nothing before the first publication.
    pub fn on(&self, day: Date) -> Option<LprRow> {
        let later = self.rows.partition_point(|row| row.published_on <= day);
        self.rows.get(later.checked_sub(1)?).copied()
    }
}

fn parse_row(line: &str) -> Option<LprRow> {
    let mut cells = line.split(',').map(str::trim);
    let row = LprRow {
        published_on: cells.next()?.parse().ok()?,
        one_year_ppm: percent(cells.next()?)?,
        over_five_years_ppm: percent(cells.next()?)?,
    };
    cells.next().is_none().then_some(row)
}

/// `3.65` is 36,500 ppm.
fn percent(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.')?;
    if part.len() != 2 {
        return None;
    }
    Some(whole.parse::<i64>().ok()? * 10_000 + part.parse::<i64>().ok()? * 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_rate_of_a_day_is_the_last_one_published() {
        let lpr = Lpr::embedded().unwrap();
        let one_year = |day| lpr.on(day).map(|row| row.one_year_ppm);
        assert_eq!(one_year(date(2026, 11, 10)), Some(30_000));
        assert_eq!(one_year(date(2025, 5, 19)), Some(31_000));
        assert_eq!(one_year(date(2022, 8, 22)), Some(36_500));
        assert_eq!(one_year(date(2021, 12, 31)), None);
    }

    #[test]
    fn days_ascend() {
        let error = Lpr::parse("h\n2024-02-20,3.45,3.95\n2023-02-20,3.45,3.95\n").unwrap_err();
        assert_eq!(error.to_string(), "lpr.csv:3: days must ascend");
    }
}
