//! Subjects at places all over a data file, so that its rows can be cut into even ranges before they are read. What
//! cannot be read right is only a worse guess.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use crate::cells::Cells;
use crate::layout::{Layout, Layouts};
use crate::manifest::{Charset, Format, Manifest};
use crate::source::{self, Content};

/// Places that are looked at.
const PLACES: usize = 2_000;
/// Bytes read at each.
const PLACE_BYTES: usize = 2_048;
/// Bytes within which a header ends.
const HEADER_BYTES: usize = 1 << 16;

/// Subjects of the file's rows; none where a file has few rows or none can be found.
pub(crate) fn sample(path: &Path, manifest: &Manifest, layouts: Layouts<'_>) -> Vec<String> {
    let Ok(file) = File::open(path) else { return Vec::new() };
    match manifest.format {
        Format::Csv | Format::Jsonl => sample_text(file, manifest, layouts).unwrap_or_default(),
        Format::Parquet => source::parquet_subjects(file, layouts, PLACES),
        // A sheet has a million rows at most.
        Format::Xlsx => Vec::new(),
    }
}

fn sample_text(mut file: File, manifest: &Manifest, layouts: Layouts<'_>) -> std::io::Result<Vec<String>> {
    let size = file.metadata()?.len();
    let mut head = vec![0; HEADER_BYTES];
    let read = file.read(&mut head)?;
    let Some(layout) = layout_of(&text_of(&head[..read], manifest.encoding), manifest.format, layouts) else {
        return Ok(Vec::new());
    };
    let mut subjects = Vec::new();
    let mut piece = [0; PLACE_BYTES];
    for place in 0..PLACES as u64 {
        file.seek(SeekFrom::Start(size / PLACES as u64 * place))?;
        let read = file.read(&mut piece)?;
        let text = text_of(&piece[..read], manifest.encoding);
        let Some(row) = text.split('\n').nth(1) else { continue };
        subjects.extend(subject_of(row, manifest.format, &layout, layouts));
    }
    Ok(subjects)
}

fn text_of(bytes: &[u8], encoding: Charset) -> String {
    match encoding {
        Charset::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
        Charset::Gb18030 => encoding_rs::GB18030.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

fn layout_of(head: &str, format: Format, layouts: Layouts<'_>) -> Option<Layout> {
    if format == Format::Jsonl {
        return Some(layouts.of_keys(&source::first_keys(head.as_bytes())));
    }
    let (header, _) = Cells::split_first(head.as_bytes()).ok()?;
    let header: Vec<String> =
        header.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_owned()).collect();
    layouts.of_header(&header).ok()
}

/// The subject of a row; nothing of half a row.
fn subject_of(row: &str, format: Format, layout: &Layout, layouts: Layouts<'_>) -> Option<String> {
    let text = row.as_bytes().to_vec();
    let content = if format == Format::Csv { Content::Csv(text) } else { Content::Jsonl(text) };
    let mut cells = content.into_cells(layout).ok().filter(|cells| cells.broken().is_empty())?;
    if let Some(translation) = &layout.translation {
        cells = translation.apply(&cells);
    }
    if cells.len() == 0 {
        return None;
    }
    layouts.plan.subject.iter().find_map(|&(column, is_key)| {
        let cell = (column < cells.width(0)).then(|| cells.get(0, column).trim())?;
        (!cell.is_empty()).then(|| if is_key { cell.to_owned() } else { format!("name:{cell}") })
    })
}
