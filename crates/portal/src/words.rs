//! How amounts, terms and days of loans are said to people, and how the amounts they type are read.

use jiff::Timestamp;
use jiff::civil::Date;
use jq_base::clock::date_of;
use jq_base::lang::Lang;
use jq_base::money::Money;
use jq_base::rate::Rate;
use jq_web::{Visit, say};

/// Fen in ten thousand yuan.
const FEN_PER_WAN: i64 = 1_000_000;
/// A number without a unit counts ten thousands of yuan below this, and yuan from this on.
const PLAIN_YUAN_FROM: i64 = 10_000;

/// An amount for reading: `12.5 万元`, `125,000 yuan`.
pub fn amount(lang: Lang, money: Money) -> String {
    match lang {
        Lang::Zh => {
            let said = money.wan();
            if said.ends_with('万') { format!("{said}元") } else { said }
        }
        Lang::En => {
            let said = money.grouped();
            format!("{} yuan", said.strip_suffix(".00").unwrap_or(&said))
        }
    }
}

/// An amount to the fen, as a contract says it: `125,000.00 元`.
pub fn exact(lang: Lang, money: Money) -> String {
    format!("{} {}", money.grouped(), lang.pick("元", "yuan"))
}

/// From one amount to another: `5 万至 100 万元`.
pub fn amounts(lang: Lang, min: Money, max: Money) -> String {
    match lang {
        Lang::Zh => format!("{}至 {}", min.wan(), amount(lang, max)),
        Lang::En => {
            let low = min.grouped();
            format!("{} to {}", low.strip_suffix(".00").unwrap_or(&low), amount(lang, max))
        }
    }
}

/// A number of months: `12 个月`.
pub fn months(v: &Visit, months: u32) -> String {
    v.n("word-months", months)
}

/// From so many months to so many: `6–36 个月`.
pub fn month_range(v: &Visit, min: u32, max: u32) -> String {
    if min == max {
        months(v, max)
    } else {
        v.text().with("word-month-range", &[("min", &min), ("max", &max)])
    }
}

/// A share in parts of a thousand: `39.5%`.
pub fn permille(permille: u64) -> String {
    format!("{}.{}%", permille / 10, permille % 10)
}

/// From one yearly rate to another: `3.65%–4.35%`.
pub fn rates(min: Rate, max: Rate) -> String {
    if min == max { min.to_string() } else { format!("{min}–{max}") }
}

/// A day with its weekday: `11 月 24 日（周二）`; in another year than `today` with the year.
pub fn day(lang: Lang, day: Date, today: Date) -> String {
    let said = match lang {
        Lang::Zh => say::date_with_weekday(lang, day).replace('(', "（").replace(')', "）"),
        Lang::En => say::date_with_weekday(lang, day),
    };
    match lang {
        _ if day.year() == today.year() => said,
        Lang::Zh => format!("{} 年 {said}", day.year()),
        Lang::En => format!("{said} {}", day.year()),
    }
}

/// A day with its year and weekday, whichever year it is: `2026 年 11 月 24 日（周二）`.
pub fn whole_day(lang: Lang, day: Date) -> String {
    match lang {
        Lang::Zh => format!("{} 年 {}", day.year(), self::day(lang, day, day)),
        Lang::En => format!("{} {}", self::day(lang, day, day), day.year()),
    }
}

/// Until the end of a day: `11 月 24 日（周二）24:00 前`.
pub fn until_day(v: &Visit, last: Date, today: Date) -> String {
    v.one("word-until", "day", day(v.lang(), last, today))
}

/// Until the day before a deadline is over; a deadline is the midnight after its last day.
pub fn until(v: &Visit, due_at: Timestamp, now: Timestamp) -> String {
    let last = date_of(due_at).yesterday().unwrap_or_else(|_| date_of(due_at));
    until_day(v, last, date_of(now))
}

