//! Kannel's HTTP interface: `sendsms` of its smsbox.
//!
//! The text goes in the body and everything else in headers, so that neither password nor number stands in an address
//! that proxies note. Kannel knows a message by our reference (`X-Kannel-Account`, in its own log) and tells what
//! became of it at the address in `X-Kannel-DLR-Url`, which carries the message, its round and a token for both.

use reqwest::{Client, Url};

use super::carrier::CarrierError;
use super::gateway::{Gateway, GatewayError, Handed, Sending, Sms};
use super::http;
use super::receipt::ReceiptKey;

/// UCS-2, in which Chinese travels.
const CODING: &str = "2";
/// Receipts for: delivered, not delivered, buffered, taken by the centre, refused by it.
const RECEIPTS: &str = "31";
/// Where Kannel brings its receipts.
const RECEIPTS_PATH: &str = "/api/sms/receipts/kannel";

/// A Kannel.
pub(super) struct Kannel {
    client: Client,
    url: Url,
    user: String,
    password: String,
    /// The number or name from which messages come, where Kannel does not say it.
    sender: Option<String>,
    /// The address at which Kannel reaches this platform, and what receipts are known by.
    receipts: (Url, ReceiptKey),
}

impl Kannel {
    pub(super) fn new(
        url: &str,
        (user, password): (&str, &str),
        sender: Option<String>,
        (base, key): (&str, ReceiptKey),
    ) -> Result<Self, CarrierError> {
        let parse = |text: &str| Url::parse(text).map_err(|_| CarrierError::Address(text.to_owned()));
        let receipts =
            parse(base)?.join(RECEIPTS_PATH).map_err(|_| CarrierError::Address(base.to_owned()))?;
        Ok(Self {
            client: http::client().map_err(CarrierError::Client)?,
            url: parse(url)?,
            user: user.to_owned(),
            password: password.to_owned(),
            sender,
            receipts: (receipts, key),
        })
    }

    /// Where Kannel tells what became of the message. It puts its own values for `%d` and `%A`.
    fn receipt_address(&self, sms: &Sms) -> String {
        let (base, key) = &self.receipts;
        let (message, round) = (&sms.message_id, sms.round);
        let token = key.token(message, round);
        format!("{base}?message={message}&round={round}&key={token}&status=%d&words=%A")
    }

    async fn hand(&self, sms: &Sms) -> Result<Handed, GatewayError> {
        let mut request = self
            .client
            .post(self.url.clone())
            .header("content-type", "text/plain; charset=UTF-8")
            .header("x-kannel-username", &self.user)
            .header("x-kannel-password", &self.password)
            .header("x-kannel-to", sms.mobile.for_storage())
            .header("x-kannel-coding", CODING)
            .header("x-kannel-charset", "UTF-8")
            .header("x-kannel-account", sms.reference())
            .header("x-kannel-dlr-mask", RECEIPTS)
            .header("x-kannel-dlr-url", self.receipt_address(sms));
        if let Some(sender) = &self.sender {
            request = request.header("x-kannel-from", sender);
        }
        let answered = http::call(request.body(sms.text.clone())).await?;
        let words = http::words(&answered.text);
        match answered.status {
            200..=299 => Ok(Handed::default()),
            // The number or the text cannot be sent; a wrong password (403) can be mended.
            400 => Err(GatewayError::Lasting(words)),
            status => Err(GatewayError::Passing(format!("{status} {words}").into())),
        }
    }
}

impl Gateway for Kannel {
    fn name(&self) -> &'static str {
        "kannel"
    }

    fn send<'a>(&'a self, sms: &'a Sms) -> Sending<'a> {
        Box::pin(self.hand(sms))
    }
}
