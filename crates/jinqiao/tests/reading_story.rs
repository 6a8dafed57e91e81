//! Who reads a firm's records, how it is stopped, and what the firm can do about it: through the pages and the API of the
//! real program, on both databases.

mod program;

use jq_base::clock::Clock;
use jq_base::sm3;
use jq_db::{Db, sql_built};
use jq_web::audience::Audience;
use program::browser::{Browser, Page, between};
use program::demo::{Demo, Firm};
use serde_json::{Value, json};

/// A number that nobody of the city has.
const STRANGER: &str = "19912345678";
const READ: &str = "/firm/consents/new?bank=bank01&purpose=pre_loan&items=tax_payment&days=20";

fn must(page: &Page) {
    assert_eq!(page.status, 200, "{}: {}", page.path, page.text());
}

/// A bank's program.
struct Program {
    address: String,
    token: String,
}

impl Program {
    fn new(demo: &Demo, id: &str) -> Self {
        let asked = format!("grant_type=client_credentials&client_id={id}&client_secret=jinqiao-demo");
        let mut answer = ureq::post(format!("{}/oauth/token", demo.address))
            .header("content-type", "application/x-www-form-urlencoded")
            .send(asked)
            .expect("a token");
        let text = answer.body_mut().read_to_string().expect("text");
        let token: Value = serde_json::from_str(&text).expect("JSON");
        let token = token["access_token"].as_str().expect("a token").to_owned();
        Self { address: demo.address.clone(), token }
    }

