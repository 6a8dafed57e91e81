//! What the columns of a data file are: the catalogue's own, or a unit's that its mapping translates.

use jq_catalog::{DELIVERY_COLUMNS, Mapping};

use crate::fault::FileFault;
use crate::plan::ItemPlan;
use crate::rule::Rule;
use crate::translate::Translation;
use crate::typed::TimeForm;

/// The columns that a file of one unit and item may have.
#[derive(Clone, Copy)]
pub(crate) struct Layouts<'p> {
    pub(crate) plan: &'p ItemPlan,
    /// How the unit's own files are read, where it has its own.
    pub(crate) mapping: Option<&'p Mapping>,
}

/// The columns of one file.
#[derive(Debug)]
pub(crate) struct Layout {
    /// Their names, in the order in which cells are handed on.
    pub(crate) delivered: Vec<String>,
    /// How each tells times, where it holds times rather than text.
    pub(crate) forms: Vec<TimeForm>,
    /// The way to the catalogue's columns; nothing where they are those already.
    pub(crate) translation: Option<Translation>,
}

impl Layouts<'_> {
    /// The layout of a file with this header. The catalogue's names come in the catalogue's order, a unit's own in
    /// any.
    pub(crate) fn of_header(&self, found: &[String]) -> Result<Layout, FileFault> {
        if *found == self.plan.header {
            return Ok(self.plain());
        }
        match self.mapping.filter(|mapping| mapping.fits(found)) {
            Some(mapping) => Ok(self.mapped(mapping, found)),
            None => Err(self.difference(found)),
        }
    }

    /// The layout of a file that is read by the names of its columns.
    pub(crate) fn of_names(&self, found: &[String]) -> Result<Layout, FileFault> {
        let same =
            found.len() == self.plan.header.len() && self.plan.header.iter().all(|name| found.contains(name));
        if same { Ok(self.plain()) } else { self.of_header(found) }
    }

    /// The layout of rows that name their values, of which this row names some. Keys that are neither the
    /// catalogue's nor the unit's own are told where they stand.
    pub(crate) fn of_keys(&self, keys: &[String]) -> Layout {
        let plain = keys.iter().all(|key| self.plan.header.contains(key));
        let own = self.mapping.filter(|mapping| !plain && keys.iter().all(|key| mapping.is_own(key)));
        match own {
            Some(mapping) => {
                let needed = self.plan.header.iter().filter_map(|column| mapping.columns.get(column));
                let mut columns: Vec<String> = Vec::new();
                for own in needed.chain(&mapping.ignore) {
                    if !columns.contains(own) {
                        columns.push(own.clone());
                    }
                }
                self.mapped(mapping, &columns)
            }
            None => self.plain(),
        }
    }

    fn plain(&self) -> Layout {
        let delivered = self.plan.header.clone();
        let forms = delivered.iter().map(|column| self.form(column)).collect();
        Layout { delivered, forms, translation: None }
    }

    fn mapped(&self, mapping: &Mapping, found: &[String]) -> Layout {
        let form = |own: &String| {
            let column = mapping.columns.iter().find(|(_, other)| *other == own);
            column.map_or(TimeForm::Day, |(column, _)| self.form(column))
        };
        Layout {
            delivered: found.to_vec(),
            forms: found.iter().map(form).collect(),
            translation: Some(Translation::new(self, mapping, found)),
        }
    }

    /// How a column of the catalogue tells times.
    pub(crate) fn form(&self, column: &str) -> TimeForm {
        let reader = self.plan.readers.iter().find(|reader| reader.name == column);
        match reader {
            Some(reader) => TimeForm::of(reader.kind),
            None if column == DELIVERY_COLUMNS[1] => TimeForm::Instant,
            None => TimeForm::Day,
        }
    }

    /// What distinguishes a header from the one that it comes nearest to.
    fn difference(&self, found: &[String]) -> FileFault {
        let plain: Vec<&str> = self.plan.header.iter().map(String::as_str).collect();
        let near = |wanted: &[&str]| found.iter().filter(|name| wanted.contains(&name.as_str())).count();
        let (needed, known) = match self.mapping {
            Some(mapping) if near(&mapping.own_columns()) > near(&plain) => {
                (mapping.columns.values().map(String::as_str).collect(), mapping.own_columns())
            }
            _ => (plain.clone(), plain),
        };
        let missing = needed.iter().find(|name| !found.iter().any(|other| other == *name));
        let strange = found.iter().find(|name| !known.contains(&name.as_str()));
        let twice = found.iter().enumerate().find(|(place, name)| found[..*place].contains(name));
        let difference = match (missing, strange, twice) {
            (Some(missing), Some(strange), _) => format!("-{missing} +{strange}"),
            (Some(missing), None, _) => format!("-{missing}"),
            (None, Some(strange), _) => format!("+{strange}"),
            (None, None, Some((_, twice))) => format!("{twice}, {twice}"),
            (None, None, None) => {
                format!("{} …", needed.iter().take(4).copied().collect::<Vec<_>>().join(","))
            }
        };
        FileFault::new(Rule::HeaderWrong, difference)
    }
}
