//! Finds the ensemble in the graph, and makes sure that nothing else in the graph changes the answer.

use super::messages::{Graph, Operation, Tensor, Value};
use super::{CLASSIFIER, REGRESSOR};
use crate::tree::TreeError;
use crate::tree::ensemble::Reading;

/// What goes into the ensemble.
#[derive(Debug)]
pub(super) struct Entry {
    /// How many columns, where the file tells.
    pub(super) columns: Option<usize>,
    pub(super) reading: Reading,
}

/// The graph's only ensemble and what goes into it.
pub(super) fn find(graph: &Graph) -> Result<(&Operation, Entry), TreeError> {
    let mut found = None;
    for operation in &graph.node {
        match operation.op_type.as_str() {
            CLASSIFIER | REGRESSOR if found.is_none() => found = Some(operation),
            CLASSIFIER | REGRESSOR => {
                return Err(TreeError::refused(
                    "an ONNX graph of several ensembles",
                    "convert each on its own",
                ));
            }
            "Cast" | "Identity" | "ZipMap" => {}
            other => {
                return Err(TreeError::refused(
                    format!("the ONNX operator `{other}`"),
                    "convert the ensemble alone, without what comes before and after it",
                ));
            }
        }
    }
    let ensemble = found.ok_or_else(|| TreeError::file("the ONNX graph holds no tree ensemble"))?;
    check_casts(graph, ensemble)?;
    Ok((ensemble, entry(graph, ensemble)?))
}

/// A cast of the label changes no probability; any other must keep numbers that are not whole.
fn check_casts(graph: &Graph, ensemble: &Operation) -> Result<(), TreeError> {
    let label = (ensemble.op_type == CLASSIFIER).then(|| ensemble.output.first()).flatten();
    let is_harmful = |operation: &&Operation| {
        operation.op_type == "Cast" && operation.input.first() != label && cast(operation).is_none()
    };
    match graph.node.iter().find(is_harmful) {
        None => Ok(()),
        Some(_) => Err(TreeError::refused(
            "the ONNX operator `Cast` to a type that is neither float nor double",
            "convert the model with an input of floats",
        )),
    }
}

/// What a cast to single or double precision makes of a column.
fn cast(operation: &Operation) -> Option<Reading> {
    match operation.find("to")?.integer {
        to if to == i64::from(Tensor::FLOAT) => Some(Reading::Single),
        to if to == i64::from(Tensor::DOUBLE) => Some(Reading::Double),
        _ => None,
    }
}

/// Follows the ensemble's input back to the graph's.
fn entry(graph: &Graph, ensemble: &Operation) -> Result<Entry, TreeError> {
    let mut name = ensemble.input.first().ok_or_else(|| TreeError::file("the ensemble has no input"))?;
    let mut was_single = false;
    // Each operation is passed at most once, else they would lead in a circle.
    for _ in 0..=graph.node.len() {
        if let Some(value) = graph.input.iter().find(|value| value.name == *name) {
            let is_double = kind(value)? == Tensor::DOUBLE && !was_single;
            let reading = if is_double { Reading::Double } else { Reading::Single };
            return Ok(Entry { columns: columns(value), reading });
        }
        let before = graph.node.iter().find(|operation| operation.output.contains(name));
        let Some(operation) = before.filter(|operation| matches!(&*operation.op_type, "Cast" | "Identity"))
        else {
            break;
        };
        was_single |= operation.op_type == "Cast" && cast(operation) == Some(Reading::Single);
        name = operation.input.first().ok_or_else(|| TreeError::file("a cast has no input"))?;
    }
    Err(TreeError::file("the ensemble's input does not come from the graph's"))
}

/// The element type of an input, when it is numbers.
fn kind(value: &Value) -> Result<i32, TreeError> {
    const WHOLE: [i32; 2] = [6, 7];
    let element =
        value.kind.as_ref().and_then(|kind| kind.tensor.as_ref()).map_or(0, |tensor| tensor.element);
    if [Tensor::FLOAT, Tensor::DOUBLE].contains(&element) || WHOLE.contains(&element) {
        return Ok(element);
    }
    Err(TreeError::refused(
        format!("an ONNX input that is no table of numbers (element type {element})"),
        "convert the model with an input of floats",
    ))
}

/// The length of the second dimension.
fn columns(value: &Value) -> Option<usize> {
    let shape = value.kind.as_ref()?.tensor.as_ref()?.shape.as_ref()?;
    usize::try_from(shape.dimension.get(1)?.length).ok().filter(|columns| *columns > 0)
}
