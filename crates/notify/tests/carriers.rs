//! Messages through real ways: a Kannel with its fake SMS centre, and a cloud vendor's interface as it is described.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

mod house;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use house::{MOBILE, RECEIPT_KEY, ask, ask_about};
use jq_jobs::Worker;
use jq_notify::{
    Carrier, CarrierError, Receipt, SmsGroup, SmsReason, SmsSecrets, SmsState, Taken, Texts, Told, consume,
    list_sms, parts,
};
use jq_testkit::{Kannel, TestDb};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

fn secrets(password: &str) -> SmsSecrets {
    SmsSecrets { password: Some(password.to_owned()), receipts: Some(RECEIPT_KEY.to_owned()) }
}

fn carrier(test: &TestDb, file: &str, password: &str) -> Result<Carrier, CarrierError> {
    Carrier::read(file, &secrets(password), &test.db, &Texts::embedded().unwrap(), "http://127.0.0.1:9")
}

/// Listens on this machine, answers everything with this, and hands on what was asked.
fn listen(body: &'static str) -> (String, Receiver<String>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (calls, heard) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut read = Vec::new();
            let mut some = [0; 4096];
            while !is_whole(&read) {
                let count = stream.read(&mut some).unwrap();
                if count == 0 {
                    break;
                }
                read.extend_from_slice(&some[..count]);
            }
            let length = body.len();
            let start = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
            stream.write_all(format!("{start}{body}").as_bytes()).unwrap();
            if calls.send(String::from_utf8(read).unwrap()).is_err() {
                break;
            }
        }
    });
    (address, heard)
}

