//! The catalogue of credit information: which records the city gathers, from whom, and what each column means.
//!
//! Content is data. Items, code lists, units, mappings, divisions and industries are files that a business person can
//! read; they are checked when loaded, embedded in the binary as defaults, and replaceable from a data folder.
//! Adding an item means adding a file, never a release.
//!
//! ```
//! use jq_catalog::Catalog;
//!
//! let catalog = Catalog::embedded()?;
//! let item = catalog.item("tax_filing").expect("tax filings are in the catalogue");
//! assert_eq!(item.name_zh, "纳税申报");
//! assert_eq!(item.key_text(), "uscc+tax_type+tax_period_from+tax_period_to+filing_seq");
//! # Ok::<(), jq_catalog::CatalogError>(())
//! ```

mod catalog;
mod check;
mod codes;
mod coverage;
mod date_shape;
mod district;
mod error;
mod field;
mod form;
mod industry;
mod load;
mod mapping;
mod model;
pub mod size;
mod terms;
mod verify;
mod verify_mapping;

pub use catalog::Catalog;
pub use check::{Check, Rule};
pub use codes::{Code, CodeList};
pub use coverage::{Coverage, ENTERPRISES};
pub use date_shape::DateShape;
pub use district::{CITY_CODE, District, DistrictKind, Districts, LegacyCode};
pub use error::{CatalogError, ContentProblem};
pub use field::{DEFAULT_MAX_LEN, ENVELOPE_COLUMNS, Field, FieldKind};
pub use industry::{Industries, Industry, IndustryClass, IndustryDivision, IndustrySection};
pub use mapping::Mapping;
pub use model::{DELIVERY_COLUMNS, Item, Keep, KeyPart, SubjectRule};
pub use terms::{Access, Category, Frequency, Layer, Mode, Polarity, Registry, SourceUnit};
