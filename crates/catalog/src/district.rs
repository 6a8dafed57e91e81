//! Districts and counties with the dates between which each existed, and which one took over from which.

use jiff::civil::Date;
use jq_base::lang::Lang;
use serde::Deserialize;

use crate::error::ContentProblem;

/// The code of the city as a whole.
pub const CITY_CODE: &str = "500000";

/// Registrations by bureaus of functional zones carry unofficial codes that start like this.
const UNOFFICIAL_PREFIX: &str = "5009";

/// A district, county or functional zone, with the dates between which it exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct District {
    /// Six digits, or letters for a functional zone that has no official code.
    pub code: String,
    pub name_zh: String,
    pub name_en: String,
    pub kind: DistrictKind,
    /// The city's grouping, e.g. 渝东北; empty for functional zones.
    pub region_group: String,
    /// First day it exists; `None` means since before the records begin.
    pub valid_from: Option<Date>,
    /// Last day it exists; `None` means it still does.
    pub valid_to: Option<Date>,
    /// Who took over, the one that took most of it first.
    pub successors: Vec<String>,
    /// Codes it had before, with the name of that time.
    pub legacy: Vec<LegacyCode>,
}

impl District {
    /// The district's name in the reader's language.
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.name_zh, &self.name_en)
    }

    /// It exists on that day.
    pub fn exists_on(&self, on: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= on) && self.valid_to.is_none_or(|to| on <= to)
    }
}

/// A code that a district, or a part of it, had in earlier years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegacyCode {
    pub code: String,
    /// Name of the earlier district, as the table writes it.
    pub name_zh: String,
    /// The code now belongs to this district although it named another one then.
    pub reused: bool,
}

/// What sort of division it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DistrictKind {
    District,
    County,
    AutonomousCounty,
    /// A development zone that keeps its own books but is no administrative division.
    FunctionalZone,
}

/// The whole table of divisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Districts {
    all: Vec<District>,
}

#[derive(Debug, Deserialize)]
struct DistrictRow {
    code: String,
    name_zh: String,
    name_en: String,
    kind: DistrictKind,
    region_group: String,
    valid_from: String,
    valid_to: String,
    successor: String,
    legacy_codes: String,
}

impl Districts {
    /// Reads the table from its CSV text; `file` names it in the problems.
    pub fn parse_csv(text: &str, file: &str) -> Result<Self, Vec<ContentProblem>> {
        let mut all = Vec::new();
        let mut problems = Vec::new();
        for (index, row) in csv::Reader::from_reader(text.as_bytes()).deserialize::<DistrictRow>().enumerate()
        {
            let line = index + 2;
            match row.map_err(|error| error.to_string()).and_then(DistrictRow::into_district) {
                Ok(district) => all.push(district),
                Err(what) => problems.push(ContentProblem::new(file, format!("line {line}"), what)),
            }
        }
        let table = Self { all };
        problems.extend(table.problems(file));
        if problems.is_empty() { Ok(table) } else { Err(problems) }
    }

    fn problems(&self, file: &str) -> Vec<ContentProblem> {
        let mut problems = Vec::new();
        for (index, district) in self.all.iter().enumerate() {
            if self.all[..index].iter().any(|other| other.code == district.code) {
                problems.push(ContentProblem::new(file, &district.code, "code stands twice"));
            }
            for successor in &district.successors {
                if self.get(successor).is_none() {
                    let what = format!("successor {successor} is not in the table");
                    problems.push(ContentProblem::new(file, &district.code, what));
                }
            }
        }
        problems
    }

    /// Every row, abolished ones and functional zones as well, in table order.
    pub fn iter(&self) -> impl Iterator<Item = &District> {
        self.all.iter()
    }

    /// The districts and counties that exist on a day, without functional zones.
    pub fn at(&self, on: Date) -> impl Iterator<Item = &District> {
        self.iter()
            .filter(move |district| district.kind != DistrictKind::FunctionalZone && district.exists_on(on))
    }

    /// The functional zones.
    pub fn zones(&self) -> impl Iterator<Item = &District> {
        self.iter().filter(|district| district.kind == DistrictKind::FunctionalZone)
    }

    /// The row with that code, whether it still exists or not.
    pub fn get(&self, code: &str) -> Option<&District> {
        self.all.iter().find(|district| district.code == code)
    }

    /// The division that a code means on a day: the one that exists then, or the one that took over from an
    /// abolished or earlier code. A re-used code means the division that has it now.
    pub fn find(&self, code: &str, on: Date) -> Option<&District> {
        match self.get(code) {
            Some(district) if district.exists_on(on) => Some(district),
            Some(district) => self.successor_on(district, on),
            None => self
                .all
                .iter()
                .find(|district| district.legacy.iter().any(|legacy| legacy.code == code && !legacy.reused))
                .and_then(|district| self.find(&district.code, on)),
        }
    }

