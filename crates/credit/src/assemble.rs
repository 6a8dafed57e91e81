//! Puts a report together: facts, catalogue and content in, one view out. Pure: the same input, the same report.

use jiff::{Timestamp, ToSpan};
use jq_base::clock;
use jq_base::ids::{ReportNo, SubjectKey, SubjectKind};
use jq_base::lang::Lang;
use jq_base::money::Money;
use jq_catalog::size::Figures;
use jq_catalog::{Catalog, Polarity};
use jq_lake::Value;

use crate::blocks::{Frame, Shown};
use crate::charts;
use crate::content::ReportContent;
use crate::facts::Facts;
use crate::format::{self, EMPTY};
use crate::hints;
use crate::record::Record;
use crate::view::{
    AnnexRow, CountRow, Cover, Coverage, CreditReportView, Note, Overview, Pair, Queries, QueryRow, SCHEMA,
    Section,
};

/// Queries listed in a report.
pub const QUERIES_SHOWN: usize = 50;
/// A value wider than this takes the whole line of the overview.
const WIDE: usize = 34;

/// What makes one report this one report.
#[derive(Debug, Clone)]
pub struct Issue<'a> {
    /// Number of the report.
    pub report_no: &'a ReportNo,
    /// Whose report.
    pub subject: &'a SubjectKey,
    /// When it is generated.
    pub at: Timestamp,
    /// Who reads it, ready to print: names and telephone numbers already masked.
    pub reader: &'a str,
    /// Address of the public verification page, without the number.
    pub verify_base: &'a str,
    /// Earlier queries about the subject, newest first; times and names ready to print.
    pub queries: &'a [QueryRow],
    /// Number of queries on record.
    pub queries_total: u64,
}

/// The report as data, without seal: see [`crate::seal`].
pub fn assemble(
    facts: &Facts,
    catalog: &Catalog,
    content: &ReportContent,
    issue: &Issue<'_>,
    lang: Lang,
) -> CreditReportView {
    let today = clock::date_of(issue.at);
    let frame = Frame { catalog, content, lang, today };
    let items: Vec<Shown<'_>> = content
        .sections
        .iter()
        .flat_map(|section| &section.items)
        .filter_map(|spec| Some(Shown::new(&frame, spec, catalog.item(&spec.id)?, facts)))
        .collect();
    let pick = |words: &crate::content::Words| words.get(lang).to_owned();
    let total = catalog.items().len().to_string();
    let mut words: std::collections::BTreeMap<String, String> =
        content.words.iter().map(|(key, words)| (key.clone(), pick(words))).collect();
    words.insert("page".to_owned(), content.value("page", lang).to_owned());
    CreditReportView {
        schema: SCHEMA.to_owned(),
        lang: lang.code().to_owned(),
        cover: cover(&frame, facts, &items, issue),
        notes: content
            .notes
            .iter()
            .map(|note| Note { title: pick(&note.title), text: note.text.fill(lang, &[("total", &total)]) })
            .collect(),
        overview: overview(&frame, &items),
        sections: sections(&frame, &items),
        risks: hints::risks(&frame, &items),
        queries: queries(&frame, issue),
        annex: annex(&frame, &items),
        dictionary: frame.sentence(
            "dictionary",
            &[("items", &total), ("digest", catalog.version().get(..8).unwrap_or(""))],
        ),
        disclaimer: content.disclaimers.iter().map(pick).collect(),
        words,
    }
}

fn find<'a, 'b>(items: &'a [Shown<'b>], id: &str) -> Option<&'a Shown<'b>> {
    items.iter().find(|shown| shown.item.id == id)
}

