//! The units and currencies that capital texts name, in the spellings registers use.

use super::CapitalError;
use crate::lang::Lang;

macro_rules! currencies {
    ($($name:ident $code:literal $zh:literal $en:literal [$($spelling:literal)*],)*) => {
        /// A currency that registered capital is stated in (币种), by its ISO 4217 code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Currency {$(
            #[doc = $en]
            $name,
        )*}

        impl Currency {
            /// Every currency that is read.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The ISO 4217 code.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The currency's name.
            pub fn text(self, lang: Lang) -> &'static str {
                match self { $(Self::$name => lang.pick($zh, $en),)* }
            }

            fn spellings(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$code, $zh, $($spelling,)*],)* }
            }
        }
    };
}

currencies! {
    Aud "AUD" "澳大利亚元" "Australian dollar" ["澳元" "澳币"],
    Cad "CAD" "加拿大元" "Canadian dollar" ["加元" "加币"],
    Chf "CHF" "瑞士法郎" "Swiss franc" ["瑞郎"],
    Cny "CNY" "人民币" "renminbi" ["RMB" "人民币元" "CN¥" "¥"],
    Dkk "DKK" "丹麦克朗" "Danish krone" [],
    Eur "EUR" "欧元" "euro" ["€"],
    Gbp "GBP" "英镑" "pound sterling" ["£"],
    Hkd "HKD" "港元" "Hong Kong dollar" ["香港元" "港币" "HK$"],
    Inr "INR" "印度卢比" "Indian rupee" [],
    Jpy "JPY" "日元" "Japanese yen" ["日本元" "日圆" "日币" "JP¥"],
    Krw "KRW" "韩元" "South Korean won" ["韩国元" "韩圆" "韩国圆" "韩币" "₩"],
    Mop "MOP" "澳门元" "Macao pataca" ["澳门币"],
    Myr "MYR" "林吉特" "Malaysian ringgit" ["马来西亚林吉特" "马来西亚元" "马币"],
    Nok "NOK" "挪威克朗" "Norwegian krone" [],
    Nzd "NZD" "新西兰元" "New Zealand dollar" ["纽元" "纽币"],
    Rub "RUB" "卢布" "Russian rouble" ["俄罗斯卢布"],
    Sek "SEK" "瑞典克朗" "Swedish krona" [],
    Sgd "SGD" "新加坡元" "Singapore dollar" ["新元" "新币" "新加坡币"],
    Thb "THB" "泰铢" "Thai baht" ["泰国铢"],
    Twd "TWD" "新台币" "New Taiwan dollar" ["台币" "新台币元" "台湾元" "台湾币" "NT$"],
    Usd "USD" "美元" "US dollar" ["美金" "US$" "$"],
}

/// Units and what they multiply by; 元 and 整 change nothing.
const UNITS: [(&str, i128); 14] = [
    ("万亿", 1_000_000_000_000),
    ("千万", 10_000_000),
    ("百万", 1_000_000),
    ("十万", 100_000),
    ("仟万", 10_000_000),
    ("佰万", 1_000_000),
    ("万", 10_000),
    ("萬", 10_000),
    ("亿", 100_000_000),
    ("億", 100_000_000),
    ("千", 1_000),
    ("仟", 1_000),
    ("百", 100),
    ("佰", 100),
];

/// Words and signs around a figure that carry no meaning of their own.
const SILENT: [&str; 9] = ["元", "圆", "块", "整", "正", "(", ")", ":", "注册资本"];

/// Texts by which sources say that they do not know; already folded and in upper case.
const NOTHING: [&str; 16] = [
    "N/A",
    "NA",
    "N.A.",
    "NULL",
    "NONE",
    "NIL",
    "-",
    "--",
    "---",
    "/",
    "\\",
    "无",
    "暂无",
    "不详",
    "未知",
    "未填写",
];

/// True when the text says that the source does not know.
pub(super) fn says_nothing(plain: &str) -> bool {
    let inner = plain.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(plain);
    NOTHING.contains(&inner)
}

/// The currency and the unit named before and after a figure.
pub(super) fn read(before: &str, after: &str) -> Result<(Option<Currency>, Option<i128>), CapitalError> {
    let mut currency = None;
    let mut unit = None;
    for words in [before, after] {
        let mut rest = words;
        while !rest.is_empty() {
            let (taken, word) = next_word(rest).ok_or_else(|| CapitalError::Word(rest.to_owned()))?;
            match word {
                Word::Silent => {}
                Word::Currency(named) => match currency.replace(named) {
                    Some(earlier) if earlier != named => return Err(CapitalError::Conflicting),
                    _ => {}
                },
                Word::Unit(factor) => {
                    if unit.replace(factor).is_some() {
                        return Err(CapitalError::Conflicting);
                    }
                }
            }
            rest = &rest[taken..];
        }
    }
    Ok((currency, unit))
}

enum Word {
    Silent,
    Currency(Currency),
    Unit(i128),
}

/// The longest known word at the start of `text`, and its length in bytes.
fn next_word(text: &str) -> Option<(usize, Word)> {
    let currencies = Currency::ALL
        .iter()
        .flat_map(|&currency| currency.spellings().iter().map(move |&word| (word, Word::Currency(currency))));
    let units = UNITS.iter().map(|&(word, factor)| (word, Word::Unit(factor)));
    let silent = SILENT.iter().map(|&word| (word, Word::Silent));
    currencies
        .chain(units)
        .chain(silent)
        .filter(|(word, _)| text.starts_with(word))
        .max_by_key(|(word, _)| word.len())
        .map(|(word, meaning)| (word.len(), meaning))
}
