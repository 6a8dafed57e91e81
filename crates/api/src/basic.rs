//! Reads the name and secret that a program sends by HTTP Basic, as OAuth 2.0 writes them.

use url::form_urlencoded;

/// The longest header that is read, in bytes.
const HEADER_BYTES_MAX: usize = 1_024;

/// Client id and secret of an `Authorization: Basic` header; `None` when it is another scheme or cannot be read.
pub(crate) fn credentials(header: &str) -> Option<(String, String)> {
    let (scheme, coded) = header.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") || coded.len() > HEADER_BYTES_MAX {
        return None;
    }
    let text = String::from_utf8(decode(coded.trim())?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((unescape(id), unescape(secret)))
}

/// Both parts travel form-encoded (RFC 6749, section 2.3.1).
pub(crate) fn unescape(text: &str) -> String {
    let pair = format!("v={}", text.replace('&', "%26"));
    form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// Base64 of RFC 4648 section 4, padding optional.
fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    if text.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for sign in text.bytes() {
        held = (held << 6 | u32::from(value(sign)?)) & 0xFFFF;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xFF).ok()?);
        }
    }
    Some(bytes)
}

fn value(sign: u8) -> Option<u8> {
    match sign {
        b'A'..=b'Z' => Some(sign - b'A'),
        b'a'..=b'z' => Some(sign - b'a' + 26),
        b'0'..=b'9' => Some(sign - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_and_secret_are_read() {
        let both = |id: &str, secret: &str| Some((id.to_owned(), secret.to_owned()));
        assert_eq!(credentials("Basic YmFuazAxOmppbnFpYW8tZGVtbw=="), both("bank01", "jinqiao-demo"));
        assert_eq!(credentials("basic YTpiJTNBYw"), both("a", "b:c"));
        assert_eq!(credentials("Basic YTpiJmM="), both("a", "b&c"));
    }

    #[test]
    fn the_examples_of_rfc_4648_decode() {
        for (coded, text) in
            [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYmFy", "foobar")]
        {
            assert_eq!(decode(coded).as_deref(), Some(text.as_bytes()), "{coded}");
        }
        assert_eq!(decode("Z"), None);
        assert_eq!(decode("Zm9*"), None);
    }

    #[test]
    fn anything_else_is_no_credential() {
        for header in ["Bearer abc", "Basic", "Basic ****", "Basic YWJj"] {
            assert_eq!(credentials(header), None, "{header}");
        }
    }
}
