//! Every problem the API itself can answer with: its status, its stable code, and its words in both languages.
//!
//! A batch that is turned away is answered with the code `ingest/` and the rule's id, a reading that no consent allows
//! with `consent/` and the kind of no; their words are those of ingest and consent.

mod bank;
mod common;

use crate::said::Said;

pub(crate) use bank::*;
pub(crate) use common::*;

/// One kind of problem.
#[derive(Debug)]
pub(crate) struct Code {
    /// The stable code; it never changes its meaning.
    pub(crate) id: &'static str,
    /// The HTTP status it comes with.
    pub(crate) status: u16,
    /// What happened.
    pub(crate) title: Said,
    /// What to do.
    pub(crate) remedy: Said,
}

macro_rules! codes {
    ($($name:ident = $status:literal $id:literal, $zh:literal, $en:literal, $do_zh:literal, $do_en:literal;)*) => {
        $(pub(crate) static $name: $crate::code::Code = $crate::code::Code {
            id: $id,
            status: $status,
            title: $crate::said::Said::fixed($zh, $en),
            remedy: $crate::said::Said::fixed($do_zh, $do_en),
        };)*

        /// Every kind of problem of this table, by status.
        pub(super) static ALL: &[&$crate::code::Code] = &[$(&$name),*];
    };
}

use codes;

/// Every kind of problem.
pub(crate) fn all() -> impl Iterator<Item = &'static Code> {
    common::ALL.iter().chain(bank::ALL).copied()
}

/// The kind of problem that stands for a bare HTTP status.
pub(crate) fn of_status(status: u16) -> &'static Code {
    match status {
        404 => &NO_ADDRESS,
        405 => &WRONG_METHOD,
        406 => &NOT_ACCEPTABLE,
        408 => &TOO_SLOW,
        413 => &TOO_LARGE,
        415 => &MEDIA_TYPE,
        429 => &TOO_MANY_CALLS,
        503 => &BUSY,
        400..=499 => &UNREADABLE,
        _ => &INTERNAL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jq_base::lang::Lang;

    #[test]
    fn every_code_stands_once_with_words_in_both_languages() {
        let mut ids: Vec<&str> = all().map(|code| code.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all().count());
        for code in all() {
            for lang in [Lang::Zh, Lang::En] {
                assert!(
                    !code.title.pick(lang).is_empty() && !code.remedy.pick(lang).is_empty(),
                    "{}",
                    code.id
                );
            }
            assert!(code.title.pick(Lang::En).is_ascii(), "{}", code.id);
        }
    }
}
