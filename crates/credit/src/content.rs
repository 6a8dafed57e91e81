//! What a report says and in which order: the content file `reports/self.toml`, read and checked.

use std::collections::BTreeMap;

use jq_base::lang::Lang;
use serde::Deserialize;

use crate::view::ChartKind;

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Words {
    /// The text in the reader's language.
    pub fn get(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }

    /// The text with `{name}` replaced by its value.
    pub fn fill(&self, lang: Lang, values: &[(&str, &str)]) -> String {
        values.iter().fold(self.get(lang).to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        })
    }
}

/// The content of one edition of the report.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportContent {
    /// Code of the edition.
    pub edition: String,
    /// The edition's letter in report numbers.
    pub letter: char,
    /// Reference period, in days.
    pub valid_days: i64,
    /// Earlier enquiries are not listed: only how many institutions made any in so many months is told.
    #[serde(default)]
    pub query_months: Option<i32>,
    /// Fields of the registration that open the overview.
    pub basics: Vec<ColumnChoice>,
    /// Title of the report.
    pub title: Words,
    /// Name of the edition.
    pub edition_name: Words,
    /// Name of the platform.
    pub platform: Words,
    /// Name of the operator.
    pub operator: Words,
    /// Sentence on the reference period.
    pub validity: Words,
    /// Statement on the cover.
    pub statement: Words,
    /// Words in the footer.
    pub footer: Words,
    /// Days after a source's last delivery at which it counts as late, by rhythm.
    pub late_after_days: BTreeMap<String, i64>,
    /// Notes of the report.
    #[serde(rename = "note")]
    pub notes: Vec<NoteText>,
    /// Paragraphs of the disclaimer.
    #[serde(rename = "disclaimer")]
    pub disclaimers: Vec<Words>,
    /// Sections in the order of print.
    #[serde(rename = "section")]
    pub sections: Vec<SectionSpec>,
    /// Rules for risk hints.
    #[serde(rename = "hint")]
    pub hints: Vec<HintSpec>,
    /// Labels of the item states.
    pub states: BTreeMap<String, Words>,
    /// Sentences with places to fill.
    pub sentences: BTreeMap<String, Words>,
    /// Labels of record marks.
    pub marks: BTreeMap<String, Words>,
    /// Labels of hint levels.
    pub levels: BTreeMap<String, Words>,
    /// Short words inside values.
    pub values: BTreeMap<String, Words>,
    /// Fixed words of the page and the PDF.
    pub words: BTreeMap<String, Words>,
}

/// One paragraph of the notes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteText {
    /// Heading.
    pub title: Words,
    /// Text.
    pub text: Words,
}

/// One section.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionSpec {
    /// Stable id.
    pub id: String,
    /// Heading.
    pub title: Words,
    /// Left out when none of its items has a record.
    #[serde(default)]
    pub only_with_records: bool,
    /// Items in the order of print.
    #[serde(rename = "item", default)]
    pub items: Vec<ItemSpec>,
    /// Charts of the section.
    #[serde(rename = "chart", default)]
    pub charts: Vec<ChartSpec>,
}

/// How one item is shown.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemSpec {
    /// Catalogue item.
    pub id: String,
    /// Table unless said otherwise.
    #[serde(default = "table")]
    pub layout: crate::view::Layout,
    /// At most so many records are listed.
    pub rows: usize,
    /// Sort order of the records.
    pub order: Vec<OrderBy>,
    /// Fields shown.
    pub columns: Vec<ColumnChoice>,
    /// How adverse records are dated and ended.
    pub adverse: Option<AdverseRule>,
}

fn table() -> crate::view::Layout {
    crate::view::Layout::Table
}

/// A field to sort by.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct OrderBy {
    /// Field name.
    pub field: String,
    /// Newest or largest first.
    pub descending: bool,
}

impl From<String> for OrderBy {
    fn from(text: String) -> Self {
        match text.strip_prefix('-') {
            Some(field) => Self { field: field.to_owned(), descending: true },
            None => Self { field: text, descending: false },
        }
    }
}

/// A field to show, with how.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct ColumnChoice {
    /// Field name.
    pub field: String,
    /// Money in 10,000 yuan.
    pub wan: bool,
    /// Only the last four characters.
    pub last4: bool,
}

impl TryFrom<String> for ColumnChoice {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (field, how) = text.split_once(':').unwrap_or((&text, ""));
        let choice = |wan, last4| Self { field: field.to_owned(), wan, last4 };
        match how {
            "" => Ok(choice(false, false)),
            "wan" => Ok(choice(true, false)),
            "last4" => Ok(choice(false, true)),
            _ => Err(format!("column {text} has a mark that is neither wan nor last4")),
        }
    }
}

