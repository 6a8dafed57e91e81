//! What the subject reads after asking for pre-credit: one answer per bank, in plain words, without scores.

use jq_base::ids::DecisionId;
use jq_base::lang::Lang;
use jq_base::money::Money;
use serde::{Deserialize, Serialize};

use crate::flow::CompiledFlow;
use crate::model::{Decision, Missing, Outcome, RateRange, Term};
use crate::store::StoredDecision;
use crate::trace::Trace;

/// The answers of all banks to one subject (预授信结果), ready to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrequalView {
    /// Name of the subject.
    pub subject_name: String,
    /// The day whose knowledge the answers rest on, `2026-11-10`.
    pub as_of: String,
    /// One answer per flow: those with a limit first, the highest first.
    pub answers: Vec<AnswerView>,
    /// How many banks gave a limit.
    pub can_count: usize,
    /// That this binds no bank.
    pub disclaimer: String,
}

impl PrequalView {
    /// The answers of products that are made for subjects like this one.
    pub fn fitting(&self) -> impl Iterator<Item = &AnswerView> {
        self.answers.iter().filter(|answer| !answer.is_elsewhere())
    }

    /// The answers of products that are made for others.
    pub fn elsewhere(&self) -> Vec<&AnswerView> {
        self.answers.iter().filter(|answer| answer.is_elsewhere()).collect()
    }
}

impl AnswerView {
    fn is_elsewhere(&self) -> bool {
        self.outcome == Outcome::NotApplicable.code()
    }
}

/// One bank's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerView {
    /// Number of the stored decision; an application refers to it.
    pub decision_id: String,
    /// The flow that answered.
    pub flow_id: String,
    /// The bank, `bank01`.
    pub bank_id: String,
    /// Name of the bank.
    pub bank: String,
    /// Stable id of the product.
    pub product_id: String,
    /// Name of the product.
    pub product: String,
    /// `can`, `cannot`, `need_visit`, `not_applicable` or `not_enough_data`.
    pub outcome: String,
    /// The outcome in words.
    pub outcome_text: String,
    /// Indicative limit in fen, for programs.
    pub limit_fen: Option<i64>,
    /// Indicative limit, `12.5 万元`; empty without one.
    pub limit_text: String,
    /// Yearly rate, `3.35%–3.85%`; empty without one.
    pub rate_text: String,
    /// Term and repayment; empty without one.
    pub term_text: String,
    /// Why not, in words the subject can use.
    pub reasons: Vec<ReasonView>,
    /// Sources that were not there, and what each could add.
    pub missing: Vec<MissingView>,
    /// What would change the answer.
    pub helps: Vec<String>,
    /// The four incomes of a farm household as the model found them, each open to objection.
    pub incomes: Vec<IncomeView>,
}

/// One of the four incomes of a household.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncomeView {
    /// `wage`, `subsidy`, `operating` or `property`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Yuan of a year, `25,200.00`; empty when it is not known.
    pub amount: String,
    /// The range it may lie in; empty when it is not known.
    pub range: String,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonView {
    /// Refusal code `R01` … `R15`.
    pub code: String,
    /// The sentence.
    pub text: String,
}

/// One source that was not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingView {
    /// Catalogue item, or `declared`.
    pub item: String,
    /// Name of the source.
    pub source: String,
    /// Why it was not there: no record, not authorised, not connected, not stated.
    pub why: String,
    /// What it could add.
    pub adds: String,
}

impl PrequalView {
    /// Builds the page's data from stored decisions; a decision whose flow is no longer loaded is left out.
    pub fn new(subject_name: &str, stored: &[StoredDecision], flows: &[CompiledFlow], lang: Lang) -> Self {
        let mut answers: Vec<AnswerView> = stored
            .iter()
            .filter_map(|one| {
                let flow = flows.iter().find(|flow| flow.id() == one.decision.flow_id)?;
                Some(AnswerView::new(&one.decision_id, &one.decision, flow, lang))
            })
            .collect();
        answers.sort_by(|a, b| {
            (rank(&a.outcome), b.limit_fen, &a.flow_id).cmp(&(rank(&b.outcome), a.limit_fen, &b.flow_id))
        });
        Self {
            subject_name: subject_name.to_owned(),
            as_of: stored.first().map(|one| one.as_of.to_string()).unwrap_or_default(),
            can_count: answers.iter().filter(|answer| answer.outcome == "can").count(),
            answers,
            disclaimer: disclaimer(lang).to_owned(),
        }
    }
}

impl AnswerView {
    /// One decision in the reader's language.
    pub fn new(id: &DecisionId, decision: &Decision, flow: &CompiledFlow, lang: Lang) -> Self {
        let about = flow.about();
        Self {
            decision_id: id.as_str().to_owned(),
            flow_id: decision.flow_id.clone(),
            bank_id: about.bank_id.clone(),
            bank: about.bank.text(lang).to_owned(),
            product_id: about.product_id.clone(),
            product: about.product.text(lang).to_owned(),
            outcome: decision.outcome.code().to_owned(),
            outcome_text: decision.outcome.text(lang).to_owned(),
            limit_fen: decision.limit_fen,
            limit_text: decision.limit_fen.map(|fen| limit_text(fen, lang)).unwrap_or_default(),
            rate_text: decision.rate.map(rate_text).unwrap_or_default(),
            term_text: decision.term.as_ref().map(|term| term_text(term, lang)).unwrap_or_default(),
            reasons: decision
                .reasons
                .iter()
                .map(|reason| ReasonView {
                    code: reason.code.clone(),
                    text: reason.words.text(lang).to_owned(),
                })
                .collect(),
            missing: decision.missing.iter().map(|missing| MissingView::new(missing, lang)).collect(),
            helps: decision.improvements.iter().map(|words| words.text(lang).to_owned()).collect(),
            incomes: incomes(&decision.trace, lang),
        }
    }

