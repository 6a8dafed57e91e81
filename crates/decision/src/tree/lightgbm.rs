//! Reads the text that LightGBM's `save_model` writes: a head of `key=value` lines, a paragraph for each tree, an end.

use std::str::FromStr;

use super::TreeError;
use super::ensemble::{Ensemble, Reading};
use super::layout::{Layout, Part, Split, Test};
use super::score::{Link, Precision, Score};

/// The line after the last tree; a file without it was cut off.
const END: &str = "end of trees";

pub(super) fn read(bytes: &[u8]) -> Result<Ensemble, TreeError> {
    let text = std::str::from_utf8(bytes).map_err(|_| TreeError::file("the model file is not text"))?;
    let mut paragraphs = paragraphs(text)?.into_iter();
    let head = paragraphs.next().unwrap_or_default();
    check_head(&head)?;
    check_tail(text)?;
    let columns = head.number::<usize>("max_feature_idx")?.saturating_add(1);
    let names: Vec<String> = head.get("feature_names")?.value.split(' ').map(str::to_owned).collect();
    if names.len() != columns {
        return Err(TreeError::file(format!("the model has {columns} columns, but {} names", names.len())));
    }
    let count = head.get("tree_sizes")?.value.split_whitespace().count();
    if paragraphs.len() != count {
        return Err(TreeError::file(format!("the head tells of {count} trees, not {}", paragraphs.len())));
    }
    let score = score(&head, count)?;
    let mut layout = Layout::new(columns);
    for tree in paragraphs {
        layout.plant(&parts(&tree)?)?;
    }
    layout.finish(names, score)
}

/// A paragraph of the file: what stands before the first tree, or one tree.
#[derive(Debug, Default)]
struct Paragraph<'a> {
    /// Line of its beginning, from 1.
    line: usize,
    fields: Vec<Field<'a>>,
}

#[derive(Debug, Clone, Copy)]
struct Field<'a> {
    line: usize,
    key: &'a str,
    value: &'a str,
}

/// The paragraphs up to the end of the trees.
fn paragraphs(text: &str) -> Result<Vec<Paragraph<'_>>, TreeError> {
    let mut all = vec![Paragraph { line: 1, fields: Vec::new() }];
    for (at, text) in text.lines().enumerate() {
        let text = text.trim_end();
        if text == END {
            return Ok(all);
        }
        let (key, value) = text.split_once('=').unwrap_or((text, ""));
        if key == "Tree" {
            all.push(Paragraph { line: at + 1, fields: Vec::new() });
        } else if let Some(paragraph) = all.last_mut()
            && !key.is_empty()
        {
            paragraph.fields.push(Field { line: at + 1, key, value });
        }
    }
    Err(TreeError::file(format!(
        "the line `{END}` is missing: the file was cut off, or is no LightGBM model"
    )))
}

impl<'a> Paragraph<'a> {
    fn find(&self, key: &str) -> Option<Field<'a>> {
        self.fields.iter().find(|field| field.key == key).copied()
    }

    fn get(&self, key: &str) -> Result<Field<'a>, TreeError> {
        self.find(key).ok_or_else(|| TreeError::Line {
            line: self.line,
            problem: format!("`{key}` is missing in the paragraph that begins here"),
        })
    }

    fn number<T: FromStr>(&self, key: &str) -> Result<T, TreeError> {
        let field = self.get(key)?;
        field.value.parse().map_err(|_| field.wrong(&format!("`{}` is no number", field.value)))
    }

    /// The numbers of a line, exactly as many as there must be.
    fn numbers<T: FromStr>(&self, key: &str, count: usize) -> Result<Vec<T>, TreeError> {
        let field = self.get(key)?;
        let numbers: Result<Vec<T>, _> = field.value.split_whitespace().map(str::parse).collect();
        let numbers = numbers.map_err(|_| field.wrong("it holds something that is no number"))?;
        if numbers.len() != count {
            return Err(field.wrong(&format!("it holds {} numbers instead of {count}", numbers.len())));
        }
        Ok(numbers)
    }
}

impl Field<'_> {
    fn wrong(&self, problem: &str) -> TreeError {
        TreeError::Line { line: self.line, problem: format!("`{}`: {problem}", self.key) }
    }
}

fn check_head(head: &Paragraph<'_>) -> Result<(), TreeError> {
    if head.fields.first().is_none_or(|field| field.key != "tree") {
        return Err(TreeError::Line { line: 1, problem: "a LightGBM model begins with `tree`".to_owned() });
    }
    let version = head.get("version")?;
    if !matches!(version.value, "v3" | "v4") {
        return Err(TreeError::refused(
            format!("a LightGBM model of version `{}`", version.value),
            "load it with LightGBM 4 and save it again",
        ));
    }
    if head.number::<usize>("num_class")? != 1 || head.number::<usize>("num_tree_per_iteration")? != 1 {
        return Err(TreeError::refused("a LightGBM model of several classes", "train it on yes and no"));
    }
    Ok(())
}

/// After the trees the file tells how pandas categories were turned into numbers.
fn check_tail(text: &str) -> Result<(), TreeError> {
    let categories = text.lines().rev().find_map(|line| line.strip_prefix("pandas_categorical:"));
    if categories.is_some_and(|one| !matches!(one.trim(), "null" | "[]")) {
        return Err(TreeError::refused(
            "a LightGBM model trained on pandas categories",
            "turn categories into whole numbers before training",
        ));
    }
    Ok(())
}

fn score(head: &Paragraph<'_>, trees: usize) -> Result<Score, TreeError> {
    let divisor = match head.find("average_output") {
        Some(_) => f64::from(u32::try_from(trees).map_err(|_| TreeError::file("too many trees"))?),
        None => 1.0,
    };
    Ok(Score { precision: Precision::Double, before: 0.0, divisor, after: 0.0, link: link(head)? })
}

