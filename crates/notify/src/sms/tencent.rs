//! Tencent Cloud SMS: `SendSms`, version 2021-01-11, signed by TC3-HMAC-SHA256.
//!
//! The vendor holds the texts, under numbers that it gave when it approved them; it is sent the number and the values.
//! It knows a message by our reference (`SessionContext`) and calls it by a number of its own (`SerialNo`), which its
//! receipts carry.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use jq_base::clock::Clock;
use reqwest::{Client, Url};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::carrier::CarrierError;
use super::gateway::{Gateway, GatewayError, Handed, Sending, Sms};
use super::http;

/// The name under which tries are on record, so that receipts find them.
pub(super) const NAME: &str = "tencent";

const ALGORITHM: &str = "TC3-HMAC-SHA256";
const CONTENT_TYPE: &str = "application/json; charset=utf-8";
const SIGNED_HEADERS: &str = "content-type;host";
const SERVICE: &str = "sms";
const ACTION: &str = "SendSms";
const VERSION: &str = "2021-01-11";
/// The vendor's codes after which the same message may be taken later; after any other it is not.
const PASSING: [&str; 8] = [
    "AuthFailure",
    "FailedOperation.InsufficientBalance",
    "InternalError",
    "LimitExceeded.DeliveryFrequencyLimit",
    "LimitExceeded.PhoneNumberThirtySecondLimit",
    "RequestLimitExceeded",
    "ResourceInsufficient",
    "UnauthorizedOperation",
];

/// The vendor, for one application of one customer.
pub(super) struct Tencent {
    client: Client,
    clock: Clock,
    url: Url,
    secret_id: String,
    secret_key: String,
    region: String,
    app: String,
    signature: String,
    /// The vendor's number of each of our texts.
    templates: BTreeMap<String, String>,
}

/// What the vendor is told about the customer.
pub(super) struct Account<'a> {
    pub(super) secret_id: &'a str,
    pub(super) secret_key: &'a str,
    pub(super) region: String,
    pub(super) app: String,
    pub(super) signature: String,
    pub(super) templates: BTreeMap<String, String>,
}

impl Tencent {
    pub(super) fn new(url: &str, account: Account<'_>, clock: Clock) -> Result<Self, CarrierError> {
        Ok(Self {
            client: http::client().map_err(CarrierError::Client)?,
            clock,
            url: Url::parse(url).map_err(|_| CarrierError::Address(url.to_owned()))?,
            secret_id: account.secret_id.to_owned(),
            secret_key: account.secret_key.to_owned(),
            region: account.region,
            app: account.app,
            signature: account.signature,
            templates: account.templates,
        })
    }

    async fn hand(&self, sms: &Sms) -> Result<Handed, GatewayError> {
        let template = self.templates.get(&sms.template);
        let template =
            template.ok_or_else(|| GatewayError::Lasting(format!("no number for {}", sms.template)))?;
        let asked = serde_json::json!({
            "PhoneNumberSet": [format!("+86{}", sms.mobile.for_storage())],
            "SmsSdkAppId": self.app,
            "SignName": self.signature,
            "TemplateId": template,
            "TemplateParamSet": sms.values,
            "SessionContext": sms.reference(),
        })
        .to_string();
        // The vendor compares with its own clock; a demonstration's may show another day.
        let at = self.clock.device_time();
        let host = self.host();
        let signed = Signed { host: &host, service: SERVICE, body: &asked, at };
        let request = self
            .client
            .post(self.url.clone())
            .header("content-type", CONTENT_TYPE)
            .header("host", &host)
            .header("authorization", signed.authorization(&self.secret_id, &self.secret_key))
            .header("x-tc-action", ACTION)
            .header("x-tc-version", VERSION)
            .header("x-tc-region", &self.region)
            .header("x-tc-timestamp", at.as_second().to_string());
        let answered = http::call(request.body(asked)).await?;
        if answered.status != 200 {
            let words = format!("{} {}", answered.status, http::words(&answered.text));
            return Err(GatewayError::Passing(words.into()));
        }
        taken(&answered.text)
    }

    fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }
}