    /// True when the answer carries a limit.
    pub fn has_limit(&self) -> bool {
        self.limit_fen.is_some()
    }
}

impl MissingView {
    fn new(missing: &Missing, lang: Lang) -> Self {
        Self {
            item: missing.item.clone(),
            source: missing.name.text(lang).to_owned(),
            why: missing.why.text(lang).to_owned(),
            adds: missing.adds.text(lang).to_owned(),
        }
    }
}

/// That an indicative limit binds nobody.
pub fn disclaimer(lang: Lang) -> &'static str {
    lang.pick(
        "以上额度由各银行的模型按您已授权的信息测算，仅供参考，不构成贷款承诺；最终以银行审批为准。\
         同一结果可随时查看、申诉或撤回授权。",
        "These limits are computed by the banks' models from the records you have authorised. They are \
         indicative and no promise of a loan: the bank decides. You may look at them again, object to the \
         records or withdraw your consent at any time.",
    )
}

/// The four incomes, when the model looked for them.
fn incomes(trace: &Trace, lang: Lang) -> Vec<IncomeView> {
    let names = [
        ("wage", lang.pick("工资性收入", "wages")),
        ("subsidy", lang.pick("补贴性收入", "subsidies")),
        ("operating", lang.pick("经营性收入", "farming")),
        ("property", lang.pick("财产性收入", "rent and dividends")),
    ];
    let grouped = |step: &str, id: &str| {
        let yuan = trace.output(step, id).and_then(|text| Money::parse_yuan(text).ok());
        yuan.map(Money::grouped).unwrap_or_default()
    };
    let view = |(id, name): (&str, &str)| {
        trace.output("income", id)?;
        let (low, high) = (grouped("income_low", id), grouped("income_high", id));
        let range = if low.is_empty() { String::new() } else { format!("{low}–{high}") };
        Some(IncomeView { id: id.to_owned(), name: name.to_owned(), amount: grouped("income", id), range })
    };
    names.into_iter().filter_map(view).collect()
}

fn rank(outcome: &str) -> u8 {
    match outcome {
        "can" => 0,
        "need_visit" => 1,
        "not_enough_data" => 2,
        "cannot" => 3,
        _ => 4,
    }
}

/// A limit of whole thousands of yuan: `12.5 万元` or `125,000 yuan`.
pub fn limit_text(fen: i64, lang: Lang) -> String {
    let thousands = fen / 100_000;
    match lang {
        Lang::Zh if thousands % 10 == 0 => format!("{} 万元", thousands / 10),
        Lang::Zh => format!("{}.{} 万元", thousands / 10, thousands % 10),
        Lang::En if thousands >= 1_000 => {
            format!("{},{:03},000 yuan", thousands / 1_000, thousands % 1_000)
        }
        Lang::En => format!("{thousands},000 yuan"),
    }
}

fn rate_text(rate: RateRange) -> String {
    let percent = |ppm: i64| format!("{}.{:02}%", ppm / 10_000, ppm % 10_000 / 100);
    if rate.low_ppm == rate.high_ppm {
        percent(rate.low_ppm)
    } else {
        format!("{}–{}", percent(rate.low_ppm), percent(rate.high_ppm))
    }
}

fn term_text(term: &Term, lang: Lang) -> String {
    let months = match (lang, term.months_min == term.months_max) {
        (Lang::Zh, true) => format!("{} 个月", term.months_max),
        (Lang::Zh, false) => format!("{}–{} 个月", term.months_min, term.months_max),
        (Lang::En, true) => format!("{} months", term.months_max),
        (Lang::En, false) => format!("{}–{} months", term.months_min, term.months_max),
    };
    let joint = lang.pick("，", ", ");
    format!("{months}{joint}{}", term.repayment.text(lang))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Words;

    #[test]
    fn a_limit_reads_in_ten_thousands_in_chinese() {
        assert_eq!(limit_text(12_500_000, Lang::Zh), "12.5 万元");
        assert_eq!(limit_text(30_000_000, Lang::Zh), "30 万元");
        assert_eq!(limit_text(12_500_000, Lang::En), "125,000 yuan");
        assert_eq!(limit_text(305_000_000, Lang::En), "3,050,000 yuan");
    }

    #[test]
    fn a_rate_range_has_two_decimals() {
        assert_eq!(rate_text(RateRange { low_ppm: 33_500, high_ppm: 38_500 }), "3.35%–3.85%");
        assert_eq!(rate_text(RateRange { low_ppm: 30_000, high_ppm: 30_000 }), "3.00%");
    }

    #[test]
    fn a_term_names_its_repayment() {
        let repayment = Words {
            zh: "按月付息、到期还本".into(),
            en: "interest monthly, principal at the end".into(),
        };
        let term = Term { months_min: 12, months_max: 36, repayment };
        assert_eq!(term_text(&term, Lang::Zh), "12–36 个月，按月付息、到期还本");
    }
}
