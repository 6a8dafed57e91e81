//! Rules of the house that a compiler does not know.

use std::path::{Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Every file below the folder whose name ends so.
fn files(folder: &Path, ends: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return found };
    for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "target" && name != ".git" && name != "vendor" && name != "jinqiao-data" {
                found.extend(files(&path, ends));
            }
        } else if ends.iter().any(|end| name.ends_with(end)) {
            found.push(path);
        }
    }
    found
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

#[test]
fn only_consent_issues_permits() {
    let mark = concat!("Permit", "::issue(");
    let strangers: Vec<PathBuf> = files(&Path::new(ROOT).join("crates"), &[".rs"])
        .into_iter()
        .filter(|path| !path.to_string_lossy().contains("crates/consent/"))
        .filter(|path| {
            // Tests may make a permit; what ships may not.
            let text = read(path);
            let shipped = text.split("#[cfg(test)]").next().unwrap_or_default();
            shipped.lines().any(|line| line.contains(mark) && !line.trim_start().starts_with("//"))
                && !path.to_string_lossy().contains("/tests/")
                && !path.to_string_lossy().contains("/examples/")
        })
        .collect();
    assert!(strangers.is_empty(), "permits are issued by consent alone: {strangers:?}");
}

/// A field that a purpose never opens does not come out again as a figure either.
#[test]
fn no_feature_is_computed_from_a_field_that_stays_closed() {
    let files = files(&Path::new(ROOT).join("decisions/features"), &[".sql"]);
    assert!(!files.is_empty(), "there are features");
    for file in files {
        let text = read(&file);
        let words: Vec<&str> = text.split(|sign: char| !(sign.is_alphanumeric() || sign == '_')).collect();
        for named in jq_consent::grantable().flat_map(jq_consent::PurposeTerms::fields_never) {
            let (_, field) = named.split_once('.').expect("a field is named with its item");
            assert!(!words.contains(&field), "{} uses {named}", file.display());
        }
    }
}

#[test]
fn every_source_file_opens_with_what_it_is_for() {
    let silent: Vec<PathBuf> = files(&Path::new(ROOT).join("crates"), &[".rs"])
        .into_iter()
        .filter(|path| !read(path).starts_with("//!"))
        .collect();
    assert!(silent.is_empty(), "these files do not say what they are for: {silent:?}");
}

#[test]
fn nothing_is_left_for_later_in_the_code() {
    let words =
        [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("todo", "!("), concat!("unimple", "mented!(")];
    let found: Vec<String> = files(&Path::new(ROOT).join("crates"), &[".rs", ".html", ".typ"])
        .into_iter()
        .flat_map(|path| {
            let text = read(&path);
            words
                .iter()
                .filter(|word| text.contains(**word))
                .map(|word| format!("{}: {word}", path.display()))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn migrations_are_numbered_once_and_say_why() {
    let mut numbers = Vec::new();
    for path in files(&Path::new(ROOT).join("migrations"), &[".sql"]) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        numbers.push(name.chars().take(4).collect::<String>());
        assert!(read(&path).starts_with("--"), "{name} does not say why");
    }
    let all = numbers.len();
    numbers.sort();
    numbers.dedup();
    assert_eq!(numbers.len(), all, "two migrations share a number");
}

/// An entry that no target hands to libFuzzer, or that no test drives, is a reader that nobody tries.
#[test]
fn every_entry_for_the_fuzzer_has_a_target_and_is_driven_by_a_test() {
    let fuzz = Path::new(ROOT).join("fuzz");
    let manifest = read(&fuzz.join("Cargo.toml"));
    let targets: Vec<(String, String)> = files(&fuzz.join("fuzz_targets"), &[".rs"])
        .into_iter()
        .map(|path| (path.file_stem().unwrap_or_default().to_string_lossy().into_owned(), read(&path)))
        .collect();
    let tests = files(&Path::new(ROOT).join("crates"), &["fuzz.rs"]);
    let tests: Vec<String> = tests.iter().map(PathBuf::as_path).map(read).collect();
    for (name, _) in &targets {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name} is not built");
    }
    for path in files(&fuzz.join("entries"), &[".rs"]) {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = read(&path);
        for entry in text.split("pub(crate) fn ").skip(1).filter_map(|rest| rest.split_once("(bytes: &[u8])"))
        {
            let (name, of_file) = (entry.0, format!("entries/{file}"));
            let call = format!("entries::{name}(bytes)");
            let is_target = targets.iter().any(|(_, text)| text.contains(&of_file) && text.contains(&call));
            assert!(is_target, "{name} in {file} has no target");
            let driven = [format!("::{name})"), format!("::{name},")];
            let is_driven = tests
                .iter()
                .any(|text| text.contains(&of_file) && driven.iter().any(|call| text.contains(call)));
            assert!(is_driven, "{name} in {file} is driven by no test");
        }
    }
}
