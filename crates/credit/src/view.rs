//! What a credit report says, as plain data: the page, the API and the PDF all show this one view.
//!
//! Every text is already in the reader's language and ready to print: dates, money and marks are display
//! text, so no renderer decides anything. Masking, repair and publicity rules were applied before.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Version of this shape, printed in every machine-readable report.
pub const SCHEMA: &str = "jinqiao.credit-report/1";

/// One whole credit report (企业信用报告).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CreditReportView {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// Language of all texts: `zh-CN` or `en`.
    pub lang: String,
    /// First page.
    pub cover: Cover,
    /// Report notes (报告说明), one paragraph each.
    pub notes: Vec<Note>,
    /// Overview (概要).
    pub overview: Overview,
    /// Details, in the order of print.
    pub sections: Vec<Section>,
    /// Risk hints (风险提示): rules that hit, with the records they rest on; no score.
    pub risks: Risks,
    /// Query history (查询记录).
    pub queries: Queries,
    /// Annex: each catalogue item with source, as-of time and state.
    pub annex: Vec<AnnexRow>,
    /// Version line of the data dictionary, printed under the annex.
    pub dictionary: String,
    /// Disclaimer (声明), one paragraph each.
    pub disclaimer: Vec<String>,
    /// Fixed words a renderer needs (headings, labels), by key; from the report's content file.
    pub words: BTreeMap<String, String>,
}

/// The first page of a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cover {
    /// Name of the platform.
    pub platform: String,
    /// Name of the operator of the platform.
    pub operator: String,
    /// Title in the reader's language.
    pub title: String,
    /// Title in the other language, printed small.
    pub title_other: String,
    /// Name of the edition, such as 本企业查询.
    pub edition: String,
    /// Code of the edition: `self`.
    pub edition_code: String,
    /// Full name of the enterprise.
    pub subject_name: String,
    /// Unified social credit code of the enterprise.
    pub subject_code: String,
    /// Report number with its check character.
    pub report_no: String,
    /// Beijing time to the second, `2026-11-10 09:30:00`.
    pub generated_at: String,
    /// Who reads this report.
    pub reader: String,
    /// Sentence on the reference period.
    pub validity: String,
    /// Beijing time of the newest data in the report.
    pub data_as_of: String,
    /// Address of the public verification page for this report.
    pub verify_url: String,
    /// QR code of the verification address with number and short code, as an SVG document.
    pub qr_svg: String,
    /// SM3 of the report's content, 64 lower hex digits (see [`crate::seal`]).
    pub content_sm3: String,
    /// Statement of the operator.
    pub statement: String,
    /// Text of the diagonal watermark.
    pub watermark: String,
    /// Words in the footer of each page, 仅供授权用途使用.
    pub footer: String,
}

/// One paragraph of the report notes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// Short heading.
    pub title: String,
    /// One or two sentences.
    pub text: String,
}

/// The overview of a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// Basic data of the enterprise.
    pub basics: Vec<Pair>,
    /// Records by item.
    pub counts: Vec<CountRow>,
    /// How much of the catalogue could be answered.
    pub coverage: Coverage,
}

/// A label with its value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// Label.
    pub label: String,
    /// Display text; `—` when the source left it empty.
    pub value: String,
    /// Needs the full width of the page.
    pub wide: bool,
}

/// One line of the overview's table of counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CountRow {
    /// Name of the catalogue category.
    pub category: String,
    /// Catalogue item.
    pub item_id: String,
    /// Name of the item.
    pub item: String,
    /// Number of records the report may show.
    pub records: u64,
    /// Date of the newest record; `—` without records.
    pub latest: String,
    /// The item tells adverse facts, so that its absence of records matters too.
    pub adverse: bool,
    /// Adverse records that are still in force.
    pub adverse_live: u64,
    /// State of the item.
    pub state: StateView,
}

/// How much of the catalogue could be answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// Items whose source is connected and readable for this reader.
    pub available: u32,
    /// Items in the catalogue.
    pub total: u32,
    /// Items that hold at least one record.
    pub with_records: u32,
    /// The same as a sentence.
    pub text: String,
}

/// One chapter of the details.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// Stable id: `registration`, `administrative`, …
    pub id: String,
    /// Heading.
    pub title: String,
    /// One sentence that says what the section found.
    pub lead: String,
    /// Items, in the order of print.
    pub items: Vec<ItemBlock>,
    /// Charts, printed above the items.
    pub charts: Vec<ChartView>,
}

/// One catalogue item of the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ItemBlock {
    /// Catalogue item.
    pub item_id: String,
    /// Heading.
    pub title: String,
    /// Name of the source unit.
    pub source_unit: String,
    /// Date of the newest data of this item's source; `—` when never connected.
    pub as_of: String,
    /// Data, or which of the empty states.
    pub state: StateView,
    /// Table or form.
    pub layout: Layout,
    /// Columns of the table or fields of the form.
    pub columns: Vec<Column>,
    /// Records shown, newest first unless the content file orders otherwise.
    pub rows: Vec<Row>,
    /// Number of rows shown.
    pub shown: u64,
    /// Number of records held.
    pub total: u64,
    /// Sentence on the cut: `共 57 条,列示最近 20 条`; empty when all are shown.
    pub cut: String,
    /// The item tells adverse facts.
    pub adverse: bool,
}

/// How the records of an item are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// One line per record.
    Table,
    /// One label and value per field, for single records.
    Form,
}

/// State of an item: four kinds of empty that must never be confused, and two with data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// Records are shown.
    Data,
    /// The source is connected and holds none (无记录).
    NoRecord,
    /// The reader may not read this item (未授权).
    NotAuthorised,
    /// The source has never delivered (未接入).
    NotConnected,
    /// The source is later than its rhythm allows (数据迟到); records received so far are shown.
    Late,
    /// Records are shown and at least one is under objection (异议处理中).
    InDispute,
}

