//! A firm asks, a bank answers, an operator watches: through the pages, on a moved clock, on both databases.

mod program;

use jq_web::audience::Audience;
use program::browser::{Browser, Page, between};
use program::demo::Demo;

const PRODUCT: &str = "shancheng_tax_loan";

/// The first demo firm applies for half a million; its browser and the order's address.
fn apply(demo: &Demo) -> (Browser, String) {
    let mut firm = demo.sign_in_firm(&demo.firms[0]);
    firm.open(&format!("/products/{PRODUCT}"));
    let terms = firm.open(&format!("/firm/apply/{PRODUCT}"));
    assert_eq!(terms.status, 200, "{}", terms.text());
    let wrong = firm.press("apply-next", &[("amount", "0.1"), ("months", "12")]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("value=\"0.1\""), "what was typed is kept");
    let wish = [
        ("amount", "50"),
        ("months", "12"),
        ("method", "interest_monthly"),
        ("loan_use", "purchase"),
        ("use_text", "采购钢材"),
    ];
    let contact = firm.press("apply-next", &wish);
    assert!(contact.path.ends_with("/contact"), "{}: {}", contact.path, contact.text());
    let check = firm.press("apply-next", &[]);
    assert!(check.path.ends_with("/check"), "{}", check.path);
    assert!(check.text().contains("data-test=\"consent\""), "the text of the consent is there to read");
    let order = firm.press("apply-send", &[]);
    assert_eq!(order.status, 200, "{}", order.text());
    assert!(order.path.starts_with("/firm/orders/"), "{}", order.path);
    let address = order.path.split('?').next().unwrap_or_default().to_owned();
    (firm, address)
}

fn at_bank(address: &str) -> String {
    address.replace("/firm/", "/bank/")
}

fn must(page: &Page) {
    assert_eq!(page.status, 200, "{}: {}", page.path, page.text());
}

/// Takes the order up to the point where somebody else decides.
fn survey(officer: &mut Browser, order: &str) {
    must(&officer.open(order));
    must(&officer.press("send-accept", &[]));
    must(&officer.press("send-contact", &[("note", "约定周四上门")]));
    must(&officer.press("send-survey", &[]));
    let short = officer.press("send-submit_approval", &[("note", "可以")]);
    assert_eq!(short.status, 422);
    must(&officer.press("send-submit_approval", &[("note", "现场核实经营正常，订单充足，建议授信")]));
}

#[test]
fn a_firm_borrows_from_the_first_look_to_the_money() {
    Demo::each("borrow", 120, |demo| {
        let (mut firm, address) = apply(demo);
        let order = at_bank(&address);
        let queue = demo.sign_in_staff(Audience::Bank, "officer@bank01").open("/bank");
        let number = between(&firm.open(&address).text(), "<span class=\"mono\">", "<").unwrap();
        assert!(queue.text().contains(&demo.firms[0].name), "the order is in the queue");
        let mut officer = demo.sign_in_staff(Audience::Bank, "officer@bank01");
        must(&officer.open(&order));
        let records = officer.press("read-records", &[]);
        must(&records);
        assert!(records.text().contains("data-test=\"readings-left\""), "{}", records.text());
        survey(&mut officer, &order);
        let own = officer.open(&order);
        assert!(!own.text().contains("data-test=\"act-grant\""), "the officer cannot decide");
        let mut approver = demo.sign_in_staff(Audience::Bank, "approver@bank01");
        must(&approver.open(&order));
        let granted = approver.press("send-grant", &[("amount", "40"), ("rate", "3.85")]);
        must(&granted);
        let waiting = firm.open("/firm");
        assert!(waiting.text().contains(&address), "the home says that a contract waits");
        must(&firm.open(&format!("{address}/sign")));
        let unread = firm.press("sign-send", &[]);
        assert_eq!(unread.status, 422, "it must be read before it is signed");
        must(&firm.press("sign-send", &[("read", "yes")]));
        must(&firm.open(&format!("{address}/draw")));
        must(&firm.press("draw-send", &[("amount", "40")]));
        must(&officer.open(&order));
        let drawn = officer.press("send-draw", &[("loan_ref", "SC-2026-1118")]);
        must(&drawn);
        let mine = firm.open(&address).text();
        assert!(mine.contains("data-test=\"loan\"") && mine.contains("400,000.00"), "{mine}");
        assert!(mine.matches("<tr").count() >= 12, "the plan has twelve instalments");
        let phone = wait_for_sms(demo, &demo.firms[0].mobile, 5);
        assert!(phone.contains(&number) || phone.contains("山城银行"), "{phone}");
        let looked = firm.open("/firm/looks");
        assert!(looked.text().contains("山城银行"), "the firm sees who looked");
        assert_eq!(demo.program.json(&["audit", "verify"])["broken"], serde_json::Value::Null);
    });
}

