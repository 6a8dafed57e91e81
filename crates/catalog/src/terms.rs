//! The words by which the catalogue sorts its items, and the units and categories it names.

use jq_base::lang::Lang;
use serde::Deserialize;

/// Where the subject must be known before a record about it is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Registry {
    /// A social credit code must be in `ent_registration`; identity hashes and local numbers are not looked up.
    Enterprise,
    /// The subject is a natural person; nothing is looked up.
    Person,
    /// Nothing is looked up: the item is the register itself, or stands outside it.
    None,
}

/// Which list the item comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// The national sharing list.
    National,
    /// Added by the city.
    Local,
    /// Farming, farmers and villages (三农).
    Agriculture,
}

impl Layer {
    /// The word in the reader's language.
    pub fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::National => lang.pick("国家清单", "national list"),
            Self::Local => lang.pick("地方扩展", "local"),
            Self::Agriculture => lang.pick("涉农", "farming"),
        }
    }
}

/// How records reach the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
pub enum Mode {
    /// Records are copied to the platform (物理归集).
    #[serde(rename = "physical")]
    Physical,
    /// The platform asks the source per query (系统接口).
    #[serde(rename = "interface")]
    Interface,
    /// Asked live for reports, copied as well for models.
    #[serde(rename = "interface+physical")]
    Both,
}

impl Mode {
    /// The word in the reader's language.
    pub fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Physical => lang.pick("物理归集", "copied"),
            Self::Interface => lang.pick("系统接口", "asked per query"),
            Self::Both => lang.pick("接口查询并归集", "asked per query and copied"),
        }
    }
}

/// How often the source delivers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Quarterly,
    Yearly,
    OnQuery,
}

impl Frequency {
    /// The word in the reader's language.
    pub fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Daily => lang.pick("每日", "daily"),
            Self::Weekly => lang.pick("每周", "weekly"),
            Self::Monthly => lang.pick("每月", "monthly"),
            Self::Quarterly => lang.pick("每季", "quarterly"),
            Self::Yearly => lang.pick("每年", "yearly"),
            Self::OnQuery => lang.pick("实时查询", "on query"),
        }
    }

    /// Natural days after which the next delivery is due; `None` for what is asked per query.
    pub fn days(self) -> Option<u16> {
        match self {
            Self::Daily => Some(1),
            Self::Weekly => Some(7),
            Self::Monthly => Some(31),
            Self::Quarterly => Some(92),
            Self::Yearly => Some(366),
            Self::OnQuery => None,
        }
    }
}

/// Who may see the item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Anyone, without consent.
    Public,
    /// Only with the subject's consent.
    Authorised,
}

impl Access {
    /// The word in the reader's language.
    pub fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Public => lang.pick("公开", "public"),
            Self::Authorised => lang.pick("授权查询", "with consent"),
        }
    }
}

/// Whether a record speaks for or against its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Polarity {
    Positive,
    Neutral,
    /// Under the rules of credit repair and of the five-year limit.
    Adverse,
}

/// A category of the catalogue, e.g. N04 纳税.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    pub id: String,
    pub layer: Layer,
    pub name_zh: String,
    pub name_en: String,
}

impl Category {
    /// The category's name in the reader's language.
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.name_zh, &self.name_en)
    }
}

/// A unit that delivers records (信源单位).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceUnit {
    pub id: String,
    pub name_zh: String,
    pub name_en: String,
    /// A few characters for badges and table cells.
    pub short_zh: String,
    pub short_en: String,
}

impl SourceUnit {
    /// The unit's full name in the reader's language.
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.name_zh, &self.name_en)
    }

    /// The unit's short name in the reader's language.
    pub fn short(&self, lang: Lang) -> &str {
        lang.pick(&self.short_zh, &self.short_en)
    }
}
