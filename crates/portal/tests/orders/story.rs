//! The ways a firm goes through the pages.

use axum::http::StatusCode;
use jq_lending::order::{ContactChannel, GrantTerms, OrderAct};
use jq_lending::refusal::Refusal;
use jq_lending::{Order, OrderState};

use super::browser::{Browser, Page};
use super::town::{Town, secrets};

const PRODUCT: &str = "/firm/apply/shancheng_tax_loan";

/// Fills in the first two steps; the check comes back.
async fn filled_in(firm: &mut Browser) -> Page {
    let terms =
        [("amount", "20"), ("months", "12"), ("method", "equal_instalments"), ("loan_use", "purchase")];
    assert_eq!(firm.send(PRODUCT, &terms).await.to, format!("{PRODUCT}/contact"));
    let contact = [("contact", "me"), ("first_loan", "yes")];
    assert_eq!(firm.send(&format!("{PRODUCT}/contact"), &contact).await.to, format!("{PRODUCT}/check"));
    firm.open(&format!("{PRODUCT}/check")).await
}

/// Presses the button that sends.
async fn sent(firm: &mut Browser, draft: &str, text_hash: &str) -> Page {
    firm.send(&format!("{PRODUCT}/check"), &[("draft", draft), ("text_hash", text_hash)]).await
}

/// Applies with the consent that is asked for.
pub(super) async fn applied(town: &Town, firm: &mut Browser) -> Order {
    let check = filled_in(firm).await;
    let done = sent(firm, &check.hidden("draft"), &check.hidden("text_hash")).await;
    let order = town.orders().await.remove(0);
    assert_eq!(done.to, format!("/firm/orders/{}?done=sent", order.order_id));
    order
}

/// The bank has looked into the firm and a second person decides.
pub(super) async fn to_decide(town: &Town, order: &Order) {
    let (id, officer) = (&order.order_id, &town.officer);
    town.bank_does(officer, id, OrderAct::Accept).await;
    let spoken =
        OrderAct::Contact { channel: ContactChannel::Phone, note: "约定周四上门".to_owned(), at: None };
    town.bank_does(officer, id, spoken).await;
    town.bank_does(officer, id, OrderAct::Survey).await;
    let note = "现场核实经营正常，订单充足，建议授信".to_owned();
    town.bank_does(officer, id, OrderAct::SubmitApproval { note }).await;
}

pub(super) async fn granted(town: &Town, order: &Order) -> Order {
    to_decide(town, order).await;
    let terms = GrantTerms {
        amount: order.amount,
        months: order.months,
        rate: "4.35%".parse().unwrap(),
        method: order.method,
        security: order.security,
        valid_until: "2026-12-10".parse().unwrap(),
        note: String::new(),
    };
    town.bank_does(&town.approver, &order.order_id, OrderAct::Grant(terms)).await
}

#[tokio::test]
async fn anybody_compares_products_and_sees_what_each_costs_to_the_fen() {
    let town = Town::new().await;
    let mut visitor = town.stranger();
    let list = visitor.open("/products?amount=20&months=12&security=credit").await;
    assert!(list.status.is_success() && list.has("山城税信贷"), "{}", list.text);
    assert!(!list.has("山城厂房抵押贷"), "a mortgage is not without security");
    let page =
        visitor.open("/products/shancheng_tax_loan?amount=50&months=12&method=equal_instalments").await;
    assert!(page.has("年利率 6.50%") && page.has("年利率 3.65%"), "both ends of the rate");
    // 500,000 yuan at 3.65 % for twelve months in equal instalments bear 9,940.44 of interest.
    assert!(page.has("9,940.44 元"), "{}", page.text);
    assert!(page.has("企业登记注册基本信息") && page.has("营业执照"));
    assert_eq!(visitor.open("/products/no_such_loan").await.status, StatusCode::NOT_FOUND);
    assert!(visitor.open(PRODUCT).await.to.starts_with("/firm/sign-in"));
}

