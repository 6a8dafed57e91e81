//! The credit report: what the platform holds on one enterprise, for one reader, as page, JSON and PDF.

pub mod view;
