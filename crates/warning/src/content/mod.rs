//! The warning models as files: the shipped ones, and those a data folder lays over them, checked as a whole.

mod case;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use jq_base::ids::{SubjectKey, SubjectKind};
use jq_base::permit::Purpose;
use jq_consent::{PurposeTerms, purpose_terms};
use jq_decision::feature::{DECLARED, FeatureSet};
use jq_decision::flow::{Audience, Conditions};
use jq_decision::model::Words;
use jq_decision::vector::Vector;

use crate::model::{Fact, Level, Told};

pub(crate) use case::Case;

/// The models as built into the program.
static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../decisions/warnings");
/// Where a data folder has its own.
const FOLDER: &str = "decisions/warnings";
/// The largest file, in bytes.
const BYTES_MAX: u64 = 256 * 1024;
/// The most models.
const MODELS_MAX: usize = 200;
/// What a loan is watched for.
pub(crate) const PURPOSE: Purpose = Purpose::PostLoan;

/// A warning model that cannot be used, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {problem}")]
pub struct ModelFault {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
}

/// Why a set of models cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// A file is wrong.
    #[error(transparent)]
    Model(#[from] ModelFault),
    /// Two files are of one model.
    #[error("{FOLDER}/{file}: model {id} stands in another file as well")]
    Twice {
        /// The second file.
        file: String,
        /// The model.
        id: String,
    },
    /// There are too many.
    #[error("{FOLDER} has more than {MODELS_MAX} models")]
    TooMany,
    /// The folder or a file cannot be read.
    #[error("read {}", .0.display())]
    Read(PathBuf, #[source] std::io::Error),
    /// A file is larger than any model.
    #[error("{} is larger than {BYTES_MAX} bytes", .0.display())]
    TooLarge(PathBuf),
}

/// A warning model (预警模型).
#[derive(Clone, Debug)]
pub struct Model {
    /// Its name for programs.
    pub id: String,
    /// Its version; with another one it begins anew.
    pub version: String,
    /// Its name for people.
    pub name: Words,
    /// How much its warnings ask for.
    pub level: Level,
    /// Whom it watches.
    pub audience: Audience,
    /// What happened, for the officer.
    pub happened: Words,
    /// What to do.
    pub advice: Words,
    /// What it does not know.
    pub limits: Words,
    /// Marked warnings from which on its share is looked at.
    pub quiet_after: u32,
    /// The share of right ones below which it goes quiet.
    pub quiet_below: f64,
    /// The items it reads.
    pub items: BTreeSet<String>,
    conditions: Conditions,
    /// Positions of the features it looks at, each once.
    features: Vec<usize>,
    cases: Vec<Case>,
}

impl Model {
    /// Whether it watches this subject.
    pub fn watches(&self, subject: &SubjectKey) -> bool {
        match self.audience {
            Audience::Any => true,
            Audience::Firm => subject.kind() == SubjectKind::Organisation,
            Audience::Household => subject.kind() == SubjectKind::Person,
        }
    }

    /// Whether its conditions hold; nothing where that is not known: a source is not connected, or a value is missing of
    /// which no condition says what that means.
    pub fn holds(&self, vector: &Vector) -> Option<bool> {
        if self.items.iter().any(|item| vector.unconnected.contains(item) || vector.withheld.contains(item)) {
            return None;
        }
        self.conditions.hold(&vector.values)
    }

    /// How many conditions it has.
    pub fn conditions(&self) -> usize {
        self.conditions.features().count()
    }

    /// How many cases stand beside it; they were run when it was loaded.
    pub fn cases(&self) -> usize {
        self.cases.len()
    }

    /// Whether a share of right ones makes it quiet.
    pub fn is_quiet(&self, right: u64, marked: u64) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "warnings of a year")]
        let share = right as f64 / marked.max(1) as f64;
        marked >= u64::from(self.quiet_after) && share < self.quiet_below
    }

    /// What a warning of it says about this vector.
    pub(crate) fn told(&self, set: &FeatureSet, vector: &Vector) -> Told {
        let fact = |at: &usize| {
            let feature = &set.features()[*at];
            Fact {
                feature: feature.name.clone(),
                words: Words { zh: feature.zh.clone(), en: feature.en.clone() },
                unit: feature.unit.clone(),
                value: vector.values.get(*at).copied().flatten(),
            }
        };
        Told {
            name: self.name.clone(),
            happened: self.happened.clone(),
            advice: self.advice.clone(),
            limits: self.limits.clone(),
            facts: self.features.iter().map(fact).collect(),
        }
    }
}

/// All warning models, in the order of their files.
#[derive(Clone, Debug)]
pub struct Models(Vec<Model>);

