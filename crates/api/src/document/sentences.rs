//! The sentences of the document: put where they belong, in one line each, in the reader's language.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

/// Chinese words for every English sentence of the document.
pub(super) static CHINESE: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| toml::from_str(include_str!("zh-CN.toml")).expect("a test reads this file"));

/// Where a member's schema and the member's own sentence stand as two parts of an `allOf`, the sentence moves into
/// the schema: the second part would call every member an object.
pub(super) fn join_described(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(join_described);
            let joined =
                members.get("allOf").and_then(Value::as_array).and_then(|parts| match parts.as_slice() {
                    [schema, said] if is_sentence_only(said) => {
                        let mut schema = schema.clone();
                        schema["description"] = said["description"].clone();
                        Some(schema)
                    }
                    _ => None,
                });
            if let Some(joined) = joined {
                *value = joined;
            }
        }
        Value::Array(members) => members.iter_mut().for_each(join_described),
        _ => {}
    }
}

fn is_sentence_only(part: &Value) -> bool {
    part.as_object().is_some_and(|part| {
        part.contains_key("description") && part.keys().all(|key| key == "description" || key == "type")
    })
}

/// Line breaks inside a sentence come from the source files and mean nothing.
pub(super) fn unfold(document: &mut Value) {
    for_each_sentence(document, &mut |sentence| {
        *sentence = sentence.split_whitespace().collect::<Vec<_>>().join(" ");
    });
}

/// Puts the Chinese sentences in the place of the English ones.
pub(super) fn translate(document: &mut Value) {
    for_each_sentence(document, &mut |sentence| {
        if let Some(chinese) = CHINESE.get(sentence.as_str()) {
            sentence.clone_from(chinese);
        }
    });
}

/// Visits every summary, description and title of the document itself, not those of examples.
pub(super) fn for_each_sentence(value: &mut Value, act: &mut impl FnMut(&mut String)) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match (name.as_str(), member) {
                    ("summary" | "description", Value::String(sentence)) => act(sentence),
                    ("example" | "examples" | "x-problem-codes" | "x-row-rules", _) => {}
                    ("title", Value::String(title)) => act(title),
                    (_, member) => for_each_sentence(member, act),
                }
            }
        }
        Value::Array(members) => members.iter_mut().for_each(|member| for_each_sentence(member, act)),
        _ => {}
    }
}
