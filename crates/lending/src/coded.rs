//! Enums that tables, the API and people name: one word each, with its Chinese and English text.

/// Declares an enum whose variants have a stable word and a text in both languages.
macro_rules! coded {
    (
        $(#[$doc:meta])*
        $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal, $zh:literal, $en:literal;)* }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $code)] $variant,)*
        }

        impl $name {
            /// Every one, in the order of the business.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word kept in tables and used by the API.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                }
            }

            /// What a person reads.
            pub fn text(self, lang: jq_base::lang::Lang) -> &'static str {
                match self {
                    $(Self::$variant => lang.pick($zh, $en),)*
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::UnknownWord;

            fn from_str(text: &str) -> Result<Self, crate::UnknownWord> {
                match text {
                    $($code => Ok(Self::$variant),)*
                    _ => Err(crate::UnknownWord(text.to_owned())),
                }
            }
        }
    };
}

pub(crate) use coded;