/// What a person types as an amount: `20`, `20万`, `12.5 万元`, `200,000 元`, `200000`. A bare number counts ten
/// thousands of yuan, from ten thousand on yuan.
pub fn read_amount(typed: &str) -> Option<Money> {
    let folded: String =
        typed.to_lowercase().chars().filter(|sign| !",， ".contains(*sign)).map(half_width).collect();
    let plain = folded.trim_end_matches("yuan").trim_end_matches('元');
    if let Some(wan) = plain.strip_suffix('万') {
        return read_wan(wan);
    }
    if plain.len() < folded.len() {
        return Money::parse_yuan(plain).ok().filter(|money| money.fen() >= 0);
    }
    let whole: i64 = plain.split('.').next()?.parse().ok()?;
    if whole >= PLAIN_YUAN_FROM { Money::parse_yuan(plain).ok() } else { read_wan(plain) }
}

/// An amount as it can be typed again without loss, in ten thousands of yuan: `12.5`, `4.249504`.
pub fn typed_amount(money: Money) -> String {
    let (whole, rest) = (money.fen() / FEN_PER_WAN, money.fen() % FEN_PER_WAN);
    let decimals = format!("{rest:06}");
    match decimals.trim_end_matches('0') {
        "" => whole.to_string(),
        shown => format!("{whole}.{shown}"),
    }
}

/// The plain digit or point of a full-width one, as Chinese keyboards write them.
fn half_width(sign: char) -> char {
    match sign {
        '．' | '。' => '.',
        '０'..='９' => char::from_u32(u32::from(sign) - u32::from('０') + u32::from('0')).unwrap_or(sign),
        _ => sign,
    }
}

/// Ten thousands of yuan with at most six decimals, which is whole fen.
fn read_wan(number: &str) -> Option<Money> {
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let decimals = decimals.trim_end_matches('0');
    if !all_digits(whole) || decimals.len() > 6 || !(decimals.is_empty() || all_digits(decimals)) {
        return None;
    }
    let rest: i64 = format!("{decimals:0<6}").parse().ok()?;
    let whole: i64 = whole.parse().ok()?;
    whole.checked_mul(FEN_PER_WAN)?.checked_add(rest).map(Money::from_fen)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn an_amount_is_read_as_people_type_it() {
        let yuan = |yuan| Money::from_yuan(yuan);
        for typed in ["20", "20万", "20 万元", "200000", "200,000", "200，000 元", "２０", "200000 yuan"]
        {
            assert_eq!(read_amount(typed), yuan(200_000), "{typed}");
        }
        assert_eq!(read_amount("12.5"), yuan(125_000));
        assert_eq!(read_amount("385.28元"), Some(Money::from_fen(38_528)));
        assert_eq!(read_amount("4.249504"), Some(Money::from_fen(4_249_504)));
        for wrong in ["", "万", "-5", "1.2.3", "二十万", "0.0000001", "99999999999999999999"] {
            assert_eq!(read_amount(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_typed_again_is_the_same_amount() {
        for fen in [1, 38_528, 4_249_504, 20_000_000, 999_999_999_999] {
            let money = Money::from_fen(fen);
            let typed = typed_amount(money);
            assert_eq!(read_amount(&format!("{typed}万")), Some(money), "{typed}");
        }
    }

    #[test]
    fn amounts_and_days_are_said_as_people_say_them() {
        let money = Money::from_fen(12_500_000);
        assert_eq!(amount(Lang::Zh, money), "12.5 万元");
        assert_eq!(amount(Lang::En, money), "125,000 yuan");
        assert_eq!(amounts(Lang::Zh, money, Money::from_fen(100_000_000)), "12.5 万至 100 万元");
        let today = date(2026, 11, 10);
        assert_eq!(day(Lang::Zh, date(2026, 11, 24), today), "11 月 24 日（周二）");
        assert_eq!(day(Lang::En, date(2027, 1, 4), today), "Mon 4 Jan 2027");
        assert_eq!(whole_day(Lang::Zh, today), "2026 年 11 月 10 日（周二）");
    }
}