fn link(head: &Paragraph<'_>) -> Result<Link, TreeError> {
    let Some(field) = head.find("objective") else {
        return Err(TreeError::refused(
            "a LightGBM model without an objective",
            "train it with `binary` or a regression objective of LightGBM itself",
        ));
    };
    let mut words = field.value.split_whitespace();
    let name = words.next().unwrap_or_default();
    let rest: Vec<&str> = words.collect();
    match name {
        "binary" => {
            let steepness = rest.iter().find_map(|word| word.strip_prefix("sigmoid:"));
            let steepness = steepness.and_then(|text| text.parse().ok()).filter(|one: &f64| *one > 0.0);
            steepness.map(Link::LightgbmSigmoid).ok_or_else(|| field.wrong("its sigmoid is missing"))
        }
        "cross_entropy" => Ok(Link::LightgbmSigmoid(1.0)),
        "regression" | "regression_l1" | "huber" | "quantile" | "mape" if !rest.contains(&"sqrt") => {
            Ok(Link::Identity)
        }
        "poisson" => Ok(Link::LightgbmExponential),
        _ => Err(TreeError::refused(
            format!("the LightGBM objective `{}`", field.value),
            "train with binary, cross_entropy, regression, regression_l1, huber, quantile, mape or poisson",
        )),
    }
}

/// The nodes of one tree: first its splits, then its leaves.
fn parts(tree: &Paragraph<'_>) -> Result<Vec<Part>, TreeError> {
    let linear = tree.find("is_linear").is_some_and(|field| field.value != "0");
    if linear {
        return Err(TreeError::refused("a LightGBM model with linear trees", "train without `linear_tree`"));
    }
    let leaves: usize = tree.number("num_leaves")?;
    let values = tree.numbers("leaf_value", leaves)?.into_iter().map(Part::Leaf);
    if leaves <= 1 {
        return Ok(values.collect());
    }
    Ok(splits(tree, leaves - 1)?.into_iter().map(Part::Split).chain(values).collect())
}

fn splits(tree: &Paragraph<'_>, count: usize) -> Result<Vec<Split>, TreeError> {
    let columns: Vec<usize> = tree.numbers("split_feature", count)?;
    let thresholds: Vec<f64> = tree.numbers("threshold", count)?;
    let decisions: Vec<u8> = tree.numbers("decision_type", count)?;
    let left: Vec<i64> = tree.numbers("left_child", count)?;
    let right: Vec<i64> = tree.numbers("right_child", count)?;
    let sets = sets(tree)?;
    let split = |at: usize| {
        let (reading, test) =
            test(decisions[at], thresholds[at], &sets).map_err(|problem| TreeError::Line {
                line: tree.line,
                problem: format!("split {at} of the tree that begins here: {problem}"),
            })?;
        Ok(Split {
            column: columns[at],
            reading,
            test,
            left: child(left[at], count),
            right: child(right[at], count),
        })
    };
    (0..count).map(split).collect()
}

/// Where a child stands among the parts. A negative number names a leaf, counted from -1 downwards.
fn child(number: i64, splits: usize) -> usize {
    let leaf = |number: i64| usize::try_from(!number).ok().and_then(|leaf| leaf.checked_add(splits));
    // A number that fits nowhere names a part that does not exist, which the layout reports.
    usize::try_from(number)
        .ok()
        .filter(|split| *split < splits)
        .or_else(|| leaf(number))
        .unwrap_or(usize::MAX)
}

/// The tree's sets of categories, each a stretch of the words of `cat_threshold`.
fn sets(tree: &Paragraph<'_>) -> Result<Vec<Vec<u32>>, TreeError> {
    let count: usize = tree.number("num_cat")?;
    if count == 0 {
        return Ok(Vec::new());
    }
    let bounds: Vec<usize> = tree.numbers("cat_boundaries", count.saturating_add(1))?;
    let words: Vec<u32> = tree.numbers("cat_threshold", bounds.last().copied().unwrap_or(0))?;
    let set = |pair: &[usize]| words.get(pair[0]..pair[1]).map(<[u32]>::to_vec);
    let sets: Option<Vec<Vec<u32>>> = bounds.windows(2).map(set).collect();
    sets.ok_or_else(|| TreeError::Line {
        line: tree.line,
        problem: "`cat_boundaries` do not ascend".to_owned(),
    })
}

/// What a split asks. Its decision type holds a bit for categories, a bit for missing values that go left, and two bits
/// for what counts as missing.
fn test(decision: u8, threshold: f64, sets: &[Vec<u32>]) -> Result<(Reading, Test), String> {
    if decision & 1 == 1 {
        let is_this =
            |at: &usize| u32::try_from(*at).is_ok_and(|at| f64::from(at).total_cmp(&threshold).is_eq());
        let set = (0..sets.len()).find(is_this).ok_or("it names no set of categories")?;
        return Ok((Reading::Category, Test::OneOf(sets[set].clone())));
    }
    // An infinite threshold asks whether the value is known at all; every number is at most infinity.
    if threshold.is_nan() || threshold < f64::MIN {
        return Err("its threshold is no number".to_owned());
    }
    let reading = match decision >> 2 {
        0 => Reading::MissingIsZero,
        1 => Reading::ZeroIsMissing,
        2 => Reading::NearZeroIsZero,
        _ => return Err(format!("its decision type {decision} is unknown")),
    };
    Ok((reading, Test::AtMost { threshold, missing_left: decision & 2 == 2 }))
}
