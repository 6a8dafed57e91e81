//! The platform's three administrators, none of whom can do another's work.

use axum::http::StatusCode;
use jq_db::audit::{Filter, list};

use super::town::Town;

#[tokio::test]
async fn it_takes_two_administrators_to_let_somebody_in() {
    let town = Town::new().await;
    let mut system = town.administrator("system").await;
    assert!(system.open("/system").await.has("山城银行"));
    let new = [("login", "M002@bank01"), ("name", "王小燕"), ("role", "officer")];
    let opened = system.send("/system/institutions/bank01", &new).await;
    assert!(opened.has("data-test=\"opened\""), "{}", opened.text);
    let (_, rest) = opened.text.split_once("data-test=\"first-password\">").unwrap();
    let first = rest.split('<').next().unwrap().to_owned();
    let page = system.open("/system/institutions/bank01").await;
    assert!(page.has("m002@bank01") && page.has("等待角色") && !page.has(&first), "shown once");

    let mut newcomer = town.stranger();
    let form = [("account", "m002@bank01"), ("password", first.as_str())];
    let early = newcomer.send("/bank/sign-in", &form).await;
    assert!(early.has("账号或密码不对"), "without a role nobody comes in: {}", early.text);

    let mut security = town.administrator("security").await;
    assert!(security.open("/security").await.has("m002@bank01"));
    let wrong = [("login", "m002@bank01"), ("role", "security_admin")];
    let refused = security.send("/security/roles", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "a bank has no such role");
    let right = [("login", "m002@bank01"), ("role", "approver")];
    assert_eq!(security.send("/security/roles", &right).await.to, "/security");
    assert_eq!(newcomer.send("/bank/sign-in", &form).await.to, "/bank");
    assert!(newcomer.open("/bank").await.has("审批人"));

    let own = [("login", "security"), ("role", "audit_admin")];
    assert_eq!(security.send("/security/roles", &own).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        system.send("/system/institutions/bank01/close", &[("login", "m002@bank01")]).await.to,
        "/system/institutions/bank01"
    );
    assert_eq!(newcomer.open("/bank").await.to, "/bank/sign-in?expired=1", "out at once");
}

