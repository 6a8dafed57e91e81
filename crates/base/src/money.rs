//! Amounts of renminbi, kept in whole fen and never in floating point.
#![deny(clippy::float_arithmetic)]

use std::fmt;

use crate::rate::Rate;

/// Fen in one yuan.
const FEN_PER_YUAN: u64 = 100;
/// Fen in ten thousand yuan (一万元).
const FEN_PER_WAN: i64 = 1_000_000;

/// An amount of renminbi in fen; 1 yuan is 100 fen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i64);

/// Why a text is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Nothing was given.
    #[error("the amount is empty")]
    Empty,
    /// Not digits with at most one point.
    #[error("an amount is written like 1234.50")]
    Shape,
    /// More than two decimals that count.
    #[error("the amount is finer than a fen")]
    TooFine,
    /// More than the ledger can hold, about 92 million billion yuan.
    #[error("the amount is too large")]
    TooLarge,
}

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// An amount of `fen`.
    pub const fn from_fen(fen: i64) -> Self {
        Self(fen)
    }

    /// An amount of whole yuan; `None` when it is too large.
    pub fn from_yuan(yuan: i64) -> Option<Self> {
        yuan.checked_mul(100).map(Self)
    }

    /// Whole fen.
    pub const fn fen(self) -> i64 {
        self.0
    }

    /// Reads yuan with at most two decimals: `1234.5`, `-0.05`, `1234.5600`. No separators, no unit.
    pub fn parse_yuan(text: &str) -> Result<Self, MoneyError> {
        let text = text.trim();
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        if digits.is_empty() {
            return Err(MoneyError::Empty);
        }
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(whole) || !all_digits(decimals) {
            return Err(MoneyError::Shape);
        }
        let decimals = decimals.trim_end_matches('0');
        if decimals.len() > 2 {
            return Err(MoneyError::TooFine);
        }
        let yuan: i64 = whole.parse().map_err(|_| MoneyError::TooLarge)?;
        let fen: i64 = format!("{decimals:0<2}").parse().map_err(|_| MoneyError::Shape)?;
        let total = yuan.checked_mul(100).and_then(|whole| whole.checked_add(fen));
        total.map(|total| Self(total * sign)).ok_or(MoneyError::TooLarge)
    }

    /// The sum; `None` when it is too large.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference; `None` when it is too large.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The amount times `ppm` millionths, rounded half up to the fen; `None` when it is too large.
    pub fn mul_ppm(self, ppm: i64) -> Option<Self> {
        divide(i128::from(self.0) * i128::from(ppm), 1_000_000)
    }

    /// Interest for `days` on an actual/360 year, rounded half up to the fen; head counted, tail not.
    pub fn interest(self, rate: Rate, days: u16) -> Option<Self> {
        const PPM_DAYS_PER_YEAR: i128 = 1_000_000 * 360;
        let yearly = i128::from(self.0) * i128::from(rate.ppm());
        divide(yearly.checked_mul(i128::from(days))?, PPM_DAYS_PER_YEAR)
    }

    /// Interest for one month of an instalment plan, a twelfth of the yearly rate, rounded half up to the fen.
    pub fn month_interest(self, rate: Rate) -> Option<Self> {
        divide(i128::from(self.0) * i128::from(rate.ppm()), 12_000_000)
    }

    /// With thousands separators: `1,234.50`.
    pub fn grouped(self) -> String {
        let plain = self.to_string();
        let (sign, digits) = match plain.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", plain.as_str()),
        };
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "00"));
        format!("{sign}{}.{decimals}", group(whole))
    }

    /// As people say it: `12.5 万`, `1,200 万`, and below ten thousand yuan `385.28 元`.
    /// Ten-thousands show at most two decimals, rounded half away from zero: for reading, not for reckoning.
    pub fn wan(self) -> String {
        if self.0.unsigned_abs() < FEN_PER_WAN.unsigned_abs() {
            let text = self.grouped();
            return format!("{} 元", text.strip_suffix(".00").unwrap_or(&text));
        }
        let hundredths = (self.0.unsigned_abs() + 5_000) / 10_000;
        let sign = if self.0 < 0 { "-" } else { "" };
        let whole = group(&(hundredths / 100).to_string());
        let decimals = format!("{:02}", hundredths % 100);
        match decimals.trim_end_matches('0') {
            "" => format!("{sign}{whole} 万"),
            shown => format!("{sign}{whole}.{shown} 万"),
        }
    }
}

/// The sum of many amounts; `None` when it is too large.
pub fn sum(amounts: impl IntoIterator<Item = Money>) -> Option<Money> {
    amounts.into_iter().try_fold(Money::ZERO, Money::checked_add)
}

impl fmt::Display for Money {
    /// Yuan with two decimals: `1234.50`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", fen / FEN_PER_YUAN, fen % FEN_PER_YUAN)
    }
}

/// `scaled / by`, half up: exactly half a fen goes to the larger amount.
fn divide(scaled: i128, by: i128) -> Option<Money> {
    let fen = scaled.checked_add(by / 2)?.div_euclid(by);
    i64::try_from(fen).ok().map(Money)
}