#[tokio::test]
async fn wrong_answers_are_told_one_by_one_and_what_was_typed_stays() {
    let town = Town::new().await;
    let mut firm = town.firm();
    let wrong = firm.send(PRODUCT, &[("amount", "许多"), ("months", "99"), ("loan_use", "other")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in
        ["金额：请写数字", "期限：不超过 36 个月", "还款方式：请选一种", "具体用途：请填写", "value=\"许多\""]
    {
        assert!(wrong.has(words), "{words}: {}", wrong.text);
    }
    assert_eq!(firm.open(&format!("{PRODUCT}/check")).await.to, PRODUCT);
    filled_in(&mut firm).await;
    let contact = [("contact", "other"), ("contact_name", "王"), ("contact_mobile", "123")];
    let wrong = firm.send(&format!("{PRODUCT}/contact"), &contact).await;
    assert!(wrong.has("手机号应是 1 开头") && wrong.has("姓名：至少写 2 个字") && wrong.has("value=\"123\""));
}

#[tokio::test]
async fn a_firm_applies_with_one_press_and_two_presses_count_once() {
    let town = Town::new().await;
    let mut firm = town.firm();
    let check = filled_in(&mut firm).await;
    for words in [
        "20 万元（200,000.00 元）",
        "信用信息查询授权书",
        "同意授权并提交申请",
        "不同意，返回",
        "年化综合成本",
    ] {
        assert!(check.has(words), "{words}: {}", check.text);
    }
    let (draft, hash) = (check.hidden("draft"), check.hidden("text_hash"));
    let (first, second) = (sent(&mut firm, &draft, &hash).await, sent(&mut firm, &draft, &hash).await);
    let orders = town.orders().await;
    assert_eq!((orders.len(), orders[0].state), (1, OrderState::Dispatched));
    assert!(orders[0].consent.is_some() && orders[0].first_loan);
    assert_eq!(first.to, format!("/firm/orders/{}?done=sent", orders[0].order_id));
    assert_eq!(second.to, format!("/firm/orders/{}?done=already", orders[0].order_id));
    let page = firm.open(&first.to).await;
    assert!(page.has("银行须在 11 月 12 日（周四）24:00 前接单，还剩 2 个工作日"), "{}", page.text);
    assert!(page.has("还没有人联系您") && page.has("023-0012") && page.has(&orders[0].order_no));
    assert!(firm.open(PRODUCT).await.has("已有一笔没办完的申请"));
    assert!(firm.open("/firm/orders").await.has(&orders[0].order_no));
    let shown = format!("{}{}", page.text, check.text);
    assert!(secrets().iter().all(|secret| !shown.contains(secret)), "names and numbers are masked");
}

#[tokio::test]
async fn answers_that_changed_on_another_page_are_shown_again_before_they_are_sent() {
    let town = Town::new().await;
    let mut firm = town.firm();
    let (draft, hash) = {
        let check = filled_in(&mut firm).await;
        (check.hidden("draft"), check.hidden("text_hash"))
    };
    let terms = [("amount", "30"), ("months", "12"), ("method", "equal_instalments"), ("loan_use", "wages")];
    firm.send(PRODUCT, &terms).await;
    let again = sent(&mut firm, &draft, &hash).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.has("请再核对一遍") && again.has("30 万元"));
    let changed = sent(&mut firm, &again.hidden("draft"), "0").await;
    assert!(changed.has("授权书的内容刚刚有变化"), "{}", changed.text);
    let unsaid = sent(&mut firm, &again.hidden("draft"), "").await;
    assert!(unsaid.has("没有授权给该银行查询"), "{}", unsaid.text);
    assert!(town.orders().await.is_empty());
}

#[tokio::test]
async fn an_act_upon_an_older_state_is_not_done_and_shows_what_happened_meanwhile() {
    let town = Town::new().await;
    let mut firm = town.firm();
    let order = applied(&town, &mut firm).await;
    let withdraw = format!("/firm/orders/{}/withdraw", order.order_id);
    let seen = firm.open(&withdraw).await.hidden("seen");
    to_decide(&town, &order).await;
    let materials = vec!["近六个月银行流水".to_owned()];
    town.bank_does(&town.officer, &order.order_id, OrderAct::RequestMaterials { materials }).await;
    let moved = firm.send(&withdraw, &[("seen", &seen), ("note", "")]).await;
    assert_eq!(moved.status, StatusCode::CONFLICT);
    assert!(
        moved.has("请查看后再操作") && moved.has("刚发生") && moved.has("近六个月银行流水"),
        "{}",
        moved.text
    );
    assert!(moved.has("答复计时从 11 月 10 日（周二）起暂停"), "{}", moved.text);
    assert!(!moved.has("约定周四上门") && !moved.has("建议授信"), "the bank's notes are the bank's");
    let supply = format!("/firm/orders/{}/supply", order.order_id);
    let seen = moved.hidden("seen");
    for _ in 0..2 {
        let done = firm.send(&supply, &[("seen", &seen), ("note", "三份都已发送")]).await;
        assert!(done.to.ends_with("?done=supplied"), "twice counts once: {}", done.text);
    }
    assert_eq!(town.orders().await[0].state, OrderState::Approving);
}

#[tokio::test]
async fn terms_are_read_before_they_are_signed_and_money_is_asked_for_within_the_line() {
    let town = Town::new().await;
    let mut firm = town.firm();
    let order = applied(&town, &mut firm).await;
    granted(&town, &order).await;
    let page = format!("/firm/orders/{}", order.order_id);
    assert!(firm.open("/firm/orders").await.has("已授信"));
    let sign = firm.open(&format!("{page}/sign")).await;
    assert!(sign.has("4.35%") && sign.has("200,000.00 元") && sign.has("年化综合成本"), "{}", sign.text);
    let seen = sign.hidden("seen");
    let unread = firm.send(&format!("{page}/sign"), &[("seen", &seen)]).await;
    assert_eq!(unread.status, StatusCode::UNPROCESSABLE_ENTITY);
    let signed = firm.send(&format!("{page}/sign"), &[("seen", &seen), ("read", "yes")]).await;
    assert_eq!(signed.to, format!("{page}?done=signed"));
    let draw = firm.open(&format!("{page}/draw")).await;
    let seen = draw.hidden("seen");
    let wrong = firm.send(&format!("{page}/draw"), &[("seen", &seen), ("amount", "21")]).await;
    assert!(wrong.has("金额：不超过 20 万") && wrong.has("value=\"21\""), "{}", wrong.text);
    let asked = firm.send(&format!("{page}/draw"), &[("seen", &seen), ("amount", "5万")]).await;
    assert_eq!(asked.to, format!("{page}?done=asked"));
    let report = OrderAct::Draw {
        loan_ref: "JK-1".to_owned(),
        amount: jq_base::money::Money::from_yuan(50_000).unwrap(),
        drawn_on: "2026-11-10".parse().unwrap(),
        report_no: "R-1".to_owned(),
    };
    town.bank_does(&town.officer, &order.order_id, report).await;
    let shown = firm.open(&page).await;
    assert!(
        shown.has("贷款 JK-1") && shown.has("2026-12-10") && shown.has("150,000.00 元"),
        "{}",
        shown.text
    );
}

#[tokio::test]
async fn a_refusal_gives_its_reason_and_the_way_forward() {
    let town = Town::new().await;
    let mut firm = town.firm();
    let order = applied(&town, &mut firm).await;
    to_decide(&town, &order).await;
    let refusal = Refusal {
        code: "R08".to_owned(), text: "近一年经营现金流不足以覆盖新增本息".to_owned()
    };
    town.bank_does(&town.approver, &order.order_id, OrderAct::Refuse(refusal.clone())).await;
    let page = firm.open(&format!("/firm/orders/{}", order.order_id)).await;
    let reason = town.lending.reasons().find("R08").unwrap();
    for words in [refusal.text.as_str(), &reason.zh, &reason.next_zh, "转给其他银行", "/appeal\"", "023-0012"]
    {
        assert!(page.has(words), "{words}: {}", page.text);
    }
    assert!(!page.has("data-test=\"withdraw\""), "nothing is left to take back");
}