    fn successor_on(&self, district: &District, on: Date) -> Option<&District> {
        let main = district.successors.first().and_then(|code| self.get(code))?;
        if main.exists_on(on) { Some(main) } else { self.successor_on(main, on) }
    }

    /// Every code whose records belong to a division: its own and those of the divisions of which it took most,
    /// so that a filter for Liangjiang also finds what was filed under Jiangbei and Yubei.
    pub fn family<'a>(&'a self, code: &'a str) -> Vec<&'a str> {
        let mut family = vec![code];
        let mut next = 0;
        while let Some(&member) = family.get(next) {
            next += 1;
            for district in &self.all {
                let merged = district.successors.first().is_some_and(|main| main == member);
                if merged && !family.contains(&district.code.as_str()) {
                    family.push(&district.code);
                }
            }
            for legacy in self.get(member).into_iter().flat_map(|district| &district.legacy) {
                if !legacy.reused
                    && !family.contains(&legacy.code.as_str())
                    && self.get(&legacy.code).is_none()
                {
                    family.push(&legacy.code);
                }
            }
        }
        family
    }

    /// The divisions that took over from an abolished one, the main one first; empty while it exists.
    pub fn successors(&self, code: &str) -> Vec<&District> {
        let codes = self.get(code).map_or(&[][..], |district| &district.successors);
        codes.iter().filter_map(|successor| self.get(successor)).collect()
    }

    /// The code named another division before, so that without a date it is ambiguous.
    pub fn is_reused(&self, code: &str) -> bool {
        self.get(code).is_some_and(|district| {
            district.legacy.iter().any(|legacy| legacy.reused && legacy.code == district.code)
        })
    }

    /// A source may write this code: the city, a known division of any time, or an unofficial zone code `5009xx`.
    pub fn accepts(&self, code: &str) -> bool {
        code == CITY_CODE
            || is_unofficial(code)
            || self.get(code).is_some()
            || self.all.iter().any(|district| district.legacy.iter().any(|legacy| legacy.code == code))
    }

    /// The name to show for a code, whether it still exists or not; an unknown one is called so.
    pub fn label(&self, code: &str, lang: Lang) -> String {
        if code == CITY_CODE {
            return lang.pick("重庆市", "Chongqing").to_owned();
        }
        if let Some(district) = self.get(code) {
            return district.name(lang).to_owned();
        }
        let legacy = self.all.iter().find_map(|district| {
            let legacy = district.legacy.iter().find(|legacy| legacy.code == code)?;
            Some((legacy, district))
        });
        match legacy {
            Some((legacy, district)) => match lang {
                Lang::Zh => format!("{}(今{})", legacy.name_zh, district.name_zh),
                Lang::En => format!("{} (formerly {code})", district.name_en),
            },
            None => format!("{} {code}", lang.pick("未知区划", "unknown division")),
        }
    }
}

fn is_unofficial(code: &str) -> bool {
    code.len() == 6 && code.starts_with(UNOFFICIAL_PREFIX) && code.bytes().all(|byte| byte.is_ascii_digit())
}

impl DistrictRow {
    fn into_district(self) -> Result<District, String> {
        Ok(District {
            valid_from: optional_date(&self.valid_from)?,
            valid_to: optional_date(&self.valid_to)?,
            successors: words(&self.successor, ';').map(str::to_owned).collect(),
            legacy: words(&self.legacy_codes, ';').map(LegacyCode::parse).collect::<Result<_, _>>()?,
            code: self.code,
            name_zh: self.name_zh,
            name_en: self.name_en,
            kind: self.kind,
            region_group: self.region_group,
        })
    }
}

impl LegacyCode {
    /// Reads `500222 綦江县`, or `500110 万盛区 reused`.
    fn parse(text: &str) -> Result<Self, String> {
        let mut parts = text.split_whitespace();
        let (Some(code), Some(name_zh)) = (parts.next(), parts.next()) else {
            return Err(format!("earlier code `{text}` is not `code name`"));
        };
        match parts.next() {
            None => Ok(Self { code: code.to_owned(), name_zh: name_zh.to_owned(), reused: false }),
            Some("reused") => Ok(Self { code: code.to_owned(), name_zh: name_zh.to_owned(), reused: true }),
            Some(other) => {
                Err(format!("earlier code `{text}` ends in `{other}`, only `reused` may stand there"))
            }
        }
    }
}

fn words(text: &str, separator: char) -> impl Iterator<Item = &str> {
    text.split(separator).map(str::trim).filter(|word| !word.is_empty())
}

fn optional_date(text: &str) -> Result<Option<Date>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| format!("`{text}` is not a date"))
}
