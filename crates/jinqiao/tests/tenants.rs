//! What belongs to one firm, bank, branch or source unit is not there for another: every address with a part is asked for
//! somebody else's, by looking and by sending, as people and as programs. And what is read leaves its line on the record.

mod program;

use std::collections::BTreeMap;

use jq_web::audience::{Audience, Placed};
use program::browser::{Browser, between};
use program::demo::Demo;
use program::warned::warn;
use ureq::Agent;

const PRODUCT: &str = "shancheng_tax_loan";

/// Parts that are nobody's own: whoever may enter the address may ask for any of them, and what they may then read is
/// for the permit to say.
const NOBODYS: [&str; 5] = [
    "/firm/apply/{product}",
    "/firm/verify/firm/{code}",
    "/api/v1/subjects/{uscc}/records",
    "/api/v1/subjects/{uscc}/report",
    "/api/v1/subjects/{uscc}/prequal",
];

/// Reading two subjects is unusual, so that there is something to explain.
const TWO_SUBJECTS_ARE_UNUSUAL: &str = r#"
[[rule]]
id = "bulk"
kind = "bulk"
name_zh = "短时间内查询大量主体"
name_en = "Many subjects in a short time"
minutes = 1440
subjects_min = 2
"#;

/// An id as ids are, of nothing.
const NO_ID: &str = "01990000-0000-7000-8000-000000000000";

/// One thing of everything that belongs to somebody: the start of its addresses, and its id.
type Things = BTreeMap<&'static str, String>;

/// The id behind the first address on the page that starts so.
fn id_at(browser: &mut Browser, page: &str, start: &str) -> String {
    let text = browser.open(page).text();
    let found = text.split(start).skip(1).find_map(|rest| {
        let id = rest.split(['"', '/', '?', '#']).next()?;
        (!id.is_empty() && !["new", "requests"].contains(&id)).then(|| id.to_owned())
    });
    found.unwrap_or_else(|| panic!("nothing of {start} at {page}: {text}"))
}

/// A city in which whoever reads two subjects has to explain it.
fn start(name: &str) -> Demo {
    let program = program::Program::new(name);
    let rules = program.data().join("consent");
    std::fs::create_dir_all(&rules).expect("a folder");
    std::fs::write(rules.join("watch.toml"), TWO_SUBJECTS_ARE_UNUSUAL).expect("a file");
    Demo::start_in(program, 200)
}

/// The id of what the bank's program reads, and of the notice that a firm's withdrawal sends it: `(bulk, notice)`.
fn read_and_withdraw(demo: &Demo, bank: &Program, order: &str) -> (String, String) {
    let subject = &demo.firms[0].subject;
    let records =
        format!("/api/v1/subjects/{subject}/records?items=tax_filing&purpose=pre_loan&order={order}");
    let (status, told) = bank.call("GET", &records, None);
    assert_eq!(status, 200, "{told}");
    let ask = serde_json::json!({ "subjects": [subject], "items": ["tax_filing"], "purpose": "pre_loan" });
    let (status, bulk) = bank.call("POST", "/api/v1/bulk-readings", Some(&ask));
    assert_eq!(status, 202, "{bulk}");
    let mut second = demo.sign_in_firm(&demo.firms[1]);
    second.open("/firm/consents/new?bank=bank01&purpose=pre_loan&items=tax_payment&days=20");
    second.press("consent-yes", &[]);
    second.open("/firm/consents");
    second.press("withdraw", &[]);
    let (_, stops) = bank.call("GET", "/api/v1/stop-notices", None);
    let word = |value: &serde_json::Value| value.as_str().expect("an id").to_owned();
    (word(&bulk["bulk_id"]), word(&stops["notices"][0]["notice_id"]))
}

