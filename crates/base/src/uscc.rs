//! The unified social credit code (统一社会信用代码, GB 32100-2015): who an organisation is, for life.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::fold;
use crate::lang::Lang;
use crate::org_code;

/// The 31 characters of a code, value = index. I, O, Z, S and V are not used.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// What each of the first 17 characters weighs: 3^(i-1) mod 31.
const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// Letters that are not used, and the character people meant when they typed them.
const MISTYPED: [(char, char); 5] = [('I', '1'), ('O', '0'), ('Z', '2'), ('S', '5'), ('V', 'U')];

/// Characters in a code.
const LENGTH: usize = 18;

/// A unified social credit code that passed every check.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Uscc(String);

/// Why a text is not a unified social credit code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text(Lang::En))]
pub enum UsccError {
    /// Nothing was given.
    Empty,
    /// Not 18 characters; holds how many there were.
    Length(usize),
    /// A character that codes do not use; `position` counts from 1.
    Character {
        /// Where it stands, from 1.
        position: usize,
        /// What stands there.
        found: char,
    },
    /// The registration authority's division (characters 3 to 8) is not six digits.
    Division,
    /// The first two characters name no registration authority and class.
    Class,
    /// The last character does not fit the others.
    Check {
        /// The check character the first 17 ask for.
        expected: char,
        /// The one that was given.
        found: char,
    },
}

impl UsccError {
    /// A stable word for programs and receipts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "uscc/empty",
            Self::Length(_) => "uscc/length",
            Self::Character { .. } => "uscc/character",
            Self::Division => "uscc/division",
            Self::Class => "uscc/class",
            Self::Check { .. } => "uscc/check",
        }
    }

    /// The reason in words a person can act on.
    pub fn text(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Empty, Lang::Zh) => "统一社会信用代码为空".to_owned(),
            (Self::Empty, Lang::En) => "the credit code is empty".to_owned(),
            (Self::Length(n), Lang::Zh) => format!("应为 18 位,实际 {n} 位"),
            (Self::Length(n), Lang::En) => format!("a credit code has 18 characters, this one has {n}"),
            (Self::Character { position, found }, Lang::Zh) => {
                format!("第 {position} 位“{found}”不是代码字符(代码不使用 I、O、Z、S、V)")
            }
            (Self::Character { position, found }, Lang::En) => {
                format!(
                    "character {position}, `{found}`, is not used in credit codes (nor are I, O, Z, S, V)"
                )
            }
            (Self::Division, Lang::Zh) => "第 3 至 8 位登记机关行政区划码应为数字".to_owned(),
            (Self::Division, Lang::En) => {
                "characters 3 to 8, the registration authority's division, must be digits".to_owned()
            }
            (Self::Class, Lang::Zh) => "前两位不是已分配的登记管理部门和机构类别".to_owned(),
            (Self::Class, Lang::En) => {
                "the first two characters name no registration authority and class".to_owned()
            }
            (Self::Check { expected, found }, Lang::Zh) => {
                format!("校验码不符:按前 17 位应为“{expected}”,实际为“{found}”")
            }
            (Self::Check { expected, found }, Lang::En) => {
                format!("the check character should be `{expected}` for the first 17, but is `{found}`")
            }
        }
    }
}

/// Something odd about a code that is valid all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsccWarning {
    /// The embedded organisation code's own check fails; early self-assigned codes are like that.
    OrgCodeCheck,
    /// Lower-case or full-width letters, or spaces around it, were put right.
    Normalised,
}

impl UsccWarning {
    /// A stable word for programs and receipts.
    pub fn code(self) -> &'static str {
        match self {
            Self::OrgCodeCheck => "uscc/org-code-check",
            Self::Normalised => "uscc/normalised",
        }
    }

    /// The warning in words.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::OrgCodeCheck => lang.pick(
                "第 9 至 17 位组织机构代码的校验码不符",
                "the embedded organisation code fails its own check",
            ),
            Self::Normalised => {
                lang.pick("已按半角大写读取", "read as half-width capitals without surrounding spaces")
            }
        }
    }
}

/// Everything there is to say about a text that should be a credit code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsccCheck {
    /// The text as read: trimmed, half-width, upper case.
    pub code: String,
    /// True when it is a code.
    pub valid: bool,
    /// Why it is not.
    pub reason: Option<UsccError>,
    /// Oddities of a valid code.
    pub warnings: Vec<UsccWarning>,
    /// What was perhaps meant; never taken without a person's yes.
    pub suggestion: Option<String>,
}

