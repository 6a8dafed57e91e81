//! A bank lays its own models over the shipped ones: what they compute, and what is said when a file is wrong.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::path::PathBuf;

use jq_base::ids::SubjectKey;
use jq_decision::content::ContentError;
use jq_decision::flow::Stage;
use jq_decision::{Flows, Outcome};

/// A flow that grades firms by points of a model of its own, with a formula and two rules afterwards.
const FLOW: &str = r#"
id = "own_grade"
version = "1"
audience = "firm"
bank = { id = "bank70", zh = "自建银行", en = "Own Bank" }
not_applicable = { code = "R01", zh = "本产品面向企业。", en = "This product is for firms." }

[product]
id = "own_loan"
zh = "自建贷"
en = "Own loan"
months_min = 6
months_max = 12
repayment_zh = "按月付息"
repayment_en = "interest monthly"

[limit]
cap_yuan = 1000000
floor_yuan = 10000
too_small = { code = "R08", zh = "测算额度低于起点。", en = "Below the smallest loan." }
no_basis = { code = "R09", zh = "缺少数据。", en = "Records are missing." }

[[derive]]
name = "growth"
model = "own_points"

[[derive]]
name = "sold_a_head"
formula = "tax_sales_12m / max(si_headcount_latest, 1)"

[grade]
by = "growth"
better = "high"
basis = [{ feature = "sold_a_head", factor = 2.0 }]
otherwise = { code = "R08", zh = "综合经营情况暂不符合。", en = "The business as a whole does not qualify yet." }

[[grade.band]]
name = "no"
to = 10
can = false

[[grade.band]]
name = "yes"
from = 10
can = true
multiplier = 0.5
bp_low = 10
bp_high = 30

[[grade.cause]]
feature = "tax_sales_yoy"
typical = 0.1
reason = { code = "R08", zh = "销售下降。", en = "Sales fell." }

[[grade.cause]]
feature = "patent_valid_count"
typical = 0
reason = { code = "R08", zh = "没有有效专利。", en = "No patent is in force." }

[[adjust]]
id = "J01"
when = [{ feature = "sold_a_head", op = "gt", value = 100000 }]
factor = 0.8
cap_yuan = 60000
bp_add = 5

[[adjust]]
id = "J02"
when = [{ feature = "penalty_count_3y", op = "ge", value = 5 }]
to = "need_visit"
reason = { code = "R02", zh = "处罚较多，银行希望上门了解。", en = "Many penalties; the bank would like to visit." }

[[case]]
name = "a growing firm is lent half of what two heads sell, within the cap"
as_of = "2026-11-10"
inputs = { is_active = 1, is_seriously_dishonest = 0, tax_sales_yoy = 0.2, tax_sales_12m = 2000000, si_headcount_latest = 10 }
outcome = "can"
limit_yuan = 60000
steps = { "derive growth" = "20", "band yes" = "multiplier 0.5", "adjust J01" = "times 0.8, at most 60000, +5 bp" }

[[case]]
name = "a shrinking firm is refused and told that its sales fell"
like = "a growing firm is lent half of what two heads sell, within the cap"
as_of = "2026-11-10"
inputs = { tax_sales_yoy = -0.5 }
outcome = "cannot"
codes = ["R08"]

[[case]]
name = "a firm with many penalties is visited"
like = "a growing firm is lent half of what two heads sell, within the cap"
as_of = "2026-11-10"
inputs = { penalty_count_3y = 7 }
outcome = "need_visit"
codes = ["R02"]

[[case]]
name = "without filings nothing is known"
like = "a growing firm is lent half of what two heads sell, within the cap"
as_of = "2026-11-10"
without = ["tax_sales_yoy", "tax_sales_12m"]
outcome = "not_enough_data"
"#;

const MODEL: &str = r#"
id = "own_points"
version = "1"
zh = "成长评分"
en = "growth points"
gives_zh = "分数，越高越好"
gives_en = "points, more is better"

[points]
base = 0

[[points.feature]]
name = "tax_sales_yoy"
missing = 0
bins = [{ to = 0, points = 0 }, { from = 0, points = 20 }]
reason = { code = "R08", zh = "销售下降。", en = "Sales fell." }
"#;

