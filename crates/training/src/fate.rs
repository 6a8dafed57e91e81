//! What became of a column: a variable of the card, or the reason why not.

use jq_base::lang::Lang;
use serde::Serialize;

/// What became of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "fate", rename_all = "snake_case")]
pub enum Fate {
    /// It is a variable of the card.
    Used,
    /// The caller left it out, or it is the target, the row's name or the split.
    LeftOut,
    /// It names the rows.
    Identifier,
    /// It is a day.
    Date,
    /// It has one value.
    Constant,
    /// It looks as if it were known only after the outcome.
    Leak,
    /// It says too little about the outcome.
    LowInformation,
    /// It says what a stronger variable says.
    Correlated { with: String },
    /// Beside the others it would count the wrong way round.
    WrongSign,
    /// Beside the others it adds nothing that is certain.
    NotSignificant,
    /// There are enough stronger ones.
    Surplus,
}

impl Fate {
    /// What a person reads.
    pub fn text(&self, lang: Lang) -> String {
        match self {
            Self::Used => lang.pick("入模", "used").to_owned(),
            Self::LeftOut => lang.pick("不作为变量", "left out").to_owned(),
            Self::Identifier => lang.pick("行标识", "names the rows").to_owned(),
            Self::Date => lang.pick("日期", "a day").to_owned(),
            Self::Constant => lang.pick("只有一个取值", "one value").to_owned(),
            Self::Leak => lang.pick("疑似泄漏", "looks like a leak").to_owned(),
            Self::LowInformation => lang.pick("信息量不足", "too little information").to_owned(),
            Self::Correlated { with } => match lang {
                Lang::Zh => format!("与 {with} 高度相关"),
                Lang::En => format!("says what {with} says"),
            },
            Self::WrongSign => lang.pick("系数符号相反", "wrong sign").to_owned(),
            Self::NotSignificant => lang.pick("不显著", "not significant").to_owned(),
            Self::Surplus => lang.pick("超出变量数上限", "more than asked for").to_owned(),
        }
    }
}