fn group(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn yuan(text: &str) -> Money {
        Money::parse_yuan(text).unwrap()
    }

    fn rate() -> Rate {
        "3.65%".parse().unwrap()
    }

    #[test]
    fn amounts_read_as_source_files_write_them() {
        assert_eq!(yuan("1234.5"), Money::from_fen(123_450));
        assert_eq!(yuan("-0.05"), Money::from_fen(-5));
        assert_eq!(yuan("7.1000"), Money::from_fen(710));
        assert_eq!(Money::parse_yuan(" "), Err(MoneyError::Empty));
        assert_eq!(Money::parse_yuan("1,234"), Err(MoneyError::Shape));
        assert_eq!(Money::parse_yuan("1."), Err(MoneyError::Shape));
        assert_eq!(Money::parse_yuan("--1"), Err(MoneyError::Shape));
        assert_eq!(Money::parse_yuan("0.001"), Err(MoneyError::TooFine));
        assert_eq!(Money::parse_yuan("92233720368547758.08"), Err(MoneyError::TooLarge));
        assert_eq!(yuan("92233720368547758.07").fen(), i64::MAX);
    }

    #[test]
    fn amounts_are_shown_grouped_and_in_ten_thousands() {
        assert_eq!(yuan("1234567.5").grouped(), "1,234,567.50");
        assert_eq!(yuan("-1000").grouped(), "-1,000.00");
        assert_eq!(yuan("999").grouped(), "999.00");
        assert_eq!(yuan("125000").wan(), "12.5 万");
        assert_eq!(yuan("12000000").wan(), "1,200 万");
        assert_eq!(yuan("-10050.00").wan(), "-1.01 万");
        assert_eq!(yuan("385.28").wan(), "385.28 元");
        assert_eq!(yuan("9999").wan(), "9,999 元");
    }

    #[test]
    fn a_drawdown_bears_interest_by_the_day() {
        assert_eq!(yuan("200000").interest(rate(), 19), Some(yuan("385.28")));
        assert_eq!(yuan("150000").interest(rate(), 25), Some(yuan("380.21")));
    }

    #[test]
    fn interest_paid_monthly_counts_the_days_of_the_month() {
        let principal = yuan("500000");
        assert_eq!(principal.interest(rate(), 31), Some(yuan("1571.53")));
        assert_eq!(principal.interest(rate(), 30), Some(yuan("1520.83")));
        assert_eq!(principal.interest(rate(), 28), Some(yuan("1419.44")));
        // From 20 March 2026 to 20 March 2027: the months' days, from March on.
        let days = [31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28];
        let total = days.map(|days| principal.interest(rate(), days).unwrap());
        assert_eq!(sum(total), Some(yuan("18503.47")));
    }

    #[test]
    fn an_overdue_amount_bears_one_and_a_half_times_the_rate() {
        let overdue = rate().times(Rate::from_ppm(1_500_000)).unwrap();
        assert_eq!(yuan("42000").interest(overdue, 7), Some(yuan("44.71")));
    }

    #[test]
    fn equal_principal_bears_a_twelfth_of_the_rate_on_the_balance() {
        let mut balance = yuan("500000");
        let mut interest = Vec::new();
        for _ in 0..12 {
            interest.push(balance.month_interest(rate()).unwrap());
            balance = balance.checked_sub(yuan("41666.67")).unwrap();
        }
        assert_eq!(interest[0], yuan("1520.83"));
        assert_eq!(interest[1], yuan("1394.10"));
        assert_eq!(interest[11], yuan("126.74"));
        assert_eq!(sum(interest), Some(yuan("9885.41")));
    }

    #[test]
    fn half_a_fen_goes_up() {
        assert_eq!(Money::from_fen(1).mul_ppm(500_000), Some(Money::from_fen(1)));
        assert_eq!(Money::from_fen(1).mul_ppm(499_999), Some(Money::ZERO));
        assert_eq!(Money::from_fen(i64::MAX).mul_ppm(2_000_000), None);
        assert_eq!(Money::from_fen(i64::MAX).interest(Rate::from_ppm(i64::MAX), u16::MAX), None);
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(fen in -i64::MAX..=i64::MAX) {
            let money = Money::from_fen(fen);
            prop_assert_eq!(Money::parse_yuan(&money.to_string()), Ok(money));
            prop_assert_eq!(Money::parse_yuan(&money.grouped().replace(',', "")), Ok(money));
        }

        #[test]
        fn interest_grows_with_the_days_and_is_off_by_less_than_a_fen(
            fen in 0_i64..1_000_000_000_000, ppm in 0_i64..500_000, days in 0_u16..3_600,
        ) {
            let (money, rate) = (Money::from_fen(fen), Rate::from_ppm(ppm));
            let interest = money.interest(rate, days).unwrap();
            prop_assert!(money.interest(rate, days + 1).unwrap() >= interest);
            let exact = i128::from(fen) * i128::from(ppm) * i128::from(days);
            let off = i128::from(interest.fen()) * 360_000_000 - exact;
            prop_assert!(off.abs() <= 180_000_000);
        }

        #[test]
        fn a_sum_taken_back_is_what_it_was(a in any::<i64>(), b in any::<i64>()) {
            let (a, b) = (Money::from_fen(a), Money::from_fen(b));
            if let Some(total) = a.checked_add(b) {
                prop_assert_eq!(total.checked_sub(b), Some(a));
            }
        }

        #[test]
        fn any_text_is_read_or_refused_without_a_fault(text in ".{0,40}") {
            let _ = Money::parse_yuan(&text);
        }
    }
}