/// An officer reads what the firm allowed, and in an emergency what another one did not; the emergency's id.
fn read_in_an_emergency(demo: &Demo, applied: &str) -> String {
    let mut officer = demo.sign_in_staff(Audience::Bank, "officer@bank01");
    officer.open(&format!("/bank/orders/{applied}"));
    assert_eq!(officer.press("read-records", &[]).status, 200);
    let queue = officer.open("/bank").text();
    let others = queue.split("/bank/orders/").skip(1).filter_map(|rest| rest.split(['"', '/', '?']).next());
    for order in others.filter(|order| *order != applied) {
        officer.open(&format!("/bank/orders/{order}"));
        if officer.press("read-records", &[]).text().contains("emergency-go") {
            officer.follow("emergency-go");
            officer.press("emergency-send", &[("reason", "疑似冒名申请，须当日核实经营情况")]);
            let mut approver = demo.sign_in_staff(Audience::Bank, "approver@bank01");
            let id = id_at(&mut approver, "/bank/emergencies", "/bank/emergencies/");
            approver.press("emergency-yes", &[]);
            officer.open(&format!("/bank/orders/{order}"));
            assert_eq!(officer.press("read-records", &[]).status, 200);
            return id;
        }
    }
    panic!("every order of the queue has a consent: {queue}");
}

