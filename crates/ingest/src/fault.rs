//! A wrong row or file, told so that the unit can mend it: where, what, which rule, what to do.

use jq_base::lang::Lang;
use serde::{Deserialize, Serialize};

use crate::plan::RowCheck;
use crate::rule::Rule;

/// Characters of a wrong value that a receipt repeats at most.
const VALUE_CHARS_MAX: usize = 80;

/// One wrong row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Row in the data file; the header is row 0, the first data row is 1.
    pub row_no: u64,
    /// The field, where one is to blame.
    pub field: Option<String>,
    /// What stood there, cut to 80 characters.
    pub value: String,
    /// Stable id of the rule.
    pub rule: String,
    /// What is wrong, in Chinese.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words_zh: String,
    /// What is wrong, in English.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words_en: String,
    /// What to do, in Chinese.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remedy_zh: String,
    /// What to do, in English.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remedy_en: String,
}

impl Fault {
    pub(crate) fn new(row_no: u64, field: Option<&str>, value: &str, rule: Rule) -> Self {
        Self {
            row_no,
            field: field.map(str::to_owned),
            value: value.chars().take(VALUE_CHARS_MAX).collect(),
            rule: rule.id().to_owned(),
            words_zh: rule.words(Lang::Zh).to_owned(),
            words_en: rule.words(Lang::En).to_owned(),
            remedy_zh: rule.remedy(Lang::Zh).to_owned(),
            remedy_en: rule.remedy(Lang::En).to_owned(),
        }
    }

    pub(crate) fn of_check(row_no: u64, field: &str, value: &str, check: &RowCheck) -> Self {
        Self {
            rule: check.id.clone(),
            words_zh: check.zh.clone(),
            words_en: check.en.clone(),
            remedy_zh: "核对相关各列后重送该行".to_owned(),
            remedy_en: "check the columns concerned and send the row again".to_owned(),
            ..Self::new(row_no, Some(field), value, Rule::NumberInvalid)
        }
    }

    /// The fault without the words that its rule has anyway, as it is kept.
    pub(crate) fn terse(&self) -> Self {
        let mut kept = self.clone();
        if Rule::find(&self.rule).is_some_and(|rule| rule.words(Lang::Zh) == self.words_zh) {
            let Self { words_zh, words_en, remedy_zh, remedy_en, .. } = &mut kept;
            [words_zh, words_en, remedy_zh, remedy_en].into_iter().for_each(String::clear);
        }
        kept
    }

    /// A kept fault with its rule's words.
    pub(crate) fn told(self) -> Self {
        match Rule::find(&self.rule) {
            Some(rule) if self.words_zh.is_empty() => {
                Self { value: self.value, ..Self::new(self.row_no, self.field.as_deref(), "", rule) }
            }
            _ => self,
        }
    }

    /// What is wrong, in the reader's language.
    pub fn words(&self, lang: Lang) -> &str {
        lang.pick(&self.words_zh, &self.words_en)
    }

    /// What to do, in the reader's language.
    pub fn remedy(&self, lang: Lang) -> &str {
        lang.pick(&self.remedy_zh, &self.remedy_en)
    }

    /// True when only the subject is not known yet: the row waits to be matched and is not counted wrong.
    pub fn is_unmatched(&self) -> bool {
        self.rule == Rule::SubjectUnknown.id()
    }
}

/// Why a file as a whole was turned away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileFault {
    pub(crate) rule: Rule,
    pub(crate) detail: String,
}

impl FileFault {
    pub(crate) fn new(rule: Rule, detail: impl Into<String>) -> Self {
        Self { rule, detail: detail.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_fault_gets_its_rules_words_again() {
        let fault = Fault::new(7, Some("uscc"), "9150", Rule::UsccFormat);
        let kept = serde_json::to_string(&fault.terse()).unwrap();
        assert!(!kept.contains("words") && !kept.contains("remedy"), "{kept}");
        assert_eq!(serde_json::from_str::<Fault>(&kept).unwrap().told(), fault);
        // One that was kept with all its words stays as it was told.
        let older = Fault { words_zh: "当时的说法".to_owned(), ..fault };
        assert_eq!(older.clone().told(), older);
        // What a check of the catalogue says stands in no rule.
        let checked = Fault { rule: "paid_at_most_due".to_owned(), ..older };
        assert_eq!((checked.terse(), checked.clone().told()), (checked.clone(), checked));
    }
}
