//! A key in the store's own memory, with the private bytes that nobody else sees.

use jiff::Timestamp;

use crate::algorithm::Use;
use crate::key::{KeyId, KeyInfo, KeyState, Purpose};
use crate::scheme::{NONCE, Seals, Signs};
use crate::store::is_for;
use crate::{CryptoError, Place, PublicKey, Sealed, Secret, Signature, Suite, random};

/// One key of the ring.
#[derive(Clone)]
pub(super) struct Held {
    info: KeyInfo,
    private: Option<Secret>,
    public: Option<PublicKey>,
}

impl Held {
    /// A key that was unwrapped; its public half follows from the private one.
    pub(super) fn new(info: KeyInfo, private: Option<Secret>) -> Result<Self, CryptoError> {
        let public = match (&private, info.algorithm.signs()) {
            (Some(private), Some(signs)) => Some(PublicKey::new(info.algorithm, signs.public_key(private)?)),
            _ => None,
        };
        Ok(Self { info, private, public })
    }

    /// A new active key.
    pub(super) fn fresh(purpose: Purpose, suite: Suite, now: Timestamp) -> Result<Self, CryptoError> {
        let algorithm = suite.algorithm(purpose.needs());
        let private = match (algorithm.signs(), algorithm.seals()) {
            (Some(signs), _) => signs.generate()?,
            (None, seals) => random::secret(seals.map_or(0, Seals::key_length))?,
        };
        let (id, state) = (KeyId::fresh()?, KeyState::Active);
        Self::new(KeyInfo { id, purpose, algorithm, state, created_at: now, state_since: now }, Some(private))
    }

    pub(super) fn info(&self) -> &KeyInfo {
        &self.info
    }

    pub(super) fn private(&self) -> Option<&Secret> {
        self.private.as_ref()
    }

    pub(super) fn is_active_for(&self, purpose: Purpose) -> bool {
        self.info.purpose == purpose && self.info.state == KeyState::Active
    }

    /// Lets the key make nothing new any more.
    pub(super) fn retire(&mut self, now: Timestamp) -> Result<(), CryptoError> {
        self.info.may_make("be retired")?;
        self.info.state = KeyState::Retired;
        self.info.state_since = now;
        Ok(())
    }

    /// Wipes the private bytes. Only a retired key is destroyed, so that nothing new was made with it for a while.
    pub(super) fn destroy(&mut self, now: Timestamp) -> Result<(), CryptoError> {
        let (id, state) = (self.info.id.clone(), self.info.state);
        if state != KeyState::Retired {
            return Err(CryptoError::State { id, state, act: "be destroyed; only a retired key can" });
        }
        self.info.state = KeyState::Destroyed;
        self.info.state_since = now;
        (self.private, self.public) = (None, None);
        Ok(())
    }

    pub(super) fn public_key(&self) -> Result<PublicKey, CryptoError> {
        const ACT: &str = "verify";
        is_for(&self.info, Use::Signing, ACT)?;
        self.info.may_use(ACT)?;
        self.public.clone().ok_or(CryptoError::Primitive("public key"))
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<Signature, CryptoError> {
        let (signs, private) = self.signing("sign")?;
        self.info.may_make("sign")?;
        let bytes = signs.sign(private, message)?;
        Ok(Signature { algorithm: self.info.algorithm, key: self.info.id.clone(), bytes })
    }

    pub(super) fn seal(&self, place: &Place<'_>, value: &[u8]) -> Result<Sealed, CryptoError> {
        let (seals, private) = self.sealing("seal")?;
        self.info.may_make("seal")?;
        let (key, nonce) = (self.info.id.clone(), random::bytes::<NONCE>()?);
        let body = seals.seal(private, &nonce, &place.bound(Sealed::VERSION, key.as_str()), value)?;
        Ok(Sealed { key, nonce, body })
    }

    pub(super) fn open(&self, sealed: &Sealed, place: &Place<'_>) -> Result<Secret, CryptoError> {
        let (seals, private) = self.sealing("open")?;
        let bound = place.bound(Sealed::VERSION, self.info.id.as_str());
        seals.open(private, &sealed.nonce, &bound, &sealed.body)
    }

    fn signing(&self, act: &'static str) -> Result<(&'static dyn Signs, &Secret), CryptoError> {
        is_for(&self.info, Use::Signing, act)?;
        self.info.may_use(act)?;
        self.info.algorithm.signs().zip(self.private()).ok_or(CryptoError::Primitive("signing"))
    }

    fn sealing(&self, act: &'static str) -> Result<(&'static dyn Seals, &Secret), CryptoError> {
        is_for(&self.info, Use::Sealing, act)?;
        self.info.may_use(act)?;
        self.info.algorithm.seals().zip(self.private()).ok_or(CryptoError::Primitive("sealing"))
    }
}
