//! What a workbook says of its sheets and styles.

use std::collections::HashMap;

use quick_xml::events::{BytesStart, Event};

use super::package::{Package, Part, attribute};
use super::strings::Strings;
use super::{Book, broken};
use crate::fault::FileFault;

/// Styles that are read at most; a spreadsheet program allows 65,490.
const STYLES_MAX: usize = 70_000;

/// Reads all that is needed to read the first sheet.
pub(super) fn read(package: &mut Package) -> Result<Book, FileFault> {
    let workbook = first_target(package, "_rels/.rels", "officeDocument")?
        .unwrap_or_else(|| "xl/workbook.xml".to_owned());
    let (folder, file) = workbook.rsplit_once('/').unwrap_or(("", &workbook));
    let links = links(package, &format!("{folder}/_rels/{file}.rels"), folder)?;
    let (link, from_1904) = first_sheet(package.needed(&workbook)?)?;
    let sheet = links.iter().find(|one| one.id == link);
    let sheet = sheet.filter(|one| one.kind == "worksheet").ok_or_else(|| broken("no sheet of cells"))?;
    let target = |kind: &str| links.iter().find(|one| one.kind == kind).map(|one| one.target.clone());
    let strings = match target("sharedStrings") {
        Some(name) => Strings::read(package.needed(&name)?)?,
        None => Strings::default(),
    };
    let days = match target("styles") {
        Some(name) => day_styles(package.needed(&name)?)?,
        None => Vec::new(),
    };
    Ok(Book { sheet: sheet.target.clone(), strings, days, from_1904 })
}

/// How one part refers to another.
struct Link {
    id: String,
    /// The last word of its type, such as `worksheet`.
    kind: String,
    target: String,
}

fn first_target(package: &mut Package, name: &str, kind: &str) -> Result<Option<String>, FileFault> {
    let links = links(package, name, "")?;
    Ok(links.into_iter().find(|one| one.kind == kind).map(|one| one.target))
}

/// The links of a part of this folder.
fn links(package: &mut Package, name: &str, folder: &str) -> Result<Vec<Link>, FileFault> {
    let mut links = Vec::new();
    let Some(mut part) = package.part(name.trim_start_matches('/'))? else { return Ok(links) };
    loop {
        match part.next()? {
            Event::Start(tag) if is(&tag, "Relationship") => {
                let text =
                    |key: &str| attribute(&tag, key).map(std::borrow::Cow::into_owned).unwrap_or_default();
                let (kind, target) = (text("Type"), text("Target"));
                let target = match target.strip_prefix('/') {
                    Some(whole) => whole.to_owned(),
                    None if folder.is_empty() => target,
                    None => format!("{folder}/{target}"),
                };
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                links.push(Link { id: text("Id"), kind, target });
            }
            Event::Eof => return Ok(links),
            _ => {}
        }
    }
}

/// The link of the first sheet, and whether days are counted from 1904.
fn first_sheet(mut part: Part<'_>) -> Result<(String, bool), FileFault> {
    let mut from_1904 = false;
    loop {
        match part.next()? {
            Event::Start(tag) if is(&tag, "workbookPr") => {
                let flag = attribute(&tag, "date1904");
                from_1904 |= flag.is_some_and(|flag| flag == "1" || flag == "true");
            }
            Event::Start(tag) if is(&tag, "sheet") => {
                let link = attribute(&tag, "id").ok_or_else(|| broken("a sheet without a part"))?;
                return Ok((link.into_owned(), from_1904));
            }
            Event::Eof => return Err(broken("no sheet")),
            _ => {}
        }
    }
}

/// For each style of cells whether its numbers are days.
fn day_styles(mut part: Part<'_>) -> Result<Vec<bool>, FileFault> {
    let mut own: HashMap<u32, bool> = HashMap::new();
    let mut styles = Vec::new();
    let mut in_cells = false;
    loop {
        match part.next()? {
            Event::Start(tag) if is(&tag, "numFmt") => {
                let id = attribute(&tag, "numFmtId").and_then(|id| id.parse().ok());
                if let (Some(id), Some(code)) = (id, attribute(&tag, "formatCode")) {
                    own.insert(id, is_day_format(&code));
                }
            }
            Event::Start(tag) if is(&tag, "cellXfs") => in_cells = true,
            Event::End(tag) if tag.local_name().as_ref() == "cellXfs" => in_cells = false,
            Event::Start(tag) if in_cells && is(&tag, "xf") => {
                let id = attribute(&tag, "numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
                styles.push(own.get(&id).copied().unwrap_or_else(|| is_day_id(id)));
                if styles.len() > STYLES_MAX {
                    return Err(broken(format!("> {STYLES_MAX} styles")));
                }
            }
            Event::Eof => return Ok(styles),
            _ => {}
        }
    }
}

pub(super) fn is(tag: &BytesStart<'_>, name: &str) -> bool {
    tag.local_name().as_ref() == name
}

/// The formats of days and times that programs know by number, the East Asian ones among them.
fn is_day_id(id: u32) -> bool {
    matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58)
}

/// A format that shows a number as a day or a time: outside quotation marks and brackets it names years, months,
/// days, hours or seconds.
fn is_day_format(code: &str) -> bool {
    let mut quoted = false;
    let mut bracketed = false;
    let mut signs = code.chars();
    while let Some(sign) = signs.next() {
        match sign {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '\\' | '_' | '*' => {
                signs.next();
            }
            '[' => bracketed = true,
            ']' => bracketed = false,
            _ if bracketed => {}
            // What follows is for negative numbers.
            ';' => return false,
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_days_are_told_from_formats_of_figures() {
        for day in ["yyyy\"年\"m\"月\"d\"日\"", "yyyy-mm-dd", "[$-804]yyyy/m/d;@", "d/m/yy h:mm", "[h]:mm"]
        {
            assert!(is_day_format(day), "{day}");
        }
        for figure in [
            "General",
            "G/通用格式",
            "0.00",
            "#,##0.00\"元\"",
            "[Red]0.0;[Blue]-0.0",
            "@",
            "0.00E+00",
            "\\d0",
        ] {
            assert!(!is_day_format(figure), "{figure}");
        }
    }
}
