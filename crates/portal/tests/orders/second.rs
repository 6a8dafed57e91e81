//! A platform in earnest: who has no second factor enrols one and does nothing else before.

use axum::http::StatusCode;
use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::SignedDuration;
use sha1::Sha1;

use super::browser::{Browser, Page};
use super::town::Town;

/// What a phone with this secret shows now.
fn code(town: &Town, secret: &str) -> String {
    let key = BASE32_NOPAD.decode(secret.replace(' ', "").as_bytes()).unwrap();
    let mut mac = <Hmac<Sha1> as KeyInit>::new_from_slice(&key).unwrap();
    mac.update(&(town.test.clock.now().as_second() / 30).to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] % 16);
    let number = u32::from_be_bytes([hash[at] & 0x7f, hash[at + 1], hash[at + 2], hash[at + 3]]);
    format!("{:06}", number % 1_000_000)
}

async fn arrive(browser: &mut Browser, password: &str) -> Page {
    browser.send("/bank/sign-in", &[("account", "officer@bank01"), ("password", password)]).await
}

fn secret_on(page: &Page) -> String {
    let (_, rest) = page.text.split_once("data-test=\"secret\">").unwrap_or_else(|| panic!("{}", page.text));
    rest.split('<').next().unwrap().to_owned()
}

#[tokio::test]
async fn an_officer_without_a_second_factor_is_led_to_enrol_and_can_do_nothing_else() {
    let town = Town::strict().await;
    let mut officer = town.stranger();
    assert_eq!(arrive(&mut officer, "jinqiao-demo").await.to, "/bank/me");
    for page in ["/bank", "/bank/consents", "/bank/orders/ord_1", "/bank/messages", "/bank/me/password"] {
        assert_eq!(officer.open(page).await.to, "/bank/me", "{page}");
    }
    for form in
        ["/bank/messages", "/bank/orders/ord_1/records", "/bank/me/devices/end", "/bank/me/factors/remove"]
    {
        assert_eq!(officer.send(form, &[]).await.to, "/bank/me", "{form}");
    }
    let me = officer.open("/bank/me").await;
    assert!(me.has("data-test=\"enrol-first\"") && !me.has("data-test=\"device\""), "{}", me.text);

    let page = officer.open("/bank/me/code").await;
    assert!(page.has("<svg") && page.has("二维码"), "the secret as a picture and as text");
    let secret = secret_on(&page);
    let wrong = officer.send("/bank/me/code", &[("code", "000000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(secret_on(&wrong), secret, "the same secret can be tried again");
    assert_eq!(officer.send("/bank/me/code", &[("code", &code(&town, &secret))]).await.to, "/bank/me");

    // The first password was somebody else's choice.
    let asked = officer.open("/bank?tab=hand").await;
    assert_eq!(asked.to, "/bank/me/password?next=%2Fbank%3Ftab%3Dhand");
    let weak = [("present", "jinqiao-demo"), ("new", "chongqing2026"), ("again", "chongqing2026")];
    let weak = officer.send("/bank/me/password", &weak).await;
    assert!(weak.status == StatusCode::UNPROCESSABLE_ENTITY && weak.has("大家常用的密码"), "{}", weak.text);
    let new = "copper lantern 7";
    let good = [("present", "jinqiao-demo"), ("new", new), ("again", new), ("next", "/bank?tab=hand")];
    assert_eq!(officer.send("/bank/me/password", &good).await.to, "/bank?tab=hand");
    assert!(officer.open("/bank?tab=hand").await.status.is_success());

    // The next time the code is asked for.
    town.test.clock.advance(SignedDuration::from_mins(1));
    let mut again = town.stranger();
    assert_eq!(arrive(&mut again, new).await.to, "/bank/sign-in/second");
    assert_eq!(again.open("/bank/consents").await.to, "/bank/sign-in/second?next=%2Fbank%2Fconsents");
    let wrong = again.send("/bank/sign-in/second", &[("code", "000000")]).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.has("没有通过验证"));
    let by_password = again.send("/bank/sign-in/second", &[("password", new)]).await;
    assert_eq!(by_password.status, StatusCode::UNPROCESSABLE_ENTITY, "the password is no second factor");
    let right = [("code", code(&town, &secret)), ("next", "/bank/consents".to_owned())];
    let right: Vec<(&str, &str)> = right.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(again.send("/bank/sign-in/second", &right).await.to, "/bank/consents");
    assert!(again.open("/bank/consents").await.status.is_success());
}

#[tokio::test]
async fn after_the_second_factor_only_a_page_of_the_portal_is_led_to() {
    let town = Town::new().await;
    let mut officer = town.employee("officer@bank01").await;
    for (next, to) in [
        ("/bank/consents", "/bank/consents"),
        ("https://evil.example/bank", "/bank"),
        ("/desk", "/bank"),
        ("/bank/sign-in/second", "/bank"),
    ] {
        let shown = [("password", "jinqiao-demo"), ("next", next)];
        assert_eq!(officer.send("/bank/sign-in/second", &shown).await.to, to);
    }
}

#[tokio::test]
async fn the_administrator_lets_a_locked_colleague_in_and_an_officer_cannot() {
    let town = Town::new().await;
    let mut visitor = town.stranger();
    for _ in 0..5 {
        arrive(&mut visitor, "wrong password").await;
    }
    assert_eq!(arrive(&mut visitor, "jinqiao-demo").await.status, StatusCode::TOO_MANY_REQUESTS);
    let mut approver = town.employee("approver@bank01").await;
    assert_eq!(approver.open("/bank/colleagues").await.status, StatusCode::FORBIDDEN);
    let form = [("login", "officer@bank01")];
    assert_eq!(approver.send("/bank/colleagues/unlock", &form).await.status, StatusCode::FORBIDDEN);

    let mut admin = town.employee("admin@bank01").await;
    let page = admin.open("/bank/colleagues").await;
    assert!(page.has("data-test=\"locked\"") && page.has("officer@bank01"), "{}", page.text);
    let first = admin.send("/bank/colleagues/unlock", &form).await;
    assert_eq!(first.to, "/bank/sign-in/second?next=%2Fbank%2Fcolleagues");
    let again = [("password", "jinqiao-demo"), ("next", "/bank/colleagues")];
    assert_eq!(admin.send("/bank/sign-in/second", &again).await.to, "/bank/colleagues");
    assert_eq!(admin.send("/bank/colleagues/unlock", &form).await.to, "/bank/colleagues");
    assert_eq!(arrive(&mut visitor, "jinqiao-demo").await.to, "/bank");
}
