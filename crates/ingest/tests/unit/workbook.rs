//! Workbooks as a spreadsheet program saves them, written by hand so that every oddity can be had.

use std::fmt::Write as _;
use std::io::Write as _;

/// What stands in a cell.
#[derive(Clone)]
pub(crate) enum Cell {
    Nothing,
    /// Text that cells share.
    Text(String),
    /// Text of this cell alone, as programs that do not share write it.
    Inline(String),
    Number(&'static str),
    /// A counted day, shown as one.
    Day(u32),
    /// A counted moment, shown as one.
    Moment(f64),
    Bool(bool),
    /// A formula and the text, number or error that was computed from it.
    Formula(&'static str, Option<Value>),
}

/// What a formula gave.
#[derive(Clone)]
pub(crate) enum Value {
    Number(&'static str),
    Text(&'static str),
    Error(&'static str),
}

/// A workbook with the rows on its first sheet.
pub(crate) fn workbook(rows: &[Vec<Cell>], merged: &[&str]) -> Vec<u8> {
    let mut shared = Vec::new();
    let mut data = String::new();
    for (row, cells) in rows.iter().enumerate() {
        write!(data, "<row r=\"{}\">", row + 1).expect("text");
        for (column, cell) in cells.iter().enumerate() {
            data.push_str(&written(cell, &place(row, column), &mut shared));
        }
        data.push_str("</row>");
    }
    let ranges = joined(merged, |range| format!("<mergeCell ref=\"{range}\"/>"));
    let ranges = if ranges.is_empty() { ranges } else { format!("<mergeCells>{ranges}</mergeCells>") };
    let strings = joined(&shared, |text| format!("<si><t xml:space=\"preserve\">{}</t></si>", escape(text)));
    archive(&[
        ("_rels/.rels", &rels(&[("rId1", "officeDocument", "xl/workbook.xml")])),
        (
            "xl/_rels/workbook.xml.rels",
            &rels(&[
                ("rId1", "worksheet", "worksheets/sheet1.xml"),
                ("rId2", "sharedStrings", "sharedStrings.xml"),
                ("rId3", "styles", "/xl/styles.xml"),
            ]),
        ),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/styles.xml", STYLES),
        ("xl/sharedStrings.xml", &format!("<sst uniqueCount=\"99999999999\">{strings}</sst>")),
        (
            "xl/worksheets/sheet1.xml",
            &format!("<worksheet><cols/><sheetData>{data}</sheetData>{ranges}</worksheet>"),
        ),
    ])
}

const WORKBOOK: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><workbook xmlns:r=\"r\"><workbookPr/>\
    <sheets><sheet name=\"数据\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
/// Style 1 is a day, style 2 a moment.
const STYLES: &str = "<styleSheet><numFmts><numFmt numFmtId=\"176\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;\"/>\
    </numFmts><cellStyleXfs><xf numFmtId=\"0\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"176\"/>\
    <xf numFmtId=\"22\"/></cellXfs></styleSheet>";

fn rels(links: &[(&str, &str, &str)]) -> String {
    let links = joined(links, |(id, kind, target)| {
        format!(
            "<Relationship Id=\"{id}\" Type=\"http://schemas/relationships/{kind}\" Target=\"{target}\"/>"
        )
    });
    format!("<Relationships>{links}</Relationships>")
}

fn joined<T>(all: &[T], text: impl Fn(&T) -> String) -> String {
    all.iter().map(text).collect::<Vec<_>>().concat()
}

/// A .zip of these files.
pub(crate) fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a file");
        archive.write_all(text.as_bytes()).expect("a text");
    }
    archive.finish().expect("an archive").into_inner()
}

fn place(row: usize, column: usize) -> String {
    let column = u8::try_from(column).expect("few columns");
    assert!(column < 26, "the tests need no more");
    format!("{}{}", char::from(b'A' + column), row + 1)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('\u{7}', "_x0007_")
}

fn written(cell: &Cell, place: &str, shared: &mut Vec<String>) -> String {
    match cell {
        Cell::Nothing => String::new(),
        Cell::Text(text) if text.is_empty() => format!("<c r=\"{place}\"/>"),
        Cell::Text(text) => {
            shared.push(text.clone());
            format!("<c r=\"{place}\" t=\"s\"><v>{}</v></c>", shared.len() - 1)
        }
        Cell::Inline(text) => {
            let (left, right) = text.split_at(text.floor_char_boundary(text.len() / 2));
            let (left, right) = (escape(left), escape(right));
            format!(
                "<c r=\"{place}\" t=\"inlineStr\"><is><r><t>{left}</t></r><r><t>{right}</t></r>\
                 <rPh sb=\"0\" eb=\"1\"><t>pīn</t></rPh></is></c>"
            )
        }
        Cell::Number(value) => format!("<c r=\"{place}\"><v>{value}</v></c>"),
        Cell::Day(value) => format!("<c r=\"{place}\" s=\"1\"><v>{value}</v></c>"),
        Cell::Moment(value) => format!("<c r=\"{place}\" s=\"2\"><v>{value}</v></c>"),
        Cell::Bool(value) => format!("<c r=\"{place}\" t=\"b\"><v>{}</v></c>", u8::from(*value)),
        Cell::Formula(formula, value) => {
            let (kind, value) = match value {
                None => ("n", "<v/>".to_owned()),
                Some(Value::Number(value)) => ("n", format!("<v>{value}</v>")),
                Some(Value::Text(value)) => ("str", format!("<v>{value}</v>")),
                Some(Value::Error(value)) => ("e", format!("<v>{value}</v>")),
            };
            format!("<c r=\"{place}\" t=\"{kind}\"><f>{}</f>{value}</c>", escape(formula))
        }
    }
}
