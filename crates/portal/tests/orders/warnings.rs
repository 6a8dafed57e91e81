//! How a bank's people find a warning, read it and mark it; and how those who supervise see what came of it.

use axum::http::StatusCode;
use jq_lending::order::OrderAct;

use super::story::{applied, granted};
use super::town::Town;

/// A firm with a loan of bank01 about which there is a warning; the warning's page.
async fn warned(town: &Town) -> String {
    let order = granted(town, &applied(town, &mut town.firm()).await).await;
    town.bank_does(&town.officer, &order.order_id, OrderAct::Sign { contract_no: None }).await;
    let draw = OrderAct::Draw {
        loan_ref: "JK-1".to_owned(),
        amount: order.amount,
        drawn_on: town.test.clock.today(),
        report_no: "R-1".to_owned(),
    };
    town.bank_does(&town.officer, &order.order_id, draw).await;
    town.warn().await;
    let list = town.employee("officer@bank01").await.open("/bank/warnings").await;
    let (_, rest) = list.text.split_once("href=\"/bank/warnings/").unwrap_or_else(|| panic!("{}", list.text));
    format!("/bank/warnings/{}", rest.split('"').next().unwrap())
}

#[tokio::test]
async fn a_warning_is_found_read_and_marked() {
    let town = Town::new().await;
    let page = warned(&town).await;
    let mut officer = town.employee("officer@bank01").await;
    for filter in ["level=red", "model=new_enforcement", "state=all"] {
        assert!(officer.open(&format!("/bank/warnings?{filter}")).await.has(&page), "{filter}");
    }
    for filter in ["level=yellow", "model=sued", "state=right", "state=wrong"] {
        assert!(!officer.open(&format!("/bank/warnings?{filter}")).await.has(&page), "{filter}");
    }
    let order = town.orders().await.remove(0);
    assert!(officer.open(&format!("/bank/orders/{}", order.order_id)).await.has(&page));
    let shown = officer.open(&page).await;
    for words in
        ["新增被执行案件", "红色", "待处理", "当日联系借款人", "JK-1", "未结执行案件数", "模型不知道的"]
    {
        assert!(shown.has(words), "{words}: {}", shown.text);
    }
    let seen = officer.send(&page, &[("mark", "seen"), ("note", "")]).await;
    assert_eq!(seen.to, page);
    let long = "字".repeat(501);
    let refused = officer.send(&page, &[("mark", "right"), ("note", &long)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("备注最多 500 个字") && refused.has(&long), "what was typed stays");
    assert_eq!(officer.send(&page, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(officer.send(&page, &[("mark", "wrong"), ("note", "已和解")]).await.to, page);
    let marked = officer.open(&page).await;
    assert!(marked.has("误报") && marked.has("已和解") && marked.has("mark-right"), "{}", marked.text);
    assert!(!marked.has("mark-seen"), "a marked one is not marked seen");
    assert_eq!(officer.send(&page, &[("mark", "seen")]).await.status, StatusCode::CONFLICT);
    assert_eq!(officer.open("/bank/warnings/nothing").await.status, StatusCode::NOT_FOUND);
    let english = officer.open("/bank/warnings?state=wrong&lang=en").await;
    assert!(english.has("New enforcement case") || english.has("新增被执行案件"), "{}", english.text);
}
