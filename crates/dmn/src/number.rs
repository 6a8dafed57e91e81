//! Decimal numbers of 34 digits, as DMN reckons: what is written as 0.1 is a tenth, and 0.1 + 0.2 is 0.3.

use std::cmp::Ordering;
use std::fmt;

/// Digits that a number keeps.
const DIGITS: u32 = 34;
/// The first whole number with more digits than are kept.
const LIMIT: u128 = 10u128.pow(DIGITS);
/// Largest and smallest power of ten of the last digit.
const SCALE_MAX: i32 = 6176;

/// A decimal number: `digits` divided by ten to the power of `scale`; it never ends in a needless zero.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Number {
    digits: i128,
    scale: i32,
}

/// How a digit that is dropped changes the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rounding {
    HalfEven,
    HalfUp,
    HalfDown,
    Up,
    Down,
    Floor,
    Ceiling,
}

impl Number {
    /// Zero.
    pub const ZERO: Self = Self { digits: 0, scale: 0 };

    /// The number with its superfluous zeros removed, rounded half to even where it has too many digits; nothing
    /// where it is too large.
    fn new(digits: i128, scale: i32) -> Option<Self> {
        let (mut digits, mut scale) = (digits, scale);
        if digits.unsigned_abs() >= LIMIT {
            let excess = digits.unsigned_abs().ilog10() + 1 - DIGITS;
            digits = shift_down(digits, excess, Rounding::HalfEven);
            scale = scale.checked_sub(excess.cast_signed())?;
        }
        if digits == 0 {
            return Some(Self::ZERO);
        }
        while digits % 10 == 0 {
            digits /= 10;
            scale -= 1;
        }
        (-SCALE_MAX..=SCALE_MAX).contains(&scale).then_some(Self { digits, scale })
    }