impl Models {
    /// The models shipped with the platform.
    pub fn embedded(set: &FeatureSet) -> Result<Self, ContentError> {
        Self::load(&[], set)
    }

    /// The shipped ones with those of data folders laid over them: a file of the same name replaces a shipped one.
    pub fn load(folders: &[&Path], set: &FeatureSet) -> Result<Self, ContentError> {
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        for file in FILES.files().filter(|file| is_model(file.path())) {
            if let (Some(name), Some(text)) = (name_of(file.path()), file.contents_utf8()) {
                files.insert(name, text.to_owned());
            }
        }
        for folder in folders {
            take_folder(&folder.join(FOLDER), &mut files)?;
        }
        if files.len() > MODELS_MAX {
            return Err(ContentError::TooMany);
        }
        let mut models: Vec<Model> = Vec::with_capacity(files.len());
        for (file, text) in &files {
            let model = Model::read(file, text, set)?;
            if models.iter().any(|known| known.id == model.id) {
                return Err(ContentError::Twice { file: file.clone(), id: model.id });
            }
            models.push(model);
        }
        Ok(Self(models))
    }

    /// The models.
    pub fn list(&self) -> &[Model] {
        &self.0
    }

    /// The model with that id.
    pub fn find(&self, id: &str) -> Option<&Model> {
        self.0.iter().find(|model| model.id == id)
    }
}

impl Model {
    /// Reads and checks one file, and runs its cases.
    pub fn read(file: &str, text: &str, set: &FeatureSet) -> Result<Self, ModelFault> {
        let here = Here { file, text };
        let written: text::ModelText = toml::from_str(text).map_err(|error| {
            let byte = error.span().map_or(0, |span| span.start);
            here.at(byte, error.message().to_owned())
        })?;
        written.check().map_err(|problem| here.at(0, problem))?;
        let conditions = Conditions::compile(&written.when, set)
            .map_err(|fault| here.at(fault.byte, format!("{}: {}", fault.feature, fault.problem)))?;
        let mut features: Vec<usize> = Vec::new();
        for at in conditions.features() {
            if !features.contains(&at) {
                features.push(at);
            }
        }
        let sources = features.iter().flat_map(|at| &set.features()[*at].sources);
        let items: BTreeSet<String> = sources.cloned().collect();
        let terms = purpose_terms(PURPOSE);
        if let Some(closed) = items.iter().find(|item| !is_open(terms, item)) {
            return Err(here.at(0, format!("{closed} cannot be read while a loan lives")));
        }
        let cases = Case::compile(&written.case, set, &here)?;
        let model = Self {
            id: written.id,
            version: written.version,
            name: Words { zh: written.zh, en: written.en },
            level: written.level,
            audience: written.audience,
            happened: Words { zh: written.happened_zh, en: written.happened_en },
            advice: Words { zh: written.advice_zh, en: written.advice_en },
            limits: Words { zh: written.limits_zh, en: written.limits_en },
            quiet_after: written.quiet_after,
            quiet_below: written.quiet_below,
            items,
            conditions,
            features,
            cases,
        };
        for case in &model.cases {
            case.run(&model.conditions).map_err(|problem| here.at(case.byte, problem))?;
        }
        Ok(model)
    }
}

/// Whether a bank can be allowed to read the item while a loan lives.
fn is_open(terms: Option<&PurposeTerms>, item: &str) -> bool {
    item != DECLARED && terms.is_some_and(|terms| terms.allows(item))
}

/// The file that is being read.
pub(crate) struct Here<'a> {
    file: &'a str,
    text: &'a str,
}

impl Here<'_> {
    /// A fault at a byte of the file.
    pub(crate) fn at(&self, byte: usize, problem: String) -> ModelFault {
        let before = &self.text[..self.text.floor_char_boundary(byte.min(self.text.len()))];
        let line = 1 + before.matches('\n').count();
        ModelFault { file: format!("{FOLDER}/{}", self.file), line, problem }
    }
}

fn is_model(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "toml")
}

fn name_of(path: &Path) -> Option<String> {
    path.file_name()?.to_str().map(str::to_owned)
}

