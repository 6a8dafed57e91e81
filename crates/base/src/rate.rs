//! A rate of interest or a share, kept in parts per million so that nothing is lost: 3.65 % is 36,500 ppm.

use std::fmt;
use std::str::FromStr;

/// A yearly rate or a share in parts per million (百万分之一).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(i64);

/// Why a text is not a rate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RateError {
    /// Not `3.65%` or `65BP`.
    #[error("a rate is written like 3.65% or 65BP")]
    Shape,
    /// Finer than one part in a million.
    #[error("a rate has at most four decimals of a percent")]
    TooFine,
    /// Larger than can be kept.
    #[error("the rate is too large")]
    TooLarge,
}

impl Rate {
    /// A rate of `ppm` parts per million.
    pub const fn from_ppm(ppm: i64) -> Self {
        Self(ppm)
    }

    /// Parts per million.
    pub const fn ppm(self) -> i64 {
        self.0
    }

    /// The sum of two rates, such as a published rate and a spread.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference of two rates.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The rate times `factor`, rounded half up to the ppm: an overdue rate is 1.5 times the contract's.
    pub fn times(self, factor: Self) -> Option<Self> {
        let scaled = i128::from(self.0) * i128::from(factor.0);
        i64::try_from((scaled + 500_000).div_euclid(1_000_000)).ok().map(Self)
    }
}

impl FromStr for Rate {
    type Err = RateError;

    /// Reads a percentage, `3.65%`, or basis points, `65BP`; full-width signs too.
    fn from_str(text: &str) -> Result<Self, RateError> {
        let text = crate::fold::code_text(text);
        let (number, ppm_per_unit, decimals_max) = if let Some(number) = text.strip_suffix('%') {
            (number, 10_000, 4)
        } else if let Some(number) = text.strip_suffix("BP") {
            (number, 100, 2)
        } else {
            return Err(RateError::Shape);
        };
        let number = number.trim_end();
        let (negative, digits) = match number.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, number),
        };
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(whole) || !all_digits(decimals) {
            return Err(RateError::Shape);
        }
        let decimals = decimals.trim_end_matches('0');
        if decimals.len() > decimals_max {
            return Err(RateError::TooFine);
        }
        let whole: i64 = whole.parse().map_err(|_| RateError::TooLarge)?;
        let mut ppm = whole.checked_mul(ppm_per_unit).ok_or(RateError::TooLarge)?;
        let mut place = ppm_per_unit;
        for digit in decimals.bytes() {
            place /= 10;
            ppm = ppm.checked_add(i64::from(digit - b'0') * place).ok_or(RateError::TooLarge)?;
        }
        Ok(Self(if negative { -ppm } else { ppm }))
    }
}

impl fmt::Display for Rate {
    /// `3.65%`: two decimals, more only when they are needed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let ppm = self.0.unsigned_abs();
        let decimals = format!("{:04}", ppm % 10_000);
        let shown = decimals.trim_end_matches('0').len().max(2);
        write!(f, "{sign}{}.{}%", ppm / 10_000, &decimals[..shown])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_rate_reads_as_it_is_written_in_contracts() {
        assert_eq!("3.65%".parse(), Ok(Rate::from_ppm(36_500)));
        assert_eq!("3%".parse(), Ok(Rate::from_ppm(30_000)));
        assert_eq!("65BP".parse(), Ok(Rate::from_ppm(6_500)));
        assert_eq!("-5bp".parse(), Ok(Rate::from_ppm(-500)));
        assert_eq!("3.12345%".parse::<Rate>(), Err(RateError::TooFine));
        assert_eq!("3.65".parse::<Rate>(), Err(RateError::Shape));
        assert_eq!("%".parse::<Rate>(), Err(RateError::Shape));
        assert_eq!("99999999999999999999%".parse::<Rate>(), Err(RateError::TooLarge));
    }

    #[test]
    fn a_rate_shows_at_least_two_decimals() {
        assert_eq!(Rate::from_ppm(36_500).to_string(), "3.65%");
        assert_eq!(Rate::from_ppm(30_000).to_string(), "3.00%");
        assert_eq!(Rate::from_ppm(-36_525).to_string(), "-3.6525%");
    }

    #[test]
    fn an_overdue_rate_is_a_multiple_of_the_contract_rate() {
        let contract: Rate = "3.65%".parse().unwrap();
        assert_eq!(contract.times(Rate::from_ppm(1_500_000)), Some(Rate::from_ppm(54_750)));
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(ppm in -1_000_000_000_i64..1_000_000_000) {
            let rate = Rate::from_ppm(ppm);
            prop_assert_eq!(rate.to_string().parse(), Ok(rate));
        }
    }
}
