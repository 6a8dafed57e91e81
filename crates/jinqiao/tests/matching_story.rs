//! A firm asks to be told when other products fit it, and lets a bank look before a loan; the bank finds it on its list,
//! speaks to it, and loses it from the list the moment it takes the consent back.

mod program;

use std::time::Duration;

use jq_web::audience::Audience;
use program::browser::Browser;
use program::demo::Demo;

/// Opens the bank's list until the firm is on it, or is not any more.
fn listed(bank: &mut Browser, firm: &str, wanted: bool) -> String {
    let mut text = String::new();
    for _ in 0..400 {
        text = bank.open("/bank/recommendations").text();
        if text.contains(firm) == wanted {
            return text;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{firm} is on the list: {}; {text}", !wanted);
}

#[test]
fn a_firm_that_consents_and_fits_is_on_that_banks_list_until_it_takes_it_back() {
    Demo::each("matching", 120, |demo| {
        let firm = &demo.firms[0];
        let mut owner = demo.sign_in_firm(firm);
        owner.open("/firm/prequal");
        let answers = owner.press("prequal-submit", &[]);
        assert!(answers.text().contains("data-test=\"follow\""), "{}", answers.text());
        let followed = owner.press("follow", &[("on", "yes")]);
        assert!(followed.text().contains("data-test=\"unfollow\""), "{}", followed.text());

        let mut bank = demo.sign_in_staff(Audience::Bank, "officer@bank01");
        assert!(bank.open("/bank/recommendations").text().contains("data-test=\"none\""));
        let items = demo.program.json(&["catalog", "list"]);
        let items = items.as_array().expect("a list").iter().filter_map(|item| item["id"].as_str());
        let items: Vec<String> = items.map(|item| format!("&items={item}")).collect();
        let wish = format!("/firm/consents/new?bank=bank01&purpose=pre_loan&days=30{}", items.concat());
        assert_eq!(owner.open(&wish).status, 200);
        assert_eq!(owner.press("consent-yes", &[]).status, 200);

        let list = listed(&mut bank, &firm.name, true);
        assert!(list.contains("山城税信贷") && list.contains("匹配度"), "{list}");
        let mut other = demo.sign_in_staff(Audience::Bank, "officer@bank02");
        assert!(!other.open("/bank/recommendations").text().contains(&firm.name), "it consented to bank01");
        assert!(owner.open("/firm/looks").text().contains("山城银行"), "the firm sees the look");

        bank.open("/bank/recommendations");
        let silent = bank.press("contacted", &[("act", "contacted"), ("note", " ")]);
        assert_eq!(silent.status, 422, "{}", silent.text());
        bank.open("/bank/recommendations");
        let spoken = bank.press("contacted", &[("act", "contacted"), ("note", "已电话联系，约周四上门")]);
        assert!(
            spoken.text().contains("已联系") && spoken.text().contains("约周四上门"),
            "{}",
            spoken.text()
        );

        owner.open("/firm/consents");
        assert_eq!(owner.press("withdraw", &[]).status, 200);
        listed(&mut bank, &firm.name, false);
        assert_eq!(demo.program.json(&["audit", "verify"])["broken"], serde_json::Value::Null);
    });
}