#[tokio::test]
async fn none_of_the_three_opens_a_page_of_another() {
    let town = Town::new().await;
    let pages = [
        "/system",
        "/system/platform",
        "/system/institutions/bank01",
        "/security",
        "/security/keys",
        "/security/colleagues",
    ];
    let pages =
        pages.into_iter().chain(["/audit", "/audit/lines.csv?search=1", "/desk", "/bank", "/oversight"]);
    let pages: Vec<&str> = pages.collect();
    let acts = [
        "/system",
        "/system/institutions/bank01",
        "/system/institutions/bank01/close",
        "/system/platform/jobs/again",
        "/system/platform/events/again",
        "/security/roles",
    ];
    let acts: Vec<&str> =
        acts.into_iter().chain(["/security/keys/rotate", "/security/colleagues/unlock"]).collect();
    for portal in ["system", "security", "audit"] {
        let mut administrator = town.administrator(portal).await;
        let own = format!("/{portal}");
        for page in pages.iter().filter(|page| !page.starts_with(&own)) {
            let led = administrator.open(page).await;
            assert!(led.to.contains("/sign-in"), "{portal} at {page}: {} {}", led.status, led.to);
        }
        for act in acts.iter().filter(|act| !act.starts_with(&own)) {
            let led = administrator.send(act, &[("login", "officer@bank01"), ("purpose", "level-4")]).await;
            assert!(led.to.contains("/sign-in"), "{portal} does {act}: {} {}", led.status, led.to);
        }
    }
    let given = Filter { action: Some("identity.role_given".to_owned()), ..Filter::default() };
    assert!(list(&town.test.db, &given, 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_audit_administrator_finds_who_did_what_and_is_on_record_too() {
    let town = Town::new().await;
    let _officer = town.employee("officer@bank01").await;
    let mut audit = town.administrator("audit").await;
    let before = audit.open("/audit").await;
    assert!(!before.has("data-test=\"line\""), "nothing is looked for yet");
    let found = audit.open("/audit?actor=officer%40bank01&action=identity.sign_in&search=1").await;
    assert!(found.has("data-test=\"line\"") && found.has("officer@bank01"), "{}", found.text);
    assert!(!found.has("approver@bank01"));
    for (query, hits) in [
        ("institution=bank01", true),
        ("institution=bank02", false),
        ("purpose=pre_loan", false),
        ("from=2026-11-10T09%3A30", true),
        ("from=2026-11-10T09%3A31", false),
        ("to=2026-11-10T09%3A30", true),
        ("to=2026-11-10T09%3A29", false),
    ] {
        let page = audit.open(&format!("/audit?{query}&search=1")).await;
        assert_eq!(page.has("data-test=\"line\""), hits, "{query}");
    }
    let wrong = audit.open("/audit?from=yesterday&search=1").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);

    let file = audit.open("/audit/lines.csv?actor=officer%40bank01&search=1").await;
    let lines: Vec<&str> = file.text.lines().collect();
    assert!(lines[0].starts_with("day,seq,at,actor") && lines.len() > 1, "{}", file.text);
    assert!(lines[1..].iter().all(|line| line.contains("\"officer@bank01\"")), "{}", file.text);

    let own = Filter { actor: Some("audit".to_owned()), ..Filter::default() };
    let own = list(&town.test.db, &own, 50).await.unwrap();
    let searches: Vec<_> = own.iter().filter(|line| line.action == "audit.searched").collect();
    assert_eq!(searches.len(), 8, "each search that looked at something");
    assert_eq!(searches[7].detail["asked"]["actor"], "officer@bank01");
    assert!(own.iter().any(|line| line.action == "audit.exported"));
}

#[tokio::test]
async fn a_long_search_goes_on_page_by_page_without_gap() {
    let town = Town::new().await;
    for place in 0..120 {
        let mut tx = town.test.db.begin().await.unwrap();
        tx.audit(jq_db::audit::AuditLine::new(format!("many-{place:03}"), "officer", "test.many"));
        tx.commit().await.unwrap();
    }
    let mut audit = town.administrator("audit").await;
    let mut at = "/audit?action=test.many&search=1".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = audit.open(&at).await;
        seen.extend(page.text.split("many-").skip(1).filter_map(|rest| rest.get(..3)).map(str::to_owned));
        let Some((before, _)) = page.text.split_once("data-test=\"older\"") else { break };
        let (_, href) = before.rsplit_once("href=\"").unwrap();
        at = href.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
    }
    let expected: Vec<String> = (0..120).rev().map(|place| format!("{place:03}")).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn the_security_administrator_exchanges_a_key_and_the_act_is_on_record() {
    let town = Town::new().await;
    let mut security = town.administrator("security").await;
    let made = security.send("/security/keys/rotate", &[("purpose", "level-4")]).await;
    assert_eq!(made.to, "/security/keys");
    let page = security.open("/security/keys").await;
    assert!(page.has("data-test=\"key\"") && page.has("四级数据"), "{}", page.text);
    let filter = Filter { action: Some("crypto.keys.rotate".to_owned()), ..Filter::default() };
    assert_eq!(list(&town.test.db, &filter, 9).await.unwrap()[0].actor, "security");
}

#[tokio::test]
async fn the_system_administrator_sees_how_the_platform_runs_and_has_failed_work_tried_again() {
    let town = Town::new().await;
    let worker = jq_jobs::Worker::new(town.test.db.clone())
        .on("report.render", async |_| Err(jq_jobs::Failure::lasting("the printer is on fire")))
        .consume("partner", ["test.told"], async |_| Err(jq_jobs::Failure::lasting("nobody listens")));
    let mut tx = town.test.db.begin().await.unwrap();
    jq_jobs::enqueue(&mut tx, jq_jobs::NewJob::new("report.render", &"91500102MAC8YUW23Y")).await.unwrap();
    tx.commit().await.unwrap();
    worker.run_due().await.unwrap();
    let mut tx = town.test.db.begin().await.unwrap();
    tx.emit(jq_db::outbox::Event::new(
        "test.told",
        "91500102MAC8YUW23Y",
        serde_json::json!({ "a": "secret" }),
    ));
    tx.commit().await.unwrap();
    worker.run_due().await.unwrap();

    let mut security = town.administrator("security").await;
    security.send("/security/keys/rotate", &[("purpose", "level-4")]).await;
    let mut system = town.administrator("system").await;
    let page = system.open("/system/platform").await;
    for told in [
        "1.2.3",
        "/srv/jinqiao",
        "--calls-a-minute",
        "SQLite",
        "2026",
        "the printer is on fire",
        "nobody listens",
    ] {
        assert!(page.has(told), "{told}: {}", page.text);
    }
    assert!(page.has("data-test=\"key\"") && page.has("四级数据"), "keys by their age");
    assert!(!page.has("91500102MAC8YUW23Y") && !page.has("secret"), "of nobody");

    let job = page.hidden("job");
    let event = page.hidden("event");
    let again = system.send("/system/platform/jobs/again", &[("job", &job)]).await;
    assert_eq!(again.to, "/system/platform", "{}", again.text);
    let twice = system.send("/system/platform/jobs/again", &[("job", &job)]).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    let form = [("consumer", "partner"), ("event", event.as_str())];
    assert_eq!(system.send("/system/platform/events/again", &form).await.to, "/system/platform");
    let page = system.open("/system/platform").await;
    assert!(page.has("data-test=\"no-failed\"") && page.has("data-test=\"no-dead\""), "{}", page.text);
    for action in ["jobs.tried_again", "events.tried_again"] {
        let filter = Filter { action: Some(action.to_owned()), ..Filter::default() };
        assert_eq!(list(&town.test.db, &filter, 9).await.unwrap()[0].actor, "system", "{action}");
    }
    let ran = worker.run_due().await.unwrap();
    assert_eq!(ran.failures, 2, "both were tried");
}

#[tokio::test]
async fn work_is_tried_again_by_whoever_has_just_shown_who_they_are() {
    let town = Town::new().await;
    let mut system = town.administrator("system").await;
    town.test.advance(jiff::SignedDuration::from_mins(15));
    let led =
        system.send("/system/platform/jobs/again", &[("job", "019a0000-0000-7000-8000-000000000000")]).await;
    assert!(led.to.starts_with("/system/sign-in/second"), "{} {}", led.status, led.to);
}
