//! What a firm can allow a bank at most, purpose by purpose: `consent/purposes.toml`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jq_base::lang::Lang;
use jq_base::permit::Purpose;
use serde::Deserialize;

use crate::ConsentError;

static EMBEDDED: LazyLock<Result<Vec<PurposeTerms>, String>> =
    LazyLock::new(|| read(include_str!("../../../../consent/purposes.toml")));

/// The longest term of any consent; one for a live loan is confirmed anew when it is over.
const DAYS_MAX: u32 = 365;
/// The sign for every item of the catalogue.
const EVERY: &str = "*";

/// The most a firm can allow for one purpose (授权模板).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurposeTerms {
    /// The purpose.
    pub purpose: Purpose,
    /// The term that is proposed.
    pub days_default: u32,
    /// The longest term.
    pub days_max: u32,
    /// The number of readings that is proposed.
    pub queries_default: u32,
    /// The most readings.
    pub queries_max: u32,
    /// The most readings on one Beijing day.
    pub queries_day_max: u32,
    /// How many days a bank's request waits for an answer.
    pub answer_days: u32,
    /// How many days a bank waits after a no.
    pub ask_again_days: u32,
    use_zh: String,
    use_en: String,
    items: BTreeSet<String>,
    items_never: BTreeSet<String>,
    fields_never: BTreeSet<String>,
}

impl PurposeTerms {
    /// What the bank may do with the records, as the firm reads it.
    pub fn use_text(&self, lang: Lang) -> &str {
        lang.pick(&self.use_zh, &self.use_en)
    }

    /// True when the item may be granted for this purpose.
    pub fn allows(&self, item: &str) -> bool {
        (self.items.contains(EVERY) || self.items.contains(item)) && !self.items_never.contains(item)
    }

    /// The fields that stay closed for this purpose whatever is granted, each as `item.field`.
    pub fn fields_never(&self) -> &BTreeSet<String> {
        &self.fields_never
    }

    /// Of these items the fields that stay closed, each as `item.field`.
    pub(crate) fn withheld_of(&self, items: &BTreeSet<String>) -> BTreeSet<String> {
        let of_item = |field: &&String| field.split_once('.').is_some_and(|(item, _)| items.contains(item));
        self.fields_never.iter().filter(of_item).cloned().collect()
    }

    /// Checks a term; none stands for the proposed one.
    pub(crate) fn days(&self, asked: Option<u32>) -> Result<u32, ConsentError> {
        let days = asked.unwrap_or(self.days_default);
        let fits = (1..=self.days_max).contains(&days);
        if fits { Ok(days) } else { Err(ConsentError::TooLong { days_max: self.days_max }) }
    }

    /// Checks a number of readings; none stands for the proposed one.
    pub(crate) fn queries(&self, asked: Option<u32>) -> Result<u32, ConsentError> {
        let queries = asked.unwrap_or(self.queries_default);
        let fits = (1..=self.queries_max).contains(&queries);
        if fits { Ok(queries) } else { Err(ConsentError::TooMany { queries_max: self.queries_max }) }
    }

    /// Checks that every item may be granted.
    pub(crate) fn check_items(&self, items: &BTreeSet<String>) -> Result<(), ConsentError> {
        match items.iter().find(|item| !self.allows(item)) {
            Some(item) => Err(ConsentError::ItemNotForPurpose { item: item.clone() }),
            None => Ok(()),
        }
    }
}

/// The most that can be allowed for this purpose; nothing when no bank can be granted it.
///
/// ```
/// use jq_base::permit::Purpose;
///
/// let terms = jq_consent::purpose_terms(Purpose::PreLoan).expect("banks read before a loan");
/// assert_eq!((terms.days_default, terms.days_max), (30, 90));
/// assert!(jq_consent::purpose_terms(Purpose::ReportSelf).is_none());
/// ```
pub fn purpose_terms(purpose: Purpose) -> Option<&'static PurposeTerms> {
    grantable().find(|terms| terms.purpose == purpose)
}

/// Every purpose that a bank can be granted, in the order of a loan's life.
pub fn grantable() -> impl Iterator<Item = &'static PurposeTerms> {
    EMBEDDED.as_ref().map_or(&[][..], Vec::as_slice).iter()
}

/// Like [`purpose_terms`], and says why there are none.
pub(crate) fn get_terms(purpose: Purpose) -> Result<&'static PurposeTerms, ConsentError> {
    if let Err(reason) = &*EMBEDDED {
        return Err(ConsentError::Content(reason.clone()));
    }
    purpose_terms(purpose).ok_or(ConsentError::NotGrantable(purpose))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    purpose: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    use_zh: String,
    use_en: String,
    days_default: u32,
    days_max: u32,
    queries_default: u32,
    queries_max: u32,
    queries_day_max: u32,
    answer_days: u32,
    ask_again_days: u32,
    items: BTreeSet<String>,
    items_never: BTreeSet<String>,
    #[serde(default)]
    fields_never: BTreeSet<String>,
}

/// The purposes of a file, in the order of a loan's life, or the first thing that is wrong.
fn read(content: &str) -> Result<Vec<PurposeTerms>, String> {
    let file: File = toml::from_str(content).map_err(|error| error.to_string())?;
    let mut all = file.purpose.into_iter().map(Entry::check).collect::<Result<Vec<_>, _>>()?;
    all.sort_by_key(|terms| terms.purpose);
    match all.windows(2).find(|pair| pair[0].purpose == pair[1].purpose) {
        Some(pair) => Err(format!("{} is there twice", pair[0].purpose)),
        None => Ok(all),
    }
}

