//! How dates, moments and figures are said to people in both languages.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use jq_base::lang::Lang;

const WEEKDAYS_ZH: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
const WEEKDAYS_EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS_EN: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A date: `2026 年 7 月 18 日`, `18 Jul 2026`.
pub fn date(lang: Lang, date: Date) -> String {
    match lang {
        Lang::Zh => format!("{} 年 {} 月 {} 日", date.year(), date.month(), date.day()),
        Lang::En => format!("{} {} {}", date.day(), month_en(date), date.year()),
    }
}

/// A deadline's date with its weekday: `7 月 18 日(周六)`, `Sat 18 Jul`.
pub fn date_with_weekday(lang: Lang, date: Date) -> String {
    let day = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
    match lang {
        Lang::Zh => format!("{} 月 {} 日({})", date.month(), date.day(), WEEKDAYS_ZH[day]),
        Lang::En => format!("{} {} {}", WEEKDAYS_EN[day], date.day(), month_en(date)),
    }
}

/// A moment in Beijing time: `2026-11-10 09:30`.
pub fn moment(at: Timestamp) -> String {
    beijing(at).strftime("%Y-%m-%d %H:%M").to_string()
}

/// A moment in Beijing time to the second: `2026-11-10 09:30:05`.
pub fn second(at: Timestamp) -> String {
    beijing(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// A whole number with thousands apart: `217,900,000`.
pub fn whole(number: impl TryInto<i128>) -> String {
    let number = number.try_into().unwrap_or_default();
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0 { format!("-{text}") } else { text }
}

/// How long ago something was, in the largest whole unit.
pub fn ago(lang: Lang, then: Timestamp, now: Timestamp) -> String {
    let minutes = now.duration_since(then).as_secs() / 60;
    let (n, zh, en) = match minutes {
        ..1 => return lang.pick("刚刚", "just now").to_owned(),
        1..60 => (minutes, "分钟前", "min ago"),
        60..1_440 => (minutes / 60, "小时前", "h ago"),
        _ => (minutes / 1_440, "天前", if minutes < 2_880 { "day ago" } else { "days ago" }),
    };
    format!("{n} {}", lang.pick(zh, en))
}

fn beijing(at: Timestamp) -> Zoned {
    at.to_zoned(TimeZone::get(jq_base::clock::ZONE).unwrap_or(TimeZone::UTC))
}

fn month_en(date: Date) -> &'static str {
    MONTHS_EN[usize::from(date.month().unsigned_abs()) - 1]
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as day;

    #[test]
    fn a_deadline_names_its_weekday() {
        assert_eq!(date_with_weekday(Lang::Zh, day(2026, 7, 18)), "7 月 18 日(周六)");
        assert_eq!(date_with_weekday(Lang::En, day(2026, 7, 18)), "Sat 18 Jul");
    }

    #[test]
    fn moments_are_beijing_time() {
        let at: Timestamp = "2026-11-10T01:30:05Z".parse().unwrap();
        assert_eq!(moment(at), "2026-11-10 09:30");
        assert_eq!(date(Lang::Zh, day(2026, 11, 1)), "2026 年 11 月 1 日");
    }

    #[test]
    fn figures_have_thousands_apart() {
        assert_eq!(whole(217_900_000_i64), "217,900,000");
        assert_eq!(whole(-1_200_i64), "-1,200");
        assert_eq!(whole(56), "56");
    }

    #[test]
    fn the_past_is_said_in_its_largest_unit() {
        let now: Timestamp = "2026-11-10T01:30:00Z".parse().unwrap();
        let then: Timestamp = "2026-11-08T01:30:00Z".parse().unwrap();
        assert_eq!(ago(Lang::Zh, then, now), "2 天前");
        assert_eq!(ago(Lang::En, now, now), "just now");
    }
}