/// The firm lets the bank look before a loan, and so stands on its list; the id there.
fn recommended(demo: &Demo, firm: &mut Browser) -> String {
    let items = demo.program.json(&["catalog", "list"]);
    let items = items.as_array().expect("a list").iter().filter_map(|item| item["id"].as_str());
    let items: Vec<String> = items.map(|item| format!("&items={item}")).collect();
    firm.open(&format!("/firm/consents/new?bank=bank01&purpose=pre_loan&days=20{}", items.concat()));
    firm.press("consent-yes", &[]);
    let mut officer = demo.sign_in_staff(Audience::Bank, "officer@bank01");
    for _ in 0..400 {
        if officer.open("/bank/recommendations").text().contains("data-test=\"recommendation\"") {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    id_at(&mut officer, "/bank/recommendations", "/bank/recommendations/")
}

/// A version of the bank's model that was handed in; its id.
fn drafted(demo: &Demo) -> String {
    let shipped = include_str!("../../../decisions/flows/bank01-scorecard.toml");
    let file = demo.program.folder.join("version.toml");
    std::fs::write(&file, shipped.replace("version = \"2026.10\"", "version = \"2026.12\"")).expect("a file");
    let draft = demo.program.json(&["model", "draft", file.to_str().expect("UTF-8"), "--bank", "bank01"]);
    draft["version_id"].as_str().expect("an id").to_owned()
}

/// The first firm applies at a bank, asks the banks, offers a mandate; the bank asks for a consent, reads, has to
/// explain it and is told to stop. The firm stays signed in.
fn make_things(demo: &Demo) -> (Things, Browser) {
    let mut firm = demo.sign_in_firm(&demo.firms[0]);
    let recommendation = recommended(demo, &mut firm);
    firm.open(&format!("/firm/apply/{PRODUCT}"));
    let wish = [
        ("amount", "50"),
        ("months", "12"),
        ("method", "interest_monthly"),
        ("loan_use", "purchase"),
        ("use_text", "采购钢材"),
    ];
    firm.press("apply-next", &wish);
    firm.press("apply-next", &[]);
    let order = firm.press("apply-send", &[]);
    let order =
        order.path.trim_start_matches("/firm/orders/").split('?').next().expect("an order").to_owned();
    firm.open("/firm/prequal");
    firm.press("prequal-submit", &[]);
    firm.open("/firm/agents/new");
    firm.press("agent-offer", &[("name", "李华"), ("mobile", "19912345679"), ("apply", "yes")]);

    let ask = serde_json::json!({
        "subject": demo.firms[0].subject, "items": ["power_bill"], "purpose": "pre_loan", "days": 20,
        "note": "用于审查贷款申请"
    });
    let bank = Program::new(demo, "bank01");
    let (status, asked) = bank.call("POST", "/api/v1/consent-requests", Some(&ask));
    assert!(status < 300, "{status} {asked}");
    let request = asked["request_id"].as_str().expect("an id").to_owned();
    let (_, orders) = bank.call("GET", "/api/v1/orders?state=repaying", None);
    let repaying = orders["orders"][0]["order_id"].as_str().expect("a loan of the past year").to_owned();
    let (_, repaying) = bank.call("GET", &format!("/api/v1/orders/{repaying}"), None);
    let loan = between(&repaying.to_string(), "\"loan_id\":\"", "\"").expect("a loan");

    let (bulk, notice) = read_and_withdraw(demo, &bank, &order);
    let emergency = read_in_an_emergency(demo, &order);
    let alert = alert_of(demo);
    // An hour has passed, in which the firm's session ended.
    let mut firm = demo.sign_in_firm(&demo.firms[0]);

    let warning = warn(demo).id;
    let mut unit = demo.sign_in_staff(Audience::Unit, "unit@scjg");
    let batch = id_at(&mut unit, "/unit", "/unit/deliveries/");
    let consent = id_at(&mut firm, "/firm/consents", "\"/firm/consents/");
    let things = BTreeMap::from([
        ("/firm/orders/", order.clone()),
        ("/bank/orders/", order.clone()),
        ("/api/v1/orders/", order),
        ("/api/v1/loans/", loan),
        ("/firm/prequal/", id_at(&mut firm, "/firm/prequal", "/firm/prequal/")),
        ("/firm/consents/requests/", request.clone()),
        ("/api/v1/consent-requests/", request),
        ("/firm/consents/", consent.clone()),
        ("/api/v1/consents/", consent),
        ("/firm/agents/", id_at(&mut firm, "/firm/agents", "\"/firm/agents/")),
        ("/firm/messages/", id_at(&mut firm, "/firm/messages", "\"/firm/messages/")),
        ("/firm/looks/", id_at(&mut firm, "/firm/looks", "/firm/looks/")),
        ("/bank/alerts/", alert),
        ("/bank/emergencies/", emergency),
        ("/bank/stop-notices/", notice.clone()),
        ("/api/v1/stop-notices/", notice),
        ("/api/v1/bulk-readings/", bulk),
        ("/bank/recommendations/", recommendation),
        ("/bank/team/", "officer@bank01".to_owned()),
        ("/bank/models/versions/", drafted(demo)),
        ("/bank/models/flows/", "bank01_scorecard".to_owned()),
        ("/bank/warnings/", warning.clone()),
        ("/api/v1/warnings/", warning),
        ("/unit/deliveries/", batch.clone()),
        ("/api/v1/batches/", batch),
    ]);
    (things, firm)
}

/// The case that the bank has to explain; it is noticed within a minute of the platform's clock.
fn alert_of(demo: &Demo) -> String {
    demo.days_pass("hour");
    let mut admin = demo.sign_in_staff(Audience::Bank, "admin@bank01");
    for _ in 0..400 {
        if admin.open("/bank/alerts").text().contains("/bank/alerts/") {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    id_at(&mut admin, "/bank/alerts", "/bank/alerts/")
}

/// An address with somebody else's thing in it, and the same with a thing that there is not.
struct Foreign {
    somebodys: String,
    nobodys: String,
}

/// The address with somebody's thing in its first part, and nothing in the others.
fn address(placed: &Placed, things: &Things) -> Option<Foreign> {
    // The longest start decides: a request for a consent is not a consent.
    let (start, id) = things
        .iter()
        .rev()
        .find(|(start, _)| placed.path.strip_prefix(**start).is_some_and(|rest| rest.starts_with('{')))?;
    let rest = &placed.path[start.len()..];
    let rest = rest.split_once('}').map_or("", |(_, rest)| rest);
    let others = rest.split('/').map(|piece| if piece.starts_with('{') { "nothing" } else { piece });
    let others = others.collect::<Vec<_>>().join("/");
    Some(Foreign { somebodys: format!("{start}{id}{others}"), nobodys: format!("{start}{NO_ID}{others}") })
}

/// A program with its token, asking as programs do.
struct Program {
    agent: Agent,
    base: String,
    token: String,
}

impl Program {
    fn new(demo: &Demo, id: &str) -> Self {
        let agent = Agent::config_builder().http_status_as_error(false).build().new_agent();
        let form = format!("grant_type=client_credentials&client_id={id}&client_secret=jinqiao-demo");
        let mut answer = agent
            .post(format!("{}/oauth/token", demo.address))
            .header("content-type", "application/x-www-form-urlencoded")
            .send(form)
            .expect("an answer");
        let text = answer.body_mut().read_to_string().expect("text");
        let answer: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let token = answer["access_token"].as_str().expect("a token").to_owned();
        Self { agent, base: demo.address.clone(), token }
    }

    fn call(&self, method: &str, path: &str, body: Option<&serde_json::Value>) -> (u16, serde_json::Value) {
        let url = format!("{}{path}", self.base);
        let bearer = format!("Bearer {}", self.token);
        let answer = if method == "GET" {
            self.agent.get(&url).header("authorization", &bearer).call()
        } else {
            let none = serde_json::json!({});
            let body = body.unwrap_or(&none).to_string();
            let request = self.agent.post(&url).header("authorization", &bearer);
            let request = request.header("idempotency-key", format!("tenants {path}"));
            request.header("content-type", "application/json").send(body)
        };
        let mut answer = answer.expect("the platform answers");
        let text = answer.body_mut().read_to_string().expect("text");
        (answer.status().as_u16(), serde_json::from_str(&text).unwrap_or_default())
    }
}

/// Addresses with parts for one audience, filled with what is the first firm's, bank's or unit's.
fn foreign(audience: Audience, things: &Things) -> Vec<Foreign> {
    let placed = jq_portal::placed(true).into_iter().chain(jq_api::placed());
    let own = placed.filter(|place| place.audience == audience && place.path.contains('{'));
    let own = own.filter(|place| !NOBODYS.iter().any(|start| place.path.starts_with(start)));
    own.map(|place| address(&place, things).unwrap_or_else(|| panic!("whose is {}?", place.path))).collect()
}

/// A person looks at every address and sends a form to it; nothing of it is there, and the answer is the same as to
/// what nobody has.
fn nothing_is_there(who: &str, browser: &mut Browser, addresses: &[Foreign]) {
    assert!(!addresses.is_empty(), "{who} is asked something");
    let form = [("seen", "1"), ("answer", "yes"), ("text", "已核对，该查询依据贷款申请进行")];
    let mut wrong = Vec::new();
    for Foreign { somebodys, nobodys } in addresses {
        let looked = browser.look(somebodys).0;
        let (sent, unknown) = (browser.send(somebodys, &form).status, browser.send(nobodys, &form).status);
        check(who, somebodys, (looked, sent, unknown), &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// 405: the address knows no such way to be asked, for whomever.
fn check(who: &str, address: &str, (looked, sent, unknown): (u16, u16, u16), wrong: &mut Vec<String>) {
    let hidden = matches!(looked, 404 | 405) && sent >= 400 && sent == unknown;
    if !hidden || (looked, sent) == (405, 405) {
        wrong.push(format!("{who} at {address}: {looked}, sent {sent}, to nothing {unknown}"));
    }
}

#[test]
fn what_belongs_to_somebody_else_is_not_there() {
    let demo = start("tenants");
    let (things, _) = make_things(&demo);

    let mut firm = demo.sign_in_firm(&demo.firms[1]);
    let mut firms = foreign(Audience::Firm, &things);
    firms.extend(foreign(Audience::Person, &things));
    nothing_is_there("another firm", &mut firm, &firms);

    let banks = foreign(Audience::Bank, &things);
    for login in ["officer@bank02", "approver@bank02", "admin@bank02"] {
        let mut officer = demo.sign_in_staff(Audience::Bank, login);
        officer.open("/bank");
        nothing_is_there(login, &mut officer, &banks);
        if login.starts_with("admin") {
            nothing_is_there(login, &mut officer, &foreign(Audience::BankAdmin, &things));
        }
    }

    let mut unit = demo.sign_in_staff(Audience::Unit, "unit@sw");
    unit.open("/unit");
    nothing_is_there("another unit", &mut unit, &foreign(Audience::Unit, &things));

    for (id, audience) in [("bank02", Audience::BankClient), ("unit-sw", Audience::UnitClient)] {
        let program = Program::new(&demo, id);
        let mut wrong = Vec::new();
        for Foreign { somebodys, nobodys } in foreign(audience, &things) {
            let ask = |method, address| program.call(method, address, None).0;
            let statuses = (ask("GET", &somebodys), ask("POST", &somebodys), ask("POST", &nobodys));
            check(id, &somebodys, statuses, &mut wrong);
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
    // What all of them asked for is there for whom it belongs to.
    let mut officer = demo.sign_in_staff(Audience::Bank, "officer@bank01");
    assert_eq!(officer.open(&format!("/bank/orders/{}", things["/bank/orders/"])).status, 200);
}

#[test]
fn an_order_of_one_branch_is_not_there_for_another() {
    let demo = start("branches");
    let (things, _) = make_things(&demo);
    let order = format!("/bank/orders/{}", things["/bank/orders/"]);
    let mut admin = demo.sign_in_staff(Audience::Bank, "admin@bank01");
    let team = admin.open("/bank/team?all=yes").text();
    let logins = team.split("<span class=\"small soft mono\">").skip(1);
    let logins: Vec<&str> = logins.filter_map(|rest| rest.split('<').next()).collect();
    assert!(logins.len() > 3, "{logins:?}");
    let mut outside = 0;
    for login in logins.iter().take(12) {
        let mut officer = demo.sign_in_staff(Audience::Bank, login);
        let knows = officer.open("/bank").text().contains(&order);
        match officer.open(&order).status {
            200 => {}
            404 if !knows => {
                outside += 1;
                // Notices and cases are the whole bank's; orders are a branch's.
                let mut orders = foreign(Audience::Bank, &things);
                orders.retain(|address| address.somebodys.starts_with(&order));
                nothing_is_there(login, &mut officer, &orders);
            }
            other => panic!("{login}: {other}, in the queue: {knows}"),
        }
    }
    assert!(outside > 0, "somebody works at another branch");
}

/// How many lines of this act the audit administrator finds, of everybody.
fn lines(audit: &mut Browser, action: &str) -> usize {
    let page = audit.ask(&format!("/audit/lines.csv?action={action}&search=1"), "text/csv");
    assert_eq!(page.status, 200, "{}", page.text());
    page.text().lines().count() - 1
}

#[test]
fn whoever_reads_records_is_on_record() {
    let demo = start("reads");
    let (things, mut firm) = make_things(&demo);
    let mut audit = demo.sign_in_staff(Audience::Audit, "audit");
    let mut check = |what: &str, action: &str, read: &mut dyn FnMut() -> u16| {
        let before = lines(&mut audit, action);
        let status = read();
        assert_eq!(status, 200, "{what}");
        assert!(lines(&mut audit, action) > before, "{what} leaves no {action}");
    };
    for page in ["/firm", "/firm/report", "/firm/report.json"] {
        check(page, "credit.report.read", &mut || firm.open(page).status);
    }
    check("/firm/report.pdf", "credit.report.download", &mut || firm.open("/firm/report.pdf").status);
    firm.open("/firm/prequal");
    check("the banks are asked", "decision.prequal", &mut || firm.press("prequal-submit", &[]).status);

    for page in ["/firm", "/firm/prequal"] {
        check(page, "decision.read", &mut || firm.open(page).status);
    }

    let mut officer = demo.sign_in_staff(Audience::Bank, "officer@bank01");
    officer.open(&format!("/bank/orders/{}", things["/bank/orders/"]));
    check("an officer reads", "consent.permit_issued", &mut || officer.press("read-records", &[]).status);
    let bank = Program::new(&demo, "bank01");
    let records = format!(
        "/api/v1/subjects/{}/records?items=tax_filing&purpose=pre_loan&order={}",
        demo.firms[0].subject, things["/bank/orders/"]
    );
    check("a program reads", "consent.permit_issued", &mut || bank.call("GET", &records, None).0);

    let mut unit = demo.sign_in_staff(Audience::Unit, "unit@scjg");
    let home = unit.open("/unit").text();
    let batches = home.split("/unit/deliveries/").skip(1).filter_map(|rest| rest.split('"').next());
    let wrong = batches.map(|batch| format!("/unit/deliveries/{batch}/rejected.csv"));
    let wrong =
        wrong.into_iter().find(|address| unit.look(address).0 == 200).expect("a batch with wrong rows");
    check("wrong rows are read", "quarantine.read", &mut || unit.open(&wrong).status);
    let receipt = wrong.replace("/rejected.csv", "");
    check("a receipt with wrong rows", "quarantine.read", &mut || unit.open(&receipt).status);
}
