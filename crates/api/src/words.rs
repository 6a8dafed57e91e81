//! Words of closed lists, such as an order's state: sent by their code, described with every code there is.

use jq_base::permit::Purpose;
use jq_consent::{GrantState, RequestState};
use jq_decision::Outcome;
use jq_lending::clock::{ClockKind, ClockState};
use jq_lending::order::{ContactChannel, LoanUse};
use jq_lending::product::Security;
use jq_lending::schedule::RepaymentMethod;
use jq_lending::{OrderEventKind, OrderKind, OrderState};
use jq_warning::{Level, Mark, WarningState};
use serde::{Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A list of words.
pub(crate) trait Coded: Copy + 'static {
    /// Every word there is.
    const WORDS: &'static [Self];

    /// Its stable code.
    fn word(self) -> &'static str;
}

macro_rules! coded {
    ($($name:ty),* $(,)?) => {
        $(impl Coded for $name {
            const WORDS: &'static [Self] = Self::ALL;

            fn word(self) -> &'static str {
                self.code()
            }
        })*
    };
}

coded!(
    OrderState,
    OrderKind,
    OrderEventKind,
    ContactChannel,
    LoanUse,
    ClockKind,
    ClockState,
    Security,
    RepaymentMethod,
);

impl Coded for Purpose {
    const WORDS: &'static [Self] = &Self::ALL;

    fn word(self) -> &'static str {
        self.code()
    }
}

/// A purpose that a subject can grant to a bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BankPurpose(pub(crate) Purpose);

impl Coded for BankPurpose {
    const WORDS: &'static [Self] =
        &[Self(Purpose::PreLoan), Self(Purpose::InLoan), Self(Purpose::PostLoan), Self(Purpose::ModelTest)];

    fn word(self) -> &'static str {
        self.0.code()
    }
}

impl Coded for Outcome {
    const WORDS: &'static [Self] = &Self::ALL;

    fn word(self) -> &'static str {
        self.code()
    }
}

impl Coded for RequestState {
    const WORDS: &'static [Self] = &[Self::Asked, Self::Granted, Self::Refused, Self::Lapsed];

    fn word(self) -> &'static str {
        self.code()
    }
}

/// How a consent stands, as a program is told: the states that are kept, and that its readings are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConsentState {
    /// As the consent itself says.
    Kept(GrantState),
    /// It holds, and no reading is left.
    UsedUp,
}

impl Coded for ConsentState {
    const WORDS: &'static [Self] = &[
        Self::Kept(GrantState::Active),
        Self::UsedUp,
        Self::Kept(GrantState::Suspended),
        Self::Kept(GrantState::Withdrawn),
        Self::Kept(GrantState::Expired),
        Self::Kept(GrantState::Superseded),
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Kept(state) => state.code(),
            Self::UsedUp => "used_up",
        }
    }
}

/// A word of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word<T>(pub(crate) T);

impl<T: Coded> Serialize for Word<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.0.word())
    }
}

impl<T: Coded> PartialSchema for Word<T> {
    fn schema() -> RefOr<Schema> {
        let words = T::WORDS.iter().map(|word| word.word());
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).into()
    }
}

impl<T: Coded> ToSchema for Word<T> {}

// The description of a view looks through no type parameter, so each list has a name of its own.
pub(crate) type BankPurposeWord = Word<BankPurpose>;
pub(crate) type ClockKindWord = Word<ClockKind>;
pub(crate) type ClockStateWord = Word<ClockState>;
pub(crate) type ConsentStateWord = Word<ConsentState>;
pub(crate) type ContactChannelWord = Word<ContactChannel>;
pub(crate) type LevelWord = Word<Level>;
pub(crate) type LoanUseWord = Word<LoanUse>;
pub(crate) type MarkWord = Word<Mark>;
pub(crate) type OrderEventKindWord = Word<OrderEventKind>;
pub(crate) type OrderKindWord = Word<OrderKind>;
pub(crate) type OrderStateWord = Word<OrderState>;
pub(crate) type OutcomeWord = Word<Outcome>;
pub(crate) type PurposeWord = Word<Purpose>;
pub(crate) type RepaymentMethodWord = Word<RepaymentMethod>;
pub(crate) type RequestStateWord = Word<RequestState>;
pub(crate) type SecurityWord = Word<Security>;
pub(crate) type WarningStateWord = Word<WarningState>;

/// The word that has this code.
pub(crate) fn find<T: Coded>(code: &str) -> Option<T> {
    T::WORDS.iter().copied().find(|word| word.word() == code)
}

/// Every code, for saying which there are.
pub(crate) fn codes<T: Coded>() -> String {
    T::WORDS.iter().map(|word| word.word()).collect::<Vec<_>>().join(", ")
}
