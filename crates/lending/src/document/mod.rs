//! Papers that firms hand in (材料): photos and PDFs, kept sealed, given to orders, used again for later ones, and
//! erased for good when they are over.
//!
//! The promise: a bank sees a paper while it is given to an order of that bank, and every look is on record; what was
//! taken back is closed at once; a file that could do something by itself is not taken.

mod check;
mod model;
mod service;
mod store;

pub use check::{DocumentFault, check};
pub use model::{Document, DocumentKind, DocumentLimits, GivenDocument, LimitsError};
pub use service::{DocumentError, Documents, attend};
