//! What a receipt says: for people as lines in one language, for programs as the consent itself.

use jiff::Timestamp;
use jq_base::clock;
use jq_base::ids::ReportNo;
use jq_base::lang::Lang;
use jq_catalog::Catalog;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use serde::Serialize;

use super::ReceiptError;
use crate::content::text::{ConsentText, field_name};
use crate::grant::evidence::Evidence;
use crate::grant::model::{Grant, GrantState};

/// A receipt in one language, as data.
#[derive(Clone, Debug, Serialize)]
pub struct ReceiptView {
    /// The name of this form.
    form: &'static str,
    /// `zh-CN` or `en`.
    pub(super) lang: String,
    cover: Cover,
    facts: Vec<Fact>,
    items_label: String,
    items: Vec<String>,
    text: Option<Words>,
    evidence_label: &'static str,
    evidence: Vec<Fact>,
    note: &'static str,
    consent: Record,
}

#[derive(Clone, Debug, Serialize)]
struct Cover {
    title: &'static str,
    platform: &'static str,
    heading: String,
    receipt_no: String,
    receipt_no_label: &'static str,
    generated_at: String,
    verify_url: String,
    verify_label: &'static str,
    qr_svg: String,
}

#[derive(Clone, Debug, Serialize)]
struct Fact {
    label: &'static str,
    value: String,
}

#[derive(Clone, Debug, Serialize)]
struct Words {
    title: String,
    paragraphs: Vec<String>,
}

/// The consent for programs.
#[derive(Clone, Debug, Serialize)]
struct Record {
    consent_id: String,
    subject: String,
    subject_name: String,
    given_as: &'static str,
    bank: String,
    bank_zh: String,
    bank_en: String,
    purpose: &'static str,
    items: Vec<String>,
    withheld: Vec<String>,
    left_out: Vec<String>,
    product: Option<String>,
    order: Option<String>,
    state: &'static str,
    valid_from: Timestamp,
    valid_to: Timestamp,
    queries_max: u32,
    queries_day_max: u32,
    queries_used: u32,
    suspended_at: Option<Timestamp>,
    confirmed_at: Option<Timestamp>,
    withdrawn_at: Option<Timestamp>,
    text_version: String,
    text_sm3: String,
    evidence: Evidence,
}

/// What belongs to one issue of a receipt.
pub(super) struct Issue<'a> {
    pub(super) receipt_no: &'a ReportNo,
    pub(super) at: Timestamp,
    pub(super) verify_base: &'a str,
    pub(super) catalog: &'a Catalog,
    pub(super) text: Option<ConsentText>,
    pub(super) lang: Lang,
}

impl ReceiptView {
    pub(super) fn new(grant: &Grant, issue: Issue<'_>) -> Result<Self, ReceiptError> {
        let lang = issue.lang;
        let verify_url = format!("{}/{}", issue.verify_base, issue.receipt_no);
        let named = issue.catalog.items().filter(|item| grant.items.contains(&item.id));
        let text = issue.text.map(|text| Words { title: text.title, paragraphs: text.paragraphs });
        Ok(Self {
            form: "jinqiao.consent-receipt/1",
            lang: lang.code().to_owned(),
            cover: Cover {
                title: lang.pick("信用信息查询授权回执", "Receipt of a consent to read credit information"),
                platform: lang.pick("金桥平台", "Jinqiao"),
                heading: heading(grant, issue.at, lang),
                receipt_no: issue.receipt_no.to_string(),
                receipt_no_label: lang.pick("回执编号", "Receipt number"),
                generated_at: moment(issue.at),
                qr_svg: code(&verify_url)?,
                verify_url,
                verify_label: lang.pick("扫码核验", "Scan to verify"),
            },
            facts: facts(grant, issue.catalog, issue.at, lang),
            items_label: lang
                .pick("可以查询的信息（{n} 项）", "Information that may be read ({n} items)")
                .replace("{n}", &grant.items.len().to_string()),
            items: named.map(|item| item.name(lang).to_owned()).collect(),
            text,
            evidence_label: lang.pick("授权过程留证", "How it was given"),
            evidence: evidence(grant, lang),
            note: lang.pick(
                "授权可随时撤回，撤回与授权同样简便，均不收费。本回执由平台签名，持回执编号可在平台核验真伪和授权的现状。",
                "A consent can be withdrawn at any time, as easily as it was given and free of charge. The platform has \
                 signed this receipt; whoever has its number can verify it and see how the consent stands now.",
            ),
            consent: Record::new(grant, issue.at),
        })
    }
}

