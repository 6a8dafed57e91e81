//! The crate from outside: stories of files and cards, and tables of any kind.

mod any_table;
mod stories;
mod support;