impl Gateway for Tencent {
    fn name(&self) -> &'static str {
        NAME
    }

    fn send<'a>(&'a self, sms: &'a Sms) -> Sending<'a> {
        Box::pin(self.hand(sms))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope {
    response: Answer,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    error: Option<Fault>,
    #[serde(default)]
    send_status_set: Vec<Status>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Fault {
    code: String,
    message: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Status {
    serial_no: String,
    code: String,
    message: String,
}

/// What the vendor's answer says of the one message it was given.
fn taken(answer: &str) -> Result<Handed, GatewayError> {
    let read: Envelope = serde_json::from_str(answer).map_err(|error| GatewayError::Passing(error.into()))?;
    if let Some(fault) = read.response.error {
        return Err(refused(&fault.code, &fault.message));
    }
    match read.response.send_status_set.into_iter().next() {
        Some(status) if status.code == "Ok" => Ok(Handed { carrier_ref: Some(status.serial_no) }),
        Some(status) => Err(refused(&status.code, &status.message)),
        None => Err(GatewayError::Passing("the answer is about no message".into())),
    }
}

fn refused(code: &str, message: &str) -> GatewayError {
    let words = http::words(&format!("{code}: {message}"));
    if PASSING.iter().any(|passing| code.starts_with(passing)) {
        GatewayError::Passing(words.into())
    } else {
        GatewayError::Lasting(words)
    }
}

/// What is signed of a call: a POST of JSON to the root of a host.
struct Signed<'a> {
    host: &'a str,
    service: &'a str,
    body: &'a str,
    at: Timestamp,
}

impl Signed<'_> {
    /// The header `Authorization`.
    fn authorization(&self, secret_id: &str, secret_key: &str) -> String {
        let date = self.at.to_zoned(TimeZone::UTC).date().to_string();
        let scope = format!("{date}/{}/tc3_request", self.service);
        let to_sign =
            format!("{ALGORITHM}\n{}\n{scope}\n{}", self.at.as_second(), hash(&self.canonical_request()));
        let key = keyed(format!("TC3{secret_key}").as_bytes(), &date);
        let key = keyed(&keyed(&key, self.service), "tc3_request");
        let signature = hex(&keyed(&key, &to_sign));
        format!(
            "{ALGORITHM} Credential={secret_id}/{scope}, SignedHeaders={SIGNED_HEADERS}, Signature={signature}"
        )
    }

    fn canonical_request(&self) -> String {
        let headers = format!("content-type:{CONTENT_TYPE}\nhost:{}\n", self.host);
        format!("POST\n/\n\n{headers}\n{SIGNED_HEADERS}\n{}", hash(self.body))
    }
}

fn hash(text: &str) -> String {
    hex(&Sha256::digest(text))
}

fn keyed(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key)
        .unwrap_or_else(|_| unreachable!("a key of any length is one"));
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _written = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the vendor's description of its signature.
    #[test]
    fn the_published_example_is_signed_as_published() {
        let signed = Signed {
            host: "cvm.tencentcloudapi.com",
            service: "cvm",
            body: r#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#,
            at: Timestamp::from_second(1_551_113_065).unwrap(),
        };
        let canonical = hash(&signed.canonical_request());
        assert_eq!(canonical, "5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031");
        let header =
            signed.authorization("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE");
        assert_eq!(
            header,
            "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, \
             SignedHeaders=content-type;host, \
             Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
        );
    }

    #[test]
    fn the_vendors_answer_says_whether_trying_again_helps() {
        let ok = r#"{"Response":{"SendStatusSet":[{"SerialNo":"5000:1","PhoneNumber":"+8613800001234","Fee":1,
            "SessionContext":"m.1","Code":"Ok","Message":"send success","IsoCode":"CN"}],"RequestId":"r"}}"#;
        assert_eq!(taken(ok).unwrap().carrier_ref.as_deref(), Some("5000:1"));
        let lasting = |answer: &str| taken(answer).unwrap_err().is_lasting();
        let listed = ok.replace("\"Ok\"", "\"FailedOperation.PhoneNumberInBlacklist\"");
        assert!(lasting(&listed));
        assert!(!lasting(&ok.replace("\"Ok\"", "\"LimitExceeded.DeliveryFrequencyLimit\"")));
        let fault = r#"{"Response":{"Error":{"Code":"AuthFailure.SignatureFailure","Message":"no"},"RequestId":"r"}}"#;
        assert!(!lasting(fault), "a wrong key can be mended");
        assert!(!lasting("<html>bad gateway</html>"));
    }
}
