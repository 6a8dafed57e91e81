//! The stable words under which programs read how an item is sorted and how a column is written.

use jq_catalog::{Access, FieldKind, Frequency, Layer, Mode, Polarity};
use serde::Serialize;
use utoipa::ToSchema;

/// Declares the words of one catalogue enum; a new value of the catalogue does not compile without its word.
macro_rules! words {
    ($(#[$doc:meta])* $view:ident of $term:ident as $name:ident { $($value:ident = $word:tt,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
        #[schema(as = $name)]
        pub(crate) enum $view {
            $(#[serde(rename = $word)] $value,)*
        }

        impl From<$term> for $view {
            fn from(term: $term) -> Self {
                match term {
                    $($term::$value => Self::$value,)*
                }
            }
        }
    };
}

words! {
    /// Which list the item comes from.
    LayerView of Layer as Layer {
        National = "national",
        Local = "local",
        Agriculture = "agriculture",
    }
}

words! {
    /// How records reach the platform.
    ModeView of Mode as Mode {
        Physical = "physical",
        Interface = "interface",
        Both = "interface+physical",
    }
}

words! {
    /// How often the source delivers.
    FrequencyView of Frequency as Frequency {
        Daily = "daily",
        Weekly = "weekly",
        Monthly = "monthly",
        Quarterly = "quarterly",
        Yearly = "yearly",
        OnQuery = "on_query",
    }
}

words! {
    /// Who may see the item: anyone, or only with the subject's consent.
    AccessView of Access as Access {
        Public = "public",
        Authorised = "authorised",
    }
}

words! {
    /// Whether a record speaks for or against its subject.
    PolarityView of Polarity as Polarity {
        Positive = "positive",
        Neutral = "neutral",
        Adverse = "adverse",
    }
}

words! {
    /// How it is written.
    FieldKindView of FieldKind as FieldKind {
        Uscc = "uscc",
        IdHash = "idhash",
        UsccOrIdHash = "uscc|idhash",
        Str = "str",
        Int = "int",
        Dec = "dec",
        Money = "money",
        Ratio = "ratio",
        Bool = "bool",
        Date = "date",
        Month = "month",
        Quarter = "quarter",
        QuarterOrYear = "quarter|year",
        Year = "year",
        Division = "div",
        Industry = "gbt4754",
        Enum = "enum",
        List = "list",
    }
}
