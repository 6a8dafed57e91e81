//! People who act for firms and farm households: sign-up and sign-in by one-time code, the real-name check, the
//! choice of the subject, mandates for agents.

mod code;
mod former;
pub mod kyc;
pub mod mandate;
mod model;
mod people;
mod register;
mod service;
mod store;

pub use code::{CODES_PER_DAY_MAX, CodeSent, TRIES_MAX, request_code};
pub use former::{PresentRep, list_former_reps, list_represented, part_with_former};
pub use model::{
    FirmPerson, FirmRole, FirmSession, FirmSubject, FirmUser, KycState, NewPerson, SubjectPerson,
};
pub use people::list_people;
pub use register::{confirm, link, register, unlink};
pub use service::{SignedIn, authenticate, choose_subject, sign_in};

pub(crate) use store::SECRETS;