/// When an adverse record counts, when it ends, and how long it is shown after that.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdverseRule {
    /// Field with the day of the event.
    pub dated_by: String,
    /// Fields whose first date is the end of the conduct.
    #[serde(default)]
    pub ended_by: Vec<String>,
    /// Field values that mean ended.
    #[serde(default)]
    pub ended_when: BTreeMap<String, Vec<String>>,
    /// Field with the last day of publicity.
    pub public_until: Option<String>,
    /// Field with the day of repair.
    pub repaired_by: Option<String>,
    /// Field values that a record must have to count against the enterprise.
    #[serde(default)]
    pub counts_when: BTreeMap<String, Vec<String>>,
    /// Years for which an ended record is still shown.
    #[serde(default = "five")]
    pub years: i16,
}

fn five() -> i16 {
    5
}

/// A chart over the records of one item.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChartSpec {
    /// Stable id.
    pub id: String,
    /// Catalogue item.
    pub item: String,
    /// Bars or line.
    pub kind: ChartKind,
    /// Heading.
    pub title: Words,
    /// Unit of the values.
    pub unit: Words,
    /// Date field of the x axis.
    pub x: String,
    /// Width of a point.
    pub by: ChartStep,
    /// Number of points, the newest last.
    pub points: usize,
    /// Field that is summed.
    pub value: String,
    /// How the sum is scaled.
    pub scale: ChartScale,
    /// Field values a record must have.
    #[serde(rename = "where", default)]
    pub filter: BTreeMap<String, Vec<String>>,
    /// Of records with equal keys only the one with the largest value counts.
    pub newest_of: Option<NewestOf>,
}

/// Records that replace one another.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewestOf {
    /// Fields that name the same fact.
    pub keys: Vec<String>,
    /// The larger, the newer.
    pub by: String,
}

/// Width of a point on the x axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartStep {
    /// A calendar month.
    Month,
    /// A calendar quarter.
    Quarter,
}

/// How the values of a chart are scaled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartScale {
    /// As they are, whole numbers.
    One,
    /// Thousands, two decimals.
    Thousand,
    /// Money in 10,000 yuan, two decimals.
    Wan,
}

/// A rule for a risk hint.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HintSpec {
    /// Stable id.
    pub id: String,
    /// How serious.
    pub level: crate::view::RiskLevel,
    /// Catalogue item.
    pub item: String,
    /// Takes adverse records in force.
    #[serde(default)]
    pub live: bool,
    /// Field that is looked at.
    pub field: Option<String>,
    /// The field is more than this.
    pub above: Option<i64>,
    /// The field has one of these values.
    #[serde(default)]
    pub is: Vec<String>,
    /// Date field for `within_months`.
    pub dated_by: Option<String>,
    /// Looks back so many months from the day of the report.
    pub within_months: Option<i32>,
    /// Looks at the newest record only.
    #[serde(default)]
    pub newest: bool,
    /// Heading.
    pub title: Words,
    /// What was found, with `{n}`.
    pub text: Words,
}

/// The content file does not fit the catalogue or itself.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// Not readable as content.
    #[error("report content cannot be read: {0}")]
    Parse(#[from] toml::de::Error),
    /// Readable, but wrong; one line per fault.
    #[error("report content is wrong: {0}")]
    Wrong(String),
}

impl ReportContent {
    /// The content file of the self edition that is built in.
    pub fn embedded() -> Result<Self, ContentError> {
        Self::parse(include_str!("../../../reports/self.toml"))
    }

    /// Reads a content file.
    pub fn parse(text: &str) -> Result<Self, ContentError> {
        Ok(toml::from_str(text)?)
    }

    /// How an item is shown, where the content places it.
    pub fn item(&self, id: &str) -> Option<&ItemSpec> {
        self.sections.iter().flat_map(|section| &section.items).find(|item| item.id == id)
    }

    /// A sentence, filled.
    pub fn sentence(&self, key: &str, lang: Lang, values: &[(&str, &str)]) -> String {
        self.sentences.get(key).map(|words| words.fill(lang, values)).unwrap_or_default()
    }

    /// A short word.
    pub fn value(&self, key: &str, lang: Lang) -> &str {
        self.values.get(key).map_or("", |words| words.get(lang))
    }
}

/// The template of the self edition that is built in.
pub const TEMPLATE: &str = include_str!("../../../reports/self.typ");
