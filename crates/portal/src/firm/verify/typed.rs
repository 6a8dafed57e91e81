//! What a person types about itself, read once for all checks.

use jiff::civil::Date;
use jq_base::resident_id::{ResidentId, ResidentIdError};
use jq_identity::firm::mandate::NAME_CHARS_MAX;
use jq_web::{FieldProblem, Visit};
use serde::Deserialize;

/// Name and identity number as typed. It has no `Debug`: they do not get into a log.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// The name.
    pub name: String,
    /// The identity number.
    pub resident_id: String,
    /// The number of a land contract's certificate, where one is asked for.
    pub certificate_no: String,
}

/// The longest text that is shown again.
const SHOWN_CHARS: usize = 60;

impl Typed {
    /// Name and number, or what is wrong with them.
    pub fn read(&self, v: &Visit, today: Date) -> Result<(String, ResidentId), Vec<FieldProblem>> {
        let name = self.name.trim();
        let mut errors = Vec::new();
        if !(1..=NAME_CHARS_MAX).contains(&name.chars().count()) {
            errors.push(problem("name", v.t("kyc-name-missing")));
        }
        match ResidentId::parse(&self.resident_id, today) {
            Ok(number) if errors.is_empty() => Ok((name.to_owned(), number)),
            Ok(_) => Err(errors),
            Err(error) => {
                errors.push(problem("resident_id", v.t(words(error))));
                Err(errors)
            }
        }
    }

    /// The same, not longer than a form shows again.
    #[must_use]
    pub fn cut(self) -> Self {
        let cut = |text: String| text.chars().take(SHOWN_CHARS).collect();
        Self {
            name: cut(self.name),
            resident_id: cut(self.resident_id),
            certificate_no: cut(self.certificate_no),
        }
    }
}

/// What is wrong with one field.
pub fn problem(field: &str, message: impl Into<String>) -> FieldProblem {
    FieldProblem { field: field.to_owned(), message: message.into() }
}

fn words(error: ResidentIdError) -> &'static str {
    match error {
        ResidentIdError::Shape => "kyc-id-shape",
        ResidentIdError::FifteenDigits => "kyc-id-fifteen",
        ResidentIdError::BirthDate => "kyc-id-birth",
        ResidentIdError::Check => "kyc-id-check",
    }
}

#[cfg(test)]
mod tests {
    use jq_base::lang::Lang;
    use jq_web::Text;

    use super::*;

    #[test]
    fn every_fault_of_a_number_has_words() {
        use ResidentIdError::{BirthDate, Check, FifteenDigits, Shape};
        for error in [Shape, FifteenDigits, BirthDate, Check] {
            assert!([Lang::Zh, Lang::En].iter().all(|lang| Text::of(*lang).has(words(error))), "{error}");
        }
    }
}
