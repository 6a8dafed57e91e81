//! A bank changes its model while the platform runs: the administrator hands a version in and has it tried on past
//! applications, the approver puts it into service, and every firm is answered by it from its next question on.

mod program;

use std::time::Duration;

use jq_web::audience::Audience;
use program::browser::{Browser, Page};
use program::demo::Demo;

const FLOW: &str = "bank01_scorecard";
const SHIPPED: &str = include_str!("../../../decisions/flows/bank01-scorecard.toml");

/// The shipped flow, with another version and a lower cap.
fn changed(version: &str) -> String {
    SHIPPED
        .replace("version = \"2026.10\"", &format!("version = \"{version}\""))
        .replace("cap_yuan = 3000000", "cap_yuan = 2900000")
}

/// Where a page's version is.
fn address_of(page: &Page) -> String {
    let text = page.text();
    let (_, rest) = text.split_once("action=\"/bank/models/versions/").unwrap_or_else(|| panic!("{text}"));
    format!("/bank/models/versions/{}", rest.split('/').next().expect("an id"))
}

/// The page of a version when its trial has ended.
fn tried(admin: &mut Browser, address: &str) -> String {
    for _ in 0..600 {
        let text = admin.open(address).text();
        if !text.contains("data-test=\"trying\"") {
            return text;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    panic!("the trial does not end");
}

#[test]
fn a_bank_changes_its_model_by_two_people_and_firms_are_answered_by_it() {
    Demo::each("model", 300, |demo| {
        let mut admin = demo.sign_in_staff(Audience::Bank, "admin@bank01");
        let list = admin.open("/bank/models").text();
        assert!(list.contains(&format!("data-flow=\"{FLOW}\"")), "{list}");
        assert!(!list.contains("bank02_table"), "another bank's models are not here");
        let form = admin.open(&format!("/bank/models/new?flow={FLOW}")).text();
        assert!(form.contains("bank01_scorecard"), "the form begins with what serves");

        let broken = changed("2026.12").replace("months_in_business", "months_in_busyness");
        let refused = admin.send("/bank/models/new", &[("text", &broken)]);
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("draft.toml:") && refused.text().contains("months_in_busyness"));

        let draft = admin.send("/bank/models/new", &[("text", &changed("2026.12"))]);
        assert_eq!(draft.status, 200, "{}", draft.text());
        let address = address_of(&draft);
        assert!(!draft.text().contains("do-propose"), "nothing is proposed untried");
        admin.press("do-try", &[]);
        let page = tried(&mut admin, &address);
        assert!(page.contains("data-test=\"trial-about\""), "{page}");
        assert!(page.contains("data-test=\"by-first_loan\""), "{page}");
        let proposed = admin.press("do-propose", &[]);
        assert!(proposed.text().contains("data-test=\"held\""), "{}", proposed.text());
        let own = admin.send(&format!("{address}/approve"), &[]);
        assert_eq!(own.status, 403, "{}", own.text());

        let mut officer = demo.sign_in_staff(Audience::Bank, "officer@bank01");
        assert_eq!(officer.open(&address).status, 200);
        assert_eq!(officer.send(&format!("{address}/approve"), &[]).status, 403, "customer managers look");
        let mut stranger = demo.sign_in_staff(Audience::Bank, "admin@bank02");
        assert_eq!(stranger.open(&address).status, 404);

        let mut approver = demo.sign_in_staff(Audience::Bank, "approver@bank01");
        approver.open(&address);
        let serving = approver.press("do-approve", &[]);
        assert!(serving.text().contains("服务中"), "{}", serving.text());
        let package = approver.open(&format!("{address}/package"));
        assert!(package.text().contains("\"approved_by\": \"approver@bank01\""), "{}", package.text());

        let subject = demo.firms[0].subject.as_str();
        let version = |answers: &serde_json::Value| -> String {
            let answers = answers.as_array().expect("a list");
            let own = answers.iter().find(|one| one["flow_id"] == FLOW).expect("bank01 answers");
            own["flow_version"].as_str().expect("text").to_owned()
        };
        let served = version(&demo.program.json(&["decide", subject]));
        assert!(served.starts_with("2026.12+"), "another process serves it as well: {served}");
        let listed = demo.program.json(&["model", "versions", "--bank", "bank01"]);
        assert_eq!(
            (&listed[0]["state"], &listed[0]["version"]),
            (&"serving".into(), &served.as_str().into())
        );
        let file = demo.program.folder.join("package.json");
        let file = file.to_str().expect("UTF-8");
        demo.program.json(&["model", "export", FLOW, "--out", file]);
        assert_eq!(demo.program.json(&["model", "verify", file])["signature"]["state"], "genuine");

        let back = admin.send(&format!("{address}/fall-back"), &[("note", "额度政策另议")]);
        assert!(back.text().contains("已回退") && back.text().contains("额度政策另议"), "{}", back.text());
        assert!(version(&demo.program.json(&["decide", subject])).starts_with("2026.10+"));
        let told = approver.open("/bank/messages").text();
        assert!(told.contains("待复核") || told.contains(FLOW), "{told}");
        assert_eq!(demo.program.json(&["audit", "verify"])["broken"], serde_json::Value::Null);
    });
}
