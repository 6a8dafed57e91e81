//! The life of a flow (模型生命周期): how a bank or the platform changes a model while the platform runs.
//!
//! ```text
//! draft ─▶ proposed ─▶ serving ─▶ replaced        a later version serves
//!   │          │            ├────▶ fallen back     the one before it serves again
//!   └──────────┴▶ rejected  └────▶ retired         the flow answers no more
//! ```
//!
//! A draft is checked and its cases are run when it is handed in; it is tried on the city's past applications, and only then
//! can it be proposed. A second person puts it into service, and the platform signs what was put in. Every process
//! serves it from its next question on. While it serves it is watched: what it answers is compared with the trial, and
//! with what the bank then decides; where it has gone astray beyond chance the version before it serves again.
//!
//! What it never does: serve a text that was changed in the store, since its signature would not fit; put a version into
//! service that was not tried, or by one person; give an answer that does not name its version; show of a trial anything
//! about a single subject or a group of fewer than [`trial::GROUP_MIN`].

pub mod model;
pub mod package;
mod service;
mod serving;
mod statistic;
pub(crate) mod store;
pub mod trial;
mod watch;

pub use model::{FlowStep, FlowVersion, LifeError, Steward, TrialState, VersionAct, VersionState};
pub use package::Package;
pub use trial::{PastApplication, TrialReport};
pub use watch::{BankDecision, Override, Verdict, Watched};

pub(crate) use serving::{Serving, former};
