//! What a unit gets back for a batch: what was taken, what was not, and why.

use jiff::Timestamp;
use jq_base::lang::Lang;
use serde::{Deserialize, Serialize};

use crate::fault::{Fault, FileFault};
use crate::manifest::Manifest;
use crate::wrong::WrongRows;

/// Wrong rows that a receipt lists one by one; the file of rejected rows holds all of them.
pub const FAULTS_LISTED_MAX: usize = 1_000;

/// What became of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BatchState {
    /// Rows are checked and about to be committed; seen only after a crash.
    Checked,
    /// Good rows are in the lake.
    Committed,
    /// Too many wrong rows: nothing was taken.
    Held,
    /// The file as a whole was turned away.
    Rejected,
}

impl BatchState {
    /// The name in tables and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Checked => "checked",
            Self::Committed => "committed",
            Self::Held => "held",
            Self::Rejected => "rejected",
        }
    }

    /// The name for people.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::Checked => lang.pick("正在入库", "being committed"),
            Self::Committed => lang.pick("已入库", "committed"),
            Self::Held => lang.pick("暂缓入库", "held"),
            Self::Rejected => lang.pick("整批退回", "rejected"),
        }
    }

    pub(crate) fn parse(name: &str) -> Self {
        match name {
            "committed" => Self::Committed,
            "held" => Self::Held,
            "rejected" => Self::Rejected,
            _ => Self::Checked,
        }
    }
}

/// Rows of a batch by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Data rows in the file.
    pub rows: u64,
    /// New records.
    pub accepted: u64,
    /// Newer versions of known records.
    pub updated: u64,
    /// Known already, in the same version.
    pub unchanged: u64,
    /// Older than what is known; ignored.
    pub older: u64,
    /// Records withdrawn by their source.
    pub withdrawn: u64,
    /// Wrong rows, put into quarantine.
    pub quarantined: u64,
    /// Rows whose subject is not registered; they wait to be matched.
    pub unmatched: u64,
    /// Good rows of a batch that is held; nothing was taken.
    #[serde(default)]
    pub held: u64,
    /// Known records that a snapshot no longer lists, withdrawn for that. They are no rows of the file.
    #[serde(default)]
    pub no_longer_listed: u64,
}

impl Counts {
    /// The rows that were told one way or another: always as many as were delivered.
    pub fn told(&self) -> u64 {
        self.accepted
            + self.updated
            + self.unchanged
            + self.older
            + self.withdrawn
            + self.quarantined
            + self.unmatched
            + self.held
    }
}

/// The receipt (回执) for one batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub batch_id: String,
    pub source_unit: String,
    pub item_id: String,
    pub seq: u64,
    /// The data file's name.
    pub file: String,
    pub state: BatchState,
    /// True when this very batch had been taken before: nothing changed now.
    pub repeated: bool,
    /// Why the whole batch was held or rejected: stable id of the rule.
    pub reason: Option<String>,
    pub reason_zh: Option<String>,
    pub reason_en: Option<String>,
    pub remedy_zh: Option<String>,
    pub remedy_en: Option<String>,
    #[serde(flatten)]
    pub counts: Counts,
    /// Wrong rows by rule, most frequent first.
    pub quarantined_by_rule: Vec<RuleCount>,
    /// The first wrong rows; `rejected.csv` beside the receipt holds all.
    pub faults: Vec<Fault>,
    pub received_at: Timestamp,
    /// A word of care, such as withdrawals that a faulty snapshot did not cause.
    pub notes: Vec<String>,
}

/// How many rows broke one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleCount {
    pub rule: String,
    pub rows: u64,
}

impl Receipt {
    pub(crate) fn new(manifest: &Manifest, state: BatchState, received_at: Timestamp) -> Self {
        Self {
            batch_id: manifest.batch_id.clone(),
            source_unit: manifest.source_unit.clone(),
            item_id: manifest.item_id.clone(),
            seq: manifest.seq,
            file: manifest.file.clone(),
            state,
            repeated: false,
            reason: None,
            reason_zh: None,
            reason_en: None,
            remedy_zh: None,
            remedy_en: None,
            counts: Counts::default(),
            quarantined_by_rule: Vec::new(),
            faults: Vec::new(),
            received_at,
            notes: Vec::new(),
        }
    }

