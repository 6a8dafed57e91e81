//! The ways a bank's people go through their workbench.

use axum::http::StatusCode;
use jiff::SignedDuration;
use jq_lending::{Order, OrderState};

use super::browser::{Browser, Page};
use super::story::{applied, granted, to_decide};
use super::town::Town;

/// Presses the button of an act.
async fn does(browser: &mut Browser, order: &Order, act: &str, fields: &[(&str, &str)]) -> Page {
    let page = format!("/bank/orders/{}", order.order_id);
    let seen = browser.open(&page).await.hidden("seen");
    let all: Vec<_> = [("seen", seen.as_str())].into_iter().chain(fields.iter().copied()).collect();
    browser.send(&format!("{page}/do/{act}"), &all).await
}

#[tokio::test]
async fn the_door_leads_back_to_the_page_that_was_asked_for() {
    let town = Town::new().await;
    let mut visitor = town.stranger();
    let asked = visitor.open("/bank?tab=hand").await;
    assert_eq!(asked.to, "/bank/sign-in?next=%2Fbank%3Ftab%3Dhand");
    let door = visitor.open(&asked.to).await;
    assert!(door.has("请先登录") && door.has("officer@bank01") && door.has("jinqiao-demo"), "{}", door.text);
    let next = door.hidden("next");
    let wrong = [("account", "officer@bank01"), ("password", "wrong password"), ("next", next.as_str())];
    let refused = visitor.send("/bank/sign-in", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("账号或密码不对") && refused.has("value=\"officer@bank01\""));
    let right = [("account", "officer@bank01"), ("password", "jinqiao-demo"), ("next", next.as_str())];
    assert_eq!(visitor.send("/bank/sign-in", &right).await.to, "/bank?tab=hand");
    assert!(visitor.open("/bank?tab=hand").await.status.is_success());
    town.test.clock.advance(SignedDuration::from_mins(31));
    let late = visitor.open("/bank/consents").await;
    assert_eq!(late.to, "/bank/sign-in?next=%2Fbank%2Fconsents&expired=1");
    assert!(visitor.open(&late.to).await.has("登录已过期，请重新登录"));
}