/// Whether a request has all of its body.
fn is_whole(read: &[u8]) -> bool {
    let text = String::from_utf8_lossy(read).to_lowercase();
    let Some((head, _)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
    read.len() >= head.len() + 4 + length
}

/// The value of a name in the first line of a request.
fn asked(request: &str, name: &str) -> String {
    let (_, rest) = request.split_once(&format!("{name}=")).unwrap();
    rest.split(['&', ' ']).next().unwrap().to_owned()
}

#[tokio::test]
async fn a_chinese_message_goes_through_a_real_kannel_and_its_receipt_comes_back() {
    let Some(kannel) = Kannel::start() else { return };
    let test = TestDb::sqlite().await;
    let (address, receipts) = listen("");
    let file = format!(
        "carrier = 'kannel'\nurl = '{}'\nuser = '{}'\nreceipts = '{address}'",
        kannel.sendsms(),
        Kannel::USER
    );
    let sender = house::sender_by(&test, carrier(&test, &file, Kannel::PASSWORD).unwrap());
    let worker = consume(Worker::new(test.db.clone()), &sender);
    let firm = "山城两江新区𠮷祥汽车零部件制造有限公司";
    let values =
        [("subject", firm), ("scopes", "申请融资、签署合同"), ("until", "2026-12-31"), ("days", "7")];
    ask(&test, "mandate_offered", MOBILE, &values, None).await;
    let ran = worker.run_due().await.unwrap();
    assert_eq!(ran.failures, 0);

    let line = list_sms(&test.db, SmsGroup::Sent, 10).await.unwrap().remove(0);
    let arrived = kannel.arrived(1).remove(0);
    assert_eq!(arrived.mobile, MOBILE);
    assert_eq!(arrived.text, line.text, "each sign as it was written");
    assert!(arrived.text.contains(firm) && arrived.text.starts_with("【金桥】"));
    assert_eq!((arrived.parts, line.parts), (2, 2), "as many parts as were counted: {}", parts(&line.text));

    let reference = format!("{}.1", line.message_id);
    let mut delivered = false;
    while !delivered {
        let told = receipts.recv_timeout(PATIENCE).unwrap();
        assert!(told.starts_with("GET /api/sms/receipts/kannel?"), "{told}");
        let status = Told::of_kannel(asked(&told, "status").parse().unwrap()).unwrap();
        let receipt = Receipt { told: status, words: asked(&told, "words") };
        let round = asked(&told, "round").parse().unwrap();
        let message = asked(&told, "message").parse().unwrap();
        let taken = sender.receive(&message, round, &asked(&told, "key"), &receipt).await.unwrap();
        assert_ne!(taken, Taken::NotBelieved);
        delivered = status == Told::Delivered;
    }
    let line = list_sms(&test.db, SmsGroup::Sent, 10).await.unwrap().remove(0);
    assert_eq!(line.state, SmsState::Delivered);
    let log = kannel.access_log();
    assert!(log.contains(&format!("[ACT:{reference}]")), "a second one would be known: {log}");
}

#[tokio::test]
async fn a_kannel_that_knows_another_password_is_tried_again() {
    let Some(kannel) = Kannel::start() else { return };
    let test = TestDb::sqlite().await;
    let file = format!("carrier = 'kannel'\nurl = '{}'\nuser = '{}'", kannel.sendsms(), Kannel::USER);
    let wrong = house::sender_by(&test, carrier(&test, &file, "something else").unwrap());
    ask_about(&test, "JQ-1", None).await;
    let ran = consume(Worker::new(test.db.clone()), &wrong).run_due().await.unwrap();
    assert_eq!(ran.failures, 1);
    let right = house::sender_by(&test, carrier(&test, &file, Kannel::PASSWORD).unwrap());
    test.advance(jiff::SignedDuration::from_mins(1));
    let ran = consume(Worker::new(test.db.clone()), &right).run_due().await.unwrap();
    assert_eq!(ran.failures, 0);
    assert!(kannel.arrived(1)[0].text.contains("JQ-1"));
}

/// The vendor's file, with a number for every text.
fn vendor(url: &str) -> String {
    let texts = Texts::embedded().unwrap();
    let numbers: Vec<String> = texts
        .all()
        .enumerate()
        .map(|(number, text)| format!("{} = '{}'", text.id(), 100_000 + number))
        .collect();
    format!(
        "carrier = 'tencent'\nurl = '{url}'\nuser = 'AKIDEXAMPLE'\nregion = 'ap-guangzhou'\napp = '1400006666'\n\
         signature = '金桥'\n[templates]\n{}",
        numbers.join("\n")
    )
}

#[tokio::test]
async fn the_cloud_vendor_is_given_the_texts_number_and_its_values_and_its_receipt_is_matched() {
    let test = TestDb::sqlite().await;
    let (address, calls) = listen(
        r#"{"Response":{"SendStatusSet":[{"SerialNo":"5000:104","Code":"Ok","Message":"send success"}]}}"#,
    );
    let sender = house::sender_by(&test, carrier(&test, &vendor(&address), "a secret key").unwrap());
    house::ask_code(&test, "012345").await;
    let ran = consume(Worker::new(test.db.clone()), &sender).run_due().await.unwrap();
    assert_eq!(ran.failures, 0);

    let call = calls.recv_timeout(PATIENCE).unwrap();
    let (head, body) = call.split_once("\r\n\r\n").unwrap();
    let host = address.strip_prefix("http://").unwrap();
    for header in [
        "POST / HTTP/1.1",
        "content-type: application/json; charset=utf-8",
        &format!("host: {host}"),
        "x-tc-action: SendSms",
        "x-tc-version: 2021-01-11",
        "x-tc-region: ap-guangzhou",
        "authorization: TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/2026-11-10/sms/tc3_request, SignedHeaders=content-type;host, Signature=",
    ] {
        assert!(head.contains(header), "{header} in {head}");
    }
    assert!(!call.contains("a secret key"));
    let asked: serde_json::Value = serde_json::from_str(body).unwrap();
    let line = list_sms(&test.db, SmsGroup::Sent, 10).await.unwrap().remove(0);
    assert_eq!(asked["PhoneNumberSet"][0], "+8613800001234");
    assert_eq!(asked["TemplateParamSet"], serde_json::json!(["012345", "5"]));
    assert_eq!(asked["SessionContext"], format!("{}.1", line.message_id));

    let receipt = Receipt { told: Told::Delivered, words: "DELIVRD".to_owned() };
    let tells = async |name: &str, key: &str| sender.receive_named(name, key, &receipt).await.unwrap();
    assert_eq!(tells("5000:104", "another key").await, Taken::NotBelieved);
    assert_eq!(tells("5000:105", RECEIPT_KEY).await, Taken::NoMessage);
    assert_eq!(tells("5000:104", RECEIPT_KEY).await, Taken::New);
    assert_eq!(tells("5000:104", RECEIPT_KEY).await, Taken::Again);
    let line = list_sms(&test.db, SmsGroup::Sent, 10).await.unwrap().remove(0);
    assert_eq!(line.state, SmsState::Delivered);
}

#[tokio::test]
async fn what_the_vendor_refuses_is_shown_with_its_words() {
    let test = TestDb::sqlite().await;
    let (address, _calls) = listen(
        r#"{"Response":{"SendStatusSet":[{"SerialNo":"","Code":"FailedOperation.PhoneNumberInBlacklist",
            "Message":"the number wants no messages"}]}}"#,
    );
    let sender = house::sender_by(&test, carrier(&test, &vendor(&address), "a secret key").unwrap());
    ask_about(&test, "JQ-1", None).await;
    consume(Worker::new(test.db.clone()), &sender).run_due().await.unwrap();
    let line = list_sms(&test.db, SmsGroup::Failed, 10).await.unwrap().remove(0);
    assert_eq!(line.reason, Some(SmsReason::Refused));
    let words = line.carrier_words.unwrap();
    assert_eq!(words, "FailedOperation.PhoneNumberInBlacklist: the number wants no messages");
}