fn first_record<'a>(items: &'a [Shown<'_>], id: &str) -> Option<&'a Record> {
    find(items, id)?.records.first().map(|(record, _)| *record)
}

/// The name under which the subject is registered; a natural person's key is never printed.
pub fn subject_name(facts: &Facts, subject: &SubjectKey) -> String {
    let registered = facts.item("ent_registration").and_then(|found| found.records.first()?.word("name"));
    registered.unwrap_or_else(|| match subject.kind() {
        SubjectKind::Person => EMPTY.to_owned(),
        SubjectKind::Organisation | SubjectKind::Local => {
            subject.as_str().trim_start_matches("name:").to_owned()
        }
    })
}

fn cover(frame: &Frame<'_>, facts: &Facts, items: &[Shown<'_>], issue: &Issue<'_>) -> Cover {
    let (content, lang) = (frame.content, frame.lang);
    let other = if lang == Lang::Zh { Lang::En } else { Lang::Zh };
    let name = first_record(items, "ent_registration").and_then(|record| record.word("name"));
    let at = issue.at.to_zoned(clock::zone()).strftime("%Y-%m-%d %H:%M:%S").to_string();
    let as_of = facts.as_of().map_or_else(|| EMPTY.to_owned(), |date| date.to_string());
    let until = frame.today.checked_add(content.valid_days.days()).unwrap_or(frame.today).to_string();
    let number = issue.report_no.as_str();
    let tail = number.get(number.len().saturating_sub(4)..).unwrap_or("");
    let minute = at.get(..16).unwrap_or(&at);
    Cover {
        platform: content.platform.get(lang).to_owned(),
        operator: content.operator.get(lang).to_owned(),
        title: content.title.get(lang).to_owned(),
        title_other: content.title.get(other).to_owned(),
        edition: content.edition_name.get(lang).to_owned(),
        edition_code: content.edition.clone(),
        subject_name: name.unwrap_or_else(|| subject_name(&Facts::default(), issue.subject)),
        subject_code: match issue.subject.kind() {
            SubjectKind::Organisation => issue.subject.to_string(),
            SubjectKind::Person => content.value("person", lang).to_owned(),
            SubjectKind::Local => EMPTY.to_owned(),
        },
        report_no: number.to_owned(),
        generated_at: at.clone(),
        reader: issue.reader.to_owned(),
        validity: content.validity.fill(lang, &[("as_of", &as_of), ("until", &until)]),
        data_as_of: as_of,
        verify_url: issue.verify_base.trim_end_matches('/').to_owned(),
        qr_svg: String::new(),
        content_sm3: String::new(),
        statement: content.statement.get(lang).to_owned(),
        watermark: format!("{} {minute} {tail}", issue.reader),
        footer: content.footer.get(lang).to_owned(),
    }
}

fn overview(frame: &Frame<'_>, items: &[Shown<'_>]) -> Overview {
    let (available, total) = (items.iter().filter(|shown| shown.available()).count(), items.len());
    let with_records = items.iter().filter(|shown| shown.total() > 0).count();
    let text = frame.sentence(
        "coverage",
        &[
            ("available", &available.to_string()),
            ("total", &total.to_string()),
            ("with", &with_records.to_string()),
        ],
    );
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let mut listed: Vec<&Shown<'_>> = items.iter().collect();
    listed.sort_by_key(|shown| shown.item.no);
    Overview {
        basics: basics(frame, items),
        counts: listed.into_iter().map(|shown| count_row(frame, shown)).collect(),
        coverage: Coverage {
            available: number(available),
            total: number(total),
            with_records: number(with_records),
            text,
        },
    }
}

fn count_row(frame: &Frame<'_>, shown: &Shown<'_>) -> CountRow {
    let category = frame.catalog.category(&shown.item.category);
    CountRow {
        category: category.map_or_else(String::new, |category| category.name(frame.lang).to_owned()),
        item_id: shown.item.id.clone(),
        item: shown.item.name(frame.lang).to_owned(),
        records: shown.total(),
        latest: shown.latest(),
        adverse: shown.item.polarity == Polarity::Adverse,
        adverse_live: shown.live(),
        state: shown.state.clone(),
    }
}

fn basics(frame: &Frame<'_>, items: &[Shown<'_>]) -> Vec<Pair> {
    let Some(shown) = find(items, "ent_registration") else { return Vec::new() };
    let record = first_record(items, "ent_registration");
    let mut pairs: Vec<Pair> = Vec::new();
    for column in &frame.content.basics {
        let Some(field) = shown.item.field(&column.field) else { continue };
        let value = frame.setting().cell(field, column, record.and_then(|record| record.get(&column.field)));
        let wide = format::width(&value) > WIDE;
        pairs.push(Pair { label: frame.setting().label(field, column), value, wide });
        if column.field == "industry_code" {
            pairs.push(Pair {
                label: frame.content.value("size_class", frame.lang).to_owned(),
                value: size_class(frame, items).unwrap_or_else(|| EMPTY.to_owned()),
                wide: false,
            });
        }
    }
    pairs
}

/// The statistical size class by the newest annual report.
fn size_class(frame: &Frame<'_>, items: &[Shown<'_>]) -> Option<String> {
    let industry = first_record(items, "ent_registration")?.word("industry_code")?;
    let year = first_record(items, "ent_annual_report")?;
    let money = |field: &str| match year.get(field)? {
        Value::Int(fen) => Some(Money::from_fen(*fen)),
        _ => None,
    };
    let employees = match year.get("employees") {
        Some(Value::Int(count)) => u32::try_from(*count).ok(),
        _ => None,
    };
    let figures = Figures { employees, revenue: money("revenue"), assets: money("assets_total") };
    let class = frame.catalog.size_rules().decide(&industry, figures).class?;
    Some(class.label(frame.lang).to_owned())
}

