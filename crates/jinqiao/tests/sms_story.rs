//! A city whose messages go to real phones: through a Kannel that runs beside it, whose receipts come back by HTTP.

mod program;

use jq_testkit::Kannel;
use jq_web::audience::Audience;
use program::Program;
use program::browser::Browser;
use program::demo::Demo;

/// Digits of a one-time code.
const CODE_DIGITS: usize = 6;

/// The one-time code in a text: its only run of exactly six digits.
fn code(text: &str) -> String {
    let mut runs = text.split(|sign: char| !sign.is_ascii_digit());
    runs.find(|run| run.len() == CODE_DIGITS).expect("a code").to_owned()
}

/// Opens a page until it says this.
fn wait_for(browser: &mut Browser, path: &str, words: &str) -> String {
    for _ in 0..200 {
        let page = browser.open(path).text();
        if page.contains(words) {
            return page;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("{path} never says {words}: {}", browser.open(path).text());
}

#[test]
fn a_firm_signs_in_with_a_code_from_a_real_phone_and_the_service_sees_that_it_arrived() {
    let Some(kannel) = Kannel::start() else { return };
    let program = Program::new("sms")
        .with_variable("JINQIAO_SMS_PASSWORD", Kannel::PASSWORD)
        .with_variable("JINQIAO_SMS_RECEIPT_KEY", "a receipt key for tests");
    let folder = program.data().join("notify");
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = format!("carrier = 'kannel'\nurl = '{}'\nuser = '{}'\n", kannel.sendsms(), Kannel::USER);
    std::fs::write(folder.join("carrier.toml"), file).expect("a file");
    let demo = Demo::start_in(program, 60);
    let mobile = &demo.firms[0].mobile;

    let mut firm = Browser::new(&demo.address);
    firm.open("/firm/sign-in");
    firm.send("/firm/sign-in", &[("mobile", mobile)]);
    let arrived = kannel.arrived(1).remove(0);
    assert_eq!(&arrived.mobile, mobile);
    let home = firm.send("/firm/sign-in/code", &[("code", &code(&arrived.text))]);
    assert_eq!((home.status, home.path.as_str()), (200, "/firm"), "{}", home.text());

    let mut service = demo.sign_in_staff(Audience::Desk, "service");
    let page = wait_for(&mut service, "/desk/sms?group=sent", "已送达");
    assert!(page.contains("******") && !page.contains(&code(&arrived.text)), "{page}");
    assert!(!page.contains(mobile.as_str()), "numbers are masked");
    let (status, _) = Browser::new(&demo.address).look("/api/sms/receipts/kannel?message=x&round=1&status=1");
    assert_eq!(status, 403, "nobody else is believed");
    assert_eq!(demo.program.json(&["audit", "verify"])["broken"], serde_json::Value::Null);
}