    fn ask(&self, path: &str, posts: bool) -> (u16, Value) {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
        let (url, bearer) = (format!("{}{path}", self.address), format!("Bearer {}", self.token));
        let answer = if posts {
            agent.post(&url).header("authorization", &bearer).send_empty()
        } else {
            agent.get(&url).header("authorization", &bearer).call()
        };
        let mut answer = answer.expect("the platform answers");
        let text = answer.body_mut().read_to_string().expect("text");
        (answer.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// Reads the firm's tax payments before a loan: the status, and the code of what went wrong.
    fn read(&self, subject: &str) -> (u16, String) {
        let path = format!("/api/v1/subjects/{subject}/records?items=tax_payment&purpose=pre_loan");
        let (status, told) = self.ask(&path, false);
        (status, told["code"].as_str().unwrap_or_default().to_owned())
    }
}

/// The firm lets bank01 read its tax payments; the number of the consent.
fn consent(firm: &mut Browser) -> String {
    must(&firm.open(READ));
    let receipt = firm.press("consent-yes", &[]);
    must(&receipt);
    let number = receipt.path.strip_prefix("/firm/consents/").and_then(|rest| rest.strip_suffix("/receipt"));
    number.expect("the receipt's address").to_owned()
}

/// Opens a page again and again until it says something; what happens behind the pages takes a moment.
fn wait_for(browser: &mut Browser, path: &str, mark: &str) -> Page {
    for _ in 0..400 {
        let page = browser.open(path);
        if page.text().contains(mark) {
            return page;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("{path} never said {mark}: {}", browser.open(path).text());
}

#[test]
fn a_bank_takes_note_of_a_withdrawal_and_the_firm_sees_it() {
    Demo::each("stop", 120, |demo| {
        let subject = &demo.firms[0].subject;
        let (bank, other) = (Program::new(demo, "bank01"), Program::new(demo, "bank02"));
        let mut firm = demo.sign_in_firm(&demo.firms[0]);
        let number = consent(&mut firm);
        assert_eq!(bank.read(subject).0, 200);
        assert_eq!(other.read(subject), (403, "consent/no-consent".to_owned()));
        let (_, kept) = bank.ask(&format!("/api/v1/consents/{number}"), false);
        assert_eq!((&kept["state"], &kept["readings_left"]), (&"active".into(), &59.into()));
        let (status, told) = other.ask(&format!("/api/v1/consents/{number}"), false);
        assert_eq!((status, &told["code"]), (404, &"consent/no-such-consent".into()));

        must(&firm.open("/firm/consents"));
        let receipt = firm.press("withdraw", &[]);
        assert!(
            receipt.text().contains("data-test=\"stop-open\""),
            "nobody has taken note: {}",
            receipt.text()
        );
        assert_eq!(bank.read(subject), (403, "consent/withdrawn".to_owned()), "the same token reads no more");
        let (_, kept) = bank.ask(&format!("/api/v1/consents/{number}"), false);
        assert_eq!(kept["state"], "withdrawn");
        assert!(firm.open("/firm/consents").text().contains("data-test=\"unheard\""));

        let (_, notices) = bank.ask("/api/v1/stop-notices", false);
        let notice = notices["notices"][0]["notice_id"].as_str().expect("a notice").to_owned();
        assert_eq!(notices["notices"][0]["why"], "withdrawn");
        let address = format!("/api/v1/stop-notices/{notice}/acknowledge");
        assert_eq!(other.ask(&address, true).0, 404, "another bank's notice is not there");
        let (status, noted) = bank.ask(&address, true);
        assert_eq!((status, &noted["acknowledged_by"]), (200, &"bank01".into()), "{noted}");
        let page = firm.open(&format!("/firm/consents/{number}")).text();
        assert!(
            page.contains("data-test=\"stop-noted\"") && !page.contains("data-test=\"stop-open\""),
            "{page}"
        );
        assert!(!firm.open("/firm/consents").text().contains("data-test=\"unheard\""));

        consent(&mut firm);
        must(&firm.open("/firm/consents"));
        must(&firm.press("withdraw", &[]));
        let mut admin = demo.sign_in_staff(Audience::BankAdmin, "admin@bank01");
        must(&admin.open("/bank/consents"));
        must(&admin.press("stop-acknowledge", &[]));
        assert!(!admin.open("/bank/consents").text().contains("data-test=\"stop-acknowledge\""));
        assert!(!firm.open("/firm/consents").text().contains("data-test=\"unheard\""));
        assert_eq!(demo.program.json(&["audit", "verify"])["broken"], Value::Null);
    });
}

#[test]
fn a_consent_is_taken_back_when_everything_else_is_down() {
    Demo::each("down", 120, |demo| {
        let subject = &demo.firms[0].subject;
        let bank = Program::new(demo, "bank01");
        let mut firm = demo.sign_in_firm(&demo.firms[0]);
        let number = consent(&mut firm);
        assert_eq!(bank.read(subject).0, 200);
        // The lake is no folder any more, messages and jobs have lost their tables.
        let lake = demo.program.data().join("lake");
        std::fs::rename(&lake, demo.program.data().join("away")).expect("the lake goes away");
        std::fs::write(&lake, "no lake").expect("a file in its place");
        rename_tables(&demo.program.store(), &["notify_inbox", "notify_message", "job"]);
        let page = firm.open(&format!("/firm/consents/{number}/withdraw"));
        must(&page);
        let receipt = firm.press("withdraw-send", &[("reason", "不再需要")]);
        must(&receipt);
        assert!(receipt.text().contains("data-test=\"receipt-withdrawn\""), "{}", receipt.text());
        assert_eq!(bank.read(subject), (403, "consent/withdrawn".to_owned()));
        must(&firm.open("/firm/consents"));
    });
}

/// Takes tables away from under the running platform.
fn rename_tables(store: &str, tables: &[&str]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let db = Db::open(store, Clock::System).await.expect("the store opens");
        let mut tx = db.begin().await.expect("a transaction");
        for table in tables {
            let away = sql_built(format!("alter table {table} rename to {table}_away"));
            tx.execute(away).await.expect("a table goes away");
        }
        tx.commit().await.expect("a commit");
        db.close().await;
    });
}

#[test]
fn the_receipt_can_be_kept_and_verified_by_anybody() {
    let demo = Demo::start("receipt", 120);
    let mut firm = demo.sign_in_firm(&demo.firms[0]);
    let number = consent(&mut firm);
    let pdf = firm.ask(&format!("/firm/consents/{number}/receipt.pdf"), "application/pdf");
    assert!(pdf.body.starts_with(b"%PDF"), "{}", pdf.text());
    let json = firm.ask(&format!("/firm/consents/{number}/receipt.json"), "application/json");
    let kept: Value = serde_json::from_slice(&json.body).expect("JSON");
    let receipt = kept["receipt"].as_str().expect("the text that was signed");
    assert_eq!(sm3::hex(receipt.as_bytes()), kept["content_sm3"].as_str().expect("a digest"));
    assert_eq!(sm3::hex(&pdf.body), kept["pdf_sm3"].as_str().expect("a digest"));
    assert!(kept["signature"].as_str().is_some_and(|signature| !signature.is_empty()));
    let told: Value = serde_json::from_str(receipt).expect("JSON");
    assert_eq!(told["consent"]["evidence"]["address"], "127.0.0.1");

    let receipt_no = kept["receipt_no"].as_str().expect("a number");
    let address = told["cover"]["verify_url"].as_str().expect("an address");
    assert_eq!(address, format!("{}/verify/{receipt_no}", demo.address));
    let mut anybody = Browser::new(&demo.address);
    let page = anybody.open(&format!("/verify/{receipt_no}"));
    must(&page);
    assert!(page.text().contains("验签通过") && page.text().contains("授权有效"), "{}", page.text());
    assert!(!page.text().contains(&demo.firms[0].name), "the name is masked");
    let file = demo.program.folder.join("receipt.pdf");
    std::fs::write(&file, &pdf.body).expect("a file");
    let verified = demo.program.json(&["verify", file.to_str().expect("UTF-8")]);
    assert_eq!(verified["receipt_no"], receipt_no, "{verified}");

    must(&firm.open("/firm/consents"));
    must(&firm.press("withdraw", &[]));
    assert!(anybody.open(&format!("/verify/{receipt_no}")).text().contains("授权已撤回"));
    let mut other = demo.sign_in_firm(&demo.firms[1]);
    assert_eq!(other.open(&format!("/firm/consents/{number}/receipt.pdf")).status, 404);
}

#[test]
fn a_look_is_told_to_the_firm_which_complains_and_is_answered() {
    Demo::each("complain", 120, |demo| {
        let bank = Program::new(demo, "bank01");
        let mut firm = demo.sign_in_firm(&demo.firms[0]);
        consent(&mut firm);
        assert_eq!(bank.read(&demo.firms[0].subject).0, 200);
        wait_for(&mut firm, "/firm/messages", "查询了您的信息");
        let phone = wait_for(&mut Browser::new(&demo.address), "/demo/phone", "依据您的授权查询了");
        assert!(!phone.text().contains("纳税"), "an SMS says nothing of the records");
        must(&firm.open("/firm/looks"));
        must(&firm.follow("look-complain"));
        let short = firm.press("complain-send", &[("text", "不对")]);
        assert_eq!(short.status, 422);
        assert!(short.text().contains(">不对<"), "what was typed is kept");
        let list = firm.press("complain-send", &[("text", "我没有向这家银行申请贷款")]);
        must(&list);
        assert_eq!(list.path, "/firm/complaints");
        let mut other = demo.sign_in_firm(&demo.firms[1]);
        assert!(!other.open("/firm/complaints").text().contains("data-test=\"complaint\""));

        let mut desk = demo.sign_in_staff(Audience::Desk, "service");
        wait_for(&mut desk, "/desk/messages", "投诉了一次查询");
        let page = desk.open("/desk/complaints");
        assert!(page.text().contains("我没有向这家银行申请贷款"), "{}", page.text());
        must(&desk.press("complaint-answer", &[("text", "已核查：银行依据您当日的授权查询。")]));
        assert!(firm.open("/firm/complaints").text().contains("已核查：银行依据您当日的授权查询。"));
        wait_for(&mut firm, "/firm/messages", "您的投诉已有答复");
        assert_eq!(demo.program.json(&["audit", "verify"])["broken"], Value::Null);
    });
}

/// A batch of one change of the legal representative, as the register of enterprises delivers it.
fn deliver_change(demo: &Demo, firm: &Firm) {
    let item = "ent_change";
    let last = newest_sequence(&demo.program.data().join("city/drops"), item);
    let folder = demo.program.folder.join("change");
    std::fs::create_dir_all(&folder).expect("a folder");
    let row = json!({
        "uscc": firm.subject, "change_item": "legal_rep", "before_text": "前任", "after_text": "周新任",
        "change_date": "2026-11-10", "seq": 0, "op": "upsert", "source_updated_at": "2026-11-10T09:00:00+08:00",
    });
    let text = format!("{row}\n");
    std::fs::write(folder.join("rows.jsonl"), &text).expect("a file");
    let manifest = json!({
        "batch_id": "change-of-representative", "source_unit": "scjg", "item_id": item, "schema_version": 1,
        "seq": last + 1, "rows": 1, "file": "rows.jsonl", "format": "jsonl", "sm3": sm3::hex(text.as_bytes()),
        "sent_at": "2026-11-10T09:10:00+08:00", "mode": "incremental",
    });
    std::fs::write(folder.join("manifest.json"), manifest.to_string()).expect("a file");
    let receipts = demo.program.json(&["ingest", folder.to_str().expect("UTF-8")]);
    assert_eq!(receipts[0]["state"], "committed", "{receipts}");
}

/// The sequence of the item's newest batch among the drops.
fn newest_sequence(folder: &std::path::Path, item: &str) -> u64 {
    let mut newest = 0;
    for path in std::fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            newest = newest.max(newest_sequence(&path, item));
        } else if path.ends_with("manifest.json") {
            let text = std::fs::read_to_string(&path).expect("a manifest");
            let manifest: Value = serde_json::from_str(&text).expect("JSON");
            if manifest["item_id"] == item {
                newest = newest.max(manifest["seq"].as_u64().unwrap_or_default());
            }
        }
    }
    newest
}

