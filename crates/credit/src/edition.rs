//! The edition for one bank: the self edition's content with what differs, `reports/financing.toml`.

use serde::Deserialize;

use crate::content::{ContentError, ReportContent, Words};

const FINANCING: &str = include_str!("../../../reports/financing.toml");

/// What an edition says otherwise than the self edition.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EditionText {
    edition: String,
    letter: char,
    query_months: i32,
    edition_name: Words,
    footer: Words,
    queries: Words,
    no_queries: Words,
    /// Takes the place of the last paragraph of the disclaimer.
    use_of_report: Words,
}

impl ReportContent {
    /// The content of the edition for one bank (融资信用报告).
    pub fn financing() -> Result<Self, ContentError> {
        let text: EditionText = toml::from_str(FINANCING)?;
        let mut content = Self::embedded()?;
        content.edition = text.edition;
        content.letter = text.letter;
        content.query_months = Some(text.query_months);
        content.edition_name = text.edition_name;
        content.footer = text.footer;
        content.sentences.insert("queries".to_owned(), text.queries);
        content.sentences.insert("no_queries".to_owned(), text.no_queries);
        content.disclaimers.pop();
        content.disclaimers.push(text.use_of_report);
        Ok(content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jq_catalog::Catalog;

    #[test]
    fn the_edition_for_a_bank_fits_the_catalogue_and_differs_in_name_and_number() {
        let own = ReportContent::embedded().unwrap();
        let bank = ReportContent::financing().unwrap().fitted(&Catalog::embedded().unwrap()).unwrap();
        assert_eq!((bank.edition.as_str(), bank.letter, bank.query_months), ("financing", 'R', Some(6)));
        assert_ne!(bank.edition_name, own.edition_name);
        assert_eq!(bank.disclaimers.len(), own.disclaimers.len());
        assert_ne!(bank.disclaimers.last(), own.disclaimers.last());
    }
}
