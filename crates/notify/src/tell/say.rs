//! How a message says amounts, days and moments.

use jiff::civil::{Date, Time, Weekday};
use jiff::{Timestamp, ToSpan};
use jq_base::clock;
use jq_base::lang::Lang;
use jq_base::money::Money;
use jq_base::rate::Rate;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The end of a period, named by its last day: an end at 00:00 is 24:00 of the day before.
/// `11 月 24 日（周二）24:00`, `24:00 on Tue 24 Nov`.
pub(super) fn deadline(lang: Lang, at: Timestamp, told_at: Timestamp) -> String {
    let end = at.to_zoned(clock::zone());
    let (date, time) = if end.time() == Time::midnight() {
        (end.date().saturating_sub(1.day()), "24:00".to_owned())
    } else {
        (end.date(), hour(end.time()))
    };
    let (day, weekday) = (self::date(lang, date, told_at), weekday(lang, date.weekday()));
    match lang {
        Lang::Zh => format!("{day}（{weekday}）{time}"),
        Lang::En => format!("{time} on {weekday} {day}"),
    }
}

/// A moment: `11 月 10 日 14:05`, `14:05 on 10 Nov`.
pub(super) fn moment(lang: Lang, at: Timestamp, told_at: Timestamp) -> String {
    let at = at.to_zoned(clock::zone());
    let (day, time) = (date(lang, at.date(), told_at), hour(at.time()));
    match lang {
        Lang::Zh => format!("{day} {time}"),
        Lang::En => format!("{time} on {day}"),
    }
}

/// A day, with its year when that is not the year in which it is told: `11 月 10 日`, `10 Nov 2027`.
pub(super) fn date(lang: Lang, date: Date, told_at: Timestamp) -> String {
    let month = MONTHS[usize::from(date.month().unsigned_abs()) - 1];
    let shown = match lang {
        Lang::Zh => format!("{} 月 {} 日", date.month(), date.day()),
        Lang::En => format!("{} {month}", date.day()),
    };
    if date.year() == clock::date_of(told_at).year() {
        return shown;
    }
    match lang {
        Lang::Zh => format!("{} 年 {shown}", date.year()),
        Lang::En => format!("{shown} {}", date.year()),
    }
}

/// The end of a period that cannot be told: its time stands still, or it follows from holidays not published yet.
pub(super) fn open_day(lang: Lang) -> &'static str {
    lang.pick(
        "待定日期（计时暂停，或明年节假日安排尚未公布）",
        "a day still open (the time stands still, or next year's holidays are not published yet)",
    )
}

/// An amount as people say it: `12.5 万元`, `CNY 125,000`.
pub(super) fn money(lang: Lang, amount: Money) -> String {
    match lang {
        Lang::Zh => {
            let text = amount.wan();
            if text.ends_with('万') { format!("{text}元") } else { text }
        }
        Lang::En => {
            let text = amount.grouped();
            format!("CNY {}", text.strip_suffix(".00").unwrap_or(&text))
        }
    }
}

/// A yearly rate: `3.65%（年化）`, `3.65% a year`.
pub(super) fn rate(lang: Lang, rate: Rate) -> String {
    format!("{rate}{}", lang.pick("（年化）", " a year"))
}

/// Several things: `甲、乙`, `a, b`.
pub(super) fn list(lang: Lang, things: &[&str]) -> String {
    things.join(lang.pick("、", ", "))
}

fn hour(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

fn weekday(lang: Lang, day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => lang.pick("周一", "Mon"),
        Weekday::Tuesday => lang.pick("周二", "Tue"),
        Weekday::Wednesday => lang.pick("周三", "Wed"),
        Weekday::Thursday => lang.pick("周四", "Thu"),
        Weekday::Friday => lang.pick("周五", "Fri"),
        Weekday::Saturday => lang.pick("周六", "Sat"),
        Weekday::Sunday => lang.pick("周日", "Sun"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_deadline_is_named_by_its_last_day() {
        let (told, due) = (at("2026-11-10T09:30:00+08:00"), at("2026-11-25T00:00:00+08:00"));
        assert_eq!(deadline(Lang::Zh, due, told), "11 月 24 日（周二）24:00");
        assert_eq!(deadline(Lang::En, due, told), "24:00 on Tue 24 Nov");
        let noon = at("2027-01-04T12:00:00+08:00");
        assert_eq!(deadline(Lang::Zh, noon, told), "2027 年 1 月 4 日（周一）12:00");
        assert_eq!(moment(Lang::En, noon, told), "12:00 on 4 Jan 2027");
        assert_eq!(moment(Lang::Zh, told, told), "11 月 10 日 09:30");
    }

    #[test]
    fn amounts_and_rates_are_said_as_people_say_them() {
        let said = |yuan: &str, lang| money(lang, Money::parse_yuan(yuan).unwrap());
        assert_eq!(said("125000", Lang::Zh), "12.5 万元");
        assert_eq!(said("385.28", Lang::Zh), "385.28 元");
        assert_eq!(said("125000", Lang::En), "CNY 125,000");
        assert_eq!(said("385.28", Lang::En), "CNY 385.28");
        let contract: Rate = "3.65%".parse().unwrap();
        assert_eq!(rate(Lang::Zh, contract), "3.65%（年化）");
        assert_eq!(rate(Lang::En, contract), "3.65% a year");
    }
}
