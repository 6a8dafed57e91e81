//! Decisions: what the records of a subject say as figures, and what each bank's model answers to them.
//!
//! A feature is one SQL definition over the lake ([`feature`]); a vector is all features of one subject on one
//! day ([`vector`]); a flow is a bank's model as a file with its cases beside it ([`flow`]). Evaluation is pure:
//! a compiled flow, a vector and a day in, answer and trace out, and the same inputs give the same bytes.
//!
//! ```
//! use jq_decision::{Flows, flow::evaluate};
//!
//! let flows = Flows::embedded()?;
//! let flow = flows.find("bank03_farm").expect("the farm flow is built in");
//! let case = &flow.cases()[0];
//! let vector = case.vector(flows.features()).expect("the case names a subject");
//! let decision = evaluate(flow, &vector, case.as_of());
//! assert_eq!(decision.trace.output("income", "total"), Some("48274.76"));
//! # Ok::<(), jq_decision::content::ContentError>(())
//! ```
//!
//! It never knows lending, orders or loans; it never gives a score about a natural person; and what a permit
//! does not grant never reaches a model.

mod build;
mod card;
pub mod content;
mod error;
mod farm;
pub mod feature;
pub mod flow;
mod kept;
pub mod life;
pub mod lpr;
pub mod model;
pub mod money;
mod packed;
pub mod query;
mod score;
mod service;
mod store;
pub mod trace;
pub mod tree;
pub mod vector;
pub mod view;
mod whole_city;

pub use build::{Asking, Built, build};
pub use card::Card;
pub use content::{Content, Flows};
pub use error::DecisionError;
pub use feature::FeatureSet;
pub use flow::{CompiledFlow, evaluate, evaluate_fast};
pub use kept::CaughtUp;
pub use model::{Decision, Outcome};
pub use score::ScoreModel;
pub use service::Decisions;
pub use store::StoredDecision;
pub use vector::Vector;
pub use whole_city::Answers;

/// The tables with columns that lie sealed.
pub const SECRET_TABLES: [&jq_base::seal::SecretTable; 3] =
    [&store::VECTORS, &store::INPUTS, &store::RESULTS];