impl Record {
    fn new(grant: &Grant, now: Timestamp) -> Self {
        Self {
            consent_id: grant.consent_id.to_string(),
            subject: grant.subject.to_string(),
            subject_name: grant.subject_name.clone(),
            given_as: grant.grantor_role.code(),
            bank: grant.bank.to_string(),
            bank_zh: grant.bank_zh.clone(),
            bank_en: grant.bank_en.clone(),
            purpose: grant.purpose.code(),
            items: grant.items.iter().cloned().collect(),
            withheld: grant.withheld.iter().cloned().collect(),
            left_out: grant.left_out.iter().cloned().collect(),
            product: grant.product.as_ref().map(ToString::to_string),
            order: grant.order.as_ref().map(ToString::to_string),
            state: grant.state(now).code(),
            valid_from: grant.valid_from,
            valid_to: grant.valid_to,
            queries_max: grant.queries_max,
            queries_day_max: grant.queries_day_max,
            queries_used: grant.queries_used,
            suspended_at: grant.suspended.map(|suspended| suspended.at),
            confirmed_at: grant.confirmed_at,
            withdrawn_at: grant.withdrawn_at,
            text_version: grant.text_version.clone(),
            text_sm3: grant.text_hash.clone(),
            evidence: grant.evidence.clone(),
        }
    }
}

fn heading(grant: &Grant, now: Timestamp, lang: Lang) -> String {
    let words = match grant.state(now) {
        GrantState::Active => lang.pick("已授权{bank}查询", "{bank} may read"),
        GrantState::Suspended => {
            lang.pick("对{bank}的授权已暂停，待确认", "The consent to {bank} stands still")
        }
        GrantState::Withdrawn => lang.pick("对{bank}的授权已撤回", "The consent to {bank} is withdrawn"),
        GrantState::Expired => lang.pick("对{bank}的授权已到期", "The consent to {bank} has expired"),
        GrantState::Superseded => lang.pick(
            "对{bank}的授权已由新授权取代",
            "A newer consent to {bank} stands in the place of this one",
        ),
    };
    words.replace("{bank}", grant.bank_name(lang))
}

fn facts(grant: &Grant, catalog: &Catalog, now: Timestamp, lang: Lang) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |zh: &'static str, en: &'static str, value: String| {
        facts.push(Fact { label: lang.pick(zh, en), value });
    };
    add("授权人", "Given by", named(grant, lang));
    add("被授权机构", "Given to", grant.bank_name(lang).to_owned());
    add("用途", "Purpose", grant.purpose.text(lang).to_owned());
    add("同意时间", "Given at", moment(grant.valid_from));
    add("有效期至", "Valid until", moment(grant.valid_to));
    let readings = lang.pick("最多 {n} 次，每日最多 {day} 次", "{n} at most, {day} at most on one day");
    let readings = readings.replace("{n}", &grant.queries_max.to_string());
    add("查询次数", "Readings", readings.replace("{day}", &grant.queries_day_max.to_string()));
    let left_out: Vec<String> =
        grant.left_out.iter().filter_map(|named| field_name(catalog, named, lang)).collect();
    if !left_out.is_empty() {
        add("未同意提供的字段", "Fields left out", left_out.join(lang.pick("、", ", ")));
    }
    add("现状", "State", grant.state(now).text(lang).to_owned());
    if let Some(suspended) = grant.suspended {
        add(
            "暂停",
            "Standing still since",
            format!("{} · {}", moment(suspended.at), suspended.why.text(lang)),
        );
    }
    if let Some(at) = grant.confirmed_at {
        add("确认时间", "Confirmed at", moment(at));
    }
    if let Some(at) = grant.withdrawn_at {
        add("撤回时间", "Withdrawn at", moment(at));
    }
    add("授权编号", "Consent number", grant.consent_id.to_string());
    add("授权书版本", "Version of the text", grant.text_version.clone());
    add("授权书摘要（SM3）", "Digest of the text (SM3)", grant.text_hash.clone());
    facts
}

