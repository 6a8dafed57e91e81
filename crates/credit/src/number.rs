//! Fresh report numbers; what they are made of stands in `jq_base::report_no`.

use jiff::civil::Date;
use jq_base::ids::ReportNo;
use jq_base::report_no::compose;
pub use jq_base::report_no::parse;
use rand::TryRng;
use rand::rngs::SysRng;

/// No report number could be made.
#[derive(Debug, thiserror::Error)]
pub enum NumberError {
    /// The machine gave no random bytes.
    #[error("no random bytes from the machine")]
    Random(#[from] rand::rngs::SysError),
    /// The content file names a letter that cannot stand in a number.
    #[error("edition letter cannot stand in a report number")]
    Letter(#[from] jq_base::ids::IdError),
}

/// A fresh number for a report of the edition drawn on `day`.
pub fn fresh(letter: char, day: Date) -> Result<ReportNo, NumberError> {
    compose(letter, day, || {
        let mut byte = [0_u8];
        SysRng.try_fill_bytes(&mut byte)?;
        Ok(byte[0])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_fresh_numbers_are_alike() {
        let day = jiff::civil::date(2026, 11, 10);
        let (one, two) = (fresh('Z', day).unwrap(), fresh('Z', day).unwrap());
        assert!(one.as_str().starts_with("CQZ20261110"), "{one}");
        assert_ne!(one, two);
        assert_eq!(parse(one.as_str()), Some(one));
    }
}
