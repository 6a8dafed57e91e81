//! Every text that a page or a module names exists in both languages.

use std::fs;
use std::path::Path;

use jq_base::lang::Lang;
use jq_web::Text;

const CALLS: [&str; 6] = [".t(\"", ".one(\"", ".n(\"", ".get(\"", ".with(\"", ".count(\""];

fn keys_in(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            keys_in(&path, found);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for call in CALLS {
            for rest in text.split(call).skip(1) {
                let key = rest.split('"').next().unwrap_or_default();
                found.push((path.display().to_string(), key.to_owned()));
            }
        }
    }
}

#[test]
fn every_key_a_page_names_has_words_in_both_languages() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    keys_in(&root.join("templates"), &mut found);
    keys_in(&root.join("src"), &mut found);
    assert!(found.len() > 100);
    let missing: Vec<_> = found
        .iter()
        .filter(|(_, key)| ![Lang::Zh, Lang::En].iter().all(|&lang| Text::of(lang).has(key)))
        .collect();
    assert!(missing.is_empty(), "no words for {missing:?}");
}
