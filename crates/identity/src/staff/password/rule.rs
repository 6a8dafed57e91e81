//! What a chosen password must not be. Pure.

use std::collections::BTreeSet;
use std::fmt;

use jq_base::lang::Lang;

use super::{PAST, known};
use crate::password::LENGTH;

/// Different signs that a password has at least: a line of the same ones is long and guessed at once.
const SIGNS_MIN: usize = 6;

/// Why a password cannot be taken (密码不合要求的原因).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordFault {
    /// Too short or too long.
    Length,
    /// Few different signs, or a row of the keyboard or the alphabet.
    Simple,
    /// On the list of passwords that everybody tries first.
    Known,
    /// Holds the account's own name.
    HoldsLogin,
    /// The present one, or one of the last.
    Used,
    /// Typed differently the second time.
    Unlike,
}

impl PasswordFault {
    /// What a person reads: what is wrong and how to mend it.
    pub fn text(self, lang: Lang) -> String {
        match self {
            Self::Length => lang.pick("请用 10 到 128 个字符。", "Use 10 to 128 characters.").to_owned(),
            Self::Simple => lang
                .pick(
                    "太简单了：请至少用 6 个不同的字符，不要用键盘或字母表上连着的一排。",
                    "Too simple: use at least 6 different characters, and no row of the keyboard or the alphabet.",
                )
                .to_owned(),
            Self::Known => lang
                .pick(
                    "这是大家常用的密码，最先被人猜到。请换一个，例如几个不相干的词连在一起。",
                    "Many people use this one and it is guessed first. Choose another, such as several unrelated words.",
                )
                .to_owned(),
            Self::HoldsLogin => {
                lang.pick("请不要把账号放进密码里。", "Do not put your account into the password.").to_owned()
            }
            Self::Used => match lang {
                Lang::Zh => format!("这是现在的密码或最近 {PAST} 个密码之一，请换一个没用过的。"),
                Lang::En => {
                    format!("This is your present password or one of the last {PAST}; choose one you have not used.")
                }
            },
            Self::Unlike => lang
                .pick("两次输入的新密码不一样，请再输一遍。", "The two new passwords differ; type both again.")
                .to_owned(),
        }
    }
}

impl fmt::Display for PasswordFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

/// What is wrong with a password that `login` chooses, without looking at those used before.
pub(super) fn fault(password: &str, login: &str) -> Option<PasswordFault> {
    if !LENGTH.contains(&password.chars().count()) {
        return Some(PasswordFault::Length);
    }
    let plain = password.to_lowercase();
    if plain.chars().collect::<BTreeSet<_>>().len() < SIGNS_MIN || is_row(&plain) {
        return Some(PasswordFault::Simple);
    }
    let name = login.split('@').next().unwrap_or_default().to_lowercase();
    if name.chars().count() >= 3 && plain.contains(&name) {
        return Some(PasswordFault::HoldsLogin);
    }
    known::is_known(&plain).then_some(PasswordFault::Known)
}

/// Whether the whole password is a piece of a row, forwards or backwards.
fn is_row(plain: &str) -> bool {
    const ROWS: [&str; 3] =
        ["01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm"];
    let backwards: String = plain.chars().rev().collect();
    ROWS.iter().any(|row| row.contains(plain) || row.contains(&backwards))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_has_variety_and_is_nobodys_first_guess() {
        let check =
            |password: &str, expected| assert_eq!(fault(password, "officer@bank01"), expected, "{password}");
        check("山城的雨下了一整夜呢", None);
        check("copper lantern 7 rivers", None);
        check("short", Some(PasswordFault::Length));
        check(&"ab".repeat(65), Some(PasswordFault::Length));
        check("aaaaaaaaaaaa", Some(PasswordFault::Simple));
        check("abababababab", Some(PasswordFault::Simple));
        check("9876543210", Some(PasswordFault::Simple));
        check("QWERTYUIOP", Some(PasswordFault::Simple));
        check("my-officer-2026", Some(PasswordFault::HoldsLogin));
        check("jinqiao-demo", Some(PasswordFault::Known));
        check("P@ssw0rd2026!", Some(PasswordFault::Known));
        check("woaini1314520", Some(PasswordFault::Known));
        check("chongqing2026", Some(PasswordFault::Known));
    }

    #[test]
    fn every_fault_says_how_to_mend_it_in_both_languages() {
        use PasswordFault as F;
        for fault in [F::Length, F::Simple, F::Known, F::HoldsLogin, F::Used, F::Unlike] {
            assert!(fault.text(Lang::Zh).ends_with('。') && fault.text(Lang::En).ends_with('.'), "{fault:?}");
        }
    }
}