#[tokio::test]
async fn the_door_says_until_when_it_is_locked_and_where_an_account_belongs() {
    let town = Town::new().await;
    let mut visitor = town.stranger();
    let form = [("account", "officer@bank01"), ("password", "jinqiao-demo")];
    let other = visitor.send("/desk/sign-in", &form).await;
    assert!(other.has("这个账号不能在这里登录") && other.has("href=\"/bank/sign-in\""), "{}", other.text);
    for _ in 0..5 {
        visitor.send("/bank/sign-in", &[("account", "approver@bank01"), ("password", "no")]).await;
    }
    let form = [("account", "approver@bank01"), ("password", "jinqiao-demo")];
    let locked = visitor.send("/bank/sign-in", &form).await;
    assert_eq!(locked.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(locked.has("2026-11-10 09:45 之后可以再试"), "{}", locked.text);
}

#[tokio::test]
async fn an_order_goes_through_the_bank_from_the_queue_to_the_last_instalment() {
    let town = Town::new().await;
    let order = applied(&town, &mut town.firm()).await;
    let (mut officer, mut approver) =
        (town.employee("officer@bank01").await, town.employee("approver@bank01").await);
    let queue = officer.open("/bank?tab=accept").await;
    assert!(queue.has(&order.order_no) && queue.has("接单 · 还剩 2 个工作日"), "{}", queue.text);
    let done = does(&mut officer, &order, "accept", &[]).await;
    assert_eq!(done.to, format!("/bank/orders/{}?done=accept", order.order_id));
    let shown = officer.open(&done.to).await;
    assert!(
        shown.has("已接单。请尽快联系企业") && shown.has("首次联系") && shown.has("某某食品"),
        "{}",
        shown.text
    );
    let spoken = [("channel", "phone"), ("note", "约定周四上门"), ("at", "")];
    assert!(does(&mut officer, &order, "contact", &spoken).await.to.ends_with("done=contact"));
    assert!(does(&mut officer, &order, "survey", &[]).await.to.ends_with("done=survey"));
    let short = does(&mut officer, &order, "submit_approval", &[("note", "可以")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(short.has("尽调结论：至少写 10 个字") && short.has(">可以</textarea>"), "{}", short.text);
    let found = [("note", "现场核实经营正常，订单充足，建议授信")];
    assert!(does(&mut officer, &order, "submit_approval", &found).await.to.ends_with("done=submit_approval"));
    assert!(
        approver.open("/bank").await.has(&order.order_no),
        "an approver begins with what is to be decided"
    );
    let mut terms = vec![("amount", "20"), ("months", "12"), ("rate", "9"), ("method", "equal_instalments")];
    terms.extend([("security", "credit"), ("valid_until", "2026-12-10"), ("note", "")]);
    let dear = does(&mut approver, &order, "grant", &terms).await;
    assert!(dear.has("年利率（%）：年利率不高于 6.50%") && dear.has("value=\"9\""), "{}", dear.text);
    terms[2].1 = "4.35";
    assert!(does(&mut approver, &order, "grant", &terms).await.to.ends_with("done=grant"));
    assert!(does(&mut officer, &order, "sign", &[("contract_no", "")]).await.to.ends_with("done=sign"));
    let page = officer.open(&format!("/bank/orders/{}", order.order_id)).await;
    assert!(page.has("value=\"200000.00\"") && page.has(&format!("{}-D1", order.order_no)), "{}", page.text);
    let drawn =
        [("loan_ref", "JK-1"), ("amount", "200000"), ("drawn_on", "2026-11-10"), ("report_no", "R-1")];
    assert!(does(&mut officer, &order, "draw", &drawn).await.to.ends_with("done=draw"));
    let page = officer.open(&format!("/bank/orders/{}", order.order_id)).await;
    assert!(
        page.has("贷款 JK-1") && page.has("还款计划（12 期）") && page.has("2026-12-10"),
        "{}",
        page.text
    );
    let loan = town.lending.loans(&town.test.db, &order.order_id).await.unwrap().remove(0);
    let due = loan.instalments[0].instalment.total().grouped();
    let paid = [
        ("loan_id", loan.loan_id.as_str()),
        ("amount", due.as_str()),
        ("principal", ""),
        ("paid_on", "2026-11-10"),
        ("report_no", "R-2"),
    ];
    assert!(does(&mut officer, &order, "repay", &paid).await.to.ends_with("done=repay"));
    assert_eq!(town.orders().await[0].state, OrderState::Repaying);
}

#[tokio::test]
async fn a_refusal_must_say_why_and_the_page_says_so_beside_the_field() {
    let town = Town::new().await;
    let order = applied(&town, &mut town.firm()).await;
    to_decide(&town, &order).await;
    let mut approver = town.employee("approver@bank01").await;
    let page = approver.open(&format!("/bank/orders/{}", order.order_id)).await;
    assert!(page.has("至少 10 个字（R99 至少 30 个字）。企业会原文看到"), "{}", page.text);
    for (code, text, words) in [
        ("", "近一年经营现金流不足以覆盖新增本息", "原因：请从列表中选择"),
        ("R08", "", "原因说明：至少写 10 个字"),
        ("R08", "综合评分不足", "原因说明：请写明具体原因"),
    ] {
        let wrong = does(&mut approver, &order, "refuse", &[("code", code), ("text", text)]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.has(words) && wrong.has(&format!(">{text}</textarea>")), "{words}: {}", wrong.text);
    }
    let said = [("code", "R08"), ("text", "近一年经营现金流不足以覆盖新增本息")];
    assert!(does(&mut approver, &order, "refuse", &said).await.to.ends_with("done=refuse"));
    let ended = approver.open(&format!("/bank/orders/{}", order.order_id)).await;
    assert!(
        ended.has("这笔订单已经结束") && ended.has("近一年经营现金流不足以覆盖新增本息"),
        "{}",
        ended.text
    );
}

#[tokio::test]
async fn of_two_acts_one_wins_and_the_other_is_told_with_what_was_typed() {
    let town = Town::new().await;
    let order = applied(&town, &mut town.firm()).await;
    let page = format!("/bank/orders/{}", order.order_id);
    let mut officer = town.employee("officer@bank01").await;
    let seen = officer.open(&page).await.hidden("seen");
    for _ in 0..2 {
        let done = officer.send(&format!("{page}/do/accept"), &[("seen", &seen)]).await;
        assert_eq!(done.to, format!("{page}?done=accept"), "the same press counts once");
    }
    let refusal =
        [("seen", seen.as_str()), ("code", "R15"), ("text", "本网点本月额度已经用完，请转其他网点")];
    let moved = officer.send(&format!("{page}/do/decline"), &refusal).await;
    assert_eq!(moved.status, StatusCode::CONFLICT);
    assert!(moved.has("不能“退单”") && moved.has("您上次看之后"), "{}", moved.text);
    let mut approver = town.employee("approver@bank01").await;
    let foreign = does(&mut approver, &order, "contact", &[("channel", "phone"), ("note", "代为联系")]).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    assert!(foreign.has("“联系企业”由客户经理办理"), "{}", foreign.text);
    let nothing = officer.send(&format!("{page}/do/settle"), &[("seen", &seen)]).await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn records_are_read_once_under_a_permit_and_not_at_all_after_the_consent_is_taken_back() {
    let town = Town::new().await;
    let order = applied(&town, &mut town.firm()).await;
    let page = format!("/bank/orders/{}", order.order_id);
    let mut officer = town.employee("officer@bank01").await;
    let before = officer.open(&page).await;
    assert!(before.has("授权有效至 2026-12-10 09:30") && before.has("还可查询 60 次"), "{}", before.text);
    let read = officer.send(&format!("{page}/records"), &[]).await;
    assert!(read.status.is_success(), "{}", read.text);
    assert!(
        read.has("查询凭证") && read.has("还可查询 59 次") && read.has("税") && read.has("本产品模型的测算")
    );
    for _ in 0..2 {
        assert!(officer.open(&page).await.has("还可查询 59 次"), "looking at the order reads nothing");
    }
    assert_eq!(officer.open(&format!("{page}/records")).await.to, page);
    town.withdraw_consents().await;
    let denied = officer.send(&format!("{page}/records"), &[]).await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN);
    assert!(denied.has("该主体已撤回授权（2026-11-10 09:30）"), "{}", denied.text);
    let asked = officer.send(&format!("{page}/ask-consent"), &[("note", "请继续支持")]).await;
    assert_eq!(asked.to, format!("{page}?done=asked"));
    let twice = officer.send(&format!("{page}/ask-consent"), &[]).await;
    assert!(twice.status == StatusCode::CONFLICT && twice.has("已有一份授权申请"), "{}", twice.text);
    let consents = officer.open("/bank/consents").await;
    assert!(consents.has("已撤回") && consents.has("待答复"), "{}", consents.text);
    let looks = jq_consent::list_looks(&town.test.db, &order.subject, 10).await.unwrap();
    let mut by_bank: Vec<bool> =
        looks.iter().filter(|look| look.bank.is_some()).map(jq_consent::Look::is_granted).collect();
    // Both were at the same moment of a clock that stands still.
    by_bank.sort_unstable();
    assert_eq!(by_bank, [false, true], "the firm sees both");
}

#[tokio::test]
async fn the_contact_is_shown_to_whoever_handles_the_order_and_that_is_on_record() {
    let town = Town::new().await;
    let order = applied(&town, &mut town.firm()).await;
    let page = format!("/bank/orders/{}/contact-person", order.order_id);
    let mut officer = town.employee("officer@bank01").await;
    let why = [("reason", "约定上门时间")];
    assert_eq!(officer.send(&page, &why).await.status, StatusCode::FORBIDDEN, "not before it is taken");
    does(&mut officer, &order, "accept", &[]).await;
    let masked = officer.open(&format!("/bank/orders/{}", order.order_id)).await;
    assert!(masked.has("138****1234") && !masked.has("13800001234"));
    assert_eq!(
        officer.send(&page, &[]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "not without a reason"
    );
    let asked = officer.send(&page, &why).await;
    assert!(asked.to.starts_with("/bank/sign-in/second"), "the second factor first: {}", asked.to);
    let shown = officer.send(&asked.to, &[("password", "jinqiao-demo")]).await;
    assert_eq!(shown.status, StatusCode::SEE_OTHER, "{}", shown.text);
    assert!(officer.send(&page, &why).await.has("tel:13800001234"));
    assert_eq!(town.employee("admin@bank01").await.send(&page, &why).await.status, StatusCode::FORBIDDEN);
    let lines = town
        .test
        .db
        .fetch_all(jq_db::sql("select detail from audit_line where action = 'lending.contact.read'"));
    let lines = lines.await.unwrap();
    assert_eq!(lines.len(), 1);
    assert!(lines[0].text("detail").unwrap().contains("约定上门时间"));
}

#[tokio::test]
async fn an_administrator_sees_the_team_and_gives_work_to_another() {
    let town = Town::new().await;
    let order = applied(&town, &mut town.firm()).await;
    let (mut officer, mut admin) =
        (town.employee("officer@bank01").await, town.employee("admin@bank01").await);
    assert_eq!(officer.open("/bank/team").await.status, StatusCode::FORBIDDEN);
    let team = admin.open("/bank/team").await;
    assert!(team.has("officer@bank01") && team.has("data-test=\"team-open\">1<"), "{}", team.text);
    let nobody = does(&mut admin, &order, "reassign", &[("officer", "approver@bank01")]).await;
    assert!(nobody.has("新的客户经理：请从列表中选择"), "{}", nobody.text);
    let given = does(&mut admin, &order, "reassign", &[("officer", "officer@bank01")]).await;
    assert!(given.to.ends_with("done=reassign"), "{}", given.text);
    let page = format!("/bank/orders/{}", order.order_id);
    let short = admin.send(&format!("{page}/urge"), &[("text", "快")]).await;
    assert!(short.has("催办内容：至少写 5 个字"), "{}", short.text);
    assert!(
        admin.send(&format!("{page}/urge"), &[("text", "请今天联系企业")]).await.to.ends_with("done=urged")
    );
    let urged = officer.open(&page).await;
    assert!(urged.has("请今天联系企业") && officer.open("/bank").await.has("被催办"), "{}", urged.text);
    let (_, rest) = urged.text.split_once("/urges/").unwrap();
    let act = rest.split('/').next().unwrap();
    let answer = format!("{page}/urges/{act}/answer");
    assert!(officer.send(&answer, &[("text", "已约企业下午面谈")]).await.to.ends_with("done=answered"));
    assert!(officer.send(&answer, &[("text", "已约企业下午面谈")]).await.has("已经答复过了"));
}

#[tokio::test]
async fn another_banks_order_is_not_there() {
    let town = Town::new().await;
    let order = granted(&town, &applied(&town, &mut town.firm()).await).await;
    let mut officer = town.employee("officer@bank01").await;
    assert!(officer.open("/bank?tab=granted").await.has(&order.order_no));
    assert!(officer.open("/bank?tab=granted&q=%E6%97%A0%E6%AD%A4").await.has("没有符合条件的订单"));
    assert_eq!(officer.open("/bank/orders/no-such-order").await.status, StatusCode::NOT_FOUND);
    assert!(officer.open("/bank/messages").await.status.is_success());
}
