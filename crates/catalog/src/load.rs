//! Reading the content files: the built-in ones first, then those of data folders laid over them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use jq_base::sm3;
use serde::de::DeserializeOwned;

use crate::catalog::Catalog;
use crate::codes::CodeList;
use crate::district::Districts;
use crate::error::{CatalogError, ContentProblem};
use crate::form::{CategoriesForm, ItemEntry, ItemForm, UnitsForm};
use crate::industry::Industries;
use crate::mapping::{Mapping, MappingForm};
use crate::size::SizeRules;
use crate::terms::{Category, SourceUnit};
use crate::verify;
use crate::verify_mapping;

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../catalog");

const ITEMS: &str = "items";
const CODES: &str = "codes";
const MAPPINGS: &str = "mappings";
const UNITS: &str = "units.toml";
const CATEGORIES: &str = "categories.toml";
const DISTRICTS: &str = "districts.csv";
const INDUSTRIES: &str = "industries.csv";
const CLASSES: &str = "industry-classes.csv";
const SIZES: &str = "sme-size.csv";

/// The texts of one folder of content, by path within it.
type Layer = BTreeMap<String, String>;

/// Every content file, the built-in layer first.
#[derive(Debug)]
pub(crate) struct Files {
    layers: Vec<Layer>,
}

impl Files {
    /// The files that are built into the program.
    pub(crate) fn embedded() -> Self {
        let units = EMBEDDED.get_dir(MAPPINGS).into_iter().flat_map(Dir::dirs);
        let folders = [EMBEDDED.get_dir(ITEMS), EMBEDDED.get_dir(CODES)].into_iter().flatten().chain(units);
        let inner = folders.flat_map(Dir::files);
        let layer = EMBEDDED
            .files()
            .chain(inner)
            .filter_map(|file| Some((file.path().to_str()?.to_owned(), file.contents_utf8()?.to_owned())))
            .filter(|(path, _)| is_content(path))
            .collect();
        Self { layers: vec![layer] }
    }

    /// Adds the content files of a folder; a folder that is not there adds nothing.
    pub(crate) fn overlay(&mut self, dir: &Path) -> Result<(), CatalogError> {
        let mut layer = Layer::new();
        let units = folders_in(&dir.join(MAPPINGS))?.into_iter().map(|unit| format!("{MAPPINGS}/{unit}"));
        for prefix in [String::new(), ITEMS.to_owned(), CODES.to_owned()].into_iter().chain(units) {
            let folder = dir.join(&prefix);
            if folder.is_dir() {
                read_folder(&prefix, &folder, &mut layer)?;
            }
        }
        self.layers.push(layer);
        Ok(())
    }

    /// Parses and cross-checks everything.
    pub(crate) fn into_catalog(self) -> Result<Catalog, CatalogError> {
        let mut problems = Vec::new();
        let entries =
            self.by_id(in_folder(ITEMS), &mut problems, |form: ItemForm| vec![ItemEntry::from(form)]);
        let mut codes = self.by_id(in_folder(CODES), &mut problems, |list: CodeList| vec![list]);
        let mut units = self.by_id(named(UNITS), &mut problems, |form: UnitsForm| form.units);
        let categories = self.by_id(named(CATEGORIES), &mut problems, |form: CategoriesForm| form.categories);
        let mut items = Vec::new();
        let mut files = BTreeMap::new();
        for (file, entry) in entries {
            for list in entry.code_lists {
                add(&mut codes, &file, list, &mut problems);
            }
            if let Some(unit) = entry.unit {
                add(&mut units, &file, unit, &mut problems);
            }
            files.insert(entry.item.id.clone(), file);
            items.push(entry.item);
        }
        problems.extend(codes.iter().flat_map(|(file, list)| verify::code_list(file, list)));
        let Some((districts, industries, size_rules)) = self.tables(&mut problems) else {
            return Err(CatalogError::Content(problems));
        };
        items.sort_by_key(|item| item.no);
        let mut catalog = Catalog {
            items,
            codes: codes.into_iter().map(|(_, list)| (list.id.clone(), list)).collect(),
            units: units.into_iter().map(|(_, unit)| unit).collect(),
            categories: categories.into_iter().map(|(_, category)| category).collect(),
            mappings: Vec::new(),
            districts,
            industries,
            size_rules,
            version: self.version(),
        };
        problems.extend(verify::catalog(&catalog, &files));
        catalog.mappings = self.mappings(&catalog, &mut problems);
        if problems.is_empty() { Ok(catalog) } else { Err(CatalogError::Content(problems)) }
    }

    /// The units' mappings; a file of a later layer replaces the earlier one of the same unit and item.
    fn mappings(&self, catalog: &Catalog, problems: &mut Vec<ContentProblem>) -> Vec<Mapping> {
        let newest: BTreeMap<&String, &String> =
            self.layers.iter().flatten().filter(|(path, _)| is_mapping(path)).collect();
        let read = |(path, text): (&String, &String)| {
            let form = toml::from_str::<MappingForm>(text).map_err(|error| parse_problem(path, text, &error));
            let form = collect_one(form, problems)?;
            collect(verify_mapping::mapping(catalog, path, form), problems)
        };
        newest.into_iter().filter_map(read).collect()
    }

    /// The tables that are CSV files; `None` when one of them has problems.
    fn tables(&self, problems: &mut Vec<ContentProblem>) -> Option<(Districts, Industries, SizeRules)> {
        let districts = collect(Districts::parse_csv(self.table(DISTRICTS), DISTRICTS), problems);
        let upper = (INDUSTRIES, self.table(INDUSTRIES));
        let industries = collect(Industries::parse_csv(upper, (CLASSES, self.table(CLASSES))), problems)?;
        let size_rules = collect(SizeRules::parse_csv(self.table(SIZES), SIZES, &industries), problems)?;
        Some((districts?, industries, size_rules))
    }

