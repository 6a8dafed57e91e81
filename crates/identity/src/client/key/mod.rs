//! What a client was registered with beside its secret: public keys, certificates, and how it must show itself.

mod model;
mod service;
pub(super) mod store;

pub use model::{
    CertificateMark, ClientAccess, ClientCertificate, ClientKey, KeyPurpose, Settings, SignatureRule,
    TokenAuth,
};
pub use service::{add_certificate, add_key, end_certificate, end_key, find_access, list_access, set};
