//! How a client proves who it is without sending a secret: an assertion for a token, a signature over a call, a
//! certificate. What is signed is of use once.

mod assertion;
mod request;
mod service;
mod store;

pub use assertion::{ASSERTION_ALGORITHM, AssertionFault};
pub use request::{RequestFault, SignedRequest, TIME_WINDOW};
pub use service::{
    ShownCertificate, check_request, issue_for_assertion, issue_for_certificate, refuse_request,
};
pub(crate) use store::forget;
