//! People who act for firms and farm households: registration, one-time codes, sign-in, choice of the subject.

mod code;
mod model;
mod register;
mod service;
mod store;

pub use code::{CODES_PER_DAY_MAX, CodeSent, TRIES_MAX, request_code};
pub use model::{FirmPerson, FirmRole, FirmSession, FirmSubject, FirmUser, KycState, NewPerson};
pub use register::{confirm, link, register, unlink};
pub use service::{SignedIn, authenticate, choose_subject, sign_in};
