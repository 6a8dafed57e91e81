//! What is read of an ONNX file: the messages of onnx.proto with the fields that matter here, by their numbers there.
//! Other fields are skipped.

use prost::Message;

use crate::tree::TreeError;

#[derive(Clone, PartialEq, Message)]
pub(super) struct Model {
    #[prost(message, optional, tag = "7")]
    pub(super) graph: Option<Graph>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Graph {
    #[prost(message, repeated, tag = "1")]
    pub(super) node: Vec<Operation>,
    #[prost(message, repeated, tag = "11")]
    pub(super) input: Vec<Value>,
    #[prost(message, repeated, tag = "12")]
    pub(super) output: Vec<Value>,
}

/// What ONNX calls a node of its graph.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Operation {
    #[prost(string, repeated, tag = "1")]
    pub(super) input: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    pub(super) output: Vec<String>,
    #[prost(string, tag = "4")]
    pub(super) op_type: String,
    #[prost(message, repeated, tag = "5")]
    pub(super) attribute: Vec<Attribute>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Attribute {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(int64, tag = "3")]
    pub(super) integer: i64,
    #[prost(bytes = "vec", tag = "4")]
    pub(super) text: Vec<u8>,
    #[prost(message, optional, tag = "5")]
    pub(super) tensor: Option<Tensor>,
    #[prost(float, repeated, tag = "7")]
    pub(super) floats: Vec<f32>,
    #[prost(int64, repeated, tag = "8")]
    pub(super) integers: Vec<i64>,
    #[prost(bytes = "vec", repeated, tag = "9")]
    pub(super) texts: Vec<Vec<u8>>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Tensor {
    #[prost(int32, tag = "2")]
    pub(super) data_type: i32,
    #[prost(float, repeated, tag = "4")]
    pub(super) float_data: Vec<f32>,
    #[prost(bytes = "vec", tag = "9")]
    pub(super) raw_data: Vec<u8>,
    #[prost(double, repeated, tag = "10")]
    pub(super) double_data: Vec<f64>,
}

/// What goes into the graph or comes out of it.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Value {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(message, optional, tag = "2")]
    pub(super) kind: Option<Kind>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Kind {
    #[prost(message, optional, tag = "1")]
    pub(super) tensor: Option<TensorKind>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct TensorKind {
    #[prost(int32, tag = "1")]
    pub(super) element: i32,
    #[prost(message, optional, tag = "2")]
    pub(super) shape: Option<Shape>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Shape {
    #[prost(message, repeated, tag = "1")]
    pub(super) dimension: Vec<Dimension>,
}

/// A dimension's length; 0 where it is left open.
#[derive(Clone, Copy, PartialEq, Message)]
pub(super) struct Dimension {
    #[prost(int64, tag = "1")]
    pub(super) length: i64,
}

impl Tensor {
    /// The element type of numbers in single precision.
    pub(super) const FLOAT: i32 = 1;
    /// The element type of numbers in double precision.
    pub(super) const DOUBLE: i32 = 11;

    /// Its numbers, which stand either in a list or as raw bytes.
    pub(super) fn numbers(&self) -> Option<Vec<f64>> {
        match self.data_type {
            Self::FLOAT if self.raw_data.is_empty() => {
                Some(self.float_data.iter().copied().map(f64::from).collect())
            }
            Self::FLOAT => {
                let (all, []) = self.raw_data.as_chunks() else { return None };
                Some(all.iter().map(|bytes| f64::from(f32::from_le_bytes(*bytes))).collect())
            }
            Self::DOUBLE if self.raw_data.is_empty() => Some(self.double_data.clone()),
            Self::DOUBLE => {
                let (all, []) = self.raw_data.as_chunks() else { return None };
                Some(all.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect())
            }
            _ => None,
        }
    }
}

impl Operation {
    /// An attribute by its name.
    pub(super) fn find(&self, name: &str) -> Option<&Attribute> {
        self.attribute.iter().find(|one| one.name == name)
    }

    /// An attribute that is a word.
    pub(super) fn text<'a>(&'a self, name: &str, otherwise: &'a str) -> &'a [u8] {
        self.find(name).map_or(otherwise.as_bytes(), |one| &one.text)
    }

    /// An attribute that is a list of whole numbers; empty where it is left out.
    pub(super) fn integers(&self, name: &str) -> &[i64] {
        self.find(name).map_or(&[], |one| &one.integers)
    }

    /// An attribute that is a list of numbers in single precision, or under a longer name a tensor of double precision.
    pub(super) fn numbers(&self, name: &str) -> Result<Vec<f64>, TreeError> {
        if let Some(attribute) = self.find(name) {
            return Ok(attribute.floats.iter().copied().map(f64::from).collect());
        }
        let name = format!("{name}_as_tensor");
        let Some(attribute) = self.find(&name) else { return Ok(Vec::new()) };
        let numbers = attribute.tensor.as_ref().and_then(Tensor::numbers);
        numbers.ok_or_else(|| TreeError::file(format!("`{name}` holds no numbers")))
    }
}
