//! Days of a sheet, which a spreadsheet program counts.

use jq_lake::{ForeignValue, day_number};

use jiff::civil::date;

/// The moment that a counted day means. Nothing for what no spreadsheet program shows as a day.
pub(super) fn moment(serial: f64, from_1904: bool) -> Option<ForeignValue<'static>> {
    const SECONDS: f64 = 86_400.0;
    if !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    // Spreadsheet programs believe in 29 February 1900, which is day 60.
    let epoch = if from_1904 {
        date(1904, 1, 1)
    } else if serial < 60.0 {
        date(1899, 12, 31)
    } else {
        date(1899, 12, 30)
    };
    #[expect(clippy::cast_possible_truncation, reason = "below ten thousand years of seconds")]
    let seconds = (serial * SECONDS).round() as i64;
    let from = i64::from(day_number(epoch)) * 86_400;
    Some(ForeignValue::Local((from + seconds) * 1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counted_days_are_the_days_that_are_shown() {
        let shown = |serial: f64, from_1904: bool| {
            let mut text = String::new();
            let value = moment(serial, from_1904).unwrap();
            crate::typed::write(&value, crate::typed::TimeForm::Day, &mut text);
            text
        };
        assert_eq!(shown(1.0, false), "1900-01-01");
        assert_eq!(shown(61.0, false), "1900-03-01");
        assert_eq!(shown(46_259.0, false), "2026-08-25");
        assert_eq!(shown(46_259.5, false), "2026-08-25T12:00:00+08:00");
        assert_eq!(shown(44_797.0, true), "2026-08-25");
        assert_eq!(moment(3_000_000.0, false), None);
        assert_eq!(moment(-1.0, false), None);
    }
}
