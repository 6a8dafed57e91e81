//! Whatever a program shows to get a token, it is not believed where nobody knows the program, and nothing breaks.

#[path = "../../../fuzz/entries/identity.rs"]
mod entries;
#[path = "../../../fuzz/entries/inputs.rs"]
mod inputs;

use base64ct::{Base64UrlUnpadded, Encoding};

/// Memory that reading may take at most, in MB, the test program included.
const MEMORY_MAX: u64 = 256;

#[test]
fn no_text_breaks_the_reader_of_assertions() {
    let part = |text: &str| Base64UrlUnpadded::encode_string(text.as_bytes());
    let claims = [
        r#"{"iss":"bank01","sub":"bank01","aud":"https://jq.example/oauth/token","exp":300,"jti":"1"}"#,
        r#"{"iss":"bank01","sub":"bank01","aud":["https://jq.example"],"exp":-1,"nbf":9e9,"iat":null,"jti":"\u0000"}"#,
    ];
    let token = |claims| format!("{}.{}.{}", part(r#"{"alg":"ES256"}"#), part(claims), part("signature"));
    inputs::drive(&claims.map(token), 3_000, MEMORY_MAX, entries::assertion);
}
