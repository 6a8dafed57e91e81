//! Folds full-width signs, as Chinese input methods type them, to their plain forms.

/// The plain form of a full-width letter, digit, bracket, comma or space; other signs stay.
pub(crate) fn half_width(sign: char) -> char {
    match sign {
        '\u{3000}' | '\u{a0}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(sign) - 0xfee0).unwrap_or(sign),
        '【' | '〔' | '﹝' => '(',
        '】' | '〕' | '﹞' => ')',
        '。' => '.',
        '\u{ffe5}' => '¥',
        '\u{ffe1}' => '£',
        '—' | '–' | '−' | '―' => '-',
        _ => sign,
    }
}

/// The text trimmed, full-width letters and digits folded, in upper case: how typed codes are read.
pub(crate) fn code_text(text: &str) -> String {
    text.chars().map(half_width).collect::<String>().trim().to_uppercase()
}