    /// Why the batch as a whole was held or rejected, in the reader's language.
    pub fn reason_text(&self, lang: Lang) -> Option<&str> {
        Some(lang.pick(self.reason_zh.as_deref()?, self.reason_en.as_deref()?))
    }

    /// What to do about it, in the reader's language.
    pub fn remedy_text(&self, lang: Lang) -> Option<&str> {
        Some(lang.pick(self.remedy_zh.as_deref()?, self.remedy_en.as_deref()?))
    }

    pub(crate) fn with_reason(mut self, fault: &FileFault) -> Self {
        let with_detail = |words: &str, open: &str, close: &str| {
            if fault.detail.is_empty() {
                words.to_owned()
            } else {
                format!("{words}{open}{}{close}", fault.detail)
            }
        };
        self.reason = Some(fault.rule.id().to_owned());
        self.reason_zh = Some(with_detail(fault.rule.words(Lang::Zh), "(", ")"));
        self.reason_en = Some(with_detail(fault.rule.words(Lang::En), " (", ")"));
        self.remedy_zh = Some(fault.rule.remedy(Lang::Zh).to_owned());
        self.remedy_en = Some(fault.rule.remedy(Lang::En).to_owned());
        self
    }

    pub(crate) fn with_wrong(mut self, wrong: &WrongRows) -> Self {
        let by_rule = wrong.by_rule.iter().map(|(rule, rows)| RuleCount { rule: rule.clone(), rows: *rows });
        let mut by_rule: Vec<RuleCount> = by_rule.collect();
        by_rule.sort_by(|left, right| right.rows.cmp(&left.rows).then_with(|| left.rule.cmp(&right.rule)));
        self.counts.unmatched = wrong.unmatched;
        self.counts.quarantined = wrong.quarantined;
        self.quarantined_by_rule = by_rule;
        self.faults = wrong.faults.iter().take(FAULTS_LISTED_MAX).cloned().collect();
        if wrong.is_cut() {
            let told = wrong.faults.len();
            self.notes.push(format!(
                "只逐行列出前 {told} 个错误行 / only the first {told} wrong rows are listed one by one"
            ));
        }
        self
    }

    /// The one line that says it all, for people.
    pub fn summary(&self, lang: Lang) -> String {
        let c = &self.counts;
        if self.repeated {
            let words = lang.pick("此前已处理，未作任何更改", "was taken before; nothing changed");
            return format!("{} {} {words}", self.batch_id, self.item_id);
        }
        let mut told = vec![
            (c.accepted, "新增", "new"),
            (c.updated, "更新", "updated"),
            (c.unchanged, "未变", "unchanged"),
            (c.older, "过期", "older"),
            (c.withdrawn, "撤回", "withdrawn"),
            (c.quarantined, "隔离", "quarantined"),
            (c.unmatched, "待匹配", "unmatched"),
        ];
        let rare = [(c.held, "暂缓", "held"), (c.no_longer_listed, "快照未列而撤回", "no longer listed")];
        told.extend(rare.into_iter().filter(|(rows, ..)| *rows > 0));
        let (id, item, state, rows) = (&self.batch_id, &self.item_id, self.state.text(lang), c.rows);
        match lang {
            Lang::Zh => {
                let told: Vec<String> = told.iter().map(|(rows, zh, _)| format!("{zh} {rows}")).collect();
                format!("{id} {item}:{state}，共 {rows} 行，{}", told.join("，"))
            }
            Lang::En => {
                let told: Vec<String> = told.iter().map(|(rows, _, en)| format!("{rows} {en}")).collect();
                format!("{id} {item}: {state}, {rows} rows: {}", told.join(", "))
            }
        }
    }
}