#[test]
fn a_refusal_says_why_and_what_next() {
    Demo::each("refusal", 120, |demo| {
        let (mut firm, address) = apply(demo);
        let order = at_bank(&address);
        let mut officer = demo.sign_in_staff(Audience::Bank, "officer@bank01");
        survey(&mut officer, &order);
        let mut approver = demo.sign_in_staff(Audience::Bank, "approver@bank01");
        must(&approver.open(&order));
        let silent = approver.press("send-refuse", &[]);
        assert_eq!(silent.status, 422, "a refusal without reason is not taken");
        let empty = approver.press("send-refuse", &[("code", "R08"), ("text", "综合评分不足")]);
        assert_eq!(empty.status, 422);
        assert!(empty.text().contains("综合评分不足"), "what was typed is kept");
        let reason = "近一年经营现金流不足以覆盖新增本息";
        must(&approver.press("send-refuse", &[("code", "R08"), ("text", reason)]));
        let told = firm.open(&address).text();
        assert!(told.contains("data-test=\"refusal\"") && told.contains(reason), "{told}");
        let phone = wait_for_sms(demo, &demo.firms[0].mobile, 3);
        assert!(!phone.contains(reason), "no reason stands open on a phone");
        let again = approver.send(&format!("{order}/do/grant"), &[("amount", "40")]);
        assert!(matches!(again.status, 409 | 422), "{}", again.status);
        go_elsewhere(&mut firm, &address);
    });
}

/// One press shows who would take the application, another carries it over; sending it is the third.
fn go_elsewhere(firm: &mut Browser, address: &str) {
    must(&firm.open(address));
    let offers = firm.press("elsewhere", &[]);
    must(&offers);
    assert!(offers.text().contains("data-test=\"offer\""), "{}", offers.text());
    let check = firm.press("carry", &[]);
    must(&check);
    assert!(check.path.starts_with("/firm/apply/") && check.path.ends_with("/check"), "{}", check.path);
    assert!(check.text().contains("采购钢材"), "nothing is typed again: {}", check.text());
    let order = firm.press("apply-send", &[]);
    must(&order);
    assert!(order.path.starts_with("/firm/orders/") && !order.path.starts_with(address), "{}", order.path);
}

#[test]
fn a_firm_says_that_nobody_called_and_has_a_refusal_looked_at_again() {
    Demo::each("voice", 120, |demo| {
        let (mut firm, address) = apply(demo);
        let order = at_bank(&address);
        let mut officer = demo.sign_in_staff(Audience::Bank, "officer@bank01");
        survey(&mut officer, &order);
        let home = firm.open("/firm");
        assert!(home.text().contains(&address), "the home asks whether the bank called");
        must(&firm.open(&address));
        must(&firm.press("not-reached", &[("reached", "no")]));
        assert!(officer.open(&order).text().contains("data-test=\"denied\""), "the bank reads that");
        let mut approver = demo.sign_in_staff(Audience::Bank, "approver@bank01");
        must(&approver.open(&order));
        let reason = "近一年经营现金流不足以覆盖新增本息";
        must(&approver.press("send-refuse", &[("code", "R08"), ("text", reason)]));
        must(&firm.open(&address));
        must(&firm.follow("appeal"));
        let short = firm.press("appeal-send", &[("note", "请再看")]);
        assert_eq!(short.status, 422);
        assert!(short.text().contains("请再看"), "what was typed is kept");
        let why = "本月新签两份供货合同，回款足以覆盖本息";
        must(&firm.press("appeal-send", &[("note", why)]));
        let own = approver.open(&order).text();
        assert!(!own.contains("data-test=\"act-uphold\""), "nobody answers against the own decision: {own}");
        let mut admin = demo.sign_in_staff(Audience::Bank, "admin@bank01");
        let waiting = admin.open("/bank?tab=appeals").text();
        assert!(waiting.contains(&order), "{waiting}");
        assert!(admin.open(&order).text().contains(why), "why is there to read");
        must(&admin.press("send-reopen", &[("note", "新签合同说明还款来源充足，重新办理")]));
        let told = firm.open(&address).text();
        assert!(told.contains("新签合同说明还款来源充足") && told.contains("data-clock=\"k2\""), "{told}");
        must(&officer.open(&order));
        must(&officer.press("send-submit_approval", &[("note", "复核新签合同，还款来源充足，建议授信")]));
        must(&approver.open(&order));
        must(&approver.press("send-grant", &[("amount", "30"), ("rate", "3.85")]));
        assert_eq!(demo.program.json(&["audit", "verify"])["broken"], serde_json::Value::Null);
    });
}