    /// Reads `12`, `-0.5`, `.5`, `1.2e-3`; more than 34 digits are rounded.
    pub fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            Some(at) => (&text[..at], text[at + 1..].parse::<i16>().ok()?),
            None => (text, 0),
        };
        let (negative, mantissa) = match mantissa.as_bytes().first()? {
            b'-' => (true, &mantissa[1..]),
            b'+' => (false, &mantissa[1..]),
            _ => (false, mantissa),
        };
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.len() + part.len() == 0 {
            return None;
        }
        let (mut digits, mut scale, mut rest) = (0i128, -i32::from(exponent), false);
        for (at, byte) in whole.bytes().chain(part.bytes()).enumerate() {
            let digit = byte.is_ascii_digit().then(|| byte - b'0')?;
            let behind_point = at >= whole.len();
            if digits.unsigned_abs() < LIMIT * 100 {
                digits = digits * 10 + i128::from(digit);
                scale += i32::from(behind_point);
            } else {
                rest |= digit != 0;
                scale -= i32::from(!behind_point);
            }
        }
        digits += i128::from(rest && digits % 5 == 0);
        Self::new(if negative { -digits } else { digits }, scale)
    }

    /// The shortest decimal number that names this `f64`; nothing for infinities and what is no number.
    pub fn from_f64(value: f64) -> Option<Self> {
        if !value.is_finite() {
            return None;
        }
        let mut written = Written::default();
        fmt::Write::write_fmt(&mut written, format_args!("{value:e}")).ok()?;
        Self::parse(written.as_str())
    }

    /// The nearest `f64`.
    pub fn to_f64(self) -> f64 {
        format!("{}e{}", self.digits, -self.scale).parse().unwrap_or(f64::NAN)
    }

    /// The number as a whole one, where it is one of 64 bits.
    pub fn to_i64(self) -> Option<i64> {
        i64::try_from(self.to_i128()?).ok()
    }

    /// A whole number; nothing where it has more than 34 digits.
    pub(crate) fn whole(value: i128) -> Option<Self> {
        (value.unsigned_abs() < LIMIT).then(|| Self::new(value, 0))?
    }

    /// The number as a whole one, where it is one.
    pub(crate) fn to_i128(self) -> Option<i128> {
        let factor = 10i128.checked_pow(self.scale.checked_neg()?.try_into().ok()?)?;
        self.digits.checked_mul(factor)
    }

    /// True below zero.
    pub fn is_negative(self) -> bool {
        self.digits < 0
    }

    pub(crate) fn is_zero(self) -> bool {
        self.digits == 0
    }

    pub(crate) fn negate(self) -> Self {
        Self { digits: -self.digits, scale: self.scale }
    }

    pub(crate) fn abs(self) -> Self {
        Self { digits: self.digits.abs(), scale: self.scale }
    }

    pub(crate) fn add(self, other: Self) -> Option<Self> {
        if self.is_zero() || other.is_zero() {
            return Some(if self.is_zero() { other } else { self });
        }
        let (mut coarse, mut fine) = if self.scale <= other.scale { (self, other) } else { (other, self) };
        // As many digits as fit, then what is finer is cut off, leaving a trace that decides the rounding.
        while coarse.scale < fine.scale && coarse.digits.unsigned_abs() < LIMIT * 100 {
            coarse.digits *= 10;
            coarse.scale += 1;
        }
        if let Ok(excess @ 1..) = u32::try_from(fine.scale - coarse.scale) {
            fine.digits = shift_down_marked(fine.digits, excess);
        }
        Self::new(coarse.digits + fine.digits, coarse.scale)
    }

    pub(crate) fn subtract(self, other: Self) -> Option<Self> {
        self.add(other.negate())
    }

    pub(crate) fn multiply(self, other: Self) -> Option<Self> {
        let scale = self.scale + other.scale;
        if let Some(digits) = self.digits.checked_mul(other.digits) {
            return Self::new(digits, scale);
        }
        let (digits, dropped) = wide_product(self.digits.unsigned_abs(), other.digits.unsigned_abs());
        let digits = if (self.digits < 0) == (other.digits < 0) { digits } else { -digits };
        Self::new(digits, scale - dropped)
    }

    pub(crate) fn divide(self, by: Self) -> Option<Self> {
        if by.is_zero() {
            return None;
        }
        let (dividend, divisor) = (self.digits.unsigned_abs(), by.digits.unsigned_abs());
        let (mut quotient, mut rest, mut scale) =
            (dividend / divisor, dividend % divisor, self.scale - by.scale);
        while rest != 0 && quotient < LIMIT * 100 {
            rest *= 10;
            quotient = quotient * 10 + rest / divisor;
            rest %= divisor;
            scale += 1;
        }
        quotient += u128::from(rest != 0 && quotient.is_multiple_of(5));
        let digits = quotient.cast_signed();
        Self::new(if (self.digits < 0) == (by.digits < 0) { digits } else { -digits }, scale)
    }

    /// A whole power; nothing where the exponent is not a whole number of up to four digits.
    pub(crate) fn power(self, exponent: Self) -> Option<Self> {
        let exponent = exponent.to_i64().filter(|exponent| exponent.abs() < 10_000)?;
        let mut result = Self::from(1);
        let (mut factor, mut left) = (self, exponent.unsigned_abs());
        while left > 0 {
            if left % 2 == 1 {
                result = result.multiply(factor)?;
            }
            left /= 2;
            if left > 0 {
                factor = factor.multiply(factor)?;
            }
        }
        if exponent < 0 { Self::from(1).divide(result) } else { Some(result) }
    }

    /// The number with this many digits behind the point.
    pub(crate) fn round(self, places: i32, rounding: Rounding) -> Option<Self> {
        match u32::try_from(self.scale.checked_sub(places)?) {
            Ok(excess @ 1..) => Self::new(shift_down(self.digits, excess, rounding), places),
            _ => Some(self),
        }
    }

    /// The remainder with the divisor's sign, as FEEL's `modulo`.
    pub(crate) fn modulo(self, by: Self) -> Option<Self> {
        let times = self.divide(by)?.round(0, Rounding::Floor)?;
        self.subtract(by.multiply(times)?)
    }

    /// Places behind the point; below zero where the last digit stands before it.
    pub(crate) fn places(self) -> i32 {
        self.scale
    }
}