fn sections(frame: &Frame<'_>, items: &[Shown<'_>]) -> Vec<Section> {
    let mut sections = Vec::new();
    for spec in &frame.content.sections {
        let own: Vec<&Shown<'_>> = spec.items.iter().filter_map(|item| find(items, &item.id)).collect();
        let records: u64 = own.iter().map(|shown| shown.total()).sum();
        if spec.only_with_records && records == 0 {
            continue;
        }
        let charts = spec.charts.iter().filter_map(|chart| {
            let shown: Vec<&Record> =
                find(items, &chart.item)?.records.iter().map(|(record, _)| *record).collect();
            charts::chart(chart, &shown, frame.content, frame.lang)
        });
        sections.push(Section {
            id: spec.id.clone(),
            title: spec.title.get(frame.lang).to_owned(),
            lead: lead(frame, &own, records),
            items: own.iter().map(|shown| shown.block(frame)).collect(),
            charts: charts.collect(),
        });
    }
    sections
}

fn lead(frame: &Frame<'_>, own: &[&Shown<'_>], records: u64) -> String {
    let with = own.iter().filter(|shown| shown.total() > 0).count().to_string();
    let values = [("items", &*own.len().to_string()), ("with", &with), ("n", &records.to_string())];
    let lead = frame.sentence("lead", &values);
    let live: u64 = own.iter().map(|shown| shown.live()).sum();
    if live == 0 {
        return lead;
    }
    let adverse = frame.sentence("lead_adverse", &[("live", &live.to_string())]);
    format!("{lead}{}{adverse}", frame.lang.pick("", " "))
}

fn queries(frame: &Frame<'_>, issue: &Issue<'_>) -> Queries {
    let rows: Vec<QueryRow> = issue.queries.iter().take(QUERIES_SHOWN).cloned().collect();
    let key = if issue.queries_total == 0 { "no_queries" } else { "queries" };
    let values = [("total", &*issue.queries_total.to_string()), ("n", &rows.len().to_string())];
    Queries { lead: frame.sentence(key, &values), rows, total: issue.queries_total }
}

