//! The lake's questions and feature builds on many machines, by Ballista, which is DataFusion carried further.
//!
//! ```text
//! ask · features ──plan──▶ scheduler ──stages──▶ executor ─┐
//!      ▲                                 └─────▶ executor ─┤  each reads the lake's files itself
//!      └────────────────────── rows ◀───────────────────────┘
//! ```
//!
//! The SQL, the tables and the versions of them are those of a single process: the lake names the active data files of
//! each table, and these names are what travels. So executors and scheduler must see the data folder under the same
//! path, on a shared file system.
//!
//! It never writes to the lake, never decides which files are active, and a part that fails gives an error or is done
//! again, never an answer with rows missing.

pub mod ask;
pub mod cluster;
pub mod executor;
pub mod features;
pub mod platform;
pub mod scheduler;

pub use cluster::Cluster;
pub use platform::Platform;
