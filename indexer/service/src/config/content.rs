//! `[content]`: where contents are kept, and how much of them.

use greatseal_host::client::Address;
use serde::{Deserialize, Serialize};
use std::{path::PathBuf, str::FromStr};

/// `[content]`: where contents are kept, and how much of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Said", into = "Said")]
pub struct Content {
    /// Where.
    pub place: Place,
    /// Most bytes of contents that no record names, together.
    pub unnamed_max: Size,
    /// Days after which they go.
    pub unnamed_days: u16,
    /// Most bytes of restricted contents, together: nobody here can tell what is in them. Half of it is for those that come before
    /// their records.
    pub restricted_max: Size,
}

/// Where contents are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a folder; beside the database where none is named.
    Folder(Option<PathBuf>),
    /// In a bucket of an S3-compatible store.
    S3 {
        /// Its endpoint.
        url: String,
        /// Whether the endpoint may be without TLS on another machine.
        allow_http: bool,
        /// Its name.
        bucket: String,
        /// The store's region.
        region: String,
        /// What keys begin with.
        prefix: String,
        /// File with the name of the access key.
        access_key_file: PathBuf,
        /// File with the access key.
        secret_key_file: PathBuf,
    },
}

/// The section as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Said {
    kind: Option<Kind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_http: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prefix: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_key_file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_key_file: Option<PathBuf>,
    unnamed_max: Option<Size>,
    unnamed_days: Option<u16>,
    restricted_max: Option<Size>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Folder,
    S3,
}

/// A number of bytes in whole mebibytes, gibibytes or tebibytes: `"512MiB"`, `"4GiB"`, `"1TiB"`; a pebibyte at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Size(pub u64);

const MIB: u64 = 1 << 20;
const UNITS: [(&str, u64); 3] = [("TiB", MIB << 20), ("GiB", MIB << 10), ("MiB", MIB)];
const MOST: u64 = MIB << 30;

impl FromStr for Size {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = UNITS.iter().find_map(|(unit, factor)| {
            let digits = text.strip_suffix(unit)?;
            let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| digits.parse::<u64>().ok()?.checked_mul(*factor)).flatten()
        });
        match parsed {
            Some(bytes) if bytes <= MOST => Ok(Self(bytes)),
            _ => Err("give a size with its unit, such as 512MiB, 4GiB or 1TiB"),
        }
    }
}

impl TryFrom<String> for Size {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Size> for String {
    fn from(Size(bytes): Size) -> Self {
        let whole = |(_, factor): &&(&str, u64)| bytes > 0 && bytes.is_multiple_of(*factor);
        let (unit, factor) = UNITS.iter().find(whole).copied().unwrap_or(("MiB", MIB));
        format!("{}{unit}", bytes / factor)
    }
}

impl Default for Content {
    fn default() -> Self {
        Self {
            place: Place::Folder(None),
            unnamed_max: Size(MIB << 12),
            unnamed_days: 7,
            restricted_max: Size(MIB << 16),
        }
    }
}

impl Content {
    /// Most bytes of restricted contents, together, when one is brought whose address a record names already or not. Half of the
    /// room is for those that come before their records: only whoever makes a content knows its address then.
    pub(crate) fn restricted_room(&self, named: bool) -> u64 {
        let Size(most) = self.restricted_max;
        if named { most / 2 } else { most }
    }
}

impl TryFrom<Said> for Content {
    type Error = &'static str;

