//! A version as it was put into service, with the platform's signature over it: who made it, who agreed, and every byte of it.

use jiff::Timestamp;
use jq_base::sign::{Sign, SignError, SignatureCheck};
use jq_base::sm3;
use serde::{Deserialize, Serialize};

use super::model::FlowVersion;

/// A signed version of a flow (模型包), as it is exported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// The flow.
    pub flow_id: String,
    /// Its version.
    pub version: String,
    /// Whose flow.
    pub bank_id: String,
    /// Who handed it in.
    pub drafted_by: String,
    /// Who proposed it.
    pub proposed_by: String,
    /// Who put it into service.
    pub approved_by: String,
    /// When.
    pub approved_at: Timestamp,
    /// The flow file.
    pub text: String,
    /// The platform's signature over all of the above.
    pub signature: String,
}

impl Package {
    /// The package of a version that was put into service.
    pub fn of(version: &FlowVersion) -> Option<Self> {
        Some(Self {
            flow_id: version.flow_id.clone(),
            version: version.version.clone(),
            bank_id: version.bank_id.clone(),
            drafted_by: version.drafted_by.clone(),
            proposed_by: version.proposed_by.clone()?,
            approved_by: version.approved_by.clone()?,
            approved_at: version.approved_at?,
            text: version.text.clone(),
            signature: version.signature.clone()?,
        })
    }

    /// The same with a signature by the platform.
    pub(super) fn signed(self, signer: &dyn Sign) -> Result<Self, SignError> {
        let signature = signer.sign(&self.message())?;
        Ok(Self { signature, ..self })
    }

    /// Whether the signature is the platform's over exactly this.
    pub fn check(&self, signer: &dyn Sign) -> Result<SignatureCheck, SignError> {
        signer.check(&self.message(), &self.signature)
    }

    /// What is signed: a line for each part, the text by its SM3 digest.
    fn message(&self) -> Vec<u8> {
        let at = self.approved_at.as_microsecond().to_string();
        let text = sm3::hex(self.text.as_bytes());
        let parts = [
            "jinqiao flow 1",
            &self.flow_id,
            &self.version,
            &self.bank_id,
            &self.drafted_by,
            &self.proposed_by,
            &self.approved_by,
            &at,
            &text,
        ];
        // Lengths in front, so that no part can take over the beginning of the next.
        let lines = parts.map(|part| format!("{} {part}\n", part.len()));
        lines.concat().into_bytes()
    }
}