fn annex(frame: &Frame<'_>, items: &[Shown<'_>]) -> Vec<AnnexRow> {
    let mut rows: Vec<AnnexRow> = items
        .iter()
        .map(|shown| AnnexRow {
            no: shown.item.no,
            item_id: shown.item.id.clone(),
            item: shown.item.name(frame.lang).to_owned(),
            source_unit: shown.source_unit(frame),
            frequency: shown.item.frequency.label(frame.lang).to_owned(),
            as_of: shown.as_of.clone(),
            state: shown.state.clone(),
        })
        .collect();
    rows.sort_by_key(|row| row.no);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::ItemFacts;
    use crate::record::RepairState;
    use crate::record::tests::record;
    use crate::view::{ItemState, RiskLevel};

    const SUBJECT: &str = "91500102MAC8YUW23Y";
    const PERSON: &str = "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a";

    fn facts() -> Facts {
        let mut repaired =
            record("p2", &[("document_no", "渝市监处罚2号"), ("max_public_until", "2027-05-01")]);
        repaired.repair = RepairState::Repaired;
        let items = [
            (
                "ent_registration",
                vec![record(
                    SUBJECT,
                    &[
                        ("uscc", SUBJECT),
                        ("name", "重庆山城精密机械有限公司"),
                        ("legal_rep_name", "王建国"),
                        ("legal_rep_id_hash", PERSON),
                        ("registered_capital", "fen:1200000000"),
                        ("established_on", "2017-04-18"),
                        ("status", "active"),
                        ("industry_code", "3484"),
                    ],
                )],
            ),
            (
                "admin_penalty",
                vec![
                    record(
                        "p1",
                        &[
                            ("document_no", "渝市监处罚1号"),
                            ("decided_on", "2026-05-01"),
                            ("max_public_until", "2027-05-01"),
                        ],
                    ),
                    repaired,
                ],
            ),
            (
                "power_bill",
                vec![record(
                    "sg+5001234567+2026-09",
                    &[("month", "2026-09-01"), ("meter_account", "acct5001234567"), ("arrears", "fen:100")],
                )],
            ),
            ("ent_key_person", vec![record("k", &[("person_name", "李小红"), ("person_key", PERSON)])]),
        ];
        let as_of = "2026-11-09".parse().ok();
        let facts = |records| ItemFacts { allowed: true, as_of, delivered_on: as_of, records };
        Facts { items: items.into_iter().map(|(id, records)| (id.to_owned(), facts(records))).collect() }
    }

    fn report(lang: Lang) -> CreditReportView {
        let catalog = Catalog::embedded().unwrap();
        let content = ReportContent::embedded().unwrap().fitted(&catalog).unwrap();
        let issue = Issue {
            report_no: &ReportNo::parse("CQZ202611107H3K9MXR2PA").unwrap(),
            subject: &SubjectKey::parse(SUBJECT).unwrap(),
            at: "2026-11-10T09:30:05+08:00".parse().unwrap(),
            reader: "本企业（138****2046）",
            verify_base: "http://127.0.0.1:8080/verify/",
            queries: &[],
            queries_total: 0,
        };
        assemble(&facts(), &catalog, &content, &issue, lang)
    }

    #[test]
    fn a_report_names_the_enterprise_and_counts_its_items() {
        let report = report(Lang::Zh);
        assert_eq!(report.cover.subject_name, "重庆山城精密机械有限公司");
        assert_eq!(report.cover.generated_at, "2026-11-10 09:30:05");
        assert_eq!(report.cover.validity, "反映截至 2026-11-09 的信息，参考期 30 天（至 2026-12-10）");
        assert_eq!(report.overview.coverage.text, "目录 56 项中，4 项可用，其中 4 项有记录。");
        assert_eq!(report.annex.len(), 56);
        assert!(
            report.sections.iter().all(|section| section.id != "agriculture"),
            "no farm records, no chapter"
        );
        let capital = report.overview.basics.iter().find(|pair| pair.label.starts_with("注册资本")).unwrap();
        assert_eq!((capital.label.as_str(), capital.value.as_str()), ("注册资本（万元）", "1,200.00"));
    }

    #[test]
    fn a_repaired_record_an_identity_and_an_account_number_are_nowhere_in_a_report() {
        for lang in [Lang::Zh, Lang::En] {
            let text = jq_base::json::canonical(&report(lang)).unwrap();
            assert!(text.contains("渝市监处罚1号") && text.contains("王建国") && text.contains("****4567"));
            assert!(!text.contains("渝市监处罚2号"), "repaired");
            assert!(!text.contains(PERSON), "identity hash");
            assert!(!text.contains("5001234567"), "meter account");
        }
    }

    #[test]
    fn a_penalty_in_publicity_and_unpaid_power_are_hints_with_their_records() {
        let risks = report(Lang::Zh).risks;
        let rules: Vec<(&str, RiskLevel, u64)> =
            risks.hints.iter().map(|hint| (hint.rule.as_str(), hint.level, hint.records)).collect();
        let medium = RiskLevel::Medium;
        assert_eq!(rules, [("penalty_in_publicity", medium, 1), ("power_arrears", medium, 1)]);
        assert_eq!(risks.hints[0].references[0].date, "2026-05-01");
    }

    #[test]
    fn what_was_never_delivered_is_not_called_no_record() {
        let report = report(Lang::En);
        let state = |id: &str| report.annex.iter().find(|row| row.item_id == id).unwrap().state.clone();
        assert_eq!(state("dishonest_debtor").code, ItemState::NotConnected);
        assert!(state("dishonest_debtor").sentence.contains("records may exist"));
    }

    #[test]
    fn the_seal_holds_for_the_content_and_notices_a_change() {
        let sealed = crate::seal(report(Lang::Zh)).unwrap();
        assert_eq!(crate::content_sm3(&sealed).unwrap(), sealed.cover.content_sm3);
        assert!(
            sealed.cover.verify_url.starts_with("http://127.0.0.1:8080/verify/CQZ202611107H3K9MXR2PA?c=")
        );
        assert!(sealed.cover.qr_svg.contains("<svg"));
        let mut changed = sealed.clone();
        changed.overview.counts[0].records += 1;
        assert_ne!(crate::content_sm3(&changed).unwrap(), sealed.cover.content_sm3);
        let text = jq_base::json::canonical(&sealed).unwrap();
        let read: CreditReportView = serde_json::from_str(&text).unwrap();
        assert_eq!(
            crate::content_sm3(&read).unwrap(),
            sealed.cover.content_sm3,
            "so does the machine-readable twin"
        );
    }

    #[test]
    fn the_renderers_samples_are_report_views() {
        for text in [
            include_str!("../../credit-render/tests/sample.zh.json"),
            include_str!("../../credit-render/tests/sample.en.json"),
        ] {
            let view: CreditReportView = serde_json::from_str(text).unwrap();
            let kept: serde_json::Value = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_value(&view).unwrap(), kept, "nothing is lost");
        }
    }
}