/// Divides by a power of ten and rounds.
fn shift_down(digits: i128, places: u32, rounding: Rounding) -> i128 {
    let Some(unit) = 10i128.checked_pow(places) else {
        return shift_down(digits.signum(), 1, rounding);
    };
    let (whole, rest) = (digits / unit, digits % unit);
    if rest == 0 {
        return whole;
    }
    let away = match rounding {
        Rounding::Up => true,
        Rounding::Down => false,
        Rounding::Floor => digits < 0,
        Rounding::Ceiling => digits > 0,
        Rounding::HalfEven | Rounding::HalfUp | Rounding::HalfDown => {
            let half = unit.unsigned_abs() / 2;
            match rest.unsigned_abs().cmp(&half) {
                Ordering::Less => false,
                Ordering::Greater => true,
                Ordering::Equal => {
                    rounding == Rounding::HalfUp || (rounding == Rounding::HalfEven && whole % 2 != 0)
                }
            }
        }
    };
    whole + if away { digits.signum() } else { 0 }
}

/// Divides by a power of ten; where something is cut off, the last digit is neither 0 nor 5, so that a later rounding
/// knows of it.
fn shift_down_marked(digits: i128, places: u32) -> i128 {
    let (whole, rest) = 10i128.checked_pow(places).map_or((0, digits), |unit| (digits / unit, digits % unit));
    if rest != 0 && whole % 5 == 0 { whole + digits.signum() } else { whole }
}

/// The leading digits of a product of more than 38 digits, and how many were dropped.
fn wide_product(one: u128, other: u128) -> (i128, i32) {
    let split = |value: u128| (value >> 64, value & u128::from(u64::MAX));
    let ((a, b), (c, d)) = (split(one), split(other));
    let (low, middle, cross, high) = (b * d, a * d, b * c, a * c);
    let carry = (low >> 64) + split(middle).1 + split(cross).1;
    // Four limbs of 64 bits, the highest first.
    let upper = high + (middle >> 64) + (cross >> 64) + (carry >> 64);
    let mut limbs = [split(upper).0, split(upper).1, split(carry).1, split(low).1];
    let (mut dropped, mut rest) = (0, false);
    while limbs[0] != 0 || limbs[1] != 0 || (limbs[2] << 64 | limbs[3]) >= LIMIT * 100 {
        let mut carried = 0;
        for limb in &mut limbs {
            let value = carried << 64 | *limb;
            (*limb, carried) = (value / 10, value % 10);
        }
        rest |= carried != 0;
        dropped += 1;
    }
    let digits = (limbs[2] << 64 | limbs[3]).cast_signed();
    (digits + i128::from(rest && digits % 5 == 0), dropped)
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self::new(i128::from(value), 0).unwrap_or_default()
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let (one, two) = (self.digits, other.digits);
        if self.scale == other.scale || one.signum() != two.signum() || one == 0 {
            return one.cmp(&two);
        }
        // Numbers of up to eighteen digits and a common size, as nearly all are.
        let apart = self.scale.abs_diff(other.scale);
        if apart <= 18 && i64::try_from(one).is_ok() && i64::try_from(two).is_ok() {
            let unit = 10i128.pow(apart);
            return if self.scale < other.scale { (one * unit).cmp(&two) } else { one.cmp(&(two * unit)) };
        }
        let top = |number: &Self| i64::from(number.digits.unsigned_abs().ilog10()) - i64::from(number.scale);
        let order = top(self).cmp(&top(other)).then_with(|| {
            // Both start at the same place, so the shorter one, made as long, has 34 digits at most.
            let unit = 10u128.pow(apart);
            let (one, two) = (one.unsigned_abs(), two.unsigned_abs());
            if self.scale < other.scale { (one * unit).cmp(&two) } else { one.cmp(&(two * unit)) }
        });
        if one < 0 { order.reverse() } else { order }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits.unsigned_abs().to_string();
        let sign = if self.digits < 0 { "-" } else { "" };
        match usize::try_from(self.scale) {
            Ok(0) => write!(f, "{sign}{digits}"),
            Ok(scale) if digits.len() > scale => {
                let (whole, part) = digits.split_at(digits.len() - scale);
                write!(f, "{sign}{whole}.{part}")
            }
            Ok(scale) => write!(f, "{sign}0.{digits:0>scale$}"),
            Err(_) => {
                let zeros = self.scale.unsigned_abs() as usize;
                write!(f, "{sign}{digits}{:0<zeros$}", "")
            }
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Room for a number's text, without the heap.
#[derive(Default)]
struct Written {
    bytes: [u8; 32],
    used: usize,
}

impl Written {
    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.used]).unwrap_or_default()
    }
}

