//! The master key, which wraps all others and itself lies elsewhere.

use std::path::{Path, PathBuf};

use hkdf::Hkdf;
use sha2::Sha256;
use sm3::Sm3;
use zeroize::Zeroizing;

use crate::algorithm::Algorithm;
use crate::{CryptoError, Secret, file, random, text};

/// Bytes of a master key.
const LENGTH: usize = 32;

/// The key that wraps keys (主密钥): 256 random bits, written as 64 hexadecimal digits.
#[derive(Clone)]
pub struct MasterKey(Secret);

impl MasterKey {
    /// A new one.
    pub fn generate() -> Result<Self, CryptoError> {
        random::secret(LENGTH).map(Self)
    }

    /// Reads 64 hexadecimal digits, with blanks around them.
    pub fn parse(digits: &str) -> Result<Self, CryptoError> {
        let bytes = text::from_hex(digits.trim()).map(Secret::new);
        let bytes = bytes.filter(|secret| secret.bytes().len() == LENGTH);
        bytes.map(Self).ok_or(CryptoError::Form("a master key: 64 hexadecimal digits"))
    }

    /// Reads the file, which only its owner may be able to read; none when it is not there.
    pub fn read(path: &Path) -> Result<Option<Self>, CryptoError> {
        let Some(found) = file::read(path)? else { return Ok(None) };
        Self::parse(found.text()?).map(Some)
    }

    /// Writes a new file that only its owner can read.
    pub fn write_new(&self, path: &Path) -> Result<(), CryptoError> {
        file::create(path, self.line().as_bytes())
    }

    /// The master key of the file, which is made when it is not there.
    pub fn read_or_make(path: &Path) -> Result<Self, CryptoError> {
        if let Some(key) = Self::read(path)? {
            return Ok(key);
        }
        let key = Self::generate()?;
        key.write_new(path)?;
        Ok(key)
    }

    /// A name that tells two master keys apart and nothing of either.
    pub fn id(&self) -> String {
        let mut id = [0; 8];
        self.derive::<8>(&mut id, "id");
        text::to_hex(&id)
    }

    /// The key with which this algorithm wraps: drawn from the master key by HKDF over the suite's own digest.
    pub(crate) fn wrapping_key(&self, algorithm: Algorithm) -> Result<Secret, CryptoError> {
        let seals = algorithm.seals().ok_or(CryptoError::Form("an algorithm that seals"))?;
        let mut key = vec![0; seals.key_length()];
        let info = format!("jinqiao wrapping {algorithm}");
        let drawn = match algorithm {
            Algorithm::Aes256Gcm => {
                Hkdf::<Sha256>::new(None, self.0.bytes()).expand(info.as_bytes(), &mut key)
            }
            _ => Hkdf::<Sm3>::new(None, self.0.bytes()).expand(info.as_bytes(), &mut key),
        };
        drawn.map_err(|_| CryptoError::Primitive("hkdf"))?;
        Ok(Secret::new(key))
    }

    fn derive<const N: usize>(&self, out: &mut [u8; N], what: &str) {
        let info = format!("jinqiao master {what}");
        Hkdf::<Sm3>::new(None, self.0.bytes())
            .expand(info.as_bytes(), out)
            .expect("eight bytes are fewer than HKDF can give");
    }

    fn line(&self) -> Zeroizing<String> {
        let digits = Zeroizing::new(text::to_hex(self.0.bytes()));
        Zeroizing::new(format!("{}\n", digits.as_str()))
    }
}

/// Where the master key comes from.
#[derive(Clone)]
pub enum Master {
    /// From the environment or a test; it stays as it is while the program runs.
    Given(MasterKey),
    /// From a file, which is read again when the keys were wrapped anew.
    File(PathBuf),
}

impl Master {
    /// The master key with this id. After a re-wrapping that was cut off it lies beside its place, and is put there.
    pub(crate) fn find(&self, id: &str, keys: &Path) -> Result<MasterKey, CryptoError> {
        let other = |given: &MasterKey| CryptoError::MasterOther {
            path: keys.to_owned(),
            needed: id.to_owned(),
            given: given.id(),
        };
        match self {
            Self::Given(key) if key.id() == id => Ok(key.clone()),
            Self::Given(key) => Err(other(key)),
            Self::File(path) => {
                let here = MasterKey::read(path)?;
                if let Some(key) = here.as_ref().filter(|key| key.id() == id) {
                    return Ok(key.clone());
                }
                if let Some(key) = MasterKey::read(&Self::next(path))?.filter(|key| key.id() == id) {
                    Self::settle(path, id)?;
                    return Ok(key);
                }
                Err(here.as_ref().map_or_else(|| CryptoError::MasterMissing { path: path.clone() }, other))
            }
        }
    }

    /// Puts the next master key in its place, unless another process has done so meanwhile.
    pub(crate) fn settle(path: &Path, id: &str) -> Result<(), CryptoError> {
        let moved = file::rename(&Self::next(path), path);
        match (moved, MasterKey::read(path)?) {
            (Err(_), Some(key)) if key.id() == id => Ok(()),
            (moved, _) => moved,
        }
    }

    /// The master key for the first key of all: the file is made when there is none.
    pub(crate) fn first(&self) -> Result<MasterKey, CryptoError> {
        match self {
            Self::Given(key) => Ok(key.clone()),
            Self::File(path) => MasterKey::read_or_make(path),
        }
    }

    /// Where the next master key lies until everything is wrapped under it.
    pub(crate) fn next(path: &Path) -> PathBuf {
        let mut name = path.file_name().unwrap_or_default().to_os_string();
        name.push(".next");
        path.with_file_name(name)
    }
}
