//! A visitor of the demo city: from signing in to the credit report and the banks' answers.

mod program;

use program::browser::{Browser, Page, between};
use program::demo::Demo;

/// Products with a model; each answers, if only that it is made for others.
const PRODUCTS: usize = 13;

fn count(page: &Page, mark: &str) -> usize {
    page.text().matches(mark).count()
}

#[test]
fn a_firm_signs_in_reads_its_report_and_asks_the_banks() {
    let demo = Demo::start("story", 150);
    let home = Browser::new(&demo.address).open("/");
    assert!(count(&home, "data-test=\"demo-firm\"") >= 8, "the demo firms are there to pick");

    for firm in &demo.firms {
        let mut browser = demo.sign_in_firm(firm);
        let report = browser.open("/firm/report");
        assert_eq!(report.status, 200, "{}: {}", firm.name, report.text());
        // A farm household is a natural person, whose report does not spell out the name.
        let person = firm.subject.len() == 64;
        assert!(person || report.text().contains(&firm.name), "{}", firm.name);
        assert!(count(&report, "data-test=\"section\"") >= 12, "{}", firm.name);

        let answers = browser.open("/firm/prequal");
        assert_eq!(answers.status, 200);
        let answers = browser.send("/firm/prequal", &[]);
        assert_eq!(answers.status, 200, "{}", answers.text());
        assert_eq!(count(&answers, "data-test=\"answer\""), PRODUCTS, "{}", firm.name);
        assert_eq!(count(&answers, "data-test=\"outcome\""), PRODUCTS, "{}", firm.name);
    }

    let firm = &demo.firms[0];
    // The first firm has a session already; a second one of the same person is welcome after a minute only,
    // so the story goes on with another firm.
    let other = &demo.firms[1];
    assert_ne!(firm.mobile, other.mobile);
    let audit = demo.stop();
    assert_eq!(audit.json(&["audit", "verify"])["broken"], serde_json::Value::Null);
}

#[test]
fn the_report_is_the_same_as_page_as_json_and_as_pdf_and_can_be_verified() {
    let demo = Demo::start("report", 150);
    let firm = demo.firms[0].clone();
    let mut browser = demo.sign_in_firm(&firm);
    let page = browser.open("/firm/report").text();
    let json = browser.ask("/firm/report.json", "application/json");
    assert!(json.kind.starts_with("application/json"), "{}", json.kind);
    let report: serde_json::Value = serde_json::from_slice(&json.body).unwrap();
    let number = report["cover"]["report_no"].as_str().unwrap().to_owned();
    assert!(page.contains(&number), "the page shows the same report");
    let pdf = browser.ask("/firm/report.pdf", "application/pdf");
    assert!(pdf.body.starts_with(b"%PDF") && pdf.body.len() > 20_000, "{} bytes", pdf.body.len());

    let verified = Browser::new(&demo.address).open(&format!("/verify/{number}"));
    assert_eq!(verified.status, 200);
    assert!(verified.text().contains(&number));
    assert!(!verified.text().contains(&firm.subject), "verification never shows what the report says");
    assert_eq!(Browser::new(&demo.address).open("/verify/CQZ20261110AAAAAAAAAAA").status, 404);

    let file = demo.program.folder.join("report.pdf");
    std::fs::write(&file, &pdf.body).unwrap();
    let file = file.to_str().unwrap().to_owned();
    let found = demo.program.json(&["verify", &file]);
    assert_eq!(found["report_no"].as_str(), Some(number.as_str()));
    let mut forged = pdf.body.clone();
    let middle = forged.len() / 2;
    forged[middle] ^= 1;
    std::fs::write(&file, &forged).unwrap();
    assert_eq!(demo.program.try_run(&["verify", &file]).status.code(), Some(1), "a changed file is not ours");
}

#[test]
fn nobody_reads_a_report_without_signing_in() {
    let demo = Demo::start("strangers", 60);
    for path in ["/firm", "/firm/report", "/firm/report.pdf", "/firm/report.json", "/firm/prequal", "/unit"] {
        let page = Browser::new(&demo.address).open(path);
        assert!(
            page.path.contains("sign-in") || page.status == 401,
            "{path} gave {} at {}",
            page.status,
            page.path
        );
    }
    let mut stranger = Browser::new(&demo.address);
    stranger.open("/firm/sign-in");
    let sent = stranger.send("/firm/sign-in", &[("mobile", "13900001234")]);
    assert_eq!(sent.status, 200, "whether a number is known is not told");
    let refused = stranger.send("/firm/sign-in/code", &[("code", "123456")]);
    assert!(refused.status == 422 || refused.path.contains("sign-in"), "{} {}", refused.status, refused.path);
    let forged = Browser::new(&demo.address).send("/firm/sign-in", &[("mobile", "13900001234")]);
    assert_eq!(forged.status, 403, "a form without the page's token is refused");
}

#[test]
fn a_problem_is_a_page_for_people_and_json_for_programs() {
    let demo = Demo::start("problems", 60);
    let page = Browser::new(&demo.address).open("/no/such/page");
    assert_eq!(page.status, 404);
    assert!(page.kind.starts_with("text/html") && page.text().contains("href=\"/\""), "a way forward");
    let problem = Browser::new(&demo.address).ask("/api/v1/no-such-thing", "application/json");
    assert_eq!((problem.status, problem.kind.as_str()), (404, "application/problem+json"));
    let problem =
        Browser::new(&demo.address).ask("/api/v1/workdays?start=2026-12-21&days=10", "application/json");
    assert_eq!(problem.status, 422, "a year without a calendar is refused: {}", problem.text());
    for path in
        ["/healthz", "/readyz", "/metrics", "/api/openapi.json", "/api/docs", "/styleguide", "/catalog"]
    {
        assert_eq!(Browser::new(&demo.address).open(path).status, 200, "{path}");
    }
}

#[test]
fn a_unit_sees_its_own_deliveries_with_their_wrong_rows() {
    let demo = Demo::start("unit", 150);
    let mut clerk = Browser::new(&demo.address);
    clerk.open("/unit/sign-in");
    let home = clerk.send("/unit/sign-in", &[("account", "unit@sw"), ("password", "jinqiao-demo")]);
    assert_eq!((home.status, home.path.as_str()), (200, "/unit"), "{}", home.text());
    let text = home.text();
    let delivery = between(&text, "href=\"/unit/deliveries/", "\"").expect("a delivery to open");
    let receipt = clerk.open(&format!("/unit/deliveries/{delivery}"));
    assert_eq!(receipt.status, 200);
    assert!(receipt.text().contains(&delivery));
    let mut other = Browser::new(&demo.address);
    other.open("/unit/sign-in");
    other.send("/unit/sign-in", &[("account", "unit@rs"), ("password", "jinqiao-demo")]);
    let foreign = other.open(&format!("/unit/deliveries/{delivery}"));
    assert_eq!(foreign.status, 404, "another unit's delivery is not even named");
}