/// Judges a text: is it a credit code, if not why not, and what was perhaps meant.
pub fn check(text: &str) -> UsccCheck {
    let code = fold::code_text(text);
    match verify(&code) {
        Ok(()) => {
            let mut warnings = Vec::new();
            if code != text {
                warnings.push(UsccWarning::Normalised);
            }
            if !org_code::body_and_check_agree(&code[8..17]) {
                warnings.push(UsccWarning::OrgCodeCheck);
            }
            UsccCheck { code, valid: true, reason: None, warnings, suggestion: None }
        }
        Err(reason) => {
            let suggestion = suggest(&code, &reason);
            UsccCheck { code, valid: false, reason: Some(reason), warnings: Vec::new(), suggestion }
        }
    }
}

/// The check character that the first 17 characters ask for; `None` when one of them is not in the alphabet.
pub fn check_character(first_17: &str) -> Option<char> {
    if first_17.len() != WEIGHTS.len() {
        return None;
    }
    let mut sum = 0;
    for (character, weight) in first_17.bytes().zip(WEIGHTS) {
        sum += value(character)? * weight;
    }
    let index = usize::try_from((31 - sum % 31) % 31).ok()?;
    Some(char::from(ALPHABET[index]))
}

impl Uscc {
    /// Reads a code: surrounding spaces, full-width and lower-case letters are put right, nothing else is.
    pub fn parse(text: &str) -> Result<Self, UsccError> {
        let code = fold::code_text(text);
        verify(&code)?;
        Ok(Self(code))
    }

    /// The 18 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Registration authority and organisation class, such as `91` for an enterprise.
    pub fn class(&self) -> &str {
        &self.0[..2]
    }

    /// The division of the registration authority, not of the place of business.
    pub fn division(&self) -> &str {
        &self.0[2..8]
    }

    /// The embedded organisation code, body and check, without a dash.
    pub fn org_code(&self) -> &str {
        &self.0[8..17]
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Uscc {
    type Err = UsccError;

    fn from_str(text: &str) -> Result<Self, UsccError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Uscc {
    type Error = UsccError;

    fn try_from(text: String) -> Result<Self, UsccError> {
        Self::parse(&text)
    }
}

impl From<Uscc> for String {
    fn from(code: Uscc) -> Self {
        code.0
    }
}

fn value(character: u8) -> Option<u32> {
    let index = ALPHABET.iter().position(|&c| c == character)?;
    u32::try_from(index).ok()
}

/// True when the register has given out this pair of authority and class.
fn class_is_assigned(authority: u8, class: u8) -> bool {
    let classes: &[u8] = match authority {
        b'1' | b'5' | b'N' => b"1239",
        b'2' | b'4' | b'8' | b'A' => b"19",
        b'3' => b"123459",
        b'6' | b'7' => b"129",
        b'9' => b"123",
        b'Y' => b"1",
        _ => b"",
    };
    classes.contains(&class)
}

fn verify(code: &str) -> Result<(), UsccError> {
    if code.is_empty() {
        return Err(UsccError::Empty);
    }
    let length = code.chars().count();
    if length != LENGTH {
        return Err(UsccError::Length(length));
    }
    for (index, found) in code.chars().enumerate() {
        if !u8::try_from(found).is_ok_and(|byte| ALPHABET.contains(&byte)) {
            return Err(UsccError::Character { position: index + 1, found });
        }
    }
    let bytes = code.as_bytes();
    if !bytes[2..8].iter().all(u8::is_ascii_digit) {
        return Err(UsccError::Division);
    }
    if !class_is_assigned(bytes[0], bytes[1]) {
        return Err(UsccError::Class);
    }
    let found = char::from(bytes[17]);
    match check_character(&code[..17]) {
        Some(expected) if expected == found => Ok(()),
        Some(expected) => Err(UsccError::Check { expected, found }),
        None => Err(UsccError::Character { position: LENGTH, found }),
    }
}

/// A code that is valid, inner check included, and one typing slip away: a look-alike letter or one swap.
fn suggest(code: &str, reason: &UsccError) -> Option<String> {
    match reason {
        UsccError::Character { .. } | UsccError::Division => {
            let meant: String = code.chars().map(look_alike).collect();
            (meant != code && is_sound(&meant)).then_some(meant)
        }
        UsccError::Check { .. } | UsccError::Class => only_swap(code),
        UsccError::Empty | UsccError::Length(_) => None,
    }
}

fn look_alike(typed: char) -> char {
    MISTYPED.iter().find(|(wrong, _)| *wrong == typed).map_or(typed, |(_, meant)| *meant)
}

/// The one swap of neighbours that gives a sound code; none when two swaps would.
fn only_swap(code: &str) -> Option<String> {
    let mut found = None;
    for left in 0..LENGTH - 1 {
        let mut signs: Vec<char> = code.chars().collect();
        signs.swap(left, left + 1);
        let swapped: String = signs.into_iter().collect();
        if swapped != code && is_sound(&swapped) && found.replace(swapped).is_some() {
            return None;
        }
    }
    found
}

fn is_sound(code: &str) -> bool {
    verify(code).is_ok() && org_code::body_and_check_agree(&code[8..17])
}
