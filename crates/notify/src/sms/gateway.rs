//! The way to the carrier.

use std::future::Future;
use std::pin::Pin;

use jq_base::ids::MessageId;
use jq_base::mobile::Mobile;

/// A text message ready to go (短信).
#[derive(Clone, Debug)]
pub struct Sms {
    /// The message.
    pub message_id: MessageId,
    /// Goes up when somebody has it sent again on purpose.
    pub round: u32,
    /// Where it goes.
    pub mobile: Mobile,
    /// The text with its signature.
    pub text: String,
    /// The text's id, for a carrier that holds the texts itself.
    pub template: String,
    /// What is filled in, in the order in which the text names it.
    pub values: Vec<String>,
}

impl Sms {
    /// What the carrier is to know it by: the same for every try of a round, so that a second one is recognised.
    pub fn reference(&self) -> String {
        format!("{}.{}", self.message_id, self.round)
    }
}

/// A message that a carrier took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Handed {
    /// What the carrier calls it, where its receipts name it so.
    pub carrier_ref: Option<String>,
}

/// Why the carrier did not take a message.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// It does not answer or asks to come back later.
    #[error("the carrier does not take messages now")]
    Passing(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It will never take this one; holds its words.
    #[error("the carrier refuses the message: {0}")]
    Lasting(String),
}

impl GatewayError {
    /// Whether trying again cannot help.
    pub fn is_lasting(&self) -> bool {
        matches!(self, Self::Lasting(_))
    }

    /// What went wrong, for who looks after messages.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Lasting(words) => words.clone(),
            Self::Passing(cause) => cause.to_string(),
        }
    }
}

/// A message on its way.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<Handed, GatewayError>> + Send + 'a>>;

/// A carrier's interface (短信通道).
pub trait Gateway: Send + Sync {
    /// Its name on record.
    fn name(&self) -> &'static str;

    /// Hands a message over; may be called again with the same message.
    fn send<'a>(&'a self, sms: &'a Sms) -> Sending<'a>;
}