/// A stranger shows to be the legal representative whom the register names.
fn verified(demo: &Demo, firm: &Firm) -> Browser {
    let mut browser = Browser::new(&demo.address);
    browser.open("/firm/sign-in");
    browser.send("/firm/sign-in", &[("mobile", STRANGER)]);
    let code = demo.code_at_phone(STRANGER, 0);
    browser.send("/firm/sign-in/code", &[("code", &code)]);
    browser.open("/firm/verify");
    let found = browser.press("verify-next", &[("firm_code", &firm.subject)]);
    must(&found);
    let text = found.text();
    let name = between(&text, "data-test=\"sample-person\">", "<").expect("the demo names the person");
    let number = between(&text, "data-test=\"sample-id\">", "<").expect("the demo names the number");
    must(&browser.press("verify-send", &[("name", &name), ("resident_id", &number)]));
    browser
}

#[test]
fn a_new_representative_confirms_what_the_former_one_gave() {
    Demo::each("change", 120, |demo| {
        let firm = demo.firms.iter().find(|firm| firm.subject.len() == 18).expect("an enterprise");
        let bank = Program::new(demo, "bank01");
        let mut former = demo.sign_in_firm(firm);
        let number = consent(&mut former);
        assert_eq!(bank.read(&firm.subject).0, 200);
        deliver_change(demo, firm);
        for _ in 0..400 {
            // Asked of the consent: a reading each time would use up those of the day.
            let (_, kept) = bank.ask(&format!("/api/v1/consents/{number}"), false);
            if kept["state"] == "suspended" {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        assert_eq!(bank.read(&firm.subject), (403, "consent/suspended".to_owned()));
        assert_ne!(former.open("/firm").path, "/firm", "the former one does not act for the firm any more");
        let (_, kept) = bank.ask(&format!("/api/v1/consents/{number}"), false);
        assert_eq!(
            (&kept["state"], &kept["suspended_why"]),
            (&"suspended".into(), &"legal_rep_changed".into())
        );

        let mut new = verified(demo, firm);
        let home = new.open("/firm");
        assert!(home.text().contains(&format!("/firm/consents/{number}")), "it waits on the home page");
        must(&new.open("/firm/consents"));
        let shown = new.press("confirm", &[]);
        must(&shown);
        assert!(!shown.text().contains("data-test=\"suspended\""), "{}", shown.text());
        assert_eq!(bank.read(&firm.subject).0, 200, "it goes on as it was");
        assert_eq!(demo.program.json(&["audit", "verify"])["broken"], Value::Null);
    });
}

/// The firm applies at bank01; the order's address at the bank.
fn apply(firm: &mut Browser) -> String {
    must(&firm.open("/firm/apply/shancheng_tax_loan"));
    let wish = [
        ("amount", "50"),
        ("months", "12"),
        ("method", "interest_monthly"),
        ("loan_use", "purchase"),
        ("use_text", "采购钢材"),
    ];
    must(&firm.press("apply-next", &wish));
    must(&firm.press("apply-next", &[]));
    let order = firm.press("apply-send", &[]);
    must(&order);
    order.path.split('?').next().unwrap_or_default().replace("/firm/", "/bank/")
}

#[test]
fn two_people_of_a_bank_read_in_an_emergency_and_the_supervisor_sees_it() {
    let demo = Demo::start("emergency", 120);
    let firm = &demo.firms[0];
    let mut former = demo.sign_in_firm(firm);
    let order = apply(&mut former);
    deliver_change(&demo, firm);
    let mut officer = demo.sign_in_staff(Audience::Bank, "officer@bank01");
    let mut refused = String::new();
    for _ in 0..100 {
        must(&officer.open(&order));
        refused = officer.press("read-records", &[]).text();
        if refused.contains("data-denial=\"suspended\"") {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert!(refused.contains("data-denial=\"suspended\""), "{refused}");
    must(&officer.follow("emergency-go"));
    let short = officer.press("emergency-send", &[("reason", "急")]);
    assert_eq!(short.status, 422);
    must(&officer.press("emergency-send", &[("reason", "疑似冒名申请，须当日核实经营情况")]));
    assert!(
        !officer.open("/bank/emergencies").text().contains("data-test=\"emergency-yes\""),
        "not by oneself"
    );
    let mut approver = demo.sign_in_staff(Audience::Bank, "approver@bank01");
    must(&approver.open("/bank/emergencies"));
    must(&approver.press("emergency-yes", &[]));
    must(&officer.open(&order));
    let records = officer.press("read-records", &[]);
    must(&records);
    assert!(records.text().contains("data-test=\"emergency\""), "{}", records.text());

    let mut supervisor = demo.sign_in_staff(Audience::Oversight, "supervisor");
    let seen = supervisor.open("/oversight/reading");
    must(&seen);
    assert!(seen.text().contains("疑似冒名申请") && seen.text().contains("1 / 3"), "{}", seen.text());
    let mut admin = demo.sign_in_staff(Audience::BankAdmin, "admin@bank01");
    must(&admin.open("/bank/alerts"));
    assert_eq!(officer.open("/bank/alerts").status, 403, "that is for whoever answers for the bank");
    assert_eq!(demo.program.json(&["audit", "verify"])["broken"], Value::Null);
}