impl fmt::Write for Written {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = self.bytes.get_mut(self.used..self.used + text.len()).ok_or(fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.used += text.len();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn a_tenth_and_two_tenths_are_three_tenths() {
        assert_eq!(number("0.1").add(number("0.2")).unwrap(), number("0.30"));
        assert_eq!(number("1.1").multiply(number("1.1")).unwrap(), number("1.21"));
        assert_eq!(number("-7.50").to_string(), "-7.5");
        assert_eq!(number("1e3").to_string(), "1000");
        assert_eq!(number(".05").to_string(), "0.05");
    }

    #[test]
    fn what_has_more_than_34_digits_is_rounded_half_to_even() {
        assert_eq!(number("1").divide(number("3")).unwrap().to_string(), format!("0.{}", "3".repeat(34)));
        assert_eq!(number("2").divide(number("3")).unwrap().to_string(), format!("0.{}7", "6".repeat(33)));
        let third = number("1").divide(number("3")).unwrap();
        assert_eq!(third.multiply(third).unwrap().to_string(), format!("0.{}1{}", "1".repeat(32), "1"));
        let large = number("1e33");
        assert_eq!(large.add(number("0.4")).unwrap(), large);
        assert_eq!(large.add(number("0.500001")).unwrap(), large.add(number("1")).unwrap());
        assert_eq!(large.add(number("1e-900")).unwrap(), large);
    }

    #[test]
    fn numbers_are_ordered_whatever_their_scale() {
        let sorted = ["-1e40", "-12", "-0.5", "0", "1e-40", "0.49", "0.5", "0.51", "3", "12.000001", "1e40"];
        for (one, text) in sorted.iter().enumerate() {
            for (two, other) in sorted.iter().enumerate() {
                assert_eq!(number(text).cmp(&number(other)), one.cmp(&two), "{text} {other}");
            }
        }
    }

    #[test]
    fn nothing_comes_of_a_division_by_zero_or_of_what_is_no_number() {
        assert_eq!(number("1").divide(Number::ZERO), None);
        for text in ["", "-", ".", "1.2.3", "1e", "e5", "0x1", "1_000", "１"] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }

    #[test]
    fn powers_remainders_and_roundings_are_those_of_feel() {
        assert_eq!(number("2").power(number("-2")).unwrap(), number("0.25"));
        assert_eq!(number("-12").modulo(number("5")).unwrap(), number("3"));
        assert_eq!(number("2.5").round(0, Rounding::HalfEven).unwrap(), number("2"));
        assert_eq!(number("2.5").round(0, Rounding::HalfUp).unwrap(), number("3"));
        assert_eq!(number("-1.5").round(0, Rounding::Floor).unwrap(), number("-2"));
        assert_eq!(number("0.001").round(0, Rounding::Ceiling).unwrap(), number("1"));
    }

    #[test]
    fn arithmetic_agrees_with_whole_numbers() {
        let mut state = 1u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            i64::try_from(state >> 34).unwrap() - (1 << 29)
        };
        for _ in 0..10_000 {
            let (a, b) = (next(), next());
            // Both in thousandths.
            let (one, other) = (Number::new(a.into(), 3).unwrap(), Number::new(b.into(), 3).unwrap());
            let wide = |value: i128, scale: i32| Number::new(value, scale).unwrap();
            assert_eq!(one.add(other).unwrap(), wide(i128::from(a) + i128::from(b), 3));
            assert_eq!(one.subtract(other).unwrap(), wide(i128::from(a) - i128::from(b), 3));
            assert_eq!(one.multiply(other).unwrap(), wide(i128::from(a) * i128::from(b), 6));
            assert_eq!(one.multiply(other).unwrap().divide(other).unwrap_or(one), one);
            assert_eq!(one.cmp(&other), a.cmp(&b));
        }
    }

    #[test]
    fn an_f64_is_taken_as_it_is_written() {
        assert_eq!(Number::from_f64(0.1).unwrap(), number("0.1"));
        assert_eq!(Number::from_f64(-1.5e-7).unwrap(), number("-0.00000015"));
        assert_eq!(number("0.3").to_f64().to_bits(), 0.3f64.to_bits());
        assert_eq!(Number::from_f64(f64::NAN), None);
    }
}
