//! Canonical JSON: the same facts always give the same bytes, so that they can be hashed and compared.

use serde::Serialize;
use serde_json::Value;

/// The value has no JSON form: a map with keys that are not text, or a number without end.
#[derive(Debug, thiserror::Error)]
#[error("value has no json form")]
pub struct JsonError(#[from] serde_json::Error);

/// JSON with keys sorted by their bytes, UTF-8 unescaped, no spaces.
pub fn canonical<T: Serialize + ?Sized>(value: &T) -> Result<String, JsonError> {
    let value = serde_json::to_value(value)?;
    let mut text = String::new();
    write(&value, &mut text);
    Ok(text)
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by(|(a, _), (b, _)| a.as_bytes().cmp(b.as_bytes()));
            text.push('{');
            for (index, (key, entry)) in entries.into_iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write(entry, text);
            }
            text.push('}');
        }
        Value::Array(list) => {
            text.push('[');
            for (index, entry) in list.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write(entry, text);
            }
            text.push(']');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn keys_are_sorted_and_nothing_is_padded() {
        let facts: HashMap<&str, Value> = HashMap::from([
            ("b", Value::from("金桥\n")),
            ("a", Value::from(vec![Value::from(1), Value::Null, Value::from(0.5)])),
            ("B", Value::from(true)),
        ]);
        assert_eq!(canonical(&facts).unwrap(), r#"{"B":true,"a":[1,null,0.5],"b":"金桥\n"}"#);
    }

    #[test]
    fn what_json_cannot_say_is_refused() {
        assert!(canonical(&HashMap::from([(vec![1], 2)])).is_err());
    }
}