#[test]
fn a_loan_that_ends_is_followed_with_both_plans_in_sight() {
    let demo = Demo::start("renewal", 120);
    let mut officer = demo.sign_in_staff(Audience::Bank, "officer@bank01");
    let (mut firm, address) = apply(&demo);
    let order = at_bank(&address);
    survey(&mut officer, &order);
    let mut approver = demo.sign_in_staff(Audience::Bank, "approver@bank01");
    must(&approver.open(&order));
    must(&approver.press("send-grant", &[("amount", "40"), ("rate", "3.85"), ("months", "1")]));
    must(&firm.open(&format!("{address}/sign")));
    must(&firm.press("sign-send", &[("read", "yes")]));
    must(&officer.open(&order));
    must(&officer.press("send-draw", &[("loan_ref", "SC-2026-1118")]));
    let ending = officer.open("/bank/renewals").text();
    assert!(ending.contains("SC-2026-1118"), "{ending}");
    must(&firm.open(&address));
    let check = firm.press("follow-renewal", &[("kind", "renewal")]);
    must(&check);
    let text = check.text();
    assert!(text.contains("data-test=\"followed\"") && text.contains("400,000.00"), "{text}");
    let renewal = firm.press("apply-send", &[]);
    must(&renewal);
    let at = at_bank(renewal.path.split('?').next().unwrap_or_default());
    let asked = officer.open(&at).text();
    assert!(asked.contains("data-test=\"followed\""), "the bank sees both plans: {asked}");
    let listed = officer.open("/bank/renewals").text();
    assert!(listed.contains(&at), "the list leads to the renewal: {listed}");
    must(&officer.open(&at));
    must(&officer.press("send-accept", &[]));
    let records = officer.press("read-records", &[]);
    must(&records);
    assert!(records.text().contains("data-test=\"answer\""), "the renewal model answers: {}", records.text());
}

#[test]
fn an_order_that_nobody_decides_is_on_the_desk() {
    Demo::each("late", 120, |demo| {
        let (_, address) = apply(demo);
        let order = at_bank(&address);
        let mut officer = demo.sign_in_staff(Audience::Bank, "officer@bank01");
        must(&officer.open(&order));
        must(&officer.press("send-accept", &[]));
        for (by, rung) in [
            ("workdays5", "第 5 个工作日"),
            ("workday", ""),
            ("workday", ""),
            ("workday", "第 8 个工作日"),
            ("workday", ""),
            ("workday", "第 10 个工作日"),
            ("workday", "第 11 个工作日"),
        ] {
            let fired = demo.days_pass(by);
            must(&fired);
            assert!(fired.text().contains(rung), "{rung}: {}", fired.text());
        }
        let mut desk = demo.sign_in_staff(Audience::Desk, "service");
        let late = desk.open("/desk").text();
        let at_desk = address.replace("/firm/", "/desk/");
        assert!(late.contains(&at_desk), "the order is among the late ones");
        must(&desk.open(&at_desk));
        let short = desk.press("urge-send", &[("text", "快")]);
        assert_eq!(short.status, 422);
        must(&desk.press("urge-send", &[("text", "企业来电询问进度，请尽快答复")]));
        let mut officer = demo.sign_in_staff(Audience::Bank, "officer@bank01");
        assert!(officer.open(&order).text().contains("企业来电询问进度"), "the bank reads the urge");
        let mut firm = demo.sign_in_firm(&demo.firms[0]);
        assert!(
            firm.open(&address).text().contains("data-test=\"acts\""),
            "the firm sees that somebody chases"
        );
        let mut supervisor = demo.sign_in_staff(Audience::Oversight, "supervisor");
        must(&supervisor.open("/oversight"));
        assert!(
            supervisor.open("/oversight/orders").text().contains(&address.replace("/firm/", "/oversight/"))
        );
    });
}

#[test]
fn a_consent_taken_back_ends_the_banks_reading() {
    Demo::each("withdraw", 120, |demo| {
        let (mut firm, address) = apply(demo);
        let order = at_bank(&address);
        let mut officer = demo.sign_in_staff(Audience::Bank, "officer@bank01");
        must(&officer.open(&order));
        must(&officer.press("send-accept", &[]));
        must(&officer.press("read-records", &[]));
        must(&firm.open("/firm/consents"));
        must(&firm.press("withdraw", &[]));
        must(&officer.open(&order));
        let denied = officer.send(&format!("{order}/records"), &[]);
        assert_eq!(denied.status, 403, "{}", denied.text());
        assert!(denied.text().contains("data-test=\"denied\""), "{}", denied.text());
        let looks = firm.open("/firm/looks").text();
        assert!(looks.contains("data-test=\"look\""), "{looks}");
        assert_eq!(demo.program.json(&["audit", "verify"])["broken"], serde_json::Value::Null);
    });
}

