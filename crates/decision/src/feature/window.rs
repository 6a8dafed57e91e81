//! Days and windows in a feature's SQL: what `{as_of}`, `{month-12m}` or `{live}` stand for on a given day.

use std::fmt::Write as _;

use jiff::Span;
use jiff::civil::Date;

/// The records known at the end of the day and not repaired since.
const LIVE: &str = "source_updated_at <= {known} and coalesce(repair_state, 'none') <> 'repaired'";
/// Live records that nobody disputes.
const UNDISPUTED: &str =
    "source_updated_at <= {known} and coalesce(repair_state, 'none') not in ('repaired', 'disputed')";

/// Replaces every placeholder; the name of the first unknown one is the error.
pub(super) fn fill(sql: &str, as_of: Date) -> Result<String, String> {
    let mut out = String::with_capacity(sql.len() * 2);
    let mut rest = sql;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or_else(|| after.to_owned())?;
        out.push_str(before);
        out.push_str(&literal(name, as_of).ok_or_else(|| name.to_owned())?);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

fn literal(name: &str, as_of: Date) -> Option<String> {
    match name {
        "live" => fill(LIVE, as_of).ok(),
        "undisputed" => fill(UNDISPUTED, as_of).ok(),
        // The day ends at 16:00 in Greenwich when it ends in Beijing.
        "known" => Some(format!("timestamptz '{as_of}T15:59:59.999999Z'")),
        _ => date(name, as_of).map(|date| {
            let mut text = String::new();
            // Writing to a string cannot fail.
            let _ = write!(text, "date '{date}'");
            text
        }),
    }
}

/// `as_of`, `as_of-24m`, `as_of+120m`, `month`, `month-12m`.
fn date(name: &str, as_of: Date) -> Option<Date> {
    let (base, shift) = match name.find(['-', '+']) {
        Some(at) => (&name[..at], name[at..].strip_suffix('m')?.parse::<i32>().ok()?),
        None => (name, 0),
    };
    let base = match base {
        "as_of" => as_of,
        "month" => as_of.first_of_month(),
        _ => return None,
    };
    base.checked_add(Span::new().try_months(shift).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as day;

    #[test]
    fn windows_are_whole_months_before_the_month_of_the_day() {
        let as_of = day(2026, 11, 10);
        assert_eq!(fill("{month-12m}", as_of).unwrap(), "date '2025-11-01'");
        assert_eq!(fill("{month}", as_of).unwrap(), "date '2026-11-01'");
        assert_eq!(
            fill("{as_of-24m} and {as_of}", as_of).unwrap(),
            "date '2024-11-10' and date '2026-11-10'"
        );
        assert_eq!(fill("{as_of+120m}", as_of).unwrap(), "date '2036-11-10'");
    }

    #[test]
    fn what_is_known_ends_with_the_day_in_beijing() {
        assert_eq!(fill("{known}", day(2026, 11, 10)).unwrap(), "timestamptz '2026-11-10T15:59:59.999999Z'");
    }

    #[test]
    fn an_unknown_placeholder_is_named() {
        assert_eq!(fill("{yesterday}", day(2026, 11, 10)), Err("yesterday".to_owned()));
    }
}
