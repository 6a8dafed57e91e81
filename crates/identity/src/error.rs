//! What can go wrong when somebody signs in or is asked for.

use jiff::Timestamp;
use jq_db::DbError;

use crate::client::proof::{AssertionFault, RequestFault};
use crate::firm::mandate::{MandateFault, MandateScope};
use crate::staff::{Due, PasswordFault};

/// Why an act of identity failed, ordered by what the caller can do.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The code is wrong, used, expired or was never sent; which of these is not told.
    #[error("the code does not fit or is no longer valid")]
    WrongCode,
    /// A code was asked for less than a minute ago.
    #[error("a code was sent a moment ago; another one can be asked for at {again_at}")]
    CodeTooSoon {
        /// When another one can be asked for.
        again_at: Timestamp,
    },
    /// Ten codes were asked for today.
    #[error("no more codes can be asked for today")]
    CodesUsedUp,
    /// Login or password, client or secret do not fit; which of these is not told.
    #[error("login or password do not fit")]
    WrongLogin,
    /// The assertion with which a client asked for a token is not believed.
    #[error("the assertion is not believed: {}", .0.code())]
    Assertion(AssertionFault),
    /// The signature of a call is not believed.
    #[error("the signed call is not believed: {}", .0.code())]
    Request(RequestFault),
    /// Too many wrong passwords.
    #[error("the account is locked until {until}")]
    Locked {
        /// When it can be tried again.
        until: Timestamp,
    },
    /// No session, or one that is closed, over or idle too long.
    #[error("not signed in")]
    NotSignedIn,
    /// Signed in with the password; a step of the sign-in is still due.
    #[error("signed in, but a step is still due: {0}")]
    StepDue(Due),
    /// The second factor was not shown, or too long ago for this.
    #[error("the second factor must be shown again")]
    SecondFactorStale,
    /// The second factor does not fit, was used already, or was not asked for.
    #[error("the second factor does not fit")]
    WrongFactor,
    /// This kind of second factor is enrolled already, or cannot be used here.
    #[error("this second factor cannot be enrolled: {0}")]
    NotEnrollable(&'static str),
    /// The last second factor cannot be taken away where everybody must have one.
    #[error("the last second factor stays")]
    LastFactor,
    /// The password cannot be taken; the fault says why.
    #[error("the password cannot be taken: {0}")]
    PasswordFault(PasswordFault),
    /// The request was decided already, or is none of this person's business.
    #[error("there is no such open request")]
    NoRescue,
    /// Signed in, but in another role than this place is for.
    #[error("signed in as {0}, which this place is not for")]
    OtherRole(&'static str),
    /// The person may not act for this subject.
    #[error("the person may not act for this subject")]
    NotYours,
    /// An agent does what the mandate does not cover.
    #[error("the mandate does not cover this: {0}")]
    OutsideMandate(MandateScope),
    /// Only the legal representative may do this.
    #[error("only the legal representative may do this")]
    OnlyLegalRep,
    /// The mobile number, login, client id or institution id is taken.
    #[error("{0} is taken")]
    Taken(&'static str),
    /// The key is of an algorithm that does not serve this.
    #[error(
        "a key for {purpose} is not of {algorithm}; for token it is ecdsa-p256-sha256, for request that or sm2-sm3"
    )]
    KeyAlgorithm {
        /// What the key is for.
        purpose: &'static str,
        /// What it is.
        algorithm: &'static str,
    },
    /// Not the digest of a certificate, or not a distinguished name.
    #[error(
        "not a certificate's {0}; a fingerprint is SHA-256 in 64 hexadecimal digits, a subject reads CN=…"
    )]
    Certificate(&'static str),
    /// The role is not one of the account's institution.
    #[error("the institution has no such role")]
    RoleElsewhere,
    /// What is to be typed at sign-in has 3 to 80 letters, digits or `- _ . @`.
    #[error("a login has 3 to 80 letters, digits or - _ . @")]
    BadLogin,
    /// Nobody changes their own role.
    #[error("somebody else must change this account")]
    OwnAccount,
    /// No such account.
    #[error("there is no such account")]
    NoAccount,
    /// No such institution, or one that the branch or the employee does not belong to.
    #[error("there is no such institution here")]
    NoInstitution,
    /// No such mandate, or one that is none of the person's business.
    #[error("there is no such mandate")]
    NoMandate,
    /// The mandate is in a state that does not allow this.
    #[error("the mandate is {0} and cannot change this way")]
    Mandate(&'static str),
    /// The mandate cannot be given as it was written; each fault names its field.
    #[error("the mandate cannot be given as it is written")]
    MandateFaults(Vec<MandateFault>),
    /// The name and number of this account, or for this firm, were checked too often today.
    #[error("no more checks of the real name today")]
    ChecksUsedUp,
    /// The identity check is in a state that does not allow this.
    #[error("the identity check is {0} and cannot change this way")]
    Kyc(&'static str),
    /// The password is shorter than 10 characters or longer than 128.
    #[error("a password has 10 to 128 characters")]
    PasswordLength,
    /// What is kept of a passkey or a question to one is not readable, or the site cannot ask for passkeys.
    #[error("ask for a passkey: {0}")]
    Passkey(String),
    /// The machine gave no random numbers, or the password could not be hashed.
    #[error("secret could not be made")]
    Secret,
    /// The store failed.
    #[error("keep accounts")]
    Store(#[from] DbError),
}
