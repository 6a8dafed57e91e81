//! All that a template can see: the report's data, the built-in font, and nothing of the machine.

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

/// `WenQuanYi` Micro Hei, Apache-2.0; see `reports/fonts/NOTICE`.
const FONT: &[u8] = include_bytes!("../../../reports/fonts/wqy-microhei.ttc");

/// What stays the same from report to report: the Typst library and the font.
pub(crate) struct Shelf {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    main: FileId,
    data: FileId,
}

impl Shelf {
    pub(crate) fn new() -> Self {
        let fonts: Vec<Font> = Font::iter(Bytes::new(FONT)).collect();
        Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            main: file("report.typ"),
            data: file("view.json"),
        }
    }

    /// The template as a parsed source.
    pub(crate) fn source(&self, template: &str) -> Source {
        Source::new(self.main, template.to_owned())
    }
}

/// The world of one report.
pub(crate) struct ReportWorld<'a> {
    pub(crate) shelf: &'a Shelf,
    pub(crate) template: Source,
    pub(crate) data: Bytes,
}

impl World for ReportWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.shelf.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.shelf.book
    }

    fn main(&self) -> FileId {
        self.shelf.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.shelf.main { Ok(self.template.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.shelf.data { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.shelf.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn file(name: &str) -> FileId {
    let path = VirtualPath::new(name).expect("the two file names are valid");
    RootedPath::new(VirtualRoot::Project, path).intern()
}
