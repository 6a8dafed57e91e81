//! What a text message is and what becomes of it.

use serde::Deserialize;

/// What a message is for; each kind has limits of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmsKind {
    /// A one-time code (验证码): somebody waits for it, so it goes at any hour.
    Code,
    /// Anything else.
    #[default]
    Message,
}

/// How far a message is (短信状态).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmsState {
    /// It waits for the morning, or for an earlier one to the same phone.
    Waiting,
    /// It is being handed to the carrier.
    Sending,
    /// The carrier has taken it.
    Sent,
    /// The carrier says that the phone has it (已送达).
    Delivered,
    /// The carrier says that the phone never got it (未送达).
    Undelivered,
    /// The carrier did not take it.
    Failed,
    /// The phone has had enough; the message stands in the portal (已拦下).
    HeldBack,
}

/// Why a message is where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmsReason {
    /// It is night.
    Quiet,
    /// An earlier one to the same phone has not gone yet.
    Earlier,
    /// The phone has had all of an hour.
    Hour,
    /// The phone has had all of a day.
    Day,
    /// Nobody can use it any more.
    TooLate,
    /// The carrier will never take it.
    Refused,
    /// The carrier could not be reached, every time.
    Unreachable,
    /// It is not known whether the carrier took it.
    Unknown,
    /// The carrier could not deliver it.
    Undelivered,
}

macro_rules! codes {
    ($($type:ident { $($variant:ident = $code:literal),* $(,)? })*) => {$(
        impl $type {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word in tables and addresses.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code),*
                }
            }
        }

        impl std::str::FromStr for $type {
            type Err = ();

            fn from_str(text: &str) -> Result<Self, ()> {
                Self::ALL.iter().copied().find(|one| one.code() == text).ok_or(())
            }
        }
    )*};
}

codes! {
    SmsKind { Code = "code", Message = "message" }
    SmsState {
        Waiting = "waiting", Sending = "sending", Sent = "sent", Delivered = "delivered",
        Undelivered = "undelivered", Failed = "failed", HeldBack = "held_back",
    }
    SmsReason {
        Quiet = "quiet", Earlier = "earlier", Hour = "hour", Day = "day", TooLate = "too_late",
        Refused = "refused", Unreachable = "unreachable", Unknown = "unknown", Undelivered = "undelivered",
    }
}

impl SmsState {
    /// Whether it is still to go.
    pub(crate) fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Sending)
    }
}