#[test]
fn papers_go_with_an_application_and_only_its_bank_opens_them() {
    Demo::each("papers", 120, |demo| {
        let (mut firm, address) = apply(demo);
        let order = at_bank(&address);
        must(&firm.open(&address));
        let to = format!("{address}/documents");
        let photo: &[u8] = b"\xff\xd8\xff\xe0 a photo of a licence \xff\xd9";
        let wrong = firm.upload(&to, &[("material", "营业执照")], ("licence.jpg", b"MZ a program"));
        assert_eq!(wrong.status, 422);
        assert!(wrong.text().contains("data-test=\"document-error\""), "{}", wrong.text());
        let given = firm.upload(&to, &[("material", "营业执照")], ("licence.jpg", photo));
        must(&given);
        assert!(given.text().contains("data-test=\"document\""), "{}", given.text());
        let path = between(&given.text(), &format!("href=\"{to}/"), "\"").expect("the paper");
        let own = firm.open(&format!("{to}/{path}"));
        assert_eq!((own.kind.as_str(), own.body.as_slice()), ("image/jpeg", photo));
        let mut officer = demo.sign_in_staff(Audience::Bank, "officer@bank01");
        assert!(officer.open(&order).text().contains("营业执照"), "the bank sees what there is");
        let read = officer.open(&format!("{order}/documents/{path}"));
        assert_eq!((read.status, read.body.as_slice()), (200, photo));
        let mut other = demo.sign_in_staff(Audience::Bank, "officer@bank02");
        assert_eq!(other.open(&format!("{order}/documents/{path}")).status, 404);
        must(&firm.open(&address));
        must(&firm.press("document-back", &[]));
        assert_eq!(officer.open(&format!("{order}/documents/{path}")).status, 404, "closed at once");
        assert_eq!(demo.program.json(&["audit", "verify"])["broken"], serde_json::Value::Null);
    });
}

#[test]
fn a_bank_arranges_who_gets_orders_and_works_on_its_list() {
    let demo = Demo::start("team", 120);
    let mut admin = demo.sign_in_staff(Audience::Bank, "admin@bank01");
    must(&admin.open("/bank/team?all=yes"));
    must(&admin.press("way-set", &[("way", "pool")]));
    let (_, address) = apply(&demo);
    let order = at_bank(&address);
    let mut officer = demo.sign_in_staff(Audience::Bank, "officer@bank01");
    let pool = officer.open("/bank?tab=accept&whose=pool");
    assert!(pool.text().contains(&order), "the order lies in the pool: {}", pool.text());
    must(&officer.press("view-save", &[("name", "抢单池")]));
    assert!(officer.open("/bank").text().contains("抢单池"), "the list is kept under its name");
    must(&officer.open(&order));
    must(&officer.press("send-accept", &[]));
    let empty = officer.open("/bank?tab=accept&whose=pool");
    assert!(!empty.text().contains(&order), "claimed");
    let file = officer.open("/bank/orders.csv?tab=hand&whose=mine");
    assert_eq!(file.kind, "text/csv; charset=utf-8");
    assert!(file.text().contains(&demo.firms[0].name), "{}", file.text());
    let to = admin.open("/bank?tab=hand").text();
    let other = to.split("<option value=\"").filter_map(|rest| rest.split('"').next());
    let other = other.filter(|login| login.ends_with("@bank01")).find(|login| *login != "officer@bank01");
    let other = other.expect("a colleague").to_owned();
    let id = order.trim_start_matches("/bank/orders/").to_owned();
    let given =
        admin.send("/bank/reassign", &[("order", &id), ("officer", &other), ("address", "/bank?tab=hand")]);
    must(&given);
    assert!(given.text().contains("data-test=\"done\""), "{}", given.text());
    let duty = format!("/bank/team/{other}");
    must(&admin.open(&duty));
    let wrong = admin.press("duty-set", &[("orders_max", "many")]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("value=\"many\""), "what was typed is kept");
    must(&admin.press("duty-set", &[("orders_max", "0")]));
    must(&admin.open(&duty));
    let done = admin.press("hand-over", &[("officer", "officer@bank01")]);
    assert!(done.text().contains("data-test=\"done\""), "{}", done.text());
    assert!(
        officer.open("/bank?tab=hand&whose=mine").text().contains(&order),
        "it is back in the officer's hands"
    );
}

/// What the phone shows once at least so many messages have come.
fn wait_for_sms(demo: &Demo, mobile: &str, least: usize) -> String {
    for _ in 0..200 {
        let page = Browser::new(&demo.address).open(&format!("/demo/phone?mobile={mobile}")).text();
        if page.matches("data-test=\"message\"").count() >= least {
            return page;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("fewer than {least} messages came to {mobile}");
}
