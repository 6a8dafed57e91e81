//! Passwords that everybody tries first: the list in `identity/known-passwords.txt`, and whatever is one of them behind
//! usual disguises.

use std::collections::BTreeSet;
use std::sync::LazyLock;

static LIST: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let text = include_str!("../../../../../identity/known-passwords.txt");
    let words = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    words.map(undisguised).collect()
});

/// Whether a password in small letters is on the list: as it is, with signs read as the letters they stand for, or
/// without what is usually put behind or before a word: digits and punctuation.
pub(super) fn is_known(plain: &str) -> bool {
    let read = undisguised(plain);
    let outer = |sign: char| !sign.is_alphabetic();
    let bare = undisguised(plain.trim_matches(outer));
    [read, bare].iter().any(|word| LIST.contains(word)) || LIST.contains(plain)
}

/// The letters that signs stand for in `p@ssw0rd`.
fn undisguised(word: &str) -> String {
    word.chars()
        .map(|sign| match sign {
            '@' | '4' => 'a',
            '0' => 'o',
            '1' | '!' => 'i',
            '3' => 'e',
            '$' | '5' => 's',
            '7' => 't',
            other => other.to_ascii_lowercase(),
        })
        .collect()
}
