//! How amounts, rates and words stand in the JSON of steps and past orders: fen, parts per million, codes.

use serde::{Deserialize, Deserializer, Serializer};

/// An amount as whole fen.
pub(crate) mod fen {
    use jq_base::money::Money;

    use super::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde asks for")]
    pub(crate) fn serialize<S: Serializer>(amount: &Money, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(amount.fen())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Money, D::Error> {
        i64::deserialize(from).map(Money::from_fen)
    }
}

/// A rate as parts per million.
pub(crate) mod ppm {
    use jq_base::rate::Rate;

    use super::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde asks for")]
    pub(crate) fn serialize<S: Serializer>(rate: &Rate, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(rate.ppm())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Rate, D::Error> {
        i64::deserialize(from).map(Rate::from_ppm)
    }
}

/// A repayment method or a security as its code.
pub(crate) mod word {
    use std::str::FromStr;

    use serde::de::Error;

    use super::{Deserialize, Deserializer, Serializer};

    /// What has a code.
    pub(crate) trait Coded: FromStr + Copy {
        /// The code.
        fn word(self) -> &'static str;
    }

    impl Coded for crate::product::Security {
        fn word(self) -> &'static str {
            self.code()
        }
    }

    impl Coded for crate::schedule::RepaymentMethod {
        fn word(self) -> &'static str {
            self.code()
        }
    }

    pub(crate) fn serialize<T: Coded, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(value.word())
    }

    pub(crate) fn deserialize<'de, T: Coded, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(|_| D::Error::custom(format!("{text} is no such code")))
    }
}
