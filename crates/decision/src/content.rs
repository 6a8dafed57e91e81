//! Everything the decision engine reads: feature files, flows, farm coefficients, words of sources, prime rates.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use include_dir::{Dir, include_dir};
use jq_base::ids::SubjectKey;
use jq_base::sm3;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use crate::card::{self, Card};
use crate::farm::Coefficients;
use crate::feature::{FeatureSet, HeaderError};
use crate::flow::text::{CommonText, RuleText, SourceText, SourcesText};
use crate::flow::{CompiledFlow, FlowError, Stage};
use crate::lpr::{Lpr, LprError};
use crate::model::Words;
use crate::score::ScoreModel;

/// The decisions folder as built into the program.
static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../decisions");

/// Content that cannot be used, and where.
#[derive(Debug, Error)]
pub enum ContentError {
    /// A flow, coefficient or word file is wrong.
    #[error(transparent)]
    Flow(#[from] FlowError),
    /// A feature file is wrong.
    #[error(transparent)]
    Feature(#[from] HeaderError),
    /// The table of prime rates is wrong.
    #[error(transparent)]
    Lpr(#[from] LprError),
    /// A file that must be there is not.
    #[error("decisions/{0} is missing")]
    Absent(String),
    /// Two flows or two models have one id.
    #[error("{0} stands in two files")]
    Twice(String),
    /// A file that has to be text is not.
    #[error("decisions/{0} is not UTF-8 text")]
    NotText(String),
    /// A data folder cannot be read.
    #[error("cannot read {0}")]
    Read(PathBuf, #[source] std::io::Error),
}

/// What flows are compiled against.
#[derive(Debug, Clone)]
pub struct Content {
    features: FeatureSet,
    common: Vec<RuleText>,
    sources: BTreeMap<String, SourceText>,
    coefficients: Coefficients,
    lpr: Lpr,
    models: BTreeMap<String, Arc<ScoreModel>>,
    cards: BTreeMap<String, Card>,
    /// Flows that later ones may ask, by id.
    flows: BTreeMap<String, Arc<CompiledFlow>>,
}

/// All flows, compiled, with the features they read (决策内容).
#[derive(Debug, Clone)]
pub struct Flows {
    content: Content,
    list: Vec<CompiledFlow>,
    /// The file of each flow of the list.
    files: Vec<FlowFile>,
    /// Of each flow that is tried against others its challengers, by position.
    trials: BTreeMap<usize, Vec<usize>>,
}

/// A flow as its author wrote it.
#[derive(Debug, Clone)]
struct FlowFile {
    name: String,
    flow: String,
    text: String,
}

impl Flows {
    /// The flows built into the program.
    pub fn embedded() -> Result<Self, ContentError> {
        Self::load(&[])
    }

    /// The built-in content with the `decisions/` of data folders laid over it, later folders over earlier ones:
    /// a file of the same name replaces the built-in one, others are added.
    pub fn load(dirs: &[&Path]) -> Result<Self, ContentError> {
        let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        take_embedded(&FILES, &mut files);
        for dir in dirs {
            let root = dir.join("decisions");
            take_folder(&root, &root, &mut files)?;
        }
        let content = Content::from_files(&files)?;
        let texts = texts_in(&files, "flows/", ".toml")?;
        Self::compile(
            content,
            texts.into_iter().map(|(file, text)| (file.to_owned(), text.to_owned())).collect(),
        )
    }

    /// The same with these texts, each in place of its flow's or beside the others, and without some flows.
    pub fn with(&self, texts: &[(&str, &str)], without: &BTreeSet<String>) -> Result<Self, ContentError> {
        let kept = self.files.iter().filter(|file| !without.contains(&file.flow));
        let mut files: BTreeMap<String, String> =
            kept.map(|file| (file.name.clone(), file.text.clone())).collect();
        for (flow, text) in texts {
            files.insert(self.file_of(flow), (*text).to_owned());
        }
        let content = Content { flows: BTreeMap::new(), ..self.content.clone() };
        Self::compile(content, files.into_iter().collect())
    }

    /// Compiles flow files, each with its name, against content without flows.
    fn compile(mut content: Content, mut left: Vec<(String, String)>) -> Result<Self, ContentError> {
        let mut flows: Vec<(FlowFile, CompiledFlow)> = Vec::new();
        while !left.is_empty() {
            // What another flow asks comes before it; when all wait for each other the first says so.
            let next = left.iter().position(|(_, text)| content.has_flows_asked_by(text)).unwrap_or(0);
            let (name, text) = left.remove(next);
            let flow = CompiledFlow::load(&name, &text, &content)?;
            if content.flows.insert(flow.id().to_owned(), Arc::new(flow.clone())).is_some() {
                return Err(ContentError::Twice(flow.id().to_owned()));
            }
            flows.push((FlowFile { name, flow: flow.id().to_owned(), text }, flow));
        }
        flows.sort_unstable_by(|(one, _), (other, _)| one.name.cmp(&other.name));
        let trials = trials(&flows)?;
        let (files, list) = flows.into_iter().unzip();
        Ok(Self { content, list, files, trials })
    }

    /// The flows of a stage that answer for a subject: each that is no challenger, or the challenger in whose part the
    /// subject falls, which is always the same one.
    pub fn answering<'a>(&'a self, stage: Stage, subject: &SubjectKey) -> Vec<&'a CompiledFlow> {
        let own = self
            .list
            .iter()
            .enumerate()
            .filter(|(_, flow)| flow.about().stage == stage && flow.about().trial.is_none());
        let chosen = |(at, champion): (usize, &'a CompiledFlow)| {
            let mut part = part_of(subject, champion.id());
            for challenger in self.trials.get(&at).into_iter().flatten().map(|at| &self.list[*at]) {
                let percent = challenger.about().trial.as_ref().map_or(0, |trial| trial.percent);
                match part.checked_sub(percent) {
                    Some(rest) => part = rest,
                    None => return challenger,
                }
            }
            champion
        };
        own.map(chosen).collect()
    }

    /// The flows in the order of their files.
    pub fn list(&self) -> &[CompiledFlow] {
        &self.list
    }

    /// The flow with that id.
    pub fn find(&self, id: &str) -> Option<&CompiledFlow> {
        self.list.iter().find(|flow| flow.id() == id)
    }

    /// The name of the file in which a flow lies, or would lie.
    pub(crate) fn file_of(&self, flow: &str) -> String {
        let known = self.files.iter().find(|file| file.flow == flow);
        known.map_or_else(|| format!("flows/{flow}.toml"), |file| file.name.clone())
    }

    /// The text of a flow, as its author wrote it.
    pub fn text(&self, id: &str) -> Option<&str> {
        self.files.iter().find(|file| file.flow == id).map(|file| file.text.as_str())
    }

    /// The features.
    pub fn features(&self) -> &FeatureSet {
        &self.content.features
    }

    /// What flows are compiled against.
    pub fn content(&self) -> &Content {
        &self.content
    }
}

impl Content {
    fn from_files(files: &BTreeMap<String, Vec<u8>>) -> Result<Self, ContentError> {
        let text = |name: &str| {
            let bytes = files.get(name).ok_or_else(|| ContentError::Absent(name.to_owned()))?;
            text_of(name, bytes)
        };
        let features = texts_in(files, "features/", ".sql")?;
        let features: Vec<(&str, &str)> =
            features.iter().map(|(name, text)| (name.trim_start_matches("features/"), *text)).collect();
        let features = FeatureSet::from_files(&features)?;
        let mut models = BTreeMap::new();
        for (name, text) in texts_in(files, "models/", ".toml")? {
            let model = ScoreModel::load(name, text, files, &features)?;
            if models.contains_key(model.id()) {
                return Err(ContentError::Twice(model.id().to_owned()));
            }
            models.insert(model.id().to_owned(), Arc::new(model));
        }
        let common: CommonText = parse("common-admission.toml", text("common-admission.toml")?)?;
        let sources: SourcesText = parse("sources.toml", text("sources.toml")?)?;
        Ok(Self {
            features,
            common: common.rule,
            sources: sources.source.into_iter().map(|source| (source.item.clone(), source)).collect(),
            coefficients: Coefficients::from_files(&texts_in(files, "farm/", ".toml")?)?,
            lpr: Lpr::parse(text("lpr.csv")?)?,
            models,
            cards: card::read(&texts_in(files, "cards/", ".toml")?)?,
            flows: BTreeMap::new(),
        })
    }

    /// The features.
    pub fn features(&self) -> &FeatureSet {
        &self.features
    }

    /// The loan prime rates.
    pub fn lpr(&self) -> &Lpr {
        &self.lpr
    }

    pub(crate) fn common(&self) -> &[RuleText] {
        &self.common
    }

    pub(crate) fn coefficients(&self) -> &Coefficients {
        &self.coefficients
    }

    /// The models that flows may use, by id.
    pub fn models(&self) -> impl Iterator<Item = &ScoreModel> {
        self.models.values().map(AsRef::as_ref)
    }

    /// What is said of the flow or model, if its owner says anything.
    pub fn card(&self, id: &str) -> Option<&Card> {
        self.cards.get(id)
    }

    pub(crate) fn flow(&self, id: &str) -> Option<&Arc<CompiledFlow>> {
        self.flows.get(id)
    }

    /// True when every flow that this text asks is loaded.
    fn has_flows_asked_by(&self, text: &str) -> bool {
        asked_by(text).iter().all(|flow| self.flows.contains_key(flow))
    }

    pub(crate) fn model(&self, id: &str) -> Option<&Arc<ScoreModel>> {
        self.models.get(id)
    }

    /// Name of a source and what its records could add.
    pub(crate) fn source(&self, item: &str) -> Option<(Words, Words)> {
        let source = self.sources.get(item)?;
        let name = Words { zh: source.zh.clone(), en: source.en.clone() };
        let adds = Words { zh: source.adds_zh.clone(), en: source.adds_en.clone() };
        (!name.is_incomplete() && !adds.is_incomplete()).then_some((name, adds))
    }
}

/// The flows that this text asks; what cannot be read is left to whoever loads it.
pub(crate) fn asked_by(text: &str) -> Vec<String> {
    let asks: AsksText = toml::from_str(text).unwrap_or_default();
    asks.derive.into_iter().filter_map(|derive| derive.flow).collect()
}

/// Which flows a flow asks.
#[derive(Debug, Default, Deserialize)]
struct AsksText {
    #[serde(default)]
    derive: Vec<AskText>,
}

#[derive(Debug, Deserialize)]
struct AskText {
    flow: Option<String>,
}

/// The challengers of each flow, checked against it.
fn trials(flows: &[(FlowFile, CompiledFlow)]) -> Result<BTreeMap<usize, Vec<usize>>, FlowError> {
    let mut trials: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut parts: BTreeMap<usize, u32> = BTreeMap::new();
    for (at, (file, flow)) in flows.iter().enumerate() {
        let about = flow.about();
        let Some(trial) = &about.trial else { continue };
        let fail = |problem: &str| FlowError {
            file: file.name.clone(),
            line: 1,
            rule: "trial".to_owned(),
            problem: format!("{}: {problem}", trial.of),
        };
        let champion = flows.iter().position(|(_, champion)| champion.id() == trial.of);
        let champion = champion.ok_or_else(|| fail("there is no such flow to be tried against"))?;
        let against = flows[champion].1.about();
        if against.trial.is_some() {
            return Err(fail("the flow is a challenger itself"));
        }
        let same = (&about.bank_id, &about.product_id, about.audience, about.stage)
            == (&against.bank_id, &against.product_id, against.audience, against.stage);
        if !same {
            return Err(fail(
                "a challenger has the bank, product, audience and stage of the flow it is tried against",
            ));
        }
        let part = parts.entry(champion).or_default();
        *part += trial.percent;
        if *part > 99 {
            return Err(fail("its challengers take more than 99 of a hundred subjects together"));
        }
        trials.entry(champion).or_default().push(at);
    }
    Ok(trials)
}

/// In which of a hundred parts the subject falls where this flow is tried; other flows part the subjects otherwise.
fn part_of(subject: &SubjectKey, champion: &str) -> u32 {
    let digest = sm3::digest(format!("{champion}\0{}", subject.as_str()).as_bytes());
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]) % 100
}

