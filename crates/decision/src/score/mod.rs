//! Models that give one figure, such as a probability of default: each a file of its own in `decisions/models/`, used by
//! flows as a derived value.

mod points;
mod text;

use std::collections::BTreeMap;

use jq_base::sm3;

pub(crate) use self::points::Points;
use self::text::{ScoreText, TreesText};
use crate::feature::{Feature, FeatureSet};
use crate::flow::{FlowError, Here, Values};
use crate::model::Words;
use crate::trace::NoSink;
use crate::tree::Ensemble;

/// A model that gives one figure (评分模型).
#[derive(Debug, Clone)]
pub struct ScoreModel {
    id: String,
    version: String,
    name: Words,
    gives: Words,
    /// Features it looks at, by position.
    inputs: Vec<usize>,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    /// Trees; the columns of the model are `inputs`, in this order.
    Trees(Ensemble),
    Points(Points),
}

impl ScoreModel {
    /// Reads a model; `files` holds everything in the decisions folder, for the model file that the text names.
    pub(crate) fn load(
        file: &str,
        text: &str,
        files: &BTreeMap<String, Vec<u8>>,
        features: &FeatureSet,
    ) -> Result<Self, FlowError> {
        let mut here = Here::new(file, text, features);
        let model: ScoreText = crate::content::parse(file, text)?;
        let byte = model.id.span().start;
        let id = model.id.get_ref().clone();
        let words = |words: &Words| here.words(byte, &id, words);
        let (name, gives) = (words(&model.name())?, words(&model.gives())?);
        let mut digest = sm3::Hasher::new();
        digest.update(text.as_bytes());
        let kind = match (&model.trees, &model.points) {
            (Some(trees), None) => Kind::Trees(trees.read(&id, files, &mut digest, &mut here)?),
            (None, Some(points)) => Kind::Points(Points::compile(points.base, &points.feature, &mut here)?),
            _ => return Err(here.at(byte, &id, "a model has either trees or points".to_owned())),
        };
        let version = format!("{}+{}", model.version, &digest.finish_hex()[..12]);
        Ok(Self { id, version, name, gives, inputs: here.used, kind })
    }

    /// The model's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The model's version: what its author calls it, and the digest of its files.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What it is called.
    pub fn name(&self) -> &Words {
        &self.name
    }

    /// What its figure means.
    pub fn gives(&self) -> &Words {
        &self.gives
    }

    /// How many trees it has; none for points.
    pub fn trees(&self) -> Option<usize> {
        match &self.kind {
            Kind::Trees(trees) => Some(trees.trees()),
            Kind::Points(_) => None,
        }
    }

    /// The features it looks at, in order of first use.
    pub fn inputs_in<'a>(&'a self, set: &'a FeatureSet) -> impl Iterator<Item = &'a Feature> {
        self.inputs.iter().map(|input| &set.features()[*input])
    }

    /// Positions of the features it looks at.
    pub(crate) fn inputs(&self) -> &[usize] {
        &self.inputs
    }

    /// The figure; nothing when none of its features is known.
    pub(crate) fn run(&self, features: &[Option<f64>]) -> Option<f64> {
        if self.inputs.iter().all(|input| features[*input].is_none()) {
            return None;
        }
        let figure = match &self.kind {
            Kind::Trees(trees) => trees.run(|column| features[self.inputs[column]]),
            Kind::Points(points) => f64::from(points.total(Values::new(features, &[]), &mut NoSink)),
        };
        Some(figure).filter(|figure| figure.is_finite())
    }
}

impl TreesText {
    fn read(
        &self,
        id: &str,
        files: &BTreeMap<String, Vec<u8>>,
        digest: &mut sm3::Hasher,
        here: &mut Here<'_>,
    ) -> Result<Ensemble, FlowError> {
        let byte = self.file.span().start;
        let folder = here.file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let path = format!("{folder}/{}", self.file.get_ref());
        let Some(bytes) = files.get(&path) else {
            return Err(here.at(byte, id, format!("there is no file {path}")));
        };
        digest.update(bytes);
        let trees = Ensemble::parse(bytes, self.format)
            .map_err(|error| here.at(byte, id, format!("{path}: {error}")))?;
        for (column, input) in self.inputs.iter().enumerate() {
            here.feature(input)?;
            // A file that names its columns by features names them in this order, or the answers would be wrong.
            if let Some(name) = trees.names().get(column).filter(|name| here.set.position(name).is_some())
                && name != input.get_ref()
            {
                let problem = format!("column {column} of the model is {name}, not {}", input.get_ref());
                return Err(here.at(input.span().start, id, problem));
            }
        }
        if here.used.len() != self.inputs.len() || trees.columns() != self.inputs.len() {
            let (columns, named) = (trees.columns(), here.used.len());
            let problem = format!("the model has {columns} columns and the file names {named} features");
            return Err(here.at(byte, id, problem));
        }
        Ok(trees)
    }
}
