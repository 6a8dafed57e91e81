//! Tables for people at a terminal: columns are padded by display width, so that Chinese lines up.

/// A column is padded to this many places at most.
const WIDTH_MAX: usize = 60;

/// The header and the rows as lines of text.
pub fn lines(header: &[&str], rows: &[Vec<String>]) -> Vec<String> {
    let mut widths: Vec<usize> = header.iter().map(|name| width(name)).collect();
    for row in rows {
        for (place, cell) in row.iter().enumerate().take(widths.len()) {
            widths[place] = widths[place].max(width(cell)).min(WIDTH_MAX);
        }
    }
    let line = |cells: Vec<&str>| {
        let padded: Vec<String> = cells
            .iter()
            .zip(&widths)
            .map(|(cell, wide)| format!("{cell}{}", " ".repeat(wide.saturating_sub(width(cell)))))
            .collect();
        padded.join("  ").trim_end().to_owned()
    };
    let body = rows.iter().map(|row| line(row.iter().map(String::as_str).collect()));
    std::iter::once(line(header.to_vec())).chain(body).collect()
}

/// Columns that a text takes on a terminal.
fn width(text: &str) -> usize {
    text.chars().map(|c| if u32::from(c) >= 0x2E80 { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_takes_two_places_a_sign() {
        let rows = [vec!["金桥".to_owned(), "1".to_owned()], vec!["abc".to_owned(), "22".to_owned()]];
        assert_eq!(lines(&["name", "n"], &rows), ["name  n", "金桥  1", "abc   22"]);
    }
}