/// A data folder with these files in `decisions/`, removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &[u8])]) -> Self {
        let folder = std::env::temp_dir().join(format!("jq-overlay-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        for (file, bytes) in files {
            let path = folder.join("decisions").join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        Self(folder)
    }

    fn load(&self) -> Result<Flows, ContentError> {
        Flows::load(&[&self.0])
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_model_of_the_banks_own_answers_as_its_cases_say() {
    let folder =
        Folder::new("own", &[("flows/own.toml", FLOW.as_bytes()), ("models/own.toml", MODEL.as_bytes())]);
    let flows = folder.load().unwrap();
    let flow = flows.find("own_grade").unwrap();
    for case in flow.cases() {
        let decision = case.run(flow, flows.features()).unwrap_or_else(|fault| panic!("{fault}"));
        if decision.outcome == Outcome::Cannot {
            let told: Vec<&str> = decision.reasons.iter().map(|reason| reason.words.en.as_str()).collect();
            assert_eq!(told, ["Sales fell."], "a patent would not have helped");
        }
        if let Some(rate) = decision.rate {
            assert_eq!(rate.high_ppm - rate.low_ppm, 2_000, "twenty basis points apart");
        }
    }
    assert!(flows.find("bank01_scorecard").is_some(), "the shipped flows are there as well");
}

#[test]
fn another_model_behind_a_flow_is_another_version_of_it() {
    let version = |name: &str, model: &str| {
        let files = [("flows/own.toml", FLOW.as_bytes()), ("models/own.toml", model.as_bytes())];
        Folder::new(name, &files).load().unwrap().find("own_grade").unwrap().version().to_owned()
    };
    let (one, other) =
        (version("one", MODEL), version("other", &MODEL.replace("points = 20", "points = 21")));
    assert_ne!(one, other);
    assert_eq!(one, version("again", MODEL));
}

#[test]
fn a_tree_model_is_read_from_its_librarys_file() {
    let trees = include_bytes!("../fixtures/lightgbm_none.txt");
    let columns = String::from_utf8_lossy(trees).lines().find_map(|line| {
        let number: usize = line.strip_prefix("max_feature_idx=")?.parse().ok()?;
        Some(number + 1)
    });
    let flows = Flows::embedded().unwrap();
    let names: Vec<String> =
        flows.features().names().take(columns.unwrap()).map(|name| format!("{name:?}")).collect();
    let text = |names: &[String]| {
        let head = MODEL.split("[points]").next().unwrap();
        format!("{head}[trees]\nformat = \"lightgbm\"\nfile = \"own.txt\"\ninputs = [{}]\n", names.join(", "))
    };
    let files =
        |text: &str| Folder::new("trees", &[("models/own.toml", text.as_bytes()), ("models/own.txt", trees)]);
    let folder = files(&text(&names));
    let loaded = folder.load().unwrap();
    let model = loaded.content().models().find(|model| model.id() == "own_points").unwrap();
    assert!(model.trees().unwrap() > 0);
    drop(folder);
    let problem = files(&text(&names[1..])).load().unwrap_err().to_string();
    assert!(problem.contains("columns and the file names"), "{problem}");
}

#[test]
fn a_wrong_file_is_named_with_line_and_rule() {
    let problem = |name: &str, from: &str, to: &str| {
        assert!(FLOW.contains(from), "{from}");
        let flow = FLOW.replacen(from, to, 1);
        let files = [("flows/own.toml", flow.as_bytes()), ("models/own.toml", MODEL.as_bytes())];
        Folder::new(name, &files).load().unwrap_err().to_string()
    };
    let check = |name: &str, from: &str, to: &str, expected: &str| {
        assert_eq!(problem(name, from, to), expected);
    };
    check(
        "formula",
        "max(si_headcount_latest, 1)",
        "max(si_heads, 1)",
        "flows/own.toml:29: sold_a_head: there is no feature or earlier value si_heads",
    );
    check(
        "model",
        "\"own_points\"",
        "\"no_points\"",
        "flows/own.toml:25: growth: there is no model no_points",
    );
    check(
        "twice",
        "\"sold_a_head\"\nformula",
        "\"growth\"\nformula",
        "flows/own.toml:28: growth: a feature or an earlier value has this name",
    );
    check(
        "nothing",
        "factor = 0.8\ncap_yuan = 60000\nbp_add = 5\n",
        "",
        "flows/own.toml:61: J01: the rule does nothing: give it a factor, a cap or a price",
    );
    check(
        "bands",
        "from = 10\ncan",
        "from = 11\ncan",
        "flows/own.toml:43: yes: bands must follow each other without gap or overlap",
    );
    assert!(
        problem("two", "[grade]", "[table]\nhit = \"first\"\nrow = []\n\n[grade]").contains("exactly one of")
    );
}

/// The same flow with another name, laid over it with these words in place of those.
fn another(id: &str, changes: &[(&str, &str)]) -> String {
    let mut text = FLOW.replace("\"own_grade\"", &format!("{id:?}"));
    text.truncate(text.find("[[case]]").unwrap());
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    text
}

fn firms() -> Vec<SubjectKey> {
    const SIGNS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let whole = |n: usize| {
        let stem = format!("91500102MA{n:05}W");
        let codes = SIGNS.chars().map(|sign| format!("{stem}{sign}"));
        codes
            .flat_map(|code| SIGNS.chars().map(move |sign| format!("{code}{sign}")))
            .find_map(|code| SubjectKey::parse(&code).ok())
    };
    (0..2_000).filter_map(whole).collect()
}

#[test]
fn a_challenger_answers_for_its_part_and_always_for_the_same_firms() {
    let challenger = |id: &str, percent: u32| {
        let part = format!("[trial]\nof = \"own_grade\"\npercent = {percent}\n\n[limit]");
        another(id, &[("[limit]", &part)])
    };
    let (one, two) = (challenger("own_new", 10), challenger("own_newer", 25));
    let files = [
        ("flows/own.toml", FLOW.as_bytes()),
        ("flows/own-new.toml", one.as_bytes()),
        ("flows/own-newer.toml", two.as_bytes()),
        ("models/own.toml", MODEL.as_bytes()),
    ];
    let folder = Folder::new("trial", &files);
    let flows = folder.load().unwrap();
    let firms = firms();
    let mut counts = std::collections::BTreeMap::new();
    for firm in &firms {
        let answering = flows.answering(Stage::PreCredit, firm);
        let lending = flows.list().iter().filter(|flow| flow.about().stage == Stage::PreCredit).count();
        assert_eq!(answering.len(), lending - 2, "one answer for each product");
        let own = answering.iter().find(|flow| flow.about().bank_id == "bank70").unwrap();
        assert_eq!(
            own.id(),
            flows
                .answering(Stage::PreCredit, firm)
                .iter()
                .find(|f| f.about().bank_id == "bank70")
                .unwrap()
                .id()
        );
        *counts.entry(own.id()).or_insert(0usize) += 1;
    }
    let share = |id: &str| counts[id] * 100 / firms.len();
    assert!((7..=13).contains(&share("own_new")) && (21..=29).contains(&share("own_newer")), "{counts:?}");
    assert!((60..=70).contains(&share("own_grade")), "{counts:?}");
}

#[test]
fn a_trial_that_cannot_be_is_named() {
    let problem = |name: &str, part: &str, more: &[(&str, &str)]| {
        let part = format!("{part}\n\n[limit]");
        let changes: Vec<(&str, &str)> = [("[limit]", part.as_str())].iter().chain(more).copied().collect();
        let text = another("own_new", &changes);
        let files = [
            ("flows/own.toml", FLOW.as_bytes()),
            ("flows/own-new.toml", text.as_bytes()),
            ("models/own.toml", MODEL.as_bytes()),
        ];
        Folder::new(name, &files).load().unwrap_err().to_string()
    };
    let nobody = problem("nobody", "[trial]\nof = \"own_gone\"\npercent = 10", &[]);
    assert_eq!(nobody, "flows/own-new.toml:1: trial: own_gone: there is no such flow to be tried against");
    let all = problem("all", "[trial]\nof = \"own_grade\"\npercent = 100", &[]);
    assert!(all.contains("own-new.toml:18: own_grade: a challenger answers 1 to 99"), "{all}");
    let other = problem(
        "foreign",
        "[trial]\nof = \"own_grade\"\npercent = 10",
        &[("id = \"bank70\"", "id = \"bank71\"")],
    );
    assert!(other.contains("the bank, product, audience and stage"), "{other}");
    let itself = problem("itself", "[trial]\nof = \"own_new\"\npercent = 10", &[]);
    assert!(itself.contains("is a challenger itself"), "{itself}");
}

#[test]
fn a_flow_asks_another_one_and_is_another_version_when_that_changes() {
    let asking = another(
        "own_asking",
        &[
            (
                "name = \"sold_a_head\"\nformula = \"tax_sales_12m / max(si_headcount_latest, 1)\"",
                "name = \"first\"\nflow = \"own_grade\"",
            ),
            ("feature = \"sold_a_head\", factor = 2.0", "feature = \"first\", factor = 1.0"),
            (
                "when = [{ feature = \"sold_a_head\", op = \"gt\", value = 100000 }]\nfactor = 0.8\ncap_yuan = 60000",
                "when = [{ feature = \"first\", op = \"gt\", value = 50000 }]\nfactor = 0.5",
            ),
        ],
    );
    let load = |name: &str, own: &str| {
        // The flow that asks stands before the one that is asked.
        let files = [
            ("flows/a-asking.toml", asking.as_bytes()),
            ("flows/own.toml", own.as_bytes()),
            ("models/own.toml", MODEL.as_bytes()),
        ];
        Folder::new(name, &files).load()
    };
    let flows = load("asking", FLOW).unwrap();
    let (own, flow) = (flows.find("own_grade").unwrap(), flows.find("own_asking").unwrap());
    let case = &own.cases()[0];
    let vector = case.vector(flows.features()).unwrap();
    let decision = jq_decision::evaluate(flow, &vector, case.as_of());
    assert_eq!(decision.trace.output("derive", "first"), Some("60000"));
    // Sixty thousand from the first, half of it by the band, half again by the rule.
    assert_eq!(decision.limit_fen, Some(1_500_000));
    let changed = load("asking-changed", &FLOW.replace("bp_add = 5", "bp_add = 6").replace("+5 bp", "+6 bp"));
    assert_ne!(changed.unwrap().find("own_asking").unwrap().version(), flow.version());
    let circle = FLOW.replacen("model = \"own_points\"", "flow = \"own_asking\"", 1);
    let problem = load("asking-circle", &circle).unwrap_err().to_string();
    assert!(
        problem.contains("there is no flow") && problem.contains("that does not ask this one"),
        "{problem}"
    );
}