impl Entry {
    fn check(self) -> Result<PurposeTerms, String> {
        let purpose: Purpose = self.id.parse().map_err(|_| format!("{}: no such purpose", self.id))?;
        let wrong = |reason: &str| Err(format!("{}: {reason}", self.id));
        if !matches!(purpose, Purpose::PreLoan | Purpose::InLoan | Purpose::PostLoan | Purpose::ModelTest) {
            return wrong("not a purpose of banks");
        }
        if self.use_zh.is_empty() || self.use_en.is_empty() || self.items.is_empty() {
            return wrong("a text or the items are missing");
        }
        let in_order = |low: u32, high: u32, most: u32| 1 <= low && low <= high && high <= most;
        if !in_order(self.days_default, self.days_max, DAYS_MAX) {
            return wrong("the days are not 1 <= default <= max <= 365");
        }
        if !in_order(self.queries_default, self.queries_max, u32::MAX) || self.queries_day_max == 0 {
            return wrong("the queries are not 1 <= default <= max, or none is allowed on a day");
        }
        if let Some(field) = self.fields_never.iter().find(|field| !field.contains('.')) {
            return wrong(&format!("{field} is not named as item.field"));
        }
        if self.answer_days == 0 || self.answer_days > DAYS_MAX || self.ask_again_days > DAYS_MAX {
            return wrong("the days for an answer are not 1 to 365");
        }
        Ok(PurposeTerms {
            purpose,
            days_default: self.days_default,
            days_max: self.days_max,
            queries_default: self.queries_default,
            queries_max: self.queries_max,
            queries_day_max: self.queries_day_max,
            answer_days: self.answer_days,
            ask_again_days: self.ask_again_days,
            use_zh: self.use_zh,
            use_en: self.use_en,
            items: self.items,
            items_never: self.items_never,
            fields_never: self.fields_never,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn banks_can_be_granted_four_purposes_and_no_other() {
        let purposes: Vec<Purpose> = grantable().map(|terms| terms.purpose).collect();
        let banks = [Purpose::PreLoan, Purpose::InLoan, Purpose::PostLoan, Purpose::ModelTest];
        assert_eq!(purposes, banks);
        assert!(matches!(get_terms(Purpose::Prequal), Err(ConsentError::NotGrantable(_))));
    }

    #[test]
    fn every_item_named_is_in_the_catalogue() {
        let catalog = jq_catalog::Catalog::embedded().unwrap();
        for terms in grantable() {
            let named = terms.items.iter().chain(&terms.items_never).filter(|item| *item != EVERY);
            for item in named {
                assert!(catalog.item(item).is_some(), "{}: {item}", terms.purpose);
            }
        }
    }

    #[test]
    fn every_field_that_stays_closed_is_in_the_catalogue() {
        let catalog = jq_catalog::Catalog::embedded().unwrap();
        for terms in grantable() {
            assert!(!terms.fields_never().is_empty(), "{}: nobody's identity is granted", terms.purpose);
            for named in terms.fields_never() {
                let (item, field) = named.split_once('.').unwrap();
                let item = catalog.item(item).unwrap_or_else(|| panic!("{named}"));
                assert!(item.field(field).is_some(), "{}: {named}", terms.purpose);
            }
        }
    }

    #[test]
    fn closed_fields_are_those_of_the_items_that_are_granted() {
        let terms = get_terms(Purpose::PreLoan).unwrap();
        let register = BTreeSet::from(["ent_registration".to_owned()]);
        assert_eq!(terms.withheld_of(&register), ["ent_registration.legal_rep_id_hash".to_owned()].into());
        assert!(terms.withheld_of(&BTreeSet::from(["tax_payment".to_owned()])).is_empty());
    }

    #[test]
    fn a_term_lies_within_its_purpose() {
        let terms = get_terms(Purpose::PreLoan).unwrap();
        assert_eq!(terms.days(None).unwrap(), 30);
        assert_eq!(terms.days(Some(90)).unwrap(), 90);
        assert!(matches!(terms.days(Some(91)), Err(ConsentError::TooLong { days_max: 90 })));
        assert!(terms.days(Some(0)).is_err());
        assert!(terms.queries(Some(0)).is_err() && terms.queries(Some(terms.queries_max + 1)).is_err());
    }

    #[test]
    fn an_item_that_is_never_granted_is_not_granted_by_all() {
        let terms = get_terms(Purpose::InLoan).unwrap();
        assert!(terms.allows("tax_payment"));
        assert!(!terms.allows("ent_shareholder"));
        assert!(!get_terms(Purpose::PostLoan).unwrap().allows("patent"));
    }

    #[test]
    fn a_damaged_file_is_refused() {
        let shipped = include_str!("../../../../consent/purposes.toml");
        assert!(read(shipped).is_ok());
        assert!(read(&shipped.replace("days_max = 365", "days_max = 366")).is_err());
        assert!(read(&shipped.replace("\"pre_loan\"", "\"prequal\"")).is_err());
        assert!(read(&shipped.replace("\"in_loan\"", "\"pre_loan\"")).is_err());
        assert!(read(&shipped.replace("queries_day_max = 3\n", "queries_day_max = 0\n")).is_err());
        assert!(read(&shipped.replace("use_zh", "use_de")).is_err());
        assert!(read(&shipped.replace("ent_key_person.person_key", "person_key")).is_err());
    }
}
