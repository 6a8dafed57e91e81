//! Deadlines in working days end on the days that the published holiday notices give.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use jq_base::workdays::{Calendar, CalendarError, CalendarNotLoaded};
use proptest::prelude::*;

const HEADER: &str = "date,weekday,kind,festival_zh,festival_en\n";

#[test]
fn deadlines_end_where_the_notices_say() {
    let examples = [
        ("2022-03-15", 10, "2022-03-29"),
        ("2022-09-28", 10, "2022-10-17"),
        ("2023-01-18", 10, "2023-02-06"),
        ("2023-09-27", 10, "2023-10-17"),
        ("2024-02-08", 10, "2024-02-28"),
        ("2024-09-13", 3, "2024-09-19"),
        ("2025-01-24", 10, "2025-02-13"),
        ("2025-09-26", 10, "2025-10-16"),
        ("2026-02-13", 10, "2026-03-05"),
        ("2026-04-30", 5, "2026-05-11"),
        ("2026-09-18", 10, "2026-10-09"),
        ("2026-02-16", 1, "2026-02-24"),
        ("2026-12-18", 9, "2026-12-31"),
    ];
    let calendar = Calendar::embedded();
    for (event, days, last) in examples {
        let event: Date = event.parse().expect("a date");
        assert_eq!(calendar.add(event, days).map(|day| day.to_string()), Ok(last.to_owned()), "{event}");
    }
}

#[test]
fn a_years_working_days_agree_with_the_published_totals() {
    let calendar = Calendar::embedded();
    for (year, total) in [(2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)] {
        let first = date(year, 1, 1);
        assert_eq!(calendar.is_workday(first), Ok(false));
        assert_eq!(calendar.between(first, date(year, 12, 31)), Ok(total), "{year}");
    }
    assert_eq!(calendar.between(date(2023, 1, 18), date(2023, 2, 3)), Ok(9));
    assert_eq!(calendar.between(date(2024, 2, 8), date(2024, 2, 29)), Ok(11));
    assert_eq!(calendar.between(date(2026, 9, 30), date(2026, 10, 31)), Ok(18));
    assert_eq!(calendar.between(date(2026, 10, 31), date(2026, 9, 30)), Ok(0));
}

#[test]
fn a_year_that_is_not_loaded_is_refused() {
    let calendar = Calendar::embedded();
    let missing = Err(CalendarNotLoaded { year: 2027 });
    assert_eq!(calendar.add(date(2026, 12, 21), 10), missing);
    assert_eq!(calendar.add(date(2026, 12, 21), 8), Ok(date(2026, 12, 31)));
    assert_eq!(calendar.add(date(2027, 1, 5), 0), missing);
    assert_eq!(calendar.is_workday(date(2021, 12, 31)), Err(CalendarNotLoaded { year: 2021 }));
    assert_eq!(calendar.loaded_years().collect::<Vec<_>>(), [2022, 2023, 2024, 2025, 2026]);
}

#[test]
fn an_act_in_the_last_second_of_the_last_day_is_in_time() {
    let accepted: Timestamp = "2026-09-18T23:59:59+08:00".parse().expect("an instant");
    let due = Calendar::embedded().due(accepted, 10).expect("2026 is loaded");
    assert_eq!(due, "2026-10-10T00:00:00+08:00".parse().expect("an instant"));
}

#[test]
fn a_damaged_calendar_file_names_the_line() {
    let why = |lines: &str| Calendar::parse_csv(&format!("{HEADER}{lines}"), "test").map(|_| ());
    assert_eq!(Calendar::parse_csv("day\n", "test"), Err(CalendarError::Header));
    assert_eq!(why("2027-01-01,Sat,holiday,元旦,New Year's Day"), Err(CalendarError::Day(2)));
    assert_eq!(why("2027-13-01,Fri,holiday,,"), Err(CalendarError::Day(2)));
    assert_eq!(why("2027-01-01,Fri,makeup_workday,,"), Err(CalendarError::Kind(2)));
    assert_eq!(why("2027-01-01,Fri,holiday,,\n2027-01-01,Fri,holiday,,"), Err(CalendarError::Twice(3)));
    assert_eq!(why("2027-01-01,Fri,holiday,,"), Err(CalendarError::NoYear));
}

#[test]
fn a_stray_day_does_not_load_its_year() {
    let lines = "2026-12-31,Thu,holiday,,\n2027-01-01,Fri,holiday,,\n2027-10-01,Fri,holiday,,\n";
    let calendar = Calendar::parse_csv(&format!("{HEADER}{lines}"), "2027").expect("a calendar");
    assert_eq!(calendar.loaded_years().collect::<Vec<_>>(), [2027]);
    assert_eq!(calendar.version(), "2027");
}

proptest! {
    #[test]
    fn adding_days_and_counting_them_agree(start in 0..1_700_i64, days in 1..60_u32) {
        let calendar = Calendar::embedded();
        let event = date(2022, 1, 1).saturating_add(jiff::Span::new().days(start));
        let last = calendar.add(event, days).expect("inside the loaded years");
        prop_assert_eq!(calendar.between(event, last), Ok(days));
        prop_assert_eq!(calendar.is_workday(last), Ok(true));
    }
}
