//! `witnesses.list`: a line for each witness, its vkey and its address.

use greatseal_trail::cosignature::WitnessKey;
use serde::{Deserialize, Serialize};

/// A witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its key.
    pub vkey: WitnessKey,
    /// The prefix of its address: `add-checkpoint` stands below.
    pub url: String,
}

/// Witnesses, in the order of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WitnessList(pub Vec<Listed>);

impl TryFrom<String> for WitnessList {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(listed).collect::<Result<_, _>>().map(Self)
    }
}

fn listed(line: &str) -> Result<Listed, String> {
    let (vkey, url) = line.split_once(' ').ok_or("give a line for each witness: its vkey, a space, its URL")?;
    let vkey = vkey.parse().map_err(|error| format!("the key of a witness cannot be used: {error}"))?;
    let url = url.trim();
    // Names and passwords would be shown in messages and logs.
    let plain = (url.starts_with("http://") || url.starts_with("https://")) && !url.contains(['@', ' ', '?', '#']);
    if !plain {
        return Err(
            "the URL of a witness begins with http:// or https://, and has no name, password, query or fragment".into(),
        );
    }
    Ok(Listed { vkey, url: url.trim_end_matches('/').to_owned() })
}

impl From<WitnessList> for String {
    fn from(list: WitnessList) -> Self {
        list.0.iter().map(|one| format!("{} {}\n", one.vkey, one.url)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VKEY: &str = "audit.example.org/witness+6d0ceae1+BBn6cgoVJBTBSfUIeNXtOOrpPYMzoWAhGGHhVzDFJJmk";

    #[test]
    fn a_line_is_a_key_and_an_address() -> Result<(), Box<dyn std::error::Error>> {
        assert!(VKEY.parse::<WitnessKey>().is_err(), "its id is of another key");
        let public = ed25519_dalek::SigningKey::from_bytes(&[7; 32]).verifying_key().to_bytes();
        let vkey = WitnessKey::new(greatseal_trail::note::KeyName::new("a.example/w")?, &public)?.to_string();
        let text = format!("\n  {vkey}  https://a.example/w/\n\n{vkey} http://127.0.0.1:1\n");
        let list = WitnessList::try_from(text)?;
        let urls: Vec<_> = list.0.iter().map(|one| one.url.as_str()).collect();
        assert_eq!(urls, ["https://a.example/w", "http://127.0.0.1:1"]);
        assert_eq!(WitnessList::try_from(String::from(list.clone()))?, list);
        assert_eq!(WitnessList::try_from(String::new())?, WitnessList::default());
        for wrong in [
            vkey.clone(),
            format!("{VKEY} https://a.example"),
            format!("{vkey} ftp://a.example"),
            format!("{vkey} https://me:word@a.example"),
            format!("{vkey} https://a.example/?b"),
            format!("{vkey} https://a.example more"),
        ] {
            assert!(WitnessList::try_from(wrong.clone()).is_err(), "{wrong}");
        }
        Ok(())
    }
}