    fn try_from(said: Said) -> Result<Self, Self::Error> {
        let bucket_said = said.url.is_some()
            || said.allow_http.is_some()
            || said.bucket.is_some()
            || said.region.is_some()
            || said.prefix.is_some()
            || said.access_key_file.is_some()
            || said.secret_key_file.is_some();
        let place = match said.kind.unwrap_or(Kind::Folder) {
            Kind::Folder if bucket_said => return Err("keys of a bucket go with kind = \"s3\""),
            Kind::Folder => Place::Folder(said.path),
            Kind::S3 if said.path.is_some() => return Err("path goes with kind = \"folder\""),
            Kind::S3 => {
                let url = said.url.ok_or("kind = \"s3\" needs `url`, the store's endpoint")?;
                if !url.starts_with("https://") && !url.starts_with("http://") || url.contains('@') {
                    return Err("give `url` as https://HOST[:PORT], without a user name or password");
                }
                let allow_http = said.allow_http.unwrap_or(false);
                if !allow_http && is_open_to_others(&url) {
                    return Err(
                        "`url` goes to another machine without TLS: give https://, or `allow_http = true` where nobody else is on the way",
                    );
                }
                Place::S3 {
                    url,
                    allow_http,
                    bucket: said.bucket.ok_or("kind = \"s3\" needs `bucket`")?,
                    region: said.region.unwrap_or_else(|| "us-east-1".into()),
                    prefix: said.prefix.unwrap_or_default(),
                    access_key_file: said.access_key_file.ok_or("kind = \"s3\" needs `access_key_file`")?,
                    secret_key_file: said.secret_key_file.ok_or("kind = \"s3\" needs `secret_key_file`")?,
                }
            }
        };
        let default = Self::default();
        Ok(Self {
            place,
            unnamed_max: said.unnamed_max.unwrap_or(default.unnamed_max),
            unnamed_days: match said.unnamed_days.unwrap_or(default.unnamed_days) {
                0 => return Err("give at least a day: contents are brought before the records that name them"),
                days => days,
            },
            restricted_max: said.restricted_max.unwrap_or(default.restricted_max),
        })
    }
}

/// Whether somebody on the way could read contents, and forge the store's answers.
fn is_open_to_others(url: &str) -> bool {
    url.starts_with("http://") && Address::parse(url, None).map_or(true, |address| address.open_to_others())
}

impl From<Content> for Said {
    fn from(content: Content) -> Self {
        let said = Self {
            unnamed_max: Some(content.unnamed_max),
            unnamed_days: Some(content.unnamed_days),
            restricted_max: Some(content.restricted_max),
            ..Self::default()
        };
        match content.place {
            Place::Folder(path) => Self { kind: Some(Kind::Folder), path, ..said },
            Place::S3 { url, allow_http, bucket, region, prefix, access_key_file, secret_key_file } => Self {
                kind: Some(Kind::S3),
                url: Some(url),
                allow_http: Some(allow_http),
                bucket: Some(bucket),
                region: Some(region),
                prefix: Some(prefix),
                access_key_file: Some(access_key_file),
                secret_key_file: Some(secret_key_file),
                ..said
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        for (text, bytes) in [("1MiB", MIB), ("4GiB", 4 << 30), ("1TiB", 1 << 40), ("0MiB", 0), ("1024TiB", MOST)] {
            assert_eq!(text.parse(), Ok(Size(bytes)), "{text}");
        }
        for text in ["", "4", "4GB", "4 GiB", "-1GiB", "1025TiB", "99999999999999999999MiB", "GiB"] {
            assert!(text.parse::<Size>().is_err(), "{text}");
        }
        assert_eq!(String::from(Size(4 << 30)), "4GiB");
        assert_eq!(String::from(Size(1536 << 20)), "1536MiB");
    }

    #[test]
    fn a_place_is_whole_or_refused() {
        let read = |text: &str| toml_said(text).and_then(Content::try_from);
        assert_eq!(read("{}"), Ok(Content::default()));
        assert!(read(r#"{"path":"p"}"#).is_ok());
        let bucket = r#"{"kind":"s3","url":"https://s","bucket":"b","access_key_file":"a","secret_key_file":"s"}"#;
        assert!(read(bucket).is_ok_and(|content| Content::try_from(Said::from(content.clone())) == Ok(content)));
        for text in [
            r#"{"url":"https://s"}"#,
            r#"{"kind":"s3"}"#,
            r#"{"kind":"s3","path":"p"}"#,
            r#"{"kind":"s3","url":"https://me:word@s","bucket":"b","access_key_file":"a","secret_key_file":"s"}"#,
            r#"{"kind":"s3","url":"ftp://s","bucket":"b","access_key_file":"a","secret_key_file":"s"}"#,
            r#"{"allow_http":true}"#,
            r#"{"unnamed_days":0}"#,
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_store_on_another_machine_is_asked_with_tls_unless_that_is_said() {
        let read = |url: &str, more: &str| {
            let text = format!(
                r#"{{"kind":"s3","url":"{url}",{more}"bucket":"b","access_key_file":"a","secret_key_file":"s"}}"#
            );
            toml_said(&text).and_then(Content::try_from)
        };
        for url in ["http://127.0.0.1:9000", "http://localhost:9000", "http://[::1]", "https://s3.example", "https://s"]
        {
            assert!(read(url, "").is_ok(), "{url}");
        }
        for url in ["http://s3.example", "http://10.0.0.7:9000", "http://localhost.example", "http://", "http://[::2]"]
        {
            assert!(read(url, "").is_err() && read(url, r#""allow_http":false,"#).is_err(), "{url}");
        }
        assert!(read("http://10.0.0.7:9000", r#""allow_http":true,"#).is_ok());
    }

    fn toml_said(text: &str) -> Result<Said, &'static str> {
        serde_json::from_str(text).map_err(|_| "not read")
    }
}