impl ItemState {
    /// The stable word, as in the JSON form.
    pub fn key(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::NoRecord => "no_record",
            Self::NotAuthorised => "not_authorised",
            Self::NotConnected => "not_connected",
            Self::Late => "late",
            Self::InDispute => "in_dispute",
        }
    }
}

/// State of an item with its words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StateView {
    /// Which state.
    pub code: ItemState,
    /// Short label for a badge.
    pub label: String,
    /// One sentence for the place where the records would stand.
    pub sentence: String,
    /// Date since when, for late and not connected sources where known.
    pub since: Option<String>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Field name in the catalogue.
    pub id: String,
    /// Heading with its unit.
    pub label: String,
    /// How the cells are set.
    pub align: Align,
    /// Kind of value, for renderers that sort or export.
    pub kind: CellKind,
    /// Relative width, 1 to 12.
    pub weight: u8,
}

/// How a cell is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// Text.
    Left,
    /// Dates and codes of equal length.
    Center,
    /// Numbers and money.
    Right,
}

/// Kind of value in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CellKind {
    /// Free text.
    Text,
    /// Label from a code list.
    Code,
    /// Money in the unit named by the label.
    Money,
    /// Number or ratio.
    Number,
    /// Date, month, quarter or year.
    Date,
    /// Yes or no.
    Flag,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Serial number within the item, from 1.
    pub no: u32,
    /// One display text per column.
    pub cells: Vec<String>,
    /// Marks of the record: in publicity, in dispute, in force.
    pub marks: Vec<Mark>,
    /// Key of the record at its source, for objections; empty when the key holds a personal or account number.
    pub reference: String,
}

/// A mark on a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// Which mark.
    pub code: MarkCode,
    /// Its words.
    pub label: String,
}

/// Marks a record can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkCode {
    /// Adverse and within its publicity period (在公示期).
    InPublicity,
    /// Adverse and not ended (未了结).
    Live,
    /// Adverse and ended within the last five years (已了结).
    Ended,
    /// Under objection (异议中).
    InDispute,
}

impl MarkCode {
    /// The stable word, as in the JSON form.
    pub fn key(self) -> &'static str {
        match self {
            Self::InPublicity => "in_publicity",
            Self::Live => "live",
            Self::Ended => "ended",
            Self::InDispute => "in_dispute",
        }
    }
}

/// A chart over records of one item; values are integers, see `decimals`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChartView {
    /// Stable id.
    pub id: String,
    /// Catalogue item the values come from.
    pub item_id: String,
    /// Bars or line.
    pub kind: ChartKind,
    /// Heading.
    pub title: String,
    /// Unit of the values, such as 万元.
    pub unit: String,
    /// Values are multiplied by ten to this power: 123 with 2 decimals is 1.23.
    pub decimals: u8,
    /// One label per point on the x axis.
    pub labels: Vec<String>,
    /// Lines or groups of bars.
    pub series: Vec<Series>,
    /// Marks of the y axis, from 0 upwards.
    pub ticks: Vec<Tick>,
    /// One sentence that says what the chart shows, for readers who cannot see it.
    pub alt: String,
}

/// Kind of chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    /// Vertical bars.
    Bars,
    /// A line with points.
    Line,
}

/// One series of a chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Name for the legend.
    pub name: String,
    /// One value per label; nothing where no record exists.
    pub values: Vec<Option<i64>>,
}

/// A mark of the y axis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tick {
    /// Value in the chart's scale.
    pub value: i64,
    /// Display text.
    pub text: String,
}

/// Risk hints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Risks {
    /// Sentence on the number of hints and what they are not.
    pub lead: String,
    /// Hints, the most serious first.
    pub hints: Vec<RiskHint>,
}

/// One rule that hit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RiskHint {
    /// Id of the rule in the report's content file.
    pub rule: String,
    /// How serious.
    pub level: RiskLevel,
    /// Name of the level.
    pub level_label: String,
    /// Heading.
    pub title: String,
    /// What was found.
    pub text: String,
    /// Records the hint rests on, newest first, at most five.
    pub references: Vec<RecordRef>,
    /// Number of records the hint rests on.
    pub records: u64,
}

/// How serious a risk hint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskLevel {
    /// Fulfilment is in doubt now (重点关注).
    High,
    /// Needs an explanation (关注).
    Medium,
    /// Good to know (提示).
    Notice,
}

impl RiskLevel {
    /// The stable word, as in the JSON form.
    pub fn key(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Notice => "notice",
        }
    }
}

/// A record named in a risk hint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordRef {
    /// Catalogue item.
    pub item_id: String,
    /// Name of the item.
    pub item: String,
    /// What identifies the record to the reader.
    pub text: String,
    /// Date of the record.
    pub date: String,
}

/// Who asked for this enterprise's data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Queries {
    /// Sentence on the number of queries.
    pub lead: String,
    /// Queries, newest first.
    pub rows: Vec<QueryRow>,
    /// Number of queries held.
    pub total: u64,
}

/// One query.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QueryRow {
    /// Beijing time.
    pub at: String,
    /// Who asked.
    pub reader: String,
    /// For what.
    pub purpose: String,
    /// On what ground: consent number, own report.
    pub basis: String,
}

/// One line of the annex.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnnexRow {
    /// Number in the catalogue.
    pub no: u32,
    /// Catalogue item.
    pub item_id: String,
    /// Name of the item.
    pub item: String,
    /// Name of the source unit.
    pub source_unit: String,
    /// Update rhythm.
    pub frequency: String,
    /// Date of the newest data; `—` when never connected.
    pub as_of: String,
    /// State of the item.
    pub state: StateView,
}