/// The subject, with the capacity of the person; a natural person's key is nobody's business.
fn named(grant: &Grant, lang: Lang) -> String {
    let code = if grant.subject.kind() == jq_base::ids::SubjectKind::Organisation {
        format!(" {}", grant.subject)
    } else {
        String::new()
    };
    format!("{}{code} · {}", grant.subject_name, grant.grantor_role.text(lang))
}

fn evidence(grant: &Grant, lang: Lang) -> Vec<Fact> {
    let kept = &grant.evidence;
    let lines = [
        ("登录会话", "Session", kept.session.clone()),
        ("委托书编号", "Mandate", kept.mandate.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("来源地址", "Address", kept.address.clone()),
        ("设备", "Device", kept.device.clone()),
    ];
    let kept = lines.into_iter().filter(|(_, _, value)| !value.is_empty());
    kept.map(|(zh, en, value)| Fact { label: lang.pick(zh, en), value }).collect()
}

/// `2026-11-10 09:30:00`, Beijing time.
fn moment(at: Timestamp) -> String {
    at.to_zoned(clock::zone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn code(address: &str) -> Result<String, ReceiptError> {
    let code = QrCode::with_error_correction_level(address, EcLevel::M)?;
    let drawn = code
        .render::<svg::Color<'_>>()
        .min_dimensions(180, 180)
        .dark_color(svg::Color("#0f2f57"))
        .light_color(svg::Color("#ffffff"))
        .build();
    Ok(drawn)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grant::model::tests::{granted_at, sample};

    fn view(grant: &Grant, lang: Lang) -> ReceiptView {
        let (number, catalog) =
            (ReportNo::parse("CQS202611107K3M9P2Q4R5").unwrap(), Catalog::embedded().unwrap());
        let issue = Issue {
            receipt_no: &number,
            at: granted_at(),
            verify_base: "https://example.test/verify",
            catalog: &catalog,
            text: None,
            lang,
        };
        ReceiptView::new(grant, issue).unwrap()
    }

    #[test]
    fn a_receipt_says_how_the_consent_stands() {
        let given = view(&sample(), Lang::Zh);
        assert_eq!(given.cover.heading, "已授权山城银行查询");
        assert_eq!((given.items.len(), given.consent.state), (2, "active"));
        let withdrawn = Grant { withdrawn_at: Some(granted_at()), ..sample() };
        let withdrawn = view(&withdrawn, Lang::En);
        assert!(withdrawn.cover.heading.ends_with("is withdrawn"), "{}", withdrawn.cover.heading);
        assert_eq!(withdrawn.consent.state, "withdrawn");
    }

    #[test]
    fn a_receipt_names_what_was_left_out() {
        let field = || ["tax_payment.late_fee".to_owned()].into();
        let without = Grant { withheld: field(), left_out: field(), ..sample() };
        for lang in [Lang::Zh, Lang::En] {
            let catalog = Catalog::embedded().unwrap();
            let label =
                catalog.item("tax_payment").unwrap().field("late_fee").unwrap().label(lang).to_owned();
            let told =
                |grant: &Grant| view(grant, lang).facts.iter().any(|fact| fact.value.ends_with(&label));
            assert!(told(&without) && !told(&sample()));
        }
        assert_eq!(view(&without, Lang::En).consent.left_out, ["tax_payment.late_fee"]);
    }

    #[test]
    fn the_code_leads_to_the_page_that_verifies_it() {
        let view = view(&sample(), Lang::Zh);
        assert_eq!(view.cover.verify_url, "https://example.test/verify/CQS202611107K3M9P2Q4R5");
        assert!(view.cover.qr_svg.contains("<svg"));
    }
}
