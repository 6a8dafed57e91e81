//! Who may act for a firm, what it lets others read, and what it sees of that: through the pages, on both databases.

mod program;

use program::browser::{Browser, Page, between};
use program::demo::{Demo, Firm};

/// Numbers that nobody of the city has.
const STRANGER: &str = "19912345678";
const AGENT: &str = "19912345679";

fn must(page: &Page) {
    assert_eq!(page.status, 200, "{}: {}", page.path, page.text());
}

/// Somebody with a mobile number signs in; the browser shows where that led.
fn signed_in(demo: &Demo, mobile: &str) -> (Browser, Page) {
    let mut browser = Browser::new(&demo.address);
    browser.open("/firm/sign-in");
    browser.send("/firm/sign-in", &[("mobile", mobile)]);
    let code = demo.code_at_phone(mobile, 0);
    let page = browser.send("/firm/sign-in/code", &[("code", &code)]);
    (browser, page)
}

/// The invented legal representative of the firm whose page is open: name and identity number.
fn invented(page: &Page) -> (String, String) {
    let text = page.text();
    let name = between(&text, "data-test=\"sample-person\">", "<").expect("the demo names the person");
    let number = between(&text, "data-test=\"sample-id\">", "<").expect("the demo names the number");
    (name, number)
}

/// A stranger shows to be the legal representative of a firm.
fn verified(demo: &Demo, firm: &Firm) -> Browser {
    let (mut browser, page) = signed_in(demo, STRANGER);
    assert_eq!((page.status, page.path.as_str()), (200, "/firm/verify"), "{}", page.text());
    let report = browser.open("/firm/report");
    assert_eq!(report.path, "/firm/verify", "nothing is to be seen before");
    let wrong = browser.press("verify-next", &[("firm_code", "91500102MAC8YUW23X")]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("value=\"91500102MAC8YUW23X\""), "what was typed is kept");
    let found = browser.press("verify-next", &[("firm_code", &firm.subject.to_lowercase())]);
    must(&found);
    assert!(found.text().contains(&firm.name), "the register's name is shown to be recognised");
    let (name, number) = invented(&found);
    let refused = browser.press("verify-send", &[("name", "甲乙丙"), ("resident_id", &number)]);
    assert_eq!(refused.status, 422);
    let text = refused.text();
    assert!(text.contains("href=\"#name\"") && !text.contains("href=\"#resident_id\""), "{text}");
    let home = browser.press("verify-send", &[("name", &name), ("resident_id", &number)]);
    // The page that was asked for first.
    assert_eq!((home.status, home.path.as_str()), (200, "/firm/report"), "{}", home.text());
    browser
}

#[test]
fn a_stranger_is_verified_and_lets_an_agent_act() {
    Demo::each("verify", 120, |demo| {
        let firm = &demo.firms[1];
        let mut rep = verified(demo, firm);
        must(&rep.open("/firm"));
        must(&rep.open("/firm/agents/new"));
        let nothing = rep.press("agent-offer", &[("name", "李华"), ("mobile", AGENT)]);
        assert_eq!(nothing.status, 422, "a mandate covers something");
        assert!(nothing.text().contains("value=\"李华\""), "what was typed is kept");
        must(&rep.press("agent-offer", &[("apply", "yes")]));

        let (mut agent, offer) = signed_in(demo, AGENT);
        assert!(offer.text().contains("data-test=\"mandate-offers\""), "{}", offer.text());
        agent.open("/firm/agents");
        must(&agent.follow("mandate-held"));
        let name = [("name", "李小华"), ("resident_id", "11010519491231002X")];
        assert_eq!(agent.press("mandate-accept", &name).status, 422, "the name must be that of the mandate");
        let home = agent.press("mandate-accept", &[("name", "李华")]);
        assert_eq!((home.status, home.path.as_str()), (200, "/firm?done=agent"), "{}", home.text());
        assert!(home.text().contains("data-test=\"outside-mandate\""), "reports are not covered");
        let consents = agent.open("/firm/consents").text();
        assert!(!consents.contains("data-test=\"consent-new\""), "no button for what is not covered");
        let refused = agent.open("/firm/consents/new?bank=bank01");
        assert_eq!(refused.status, 403);
        assert_eq!(agent.open("/firm/agents/new").status, 403);

        must(&rep.open("/firm/agents"));
        must(&rep.follow("mandate-revoke"));
        must(&rep.press("mandate-revoke-send", &[]));
        assert_eq!(agent.open("/firm").path, "/firm/choose", "it ends at once");
        assert_eq!(demo.program.json(&["audit", "verify"])["broken"], serde_json::Value::Null);
    });
}

