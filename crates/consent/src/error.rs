//! Why a consent or a permit was not given.

use jiff::Timestamp;
use jq_base::permit::Purpose;
use jq_db::DbError;
use jq_identity::IdentityError;

use crate::emergency::model::EmergencyState;
use crate::grant::model::GrantState;
use crate::permit::denial::Denial;
use crate::receipt::ReceiptError;
use crate::request::model::RequestState;

/// Why a consent or a permit was not given, ordered by what the caller can do.
#[derive(Debug, thiserror::Error)]
pub enum ConsentError {
    /// No item was asked for.
    #[error("no item was asked for")]
    NoItems,
    /// The catalogue has no such item.
    #[error("there is no item {0}")]
    UnknownItem(String),
    /// The catalogue has no such field, or it is of none of the items.
    #[error("there is no field {0} of these items")]
    UnknownField(String),
    /// A field that tells which record it is, since when it holds or what tells against the subject stays with its item.
    #[error("field {0} cannot be left out")]
    FieldStays(String),
    /// The item needs the subject's consent.
    #[error("item {0} is not public")]
    NotPublic(String),
    /// A natural person's records are never public.
    #[error("a natural person has no public records")]
    PersonIsNotPublic,
    /// No bank can be granted this purpose.
    #[error("purpose {0} is not granted to a bank")]
    NotGrantable(Purpose),
    /// The purpose does not need this item.
    #[error("item {item} is not granted for this purpose")]
    ItemNotForPurpose {
        /// The item.
        item: String,
    },
    /// A consent for this purpose lasts from one day to this many.
    #[error("a consent for this purpose lasts 1 to {days_max} days")]
    TooLong {
        /// The longest term.
        days_max: u32,
    },
    /// A consent for this purpose allows from one reading to this many.
    #[error("a consent for this purpose allows 1 to {queries_max} readings")]
    TooMany {
        /// The most readings.
        queries_max: u32,
    },
    /// More was agreed to than the bank had asked for.
    #[error("more than the bank asked for")]
    MoreThanAsked,
    /// A reason or a note has more than this many characters.
    #[error("the text has more than {chars_max} characters")]
    TextTooLong {
        /// The longest text.
        chars_max: usize,
    },
    /// The text that was shown is not the one in force, or it was shown for other terms.
    #[error("the text that was agreed to is not the one in force")]
    TextChanged,
    /// The person may not consent for this subject: an agent without a mandate for it, or somebody other than the
    /// natural person whose records they are.
    #[error("the signed-in person may not consent for this subject")]
    MayNotConsent,
    /// The agent's mandate does not cover reading.
    #[error("the agent's mandate does not cover reading")]
    MayNotRead,
    /// There is no such consent or request, or it is somebody else's.
    #[error("no such consent or request")]
    NotFound,
    /// The consent is over already.
    #[error("the consent is {} already", .0.code())]
    GrantEnded(GrantState),
    /// The request is closed already.
    #[error("the request is {} already", .0.code())]
    RequestClosed(RequestState),
    /// The bank's earlier request for this purpose waits for an answer.
    #[error("a request for this purpose waits for an answer")]
    AskedAlready,
    /// The subject said no; the bank may ask again from this moment on.
    #[error("the subject said no; ask again from {0}")]
    AskAgainAt(Timestamp),
    /// A reason is too short to say anything.
    #[error("a reason has {chars_min} characters or more")]
    ReasonTooShort {
        /// The shortest reason.
        chars_min: usize,
    },
    /// Whoever asked for a reading in an emergency does not approve it.
    #[error("who asked does not approve")]
    FourEyes,
    /// The emergency is decided or over already.
    #[error("the emergency is {} already", .0.code())]
    EmergencyClosed(EmergencyState),
    /// Somebody changed the same consent at the same moment.
    #[error("the consent was changed at the same moment")]
    MovedOn,
    /// The bank may not read.
    #[error("the bank may not read: {}", .0.code())]
    Denied(Denial),
    /// The content files cannot be used.
    #[error("consent content: {0}")]
    Content(String),
    /// The people who act for the subject could not be read or parted with.
    #[error("who acts for the subject")]
    Identity(#[from] IdentityError),
    /// A receipt could not be made or read.
    #[error("make or read a receipt")]
    Receipt(#[from] ReceiptError),
    /// The store failed.
    #[error("keep consents and permits")]
    Store(#[from] DbError),
}

impl ConsentError {
    /// The stable word for programs and for the texts people read, such as `consent/withdrawn`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoItems => "consent/no-items",
            Self::UnknownItem(_) => "consent/unknown-item",
            Self::UnknownField(_) => "consent/unknown-field",
            Self::FieldStays(_) => "consent/field-stays",
            Self::NotPublic(_) | Self::PersonIsNotPublic => "consent/not-public",
            Self::NotGrantable(_) => "consent/not-grantable",
            Self::ItemNotForPurpose { .. } => "consent/item-not-for-purpose",
            Self::TooLong { .. } => "consent/too-long",
            Self::TooMany { .. } => "consent/too-many",
            Self::MoreThanAsked => "consent/more-than-asked",
            Self::TextTooLong { .. } => "consent/text-too-long",
            Self::TextChanged => "consent/text-changed",
            Self::MayNotConsent => "consent/may-not-consent",
            Self::MayNotRead => "consent/may-not-read",
            Self::NotFound => "consent/not-found",
            Self::GrantEnded(_) => "consent/ended",
            Self::RequestClosed(_) => "consent/request-closed",
            Self::AskedAlready => "consent/asked-already",
            Self::AskAgainAt(_) => "consent/ask-again-later",
            Self::MovedOn => "consent/moved-on",
            Self::ReasonTooShort { .. } => "consent/reason-too-short",
            Self::FourEyes => "consent/four-eyes",
            Self::EmergencyClosed(_) => "consent/emergency-closed",
            Self::Denied(denial) => denial.kind().problem(),
            Self::Content(_) | Self::Identity(_) | Self::Receipt(_) | Self::Store(_) => "internal",
        }
    }
}