    /// The entries of every matching file with the file that holds each; an id of a later layer replaces the
    /// earlier one in its place, an id that stands twice in one layer is a problem.
    fn by_id<F: DeserializeOwned, T: HasId>(
        &self,
        matches: impl Fn(&str) -> bool,
        problems: &mut Vec<ContentProblem>,
        entries: impl Fn(F) -> Vec<T>,
    ) -> Vec<(String, T)> {
        let mut all: Vec<(usize, String, T)> = Vec::new();
        for (number, layer) in self.layers.iter().enumerate() {
            for (path, text) in layer.iter().filter(|(path, _)| matches(path)) {
                let parsed = toml::from_str::<F>(text).map_err(|error| parse_problem(path, text, &error));
                for entry in collect_one(parsed, problems).map(&entries).unwrap_or_default() {
                    match all.iter_mut().find(|(_, _, other)| other.id() == entry.id()) {
                        Some(same) if same.0 == number => {
                            let what = format!("`{}` is also in {}", entry.id(), same.1);
                            problems.push(ContentProblem::new(path, "id", what));
                        }
                        Some(earlier) => *earlier = (number, path.clone(), entry),
                        None => all.push((number, path.clone(), entry)),
                    }
                }
            }
        }
        all.into_iter().map(|(_, path, entry)| (path, entry)).collect()
    }

    /// The newest text of a table file; empty when no layer has it.
    fn table(&self, name: &str) -> &str {
        self.layers.iter().rev().find_map(|layer| layer.get(name)).map_or("", String::as_str)
    }

    fn version(&self) -> String {
        let mut text = String::new();
        for (path, content) in self.layers.iter().flatten() {
            text.push_str(path);
            text.push('\n');
            text.push_str(content);
        }
        sm3::hex(text.as_bytes())
    }
}

/// What is listed by id in the content files.
trait HasId {
    fn id(&self) -> &str;
}

macro_rules! has_id {
    ($($type:ty),*) => { $(impl HasId for $type { fn id(&self) -> &str { &self.id } })* };
}
has_id!(Category, CodeList, SourceUnit);

impl HasId for ItemEntry {
    fn id(&self) -> &str {
        &self.item.id
    }
}

/// Adds what an item file brings along; an id that is taken is a problem.
fn add<T: HasId>(all: &mut Vec<(String, T)>, file: &str, entry: T, problems: &mut Vec<ContentProblem>) {
    match all.iter().find(|(_, other)| other.id() == entry.id()) {
        Some((taken, _)) => {
            let what = format!("`{}` is also in {taken}", entry.id());
            problems.push(ContentProblem::new(file, "id", what));
        }
        None => all.push((file.to_owned(), entry)),
    }
}

fn is_content(path: &str) -> bool {
    [UNITS, CATEGORIES, DISTRICTS, INDUSTRIES, CLASSES, SIZES].contains(&path)
        || in_folder(ITEMS)(path)
        || in_folder(CODES)(path)
        || is_mapping(path)
}

fn is_mapping(path: &str) -> bool {
    let inner = path.strip_prefix(MAPPINGS).and_then(|rest| rest.strip_prefix('/'));
    let (unit, file) = inner.and_then(|inner| inner.split_once('/')).unwrap_or_default();
    !unit.is_empty() && Path::new(file).extension().is_some_and(|end| end == "toml")
}

fn in_folder(folder: &'static str) -> impl Fn(&str) -> bool {
    move |path| {
        let inner = path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
        inner.is_some_and(|name| Path::new(name).extension().is_some_and(|end| end == "toml"))
    }
}

fn named(name: &'static str) -> impl Fn(&str) -> bool {
    move |path| path == name
}

/// The names of the folders in a folder; none when it is not there.
fn folders_in(folder: &Path) -> Result<Vec<String>, CatalogError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let failed = |source| CatalogError::Read { path: folder.to_owned(), source };
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.path().is_dir() {
            names.extend(entry.file_name().into_string().ok());
        }
    }
    Ok(names)
}

fn read_folder(prefix: &str, folder: &Path, layer: &mut Layer) -> Result<(), CatalogError> {
    let failed = |path: PathBuf| move |source| CatalogError::Read { path, source };
    for entry in fs::read_dir(folder).map_err(failed(folder.to_owned()))? {
        let path = entry.map_err(failed(folder.to_owned()))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let key = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") };
        if path.is_file() && is_content(&key) {
            layer.insert(key, fs::read_to_string(&path).map_err(failed(path.clone()))?);
        }
    }
    Ok(())
}

/// A TOML error as a problem with the line it stands on.
fn parse_problem(path: &str, text: &str, error: &toml::de::Error) -> ContentProblem {
    let line =
        error.span().and_then(|span| text.get(..span.start)).map(|before| before.lines().count().max(1));
    let place = line.map_or_else(|| "file".to_owned(), |line| format!("line {line}"));
    ContentProblem::new(path, place, error.message())
}

fn collect<T>(parsed: Result<T, Vec<ContentProblem>>, problems: &mut Vec<ContentProblem>) -> Option<T> {
    parsed.map_err(|found| problems.extend(found)).ok()
}

fn collect_one<T>(parsed: Result<T, ContentProblem>, problems: &mut Vec<ContentProblem>) -> Option<T> {
    parsed.map_err(|found| problems.push(found)).ok()
}
