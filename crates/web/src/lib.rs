//! What every page and every answer over HTTP shares: language, safety, errors, figures, files.
//!
//! The promise: a handler receives a [`Visit`] (language, tokens, nonce) and returns a page or a [`Problem`];
//! everything else happens here, once. [`shell()`] wraps the router of the whole platform.
//!
//! What it never does: it knows no business, reads no database and asks no other host.

pub mod assets;
pub mod audience;
pub mod cookies;
pub mod csrf;
pub mod headers;
pub mod metrics;
pub mod ops;
mod origin;
pub mod problem;
pub mod say;
pub mod shell;
pub mod text;
pub mod visit;

pub use problem::{FieldProblem, Problem};
pub use shell::{Operator, Web, shell};
pub use text::Text;
pub use visit::{Markup, Visit, page};
