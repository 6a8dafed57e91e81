//! Reads the JSON that XGBoost's `save_model` writes to a name ending in `.json`.

use serde::Deserialize;

use super::TreeError;
use super::ensemble::{Ensemble, Reading};
use super::layout::{Layout, Part, Split, Test};
use super::score::{Link, Precision, Score, below};

#[derive(Debug, Deserialize)]
struct ModelText {
    learner: Learner,
}

#[derive(Debug, Deserialize)]
struct Learner {
    #[serde(default)]
    attributes: Attributes,
    #[serde(default)]
    feature_names: Vec<String>,
    gradient_booster: Booster,
    #[serde(rename = "learner_model_param")]
    parameters: Parameters,
    objective: Objective,
}

#[derive(Debug, Default, Deserialize)]
struct Attributes {
    best_iteration: Option<String>,
}

/// Other boosters keep other things here; only their name is looked at.
#[derive(Debug, Deserialize)]
struct Booster {
    name: String,
    model: Option<Forest>,
}

#[derive(Debug, Deserialize)]
struct Forest {
    gbtree_model_param: Option<ForestParameters>,
    #[serde(default)]
    trees: Vec<TreeText>,
}

/// XGBoost writes numbers that are parameters as text.
#[derive(Debug, Deserialize)]
struct ForestParameters {
    num_trees: String,
    num_parallel_tree: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Parameters {
    base_score: BaseScore,
    num_class: String,
    num_feature: String,
    num_target: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum BaseScore {
    Number(f32),
    Text(String),
}

#[derive(Debug, Deserialize)]
struct Objective {
    name: String,
}

/// A tree, its nodes spread over lists; a node without a left child is a leaf, and its condition is its value.
#[derive(Debug, Deserialize)]
struct TreeText {
    left_children: Vec<i64>,
    right_children: Vec<i64>,
    split_indices: Vec<usize>,
    split_conditions: Vec<f32>,
    default_left: Vec<Flag>,
    #[serde(default)]
    split_type: Vec<u8>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(untagged)]
enum Flag {
    Bool(bool),
    Number(u8),
}

impl Flag {
    fn holds(self) -> bool {
        match self {
            Self::Bool(holds) => holds,
            Self::Number(number) => number != 0,
        }
    }
}

pub(super) fn read(bytes: &[u8]) -> Result<Ensemble, TreeError> {
    let model: ModelText = serde_json::from_slice(bytes)
        .map_err(|error| TreeError::Line { line: error.line(), problem: error.to_string() })?;
    let Learner { attributes, feature_names, gradient_booster, parameters, objective } = model.learner;
    let score = score(&objective.name, base(&parameters.base_score)?)?;
    check_shape(&parameters)?;
    let forest = forest(gradient_booster, &attributes)?;
    let columns = number("num_feature", &parameters.num_feature)?;
    if !feature_names.is_empty() && feature_names.len() != columns {
        let names = feature_names.len();
        return Err(TreeError::file(format!("the model has {columns} columns, but {names} names")));
    }
    let mut layout = Layout::new(columns);
    for (tree, text) in forest.trees.iter().enumerate() {
        layout.plant(&parts(tree, text)?)?;
    }
    layout.finish(feature_names, score)
}

/// A parameter that is a whole number, written as text.
fn number(name: &str, text: &str) -> Result<usize, TreeError> {
    text.parse().map_err(|_| TreeError::file(format!("`{name}` is no number: `{text}`")))
}

/// The number that the model starts from, before the objective turns it into the scale of the trees. Newer versions
/// write a list in brackets, with one number for each target.
fn base(text: &BaseScore) -> Result<f32, TreeError> {
    match text {
        BaseScore::Number(number) => Some(*number),
        BaseScore::Text(text) => text.trim_matches(['[', ']']).parse().ok(),
    }
    .filter(|base: &f32| base.is_finite())
    .ok_or_else(|| TreeError::file(format!("`base_score` is not one number: {text:?}")))
}

fn score(objective: &str, base: f32) -> Result<Score, TreeError> {
    let (link, start) = match objective {
        "binary:logistic" | "reg:logistic" => (Link::XgboostSigmoid, -(1.0 / base - 1.0).ln()),
        "reg:squarederror" => (Link::Identity, base),
        "count:poisson" => (Link::XgboostExponential, base.ln()),
        _ => {
            return Err(TreeError::refused(
                format!("the XGBoost objective `{objective}`"),
                "train with binary:logistic, reg:logistic, reg:squarederror or count:poisson",
            ));
        }
    };
    if !start.is_finite() {
        return Err(TreeError::file(format!("`base_score` {base} does not fit the objective `{objective}`")));
    }
    Ok(Score { precision: Precision::Single, before: f64::from(start), divisor: 1.0, after: 0.0, link })
}

fn check_shape(parameters: &Parameters) -> Result<(), TreeError> {
    let targets = parameters.num_target.as_deref().map_or(Ok(1), |text| number("num_target", text))?;
    if targets > 1 || number("num_class", &parameters.num_class)? > 1 {
        return Err(TreeError::refused("an XGBoost model of several targets", "train one model for each"));
    }
    Ok(())
}

/// The trees, when they are summed as they are and all of them count.
fn forest(booster: Booster, attributes: &Attributes) -> Result<Forest, TreeError> {
    if booster.name != "gbtree" {
        return Err(TreeError::refused(
            format!("the XGBoost booster `{}`", booster.name),
            "train with the booster gbtree",
        ));
    }
    let forest = booster.model.ok_or_else(|| TreeError::file("the booster has no trees"))?;
    let Some(parameters) = &forest.gbtree_model_param else {
        return Err(TreeError::file("`gbtree_model_param` is missing"));
    };
    let trees = number("num_trees", &parameters.num_trees)?;
    if trees != forest.trees.len() {
        return Err(TreeError::file(format!("the model tells of {trees} trees, not {}", forest.trees.len())));
    }
    let trees_per_round =
        parameters.num_parallel_tree.as_deref().map_or(Ok(1), |text| number("num_parallel_tree", text))?;
    check_rounds(attributes, trees, trees_per_round)?;
    Ok(forest)
}

/// After an early stop the file keeps the rounds after the best one. XGBoost's own interface then counts all of them,
/// its scikit-learn interface only those up to the best: the file does not tell which answer its maker saw.
fn check_rounds(attributes: &Attributes, trees: usize, trees_per_round: usize) -> Result<(), TreeError> {
    let Some(best) = &attributes.best_iteration else { return Ok(()) };
    let counted = number("best_iteration", best)?.saturating_add(1).saturating_mul(trees_per_round);
    if counted == trees {
        return Ok(());
    }
    Err(TreeError::refused(
        "an XGBoost model with rounds after its best one",
        "cut it before saving: `booster[: booster.best_iteration + 1].save_model(...)`",
    ))
}

fn parts(tree: usize, text: &TreeText) -> Result<Vec<Part>, TreeError> {
    let fail = |problem: &str| TreeError::Tree { tree, problem: problem.to_owned() };
    let count = text.left_children.len();
    let others = [
        text.right_children.len(),
        text.split_indices.len(),
        text.split_conditions.len(),
        text.default_left.len(),
    ];
    if others.into_iter().any(|other| other != count) {
        return Err(fail("its lists differ in length"));
    }
    if text.split_type.iter().any(|kind| *kind != 0) {
        return Err(TreeError::refused(
            "an XGBoost model that splits on categories",
            "turn categories into yes-and-no columns before training",
        ));
    }
    let part = |at: usize| {
        let Ok(left) = usize::try_from(text.left_children[at]) else {
            return Part::Leaf(f64::from(text.split_conditions[at]));
        };
        let question = Test::AtMost {
            threshold: f64::from(below(text.split_conditions[at])),
            missing_left: text.default_left[at].holds(),
        };
        // A right child below zero becomes one that does not exist, which the layout reports.
        let right = usize::try_from(text.right_children[at]).unwrap_or(usize::MAX);
        Part::Split(Split {
            column: text.split_indices[at],
            reading: Reading::Single,
            test: question,
            left,
            right,
        })
    };
    Ok((0..count).map(part).collect())
}
