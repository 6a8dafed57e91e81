//! Random bytes from the machine.

use rand::TryRng;
use rand::rngs::SysRng;

use crate::{CryptoError, Secret};

/// Fills the bytes.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), CryptoError> {
    SysRng.try_fill_bytes(bytes).map_err(|_| CryptoError::Random)
}

/// `N` random bytes that are no secret.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], CryptoError> {
    let mut bytes = [0; N];
    fill(&mut bytes)?;
    Ok(bytes)
}

/// A secret of so many random bytes.
pub(crate) fn secret(length: usize) -> Result<Secret, CryptoError> {
    let mut bytes = vec![0; length];
    fill(&mut bytes)?;
    Ok(Secret::new(bytes))
}

/// A secret of 32 random bytes that is a number the curve takes; all but one in four thousand million are.
pub(crate) fn scalar(fits: impl Fn(&[u8]) -> bool) -> Result<Secret, CryptoError> {
    loop {
        let drawn = secret(32)?;
        if fits(drawn.bytes()) {
            return Ok(drawn);
        }
    }
}
