//! Reads registered capital as registers write it, such as `1,000(万人民币元)`, into an exact amount.
#![deny(clippy::float_arithmetic)]

use crate::fold;
use crate::lang::Lang;
use crate::money::Money;

mod words;

pub use words::Currency;

/// Registered capital (注册资本): how much, in which currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capital {
    /// The amount in hundredths of the currency's main unit (fen, cents); nothing when only a currency is named.
    pub amount: Option<Money>,
    /// The currency; renminbi when none is named.
    pub currency: Currency,
}

/// Why a text tells no capital.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text(Lang::En))]
pub enum CapitalError {
    /// Nothing was given.
    Empty,
    /// The source says that it does not know: `N/A`, `-`, 无.
    NotStated,
    /// No figure, and no currency either.
    NoFigure,
    /// A figure that is not written like 1,234.5.
    Figure(String),
    /// A word that is neither unit nor currency.
    Word(String),
    /// Two units or two currencies.
    Conflicting,
    /// Less than zero.
    Negative,
    /// More decimals than a hundredth of the currency's unit.
    TooFine,
    /// More than can be kept.
    TooLarge,
}

impl CapitalError {
    /// A stable word for programs and receipts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "capital/empty",
            Self::NotStated => "capital/not-stated",
            Self::NoFigure => "capital/no-figure",
            Self::Figure(_) => "capital/figure",
            Self::Word(_) => "capital/word",
            Self::Conflicting => "capital/conflicting",
            Self::Negative => "capital/negative",
            Self::TooFine => "capital/too-fine",
            Self::TooLarge => "capital/too-large",
        }
    }

    /// The reason in words a person can act on.
    pub fn text(&self, lang: Lang) -> String {
        let (zh, en) = match self {
            Self::Empty => ("注册资本为空", "the capital is empty"),
            Self::NotStated => ("来源未载明注册资本", "the source does not state a capital"),
            Self::NoFigure => ("没有金额数字", "there is no figure"),
            Self::Figure(figure) => {
                return match lang {
                    Lang::Zh => format!("金额“{figure}”写法有误,应如 1,234.5"),
                    Lang::En => format!("the figure `{figure}` is not written like 1,234.5"),
                };
            }
            Self::Word(word) => {
                return match lang {
                    Lang::Zh => format!("“{word}”不是已知的单位或币种"),
                    Lang::En => format!("`{word}` is no known unit or currency"),
                };
            }
            Self::Conflicting => ("出现两个单位或两个币种", "two units or two currencies are named"),
            Self::Negative => ("注册资本不能为负", "a capital cannot be negative"),
            Self::TooFine => ("金额精度超过分", "the amount is finer than a hundredth of the unit"),
            Self::TooLarge => ("金额超出可记录的范围", "the amount is too large"),
        };
        lang.pick(zh, en).to_owned()
    }
}

/// Reads a capital text: figure, unit (万, 亿, …) and currency, in full or half width, brackets or none.
///
/// ```
/// use jq_base::capital::{Currency, parse_capital_text};
///
/// let capital = parse_capital_text("1,000.5(万美元)").expect("a usual text");
/// assert_eq!(capital.amount.map(|amount| amount.to_string()), Some("10005000.00".to_owned()));
/// assert_eq!(capital.currency, Currency::Usd);
/// ```
pub fn parse_capital_text(text: &str) -> Result<Capital, CapitalError> {
    let plain: String = text.chars().map(fold::half_width).collect();
    let plain: String = plain.chars().filter(|sign| !sign.is_whitespace()).collect();
    let plain = plain.to_uppercase();
    if plain.is_empty() {
        return Err(CapitalError::Empty);
    }
    if words::says_nothing(&plain) {
        return Err(CapitalError::NotStated);
    }
    let is_figure = |sign: char| sign.is_ascii_digit() || sign == '.' || sign == ',';
    let Some(start) = plain.find(is_figure) else {
        return match words::read("", &plain)? {
            (Some(currency), None) => Ok(Capital { amount: None, currency }),
            _ => Err(CapitalError::NoFigure),
        };
    };
    let end = plain[start..].find(|sign| !is_figure(sign)).map_or(plain.len(), |length| start + length);
    let before = match plain[..start].strip_suffix('-') {
        Some(_) => return Err(CapitalError::Negative),
        None => plain[..start].strip_suffix('+').unwrap_or(&plain[..start]),
    };
    let (currency, unit) = words::read(before, &plain[end..])?;
    let amount = scale(&plain[start..end], unit.unwrap_or(1))?;
    Ok(Capital { amount: Some(amount), currency: currency.unwrap_or(Currency::Cny) })
}

/// The figure times the unit, exactly, in hundredths.
fn scale(figure: &str, unit: i128) -> Result<Money, CapitalError> {
    let wrong = || CapitalError::Figure(figure.to_owned());
    let (whole, decimals) = figure.split_once('.').unwrap_or((figure, "0"));
    let whole = without_separators(whole).ok_or_else(wrong)?;
    if decimals.is_empty() || !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong());
    }
    let decimals = decimals.trim_end_matches('0');
    let mut hundredths = whole
        .parse::<i128>()
        .ok()
        .and_then(|whole| whole.checked_mul(unit * 100))
        .ok_or(CapitalError::TooLarge)?;
    let mut place = unit * 100;
    for digit in decimals.bytes() {
        if place % 10 != 0 {
            return Err(CapitalError::TooFine);
        }
        place /= 10;
        hundredths =
            hundredths.checked_add(i128::from(digit - b'0') * place).ok_or(CapitalError::TooLarge)?;
    }
    i64::try_from(hundredths).map(Money::from_fen).map_err(|_| CapitalError::TooLarge)
}

/// The digits of `1,234,567`; nothing when a comma does not stand before three digits.
fn without_separators(whole: &str) -> Option<String> {
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let first_fits = !first.is_empty() && (rest.is_empty() || first.len() <= 3);
    (first_fits && rest.iter().all(|group| group.len() == 3)).then(|| whole.replace(',', ""))
}
