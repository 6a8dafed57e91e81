//! The way to the carrier.

use std::future::Future;
use std::pin::Pin;

use jq_base::ids::MessageId;
use jq_base::mobile::Mobile;

/// A text message ready to go (短信).
#[derive(Clone, Debug)]
pub struct Sms {
    /// The same for every try, so that the carrier can drop a second one.
    pub message_id: MessageId,
    /// Where it goes.
    pub mobile: Mobile,
    /// The text with its signature.
    pub text: String,
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
}

/// A message on its way.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), GatewayError>> + Send + 'a>>;

/// A carrier's interface.
pub trait Gateway: Send + Sync {
    /// Hands a message over; may be called again with the same message.
    fn send<'a>(&'a self, sms: &'a Sms) -> Sending<'a>;
}
