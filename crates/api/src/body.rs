//! Reading what was sent as JSON: every member within its limits, and everything that is wrong told at once.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use jiff::Timestamp;
use jiff::civil::Date;
use jq_base::ids::{SubjectKey, SubjectKind};
use jq_base::sm3;
use serde_json::{Map, Value};

use crate::code;
use crate::problem::ApiProblem;
use crate::said::Said;
use crate::words::{Coded, codes, find};

/// The largest amount that is read: ten thousand billion yuan.
const FEN_MAX: i64 = 1_000_000_000_000_000;
/// The years that a date may lie in.
const YEARS: RangeInclusive<i16> = 1990..=2199;
/// Characters of an RFC 3339 time at most.
const TIME_CHARS_MAX: usize = 40;

/// A JSON object as it was sent, with the digest of the whole request.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    members: Map<String, Value>,
    /// Tells this request from every other one that could come under the same key.
    pub(crate) digest: String,
}

impl Sent {
    /// Reads the members; what is wrong with any of them, and which are not known, is told together.
    pub(crate) fn read<T>(self, read: impl FnOnce(&mut Fields) -> Option<T>) -> Result<T, ApiProblem> {
        let mut fields = Fields { members: self.members, known: BTreeSet::new(), wrong: Vec::new() };
        let found = read(&mut fields);
        let unknown = fields.members.keys().filter(|name| !fields.known.contains(name.as_str()));
        let unknown = unknown.map(|name| (short(name), Said::fixed("没有这一项", "there is no such member")));
        let wrong: Vec<(String, Said)> = fields.wrong.iter().cloned().chain(unknown).collect();
        match found {
            Some(found) if wrong.is_empty() => Ok(found),
            _ => Err(wrong
                .into_iter()
                .fold(ApiProblem::new(&code::BODY), |problem, (name, words)| problem.error(name, words))),
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = ApiProblem;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiProblem> {
        let is_json = is_json(request.headers());
        let address = format!("{} {}\n", request.method(), request.uri().path());
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejected| ApiProblem::new(code::of_status(rejected.status().as_u16())))?;
        let digest = sm3::hex(&[address.as_bytes(), &bytes].concat());
        if bytes.is_empty() {
            return Ok(Self { members: Map::new(), digest });
        }
        if !is_json {
            return Err(ApiProblem::new(&code::MEDIA_TYPE));
        }
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(members)) => Ok(Self { members, digest }),
            Ok(_) => {
                Err(ApiProblem::new(&code::UNREADABLE).detail("应为一个 JSON 对象", "must be a JSON object"))
            }
            Err(error) => {
                let (line, column) = (error.line(), error.column());
                Err(ApiProblem::new(&code::UNREADABLE).detail(
                    format!("不是有效的 JSON（第 {line} 行第 {column} 列）"),
                    format!("not JSON at line {line}, column {column}"),
                ))
            }
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

/// A name as it is told back, never longer than a line.
fn short(name: &str) -> String {
    name.chars().filter(|sign| !sign.is_control()).take(80).collect()
}

/// The members of a body while they are read.
#[derive(Debug)]
pub(crate) struct Fields {
    members: Map<String, Value>,
    known: BTreeSet<&'static str>,
    wrong: Vec<(String, Said)>,
}

impl Fields {
    fn take(&mut self, name: &'static str) -> Option<Value> {
        self.known.insert(name);
        self.members.get(name).filter(|value| !value.is_null()).cloned()
    }

    /// What was found; otherwise notes what is wrong with the member.
    fn or_wrong<T>(&mut self, name: &str, found: Option<T>, words: impl FnOnce() -> Said) -> Option<T> {
        if found.is_none() {
            self.wrong.push((name.to_owned(), words()));
        }
        found
    }

    /// What was found; notes that it is missing, unless something else is wrong with it already.
    fn needed<T>(&mut self, name: &str, found: Option<T>) -> Option<T> {
        if found.is_some() || self.wrong.iter().any(|(noted, _)| noted == name) {
            return found;
        }
        self.or_wrong(name, found, || Said::fixed("必须提供", "must be given"))
    }

    /// A text of at most so many characters that may be left out; the spaces around it go.
    pub(crate) fn opt_text(&mut self, name: &'static str, chars_max: usize) -> Option<String> {
        let value = self.take(name)?;
        let text = self.or_wrong(name, value.as_str(), || Said::fixed("应为文本", "must be text"))?.trim();
        if text.is_empty() {
            return None;
        }
        let plain = Some(text).filter(|text| !text.chars().any(is_control));
        let plain = self.or_wrong(name, plain, || Said::fixed("含有控制字符", "has control characters"))?;
        let short = Some(plain).filter(|text| text.chars().count() <= chars_max);
        let words =
            || Said::of(format!("最多 {chars_max} 个字符"), format!("has at most {chars_max} characters"));
        self.or_wrong(name, short, words).map(str::to_owned)
    }

    /// A text that must be there.
    pub(crate) fn text(&mut self, name: &'static str, chars_max: usize) -> Option<String> {
        let text = self.opt_text(name, chars_max);
        self.needed(name, text)
    }

    /// A whole number that may be left out.
    pub(crate) fn opt_whole(&mut self, name: &'static str, range: RangeInclusive<i64>) -> Option<i64> {
        let value = self.take(name)?;
        let (least, most) = (range.start(), range.end());
        self.or_wrong(name, value.as_i64().filter(|number| range.contains(number)), || {
            Said::of(
                format!("应为 {least} 至 {most} 的整数"),
                format!("must be a whole number from {least} to {most}"),
            )
        })
    }

    /// A whole number that must be there.
    pub(crate) fn whole(&mut self, name: &'static str, range: RangeInclusive<i64>) -> Option<i64> {
        let number = self.opt_whole(name, range);
        self.needed(name, number)
    }

    /// A small number, such as a version or a number of days, that may be left out.
    pub(crate) fn opt_count(&mut self, name: &'static str, range: RangeInclusive<u32>) -> Option<u32> {
        let range = i64::from(*range.start())..=i64::from(*range.end());
        self.opt_whole(name, range).and_then(|number| u32::try_from(number).ok())
    }

    /// A small number that must be there.
    pub(crate) fn count(&mut self, name: &'static str, range: RangeInclusive<u32>) -> Option<u32> {
        let number = self.opt_count(name, range);
        self.needed(name, number)
    }

    /// An amount in fen, more than nothing.
    pub(crate) fn fen(&mut self, name: &'static str) -> Option<i64> {
        self.whole(name, 1..=FEN_MAX)
    }

    /// An amount in fen that may be nothing and may be left out.
    pub(crate) fn opt_fen(&mut self, name: &'static str) -> Option<i64> {
        self.opt_whole(name, 0..=FEN_MAX)
    }

    /// A word of a list that may be left out.
    pub(crate) fn opt_word<T: Coded>(&mut self, name: &'static str) -> Option<T> {
        let value = self.take(name)?;
        self.or_wrong(name, value.as_str().and_then(find), || {
            let codes = codes::<T>();
            Said::of(format!("应为以下之一：{codes}"), format!("must be one of {codes}"))
        })
    }

    /// A word of a list.
    pub(crate) fn word<T: Coded>(&mut self, name: &'static str) -> Option<T> {
        let word = self.opt_word(name);
        self.needed(name, word)
    }

    /// Yes or no; no when it is left out.
    pub(crate) fn flag(&mut self, name: &'static str) -> Option<bool> {
        let Some(value) = self.take(name) else { return Some(false) };
        self.or_wrong(name, value.as_bool(), || Said::fixed("应为 true 或 false", "must be true or false"))
    }

    /// Different subjects, each named as one.
    pub(crate) fn subjects(
        &mut self,
        name: &'static str,
        count: RangeInclusive<usize>,
    ) -> Option<Vec<SubjectKey>> {
        let texts = self.texts(name, count, 64)?;
        let all: Option<Vec<SubjectKey>> = texts.iter().map(|text| subject(text)).collect();
        let all = self.or_wrong(name, all, || NO_SUBJECT)?;
        let different = all.iter().collect::<BTreeSet<_>>().len() == all.len();
        self.or_wrong(name, different.then_some(all), || {
            Said::fixed("同一主体只列一次", "must name each subject once")
        })
    }

    /// A day.
    pub(crate) fn date(&mut self, name: &'static str) -> Option<Date> {
        let value = self.take(name);
        let value = self.needed(name, value)?;
        let text = value.as_str().filter(|text| text.len() == "2026-11-10".len());
        let day = text.and_then(|text| text.parse::<Date>().ok()).filter(|day| YEARS.contains(&day.year()));
        self.or_wrong(name, day, || {
            Said::fixed("应为 2026-11-10 形式的日期", "must be a date like 2026-11-10")
        })
    }

    /// An instant that may be left out.
    pub(crate) fn opt_instant(&mut self, name: &'static str) -> Option<Timestamp> {
        let value = self.take(name)?;
        self.or_wrong(name, value.as_str().and_then(instant), || {
            Said::fixed("应为 2026-11-10T01:30:00Z 形式的时间", "must be a time like 2026-11-10T01:30:00Z")
        })
    }

    /// A list of texts.
    pub(crate) fn texts(
        &mut self,
        name: &'static str,
        count: RangeInclusive<usize>,
        chars_max: usize,
    ) -> Option<Vec<String>> {
        let value = self.take(name);
        let value = self.needed(name, value)?;
        let fits = |text: &&str| {
            !text.is_empty() && text.chars().count() <= chars_max && !text.chars().any(char::is_control)
        };
        let read = |one: &Value| one.as_str().map(str::trim).filter(fits).map(str::to_owned);
        let texts: Option<Vec<String>> = value.as_array().and_then(|list| list.iter().map(read).collect());
        let (least, most) = (count.start(), count.end());
        self.or_wrong(name, texts.filter(|texts| count.contains(&texts.len())), || {
            Said::of(
                format!("应为 {least} 至 {most} 项文本，每项 1 至 {chars_max} 个字符"),
                format!("must be a list of {least} to {most} texts of 1 to {chars_max} characters"),
            )
        })
    }

    /// A list of texts that may be left out.
    pub(crate) fn opt_texts(&mut self, name: &'static str, most: usize, chars_max: usize) -> Vec<String> {
        if self.take(name).is_none() {
            return Vec::new();
        }
        self.texts(name, 0..=most, chars_max).unwrap_or_default()
    }

    /// Whose records: a credit code, or the keyed hash of a natural person.
    pub(crate) fn subject(&mut self, name: &'static str) -> Option<SubjectKey> {
        let text = self.text(name, 64)?;
        self.or_wrong(name, subject(&text), || NO_SUBJECT)
    }

    /// An identifier that may be left out.
    pub(crate) fn opt_id<T: std::str::FromStr>(&mut self, name: &'static str) -> Option<T> {
        let value = self.take(name)?;
        let id = value.as_str().and_then(|text| text.parse().ok());
        self.or_wrong(name, id, || Said::fixed("不是有效的编号", "is no identifier"))
    }
}

/// A sign that no text has; line breaks and tabs are none.
fn is_control(sign: char) -> bool {
    sign.is_control() && !"\n\r\t".contains(sign)
}

/// Said of a text that names no subject.
pub(crate) const NO_SUBJECT: Said = Said::fixed(
    "应为统一社会信用代码，或自然人的身份哈希（64 位小写十六进制数字）",
    "must be a unified social credit code, or the keyed hash of a natural person in 64 lower-case hexadecimal digits",
);

/// The subject that a text names; a name without a number is nobody.
pub(crate) fn subject(text: &str) -> Option<SubjectKey> {
    SubjectKey::parse(text).ok().filter(|subject| subject.kind() != SubjectKind::Local)
}

/// An instant of our times, in RFC 3339.
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    let text = Some(text.trim()).filter(|text| text.len() <= TIME_CHARS_MAX)?;
    let instant = text.parse::<Timestamp>().ok()?;
    let year = jq_base::clock::date_of(instant).year();
    YEARS.contains(&year).then_some(instant)
}
