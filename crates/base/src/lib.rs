//! The words every part of jinqiao shares: identifiers, money, rates, the clock, working days, permits.
//!
//! Pure: nothing here opens a file, a connection or a socket, and only [`clock`] asks the machine for the time.
//! Text from outside is parsed once here; a value that exists is valid.
//!
//! ```
//! use jq_base::{money::Money, rate::Rate, uscc::Uscc};
//!
//! let drawn = Money::parse_yuan("200000")?;
//! let rate: Rate = "3.65%".parse()?;
//! assert_eq!(drawn.interest(rate, 19).expect("small enough").to_string(), "385.28");
//! assert!(Uscc::parse("91500102MAC8YUW23X").is_err(), "the check character should be Y");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod capital;
pub mod clock;
pub mod columns;
pub mod disk;
pub mod ids;
pub mod json;
pub mod lang;
pub mod legacy_number;
pub mod masked;
pub mod mobile;
pub mod money;
pub mod org_code;
pub mod permit;
pub mod rate;
pub mod report_no;
pub mod resident_id;
pub mod seal;
pub mod sign;
pub mod sm3;
pub mod table;
pub mod uscc;
pub mod workdays;

mod fold;
