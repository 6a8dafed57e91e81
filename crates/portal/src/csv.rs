//! Lists as files that spreadsheets open.

use axum::http::header;
use axum::response::{IntoResponse, Response};

/// A cell in quotes. What a spreadsheet would compute is made a text, since others choose some of these words.
pub fn cell(text: &str) -> String {
    let computes = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    format!("\"{}{}\"", if computes { "'" } else { "" }, text.replace('"', "\"\""))
}

/// The cells as a line of the file.
pub fn line(cells: &[String]) -> String {
    let written: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    format!("{}\n", written.join(","))
}

/// The file, named without its ending.
pub fn file(name: &str, text: String) -> Response {
    let name = format!("attachment; filename=\"{name}.csv\"");
    let headers =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    (headers, text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_a_text_whatever_stands_in_it() {
        assert_eq!(cell("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(cell("=1+1"), "\"'=1+1\"");
        assert_eq!(cell(""), "\"\"");
    }
}
