//! What a file of money is, by how it begins: names say nothing.

use serde::{Deserialize, de::IgnoredAny};

/// Bytes from which it is seen.
pub(super) const BEGINNING: u64 = 64 * 1024;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A manifest with a header.
    Manifest,
    /// Outcomes of a batch.
    Outcomes,
    /// Conversions that were carried out.
    Carried,
    /// Something else.
    Other,
}

/// Fields that only one kind has.
#[derive(Deserialize)]
struct Fields {
    header: Option<IgnoredAny>,
    state: Option<IgnoredAny>,
    evidence: Option<IgnoredAny>,
    account: Option<IgnoredAny>,
    check: Option<IgnoredAny>,
}

impl Kind {
    /// Of the beginning of a file: of its first line that is not blank, or of the first element of its list.
    pub(super) fn of(beginning: &[u8]) -> Self {
        let text = beginning.trim_ascii_start();
        let list = text.strip_prefix(b"[").map(<[u8]>::trim_ascii_start);
        let mut first = serde_json::Deserializer::from_slice(list.unwrap_or(text)).into_iter::<Fields>();
        match first.next() {
            Some(Ok(Fields { header: Some(_), .. })) => Self::Manifest,
            Some(Ok(Fields { state: Some(_), evidence: Some(_), .. })) => Self::Outcomes,
            Some(Ok(Fields { account: Some(_), check: Some(_), .. })) => Self::Carried,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_first_object_is() {
        for (beginning, kind) in [
            (&b"{\"header\": {\"version\": 1}}\n{\"index\": 0}\n"[..], Kind::Manifest),
            (b"\r\n\n  [\n {\"header\": {}}, {", Kind::Manifest),
            (b"{\"index\": 0, \"state\": \"open\", \"paid\": \"0\", \"evidence\": \"\"}\n{", Kind::Outcomes),
            (b"{\"account\": \"a\", \"amount\": \"1\", \"check\": \"\"}", Kind::Carried),
            (b"{\"index\": 0, \"person\": {}}\n", Kind::Other),
            (b"{\"header\": {\"version\": 1}", Kind::Other),
            (b"{\"seq\": 1, \"record\": \"00\"}\n", Kind::Other),
            (b"%PDF-1.7", Kind::Other),
            (b"\xEF\xBB\xBF{\"header\": {}}", Kind::Other),
            (b"", Kind::Other),
        ] {
            assert_eq!(Kind::of(beginning), kind, "{}", String::from_utf8_lossy(beginning));
        }
    }
}