#[tokio::test]
async fn a_carrier_that_cannot_work_is_refused_when_the_platform_starts() {
    let test = TestDb::sqlite().await;
    let texts = Texts::embedded().unwrap();
    let kannel = "carrier = 'kannel'\nurl = 'http://127.0.0.1:13013/cgi-bin/sendsms'\nuser = 'jinqiao'\n\
                  receipts = 'http://127.0.0.1:8080'";
    let said = |text: &str, secrets: &SmsSecrets| match Carrier::read(
        text,
        secrets,
        &test.db,
        &texts,
        "http://127.0.0.1:8080",
    ) {
        Ok(carrier) => carrier.name().to_owned(),
        Err(error) => error.to_string(),
    };
    let all = secrets("a secret key");
    assert_eq!(said(kannel, &all), "kannel");
    assert_eq!(said("carrier = 'demo'", &SmsSecrets::default()), "demo");
    assert_eq!(said(&vendor("http://127.0.0.1:9"), &all), "tencent");
    let no_key = SmsSecrets { receipts: None, ..all.clone() };
    assert!(said(kannel, &no_key).contains("JINQIAO_SMS_RECEIPT_KEY"));
    let short = SmsSecrets { receipts: Some("short".to_owned()), ..all.clone() };
    assert!(said(kannel, &short).contains("JINQIAO_SMS_RECEIPT_KEY"));
    let no_password = SmsSecrets { password: None, ..all.clone() };
    assert!(said(kannel, &no_password).contains("JINQIAO_SMS_PASSWORD"));
    assert!(said(&kannel.replace("http://127.0.0.1:8080", "here"), &all).contains("no address"));
    assert!(said(&kannel.replace("user =", "person ="), &all).contains("person"));
    let (without, _) = kannel.split_once("\nreceipts").unwrap();
    assert_eq!(said(without, &all), "kannel", "receipts come to the platform's own address");
    let one_less = vendor("http://127.0.0.1:9").replace("sign_in_code", "another");
    assert!(said(&one_less, &all).contains("sign_in_code"));
}