#[test]
fn a_firm_gives_a_consent_of_its_own_accord_and_takes_it_back() {
    Demo::each("consent", 120, |demo| {
        let mut firm = demo.sign_in_firm(&demo.firms[0]);
        must(&firm.open("/firm/consents"));
        must(&firm.follow("consent-new"));
        must(&firm.follow("bank"));
        must(&firm.follow("purpose"));
        let address = firm.open("/firm/consents/new?bank=bank01&purpose=pre_loan&asked=1&days=400");
        assert_eq!(address.status, 422);
        let text = address.text();
        assert!(text.contains("href=\"#items\"") && text.contains("href=\"#days\""), "both are said: {text}");
        let read = "/firm/consents/new?bank=bank01&purpose=pre_loan&items=tax_payment&groups=N07&days=20\
                    &return=/firm/looks";
        let page = firm.open(read);
        must(&page);
        assert!(page.text().contains("20 日"), "the text names the days: {}", page.text());
        let back = firm.press("consent-yes", &[]);
        assert_eq!((back.status, back.path.as_str()), (200, "/firm/looks"));
        let changed = firm.open(read);
        must(&changed);
        let other = firm.press("consent-yes", &[("items", "tax_payment")]);
        assert_eq!(other.status, 409, "only what was read is agreed to");
        must(&firm.open("/firm/consents"));
        let receipt = firm.press("withdraw", &[]);
        must(&receipt);
        assert!(receipt.text().contains("data-test=\"receipt-withdrawn\""), "{}", receipt.text());
        let elsewhere = firm.open(&read.replace("/firm/looks", "https://evil.example/"));
        must(&elsewhere);
        let stayed = firm.press("consent-yes", &[]);
        assert!(stayed.path.ends_with("/receipt"), "{}", stayed.path);
        wait_for_messages(&mut firm);
        assert_eq!(firm.press("message-open", &[]).path, "/firm/consents", "a message leads on");
        let mut other = demo.sign_in_firm(&demo.firms[1]);
        let foreign = stayed.path.trim_end_matches("/receipt").to_owned();
        assert_eq!(other.open(&foreign).status, 404, "another firm's consent is not there");
        assert_eq!(other.send(&format!("{foreign}/withdraw"), &[]).status, 404);
    });
}

/// Opens the messages until the first has come; telling takes a moment.
fn wait_for_messages(firm: &mut Browser) {
    for _ in 0..200 {
        if firm.open("/firm/messages").text().contains("data-test=\"message\"") {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("no message came");
}

/// A bank's program asks a firm for a consent.
fn ask(demo: &Demo, subject: &str, key: &str) {
    let asked = "grant_type=client_credentials&client_id=bank01&client_secret=jinqiao-demo";
    let mut answer = ureq::post(format!("{}/oauth/token", demo.address))
        .header("content-type", "application/x-www-form-urlencoded")
        .send(asked)
        .expect("a token");
    let text = answer.body_mut().read_to_string().expect("text");
    let token: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let body = serde_json::json!({
        "subject": subject, "items": ["tax_payment", "power_bill", "water_bill"], "purpose": "pre_loan",
        "days": 30, "note": "用于审查贵公司的贷款申请",
    });
    let answer = ureq::post(format!("{}/api/v1/consent-requests", demo.address))
        .header("authorization", format!("Bearer {}", token["access_token"].as_str().expect("a token")))
        .header("content-type", "application/json")
        .header("idempotency-key", key)
        .send(body.to_string())
        .expect("the request is taken");
    assert_eq!(answer.status(), 201);
}

#[test]
fn a_firm_answers_a_banks_request_with_less_or_no() {
    Demo::each("request", 120, |demo| {
        let (willing, unwilling) = (&demo.firms[0], &demo.firms[1]);
        ask(demo, &willing.subject, "story-1");
        ask(demo, &unwilling.subject, "story-2");
        let mut firm = demo.sign_in_firm(willing);
        let home = firm.open("/firm").text();
        assert!(home.contains("/firm/consents/requests/"), "it waits on the home page: {home}");
        must(&firm.open("/firm/consents"));
        let request = firm.follow("request");
        must(&request);
        assert!(request.text().contains("用于审查贵公司的贷款申请"), "the bank's own words");
        let less = firm.open(&format!("{}?asked=1&items=power_bill&days=10", request.path));
        must(&less);
        assert!(less.text().contains("data-test=\"request-less\""), "{}", less.text());
        let more = firm.press("request-yes", &[("days", "31")]);
        assert_eq!(more.status, 422, "never more than was asked for");
        must(&firm.open(&format!("{}?asked=1&items=power_bill&days=10", request.path)));
        let receipt = firm.press("request-yes", &[]);
        must(&receipt);
        let text = receipt.text();
        assert!(text.contains("data-test=\"receipt-given\""), "{text}");
        assert!(!text.contains("纳税缴纳") && receipt.path.ends_with("/receipt"), "{text}");
        assert_eq!(firm.send(&request.path, &[("answer", "no")]).status, 409, "it is answered once");

        let mut firm = demo.sign_in_firm(unwilling);
        must(&firm.open("/firm/consents"));
        must(&firm.follow("request"));
        let list = firm.press("request-no", &[]);
        must(&list);
        assert!(!list.text().contains("data-test=\"grant\""), "nothing opens by a no");
        assert_eq!(firm.open(&request.path).status, 404, "another firm's request is not there");
    });
}