/// Reads a TOML file; a fault names file and line.
pub(crate) fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, FlowError> {
    toml::from_str(text).map_err(|error| {
        let byte = error.span().map_or(0, |span| span.start).min(text.len());
        FlowError {
            file: file.to_owned(),
            line: 1 + text[..text.floor_char_boundary(byte)].matches('\n').count(),
            rule: "form".to_owned(),
            problem: error.message().to_owned(),
        }
    })
}

fn is_in(name: &str, folder: &str, ending: &str) -> bool {
    name.starts_with(folder) && name.ends_with(ending)
}

/// The texts of a folder, in the order of their names.
fn texts_in<'a>(
    files: &'a BTreeMap<String, Vec<u8>>,
    folder: &str,
    ending: &str,
) -> Result<Vec<(&'a str, &'a str)>, ContentError> {
    let own = files.iter().filter(|(name, _)| is_in(name, folder, ending));
    own.map(|(name, bytes)| Ok((name.as_str(), text_of(name, bytes)?))).collect()
}

fn text_of<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a str, ContentError> {
    std::str::from_utf8(bytes).map_err(|_| ContentError::NotText(name.to_owned()))
}

fn take_embedded(dir: &Dir<'_>, files: &mut BTreeMap<String, Vec<u8>>) {
    for file in dir.files() {
        if let Some(name) = file.path().to_str() {
            files.insert(name.to_owned(), file.contents().to_owned());
        }
    }
    for inner in dir.dirs() {
        take_embedded(inner, files);
    }
}

fn take_folder(root: &Path, dir: &Path, files: &mut BTreeMap<String, Vec<u8>>) -> Result<(), ContentError> {
    if !dir.is_dir() {
        return Ok(());
    }
    let failed = |source| ContentError::Read(dir.to_owned(), source);
    for entry in std::fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            take_folder(root, &path, files)?;
        } else if let Some(name) = path.strip_prefix(root).ok().and_then(Path::to_str) {
            let bytes = std::fs::read(&path).map_err(|source| ContentError::Read(path.clone(), source))?;
            files.insert(name.replace('\\', "/"), bytes);
        }
    }
    Ok(())
}
