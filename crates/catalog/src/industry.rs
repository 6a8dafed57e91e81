//! The national industry classification GB/T 4754-2017: sections (门类), divisions (大类) and classes (小类).

use std::collections::BTreeMap;

use jq_base::lang::Lang;
use serde::Deserialize;

use crate::error::ContentProblem;

/// A section, named by one letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndustrySection {
    pub code: String,
    pub name_zh: String,
    pub name_en: String,
}

/// A division, named by two digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndustryDivision {
    pub code: String,
    pub section: String,
    pub name_zh: String,
    pub name_en: String,
}

/// A class, named by four digits.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct IndustryClass {
    pub code: String,
    pub division: String,
    pub section: String,
    pub name_zh: String,
}

/// What an industry code stands for, as far as the code goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Industry<'a> {
    pub section: &'a IndustrySection,
    pub division: Option<&'a IndustryDivision>,
    pub class: Option<&'a IndustryClass>,
}

impl<'a> Industry<'a> {
    /// The most exact name there is: the class in Chinese, the division in English (classes have no English name).
    pub fn name(&self, lang: Lang) -> &'a str {
        match (lang, self.class, self.division) {
            (Lang::Zh, Some(class), _) => &class.name_zh,
            (_, _, Some(division)) => lang.pick(&division.name_zh, &division.name_en),
            (_, _, None) => lang.pick(&self.section.name_zh, &self.section.name_en),
        }
    }
}

/// The whole classification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Industries {
    sections: BTreeMap<String, IndustrySection>,
    divisions: BTreeMap<String, IndustryDivision>,
    classes: BTreeMap<String, IndustryClass>,
}

#[derive(Debug, Deserialize)]
struct UpperRow {
    level: UpperLevel,
    code: String,
    section: String,
    name_zh: String,
    name_en: String,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum UpperLevel {
    Section,
    Division,
}

impl Industries {
    /// Reads both tables; the names of the files appear in the problems.
    pub fn parse_csv(upper: (&str, &str), classes: (&str, &str)) -> Result<Self, Vec<ContentProblem>> {
        let mut table =
            Self { sections: BTreeMap::new(), divisions: BTreeMap::new(), classes: BTreeMap::new() };
        let mut problems = Vec::new();
        for row in rows::<UpperRow>(upper, &mut problems) {
            table.add_upper(row);
        }
        for row in rows::<IndustryClass>(classes, &mut problems) {
            table.classes.insert(row.code.clone(), row);
        }
        problems.extend(table.problems(upper.0, classes.0));
        if problems.is_empty() { Ok(table) } else { Err(problems) }
    }

    fn add_upper(&mut self, row: UpperRow) {
        let UpperRow { level, code, section, name_zh, name_en } = row;
        match level {
            UpperLevel::Section => {
                self.sections.insert(code.clone(), IndustrySection { code, name_zh, name_en });
            }
            UpperLevel::Division => {
                self.divisions.insert(code.clone(), IndustryDivision { code, section, name_zh, name_en });
            }
        }
    }

    fn problems(&self, upper_file: &str, class_file: &str) -> Vec<ContentProblem> {
        let orphan_divisions =
            self.divisions.values().filter(|division| !self.sections.contains_key(&division.section)).map(
                |division| ContentProblem::new(upper_file, &division.code, "its section is not in the table"),
            );
        let orphan_classes = self
            .classes
            .values()
            .filter(|class| {
                !class.code.starts_with(&class.division)
                    || self.division_section(class) != Some(&class.section)
            })
            .map(|class| {
                ContentProblem::new(class_file, &class.code, "its division or section does not fit")
            });
        orphan_divisions.chain(orphan_classes).collect()
    }

    fn division_section(&self, class: &IndustryClass) -> Option<&String> {
        self.divisions.get(&class.division).map(|division| &division.section)
    }

    /// The section of that letter.
    pub fn section(&self, code: &str) -> Option<&IndustrySection> {
        self.sections.get(code)
    }

    /// The division of those two digits.
    pub fn division(&self, code: &str) -> Option<&IndustryDivision> {
        self.divisions.get(code)
    }

    /// The class of those four digits.
    pub fn class(&self, code: &str) -> Option<&IndustryClass> {
        self.classes.get(code)
    }

    /// The sections in the order of their letters.
    pub fn sections(&self) -> impl ExactSizeIterator<Item = &IndustrySection> {
        self.sections.values()
    }

    /// The divisions in the order of their numbers.
    pub fn divisions(&self) -> impl ExactSizeIterator<Item = &IndustryDivision> {
        self.divisions.values()
    }

    /// The classes in the order of their numbers.
    pub fn classes(&self) -> impl ExactSizeIterator<Item = &IndustryClass> {
        self.classes.values()
    }

    /// What a section letter, division, three-digit group or four-digit class stands for.
    pub fn find(&self, code: &str) -> Option<Industry<'_>> {
        if let Some(section) = self.section(code) {
            return Some(Industry { section, division: None, class: None });
        }
        let division = self.division(code.get(..2)?)?;
        let section = self.section(&division.section)?;
        let class = match code.len() {
            2 => None,
            3 => {
                self.classes.keys().find(|class| class.starts_with(code))?;
                None
            }
            _ => Some(self.class(code)?),
        };
        Some(Industry { section, division: Some(division), class })
    }
}

fn rows<T: for<'de> Deserialize<'de>>(
    (file, text): (&str, &str),
    problems: &mut Vec<ContentProblem>,
) -> Vec<T> {
    let mut rows = Vec::new();
    for (index, row) in csv::Reader::from_reader(text.as_bytes()).deserialize().enumerate() {
        match row {
            Ok(row) => rows.push(row),
            Err(error) => {
                problems.push(ContentProblem::new(file, format!("line {}", index + 2), error.to_string()));
            }
        }
    }
    rows
}
