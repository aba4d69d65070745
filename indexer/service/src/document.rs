//! Documents come in their one canonical form (RFC 8785), so that one text has one hash.

/// Most bytes of a document.
pub(crate) const MAX: usize = 64 * 1024;

/// Whether the bytes are JSON in canonical form.
///
/// The parsed value is written again and compared byte by byte. That refuses what parsing lets pass as well: a key that
/// comes twice is written once, a number that has no exact double is written as another one.
pub(crate) fn is_canonical(bytes: &[u8]) -> bool {
    let value: Result<serde_json::Value, _> = serde_json::from_slice(bytes);
    value.is_ok_and(|value| serde_json_canonicalizer::to_vec(&value).is_ok_and(|canonical| canonical == bytes))
}

#[cfg(test)]
mod tests {
    use super::is_canonical;

    #[test]
    fn one_text_has_one_form() {
        for text in [
            r#"{}"#,
            r#"{"a":1,"b":[true,null,"ü"]}"#,
            r#"{"a":1.5}"#,
            r#"{"a":1e+21}"#,
            r#"{"a":9007199254740991}"#,
            "{\"\u{1F602}\":1,\"\u{FB33}\":2}",
        ] {
            assert!(is_canonical(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "{",
            r#"{"a":1} "#,
            r#"{ "a":1}"#,
            r#"{"b":1,"a":2}"#,
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"a":2}"#,
            r#"{"x":{"a":1,"a":2}}"#,
            r#"{"a":1.0}"#,
            r#"{"a":-0}"#,
            r#"{"a":1E3}"#,
            r#"{"a":9007199254740993}"#,
            r#"{"a":18446744073709551615}"#,
            r#"{"a":12345678901234567890123}"#,
            r#"{"a":"\u00fc"}"#,
            r#"{"a":"\/"}"#,
            r#"{"a":"\ud800"}"#,
            "{\"\u{FB33}\":2,\"\u{1F602}\":1}",
        ] {
            assert!(!is_canonical(text.as_bytes()), "{text}");
        }
        assert!(!is_canonical(b"\xef\xbb\xbf{}"));
        assert!(!is_canonical(b"{\"a\":\"\xff\"}"));
    }
}