/// The models of a folder; none where there is no folder.
fn take_folder(folder: &Path, files: &mut BTreeMap<String, String>) -> Result<(), ContentError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| ContentError::Read(path, source)
    };
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder).map_err(failed(folder))? {
        let path = entry.map_err(failed(folder))?.path();
        let Some(name) = name_of(&path).filter(|_| is_model(&path)) else { continue };
        if std::fs::metadata(&path).map_err(failed(&path))?.len() > BYTES_MAX {
            return Err(ContentError::TooLarge(path));
        }
        files.insert(name, std::fs::read_to_string(&path).map_err(failed(&path))?);
        if files.len() > MODELS_MAX {
            return Err(ContentError::TooMany);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODEL: &str = r#"id = "own"
version = "1"
zh = "自建"
en = "Own"
level = "yellow"
audience = "firm"
when = [{ feature = "open_execution_count", op = "ge", value = 1 }]
happened_zh = "新增被执行案件。"
happened_en = "An enforcement case was filed."
advice_zh = "联系企业。"
advice_en = "Speak to the firm."
limits_zh = "法院数据可能迟到。"
limits_en = "Courts may report late."
quiet_after = 10
quiet_below = 0.2

[[case]]
name = "a new case"
before = { open_execution_count = 0 }
now = { open_execution_count = 1 }
rises = true

[[case]]
name = "none"
before = { open_execution_count = 0 }
now = { open_execution_count = 0 }
rises = false
"#;

    fn fault(from: &str, to: &str) -> (usize, String) {
        let set = FeatureSet::embedded().unwrap();
        assert!(MODEL.contains(from), "{from}");
        let fault = Model::read("own.toml", &MODEL.replace(from, to), &set).unwrap_err();
        assert_eq!(fault.file, "decisions/warnings/own.toml");
        (fault.line, fault.problem)
    }

    #[test]
    fn the_shipped_models_load_and_each_gives_what_its_cases_say() {
        let set = FeatureSet::embedded().unwrap();
        let models = Models::embedded(&set).unwrap();
        assert!(models.list().len() >= 12, "{}", models.list().len());
        for level in Level::ALL {
            assert!(models.list().iter().any(|model| model.level == *level), "{}", level.code());
        }
        for model in models.list() {
            assert!(model.cases() >= 2, "{}", model.id);
            assert!(
                FILES.get_file(format!("{}.toml", model.id)).is_some(),
                "{} is in a file of its name",
                model.id
            );
        }
        assert!(models.list().iter().any(|model| model.audience != Audience::Firm), "farms are watched too");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        assert_eq!(
            fault("open_execution_count\", op", "opened\", op"),
            (7, "opened: there is no such feature".to_owned())
        );
        assert_eq!(fault("value = 1 }]", "value = 1, colour = 2 }]").0, 7);
        let (line, problem) =
            fault("now = { open_execution_count = 1 }", "now = { open_execution_count = 0 }");
        assert_eq!((line, problem.as_str()), (18, "case a new case: no warning rises"));
        assert!(fault("rises = true", "rises = false").1.contains("there is a case"));
        assert!(
            fault("[{ feature = \"open_execution_count\", op = \"ge\", value = 1 }]", "[]")
                .1
                .contains("condition")
        );
        assert!(fault("en = \"Own\"", "en = \" \"").1.contains("en"));
        assert!(fault("quiet_below = 0.2", "quiet_below = 1.5").1.contains("quiet_below"));
        assert!(fault("now = { open_execution_count = 1 }", "now = { opened = 1 }").1.contains("opened"));
        let (_, closed) = fault("open_execution_count\", op", "licence_count_valid\", op");
        assert_eq!(closed, "admin_license cannot be read while a loan lives");
        let quiet = "before = { open_execution_count = 0 }\nnow = { open_execution_count = 0 }";
        let loud = "before = { open_execution_count = 0 }\nnow = { open_execution_count = 3 }";
        assert_eq!(fault(quiet, loud).1, "case none: a warning rises");
    }

    #[test]
    fn a_folder_lies_over_the_shipped_ones_and_is_named_when_it_is_wrong() {
        let set = FeatureSet::embedded().unwrap();
        let folder = std::env::temp_dir().join(format!("jq-warning-content-{}", std::process::id()));
        let inner = folder.join(FOLDER);
        std::fs::create_dir_all(&inner).unwrap();
        std::fs::write(inner.join("own.toml"), MODEL).unwrap();
        let shipped = Models::embedded(&set).unwrap().list().len();
        let models = Models::load(&[&folder], &set).unwrap();
        assert_eq!(models.list().len(), shipped + 1);
        assert!(models.find("own").is_some());
        std::fs::write(inner.join("second.toml"), MODEL).unwrap();
        let twice = Models::load(&[&folder], &set).unwrap_err().to_string();
        assert!(twice.contains("second.toml") && twice.contains("own"), "{twice}");
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_model_goes_quiet_by_its_share_once_enough_are_marked() {
        let set = FeatureSet::embedded().unwrap();
        let model = Model::read("own.toml", MODEL, &set).unwrap();
        assert!(!model.is_quiet(0, 9), "too few are marked");
        assert!(model.is_quiet(1, 10) && !model.is_quiet(2, 10));
    }
}
