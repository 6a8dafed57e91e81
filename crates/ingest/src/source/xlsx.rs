//! Workbooks: the first sheet of an Office Open XML file, its first row the header.
//!
//! The sheet streams by; only the texts that its cells share are kept. What the parts claim of their size is not
//! believed: each is cut off where it becomes larger than it may be.

mod book;
mod cell;
mod day;
mod package;
mod sheet;
mod strings;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use package::Package;

use super::{Block, Source};
use crate::fault::FileFault;
use crate::layout::Layout;
use crate::rule::Rule;

/// What has to be known of a workbook to read its first sheet.
struct Book {
    /// The part with the sheet.
    sheet: String,
    /// The texts that cells share.
    strings: strings::Strings,
    /// For each style whether its numbers are days.
    days: Vec<bool>,
    /// Days are counted from 1904.
    from_1904: bool,
}

/// Reads a workbook; see [`Source::read`]. Its digest has been proved.
pub(super) fn read(
    source: Source<'_>,
    mut give: impl FnMut(Block) -> bool,
) -> Result<Arc<Layout>, FileFault> {
    let Source { file, layouts, .. } = source;
    // A library that panics over a stranger's file has refused it.
    let read = catch_unwind(AssertUnwindSafe(|| {
        let mut package = Package::open(file)?;
        let book = book::read(&mut package)?;
        sheet::read(&mut package, &book, layouts, &mut give)
    }));
    read.unwrap_or_else(|_| Err(broken("cannot be read to its end")))
}

fn broken(what: impl Into<String>) -> FileFault {
    FileFault::new(Rule::FileBroken, what)
}
