//! `greatseal key …`: keys, the journal of their use, and money for them.

use super::{Answer, Hex, Text, chain::Unit};
use crate::output::{Line, line};
use greatseal_protocol::{bytes::to_hex, key::Key, phase::CompanionHash};
use greatseal_signing::{self as signing, Entry, KeyInfo, Purpose, Report, Work};
use schemars::JsonSchema;
use serde::Serialize;

/// `greatseal key list` and `greatseal key generate`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Keys {
    /// The keys.
    pub keys: Vec<KeyShown>,
}

/// A key.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct KeyShown {
    /// Its name in the store.
    pub label: String,
    /// What it is for.
    pub purpose: Text<Purpose>,
    /// The public key; a companion has none of these.
    pub key: Option<Text<Key>>,
    /// Its account on the chain: a payer pays from it, a seat acts from it with `--direct`.
    pub account: Option<String>,
    /// SHA-256 name of a companion key (ML-DSA-65).
    pub companion: Option<Text<CompanionHash>>,
    /// How the private key is kept.
    pub custody: Custody,
    /// Why no signer opens for it.
    pub defect: Option<String>,
}

/// How a private key is kept.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Custody {
    /// In a token, with its attributes as PKCS#11 names them.
    Token {
        /// `CKA_ID` in hexadecimal.
        id: String,
        /// `CKA_SENSITIVE`
        sensitive: bool,
        /// `CKA_ALWAYS_SENSITIVE`
        always_sensitive: bool,
        /// Whether `CKA_EXTRACTABLE` is set.
        extractable: bool,
        /// `CKA_NEVER_EXTRACTABLE`
        never_extractable: bool,
        /// `CKA_LOCAL`
        local: bool,
    },
    /// In a sealed file, with the work for a guess at its passphrase.
    Sealed(Argon2id),
    /// In a file that cannot be read.
    Unknown,
}

/// The work for a guess at a passphrase.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Argon2id {
    /// KiB of memory.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u8,
    /// Lanes.
    pub lanes: u8,
}

impl From<Work> for Argon2id {
    fn from(Work { memory, passes, lanes }: Work) -> Self {
        Self { memory_kib: memory, passes, lanes }
    }
}

/// `greatseal key vkey`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Vkey {
    /// Its name in the store.
    pub label: String,
    /// What it is for: `audit` or `witness`.
    pub purpose: Text<Purpose>,
    /// Its name in notes.
    pub name: String,
    /// The key with its name, as verifiers take it (C2SP signed-note).
    pub vkey: String,
}

/// `greatseal key reader`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReaderMade {
    /// The file of the key, an age identity that is encrypted with a passphrase.
    pub file: String,
    /// Whom to encrypt to: an age recipient, a line of the file that `--readers` names.
    pub recipient: String,
}

/// `greatseal key fund`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Funded {
    /// The account that got money, as it was named.
    pub account: String,
    /// How much, in base units.
    pub amount: Text<u128>,
    /// How amounts are shown.
    pub unit: Unit,
    /// The block that holds the transfer.
    pub block_number: Text<u64>,
}

/// `greatseal key journal`: every use of the keys of a store.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SigningJournal {
    /// Its file.
    pub journal: String,
    /// Its lines as they stand in the file: these bytes are hashed, and keep their own spelling.
    #[schemars(with = "Vec<serde_json::Map<String, serde_json::Value>>")]
    pub lines: Vec<signing::Line>,
    /// Root of the tree over all lines.
    pub head: Hex<32>,
    /// Numbers of the lines whose signature was not released.
    pub unreleased: Vec<u64>,
    /// Bytes of a last line that is not whole; 0 where it is.
    pub torn_bytes: u64,
}

impl KeyShown {
    /// A key as its store has it.
    pub fn of(info: &KeyInfo, account: Option<String>) -> Self {
        Self {
            label: info.label.clone(),
            purpose: Text(info.purpose),
            key: info.key.map(Text),
            account,
            companion: info.companion.map(Text),
            custody: match &info.custody {
                signing::Custody::Token(token) => Custody::Token {
                    id: to_hex(&token.id),
                    sensitive: token.sensitive,
                    always_sensitive: token.always_sensitive,
                    extractable: !token.unextractable,
                    never_extractable: token.never_extractable,
                    local: token.local,
                },
                signing::Custody::Sealed(work) => Custody::Sealed((*work).into()),
                signing::Custody::Unknown => Custody::Unknown,
            },
            defect: info.defect.clone(),
        }
    }

    fn lines(&self) -> Vec<Line> {
        let mut lines = vec![
            line("label", &self.label),
            line("purpose", self.purpose),
            line("key", self.key.map_or_else(|| "none".to_owned(), |key| key.to_string())),
        ];
        lines.extend(self.companion.map(|name| line("companion", format!("ml-dsa-65 sha256:{name}"))));
        lines.extend(self.account.iter().map(|account| line("account", account)));
        match &self.custody {
            Custody::Token { id, never_extractable, local, .. } => {
                lines.extend([line("id", id), line("never left the token", *never_extractable && *local)]);
            }
            Custody::Sealed(Argon2id { memory_kib: memory, passes, lanes }) => {
                lines.push(line("sealed with", Work { memory: *memory, passes: *passes, lanes: *lanes }));
            }
            Custody::Unknown => {}
        }
        lines.extend(self.defect.iter().map(|defect| line("not usable", defect)));
        lines
    }
}

impl SigningJournal {
    /// A journal that was read.
    pub fn of(journal: String, Report { lines, head, unreleased, torn }: Report) -> Self {
        Self { journal, lines, head: Hex(head), unreleased, torn_bytes: torn }
    }
}

impl Answer for Keys {
    fn lines(&self) -> Vec<Line> {
        self.keys.iter().flat_map(KeyShown::lines).collect()
    }
}

impl Answer for Vkey {
    fn lines(&self) -> Vec<Line> {
        vec![
            line("label", &self.label),
            line("purpose", self.purpose),
            line("name", &self.name),
            line("vkey", &self.vkey),
        ]
    }
}

impl Answer for ReaderMade {
    fn lines(&self) -> Vec<Line> {
        vec![line("file", &self.file), line("recipient", &self.recipient)]
    }
}

impl Answer for Funded {
    fn lines(&self) -> Vec<Line> {
        vec![
            line("account", &self.account),
            line("given", self.unit.amount(self.amount.0)),
            line("block", self.block_number),
        ]
    }
}

impl Answer for SigningJournal {
    fn lines(&self) -> Vec<Line> {
        let mut lines = vec![
            line("journal", &self.journal),
            line("lines", format!("{}, all hold", self.lines.len())),
            line("head", self.head),
        ];
        if self.torn_bytes > 0 {
            lines.push(line("torn", format!("{} bytes at the end; taken away by the next signature", self.torn_bytes)));
        }
        for entry in &self.lines {
            let what = match &entry.entry {
                Entry::Started { id, continues: None, .. } => format!("started, {id}"),
                Entry::Started { id, continues: Some(old), .. } => {
                    format!("started, {id}, with the {} lines of a journal whose head was {}", old.lines, old.head)
                }
                Entry::Intended(intended) => {
                    let proposal = intended.words.iter().find(|(label, _)| label == "proposal");
                    let proposal = proposal.map_or(String::new(), |(_, id)| format!(" {id}"));
                    let released = if self.unreleased.contains(&entry.seq) { ", not released" } else { "" };
                    format!(
                        "{}{proposal} by {}, confirmed: {}{released}",
                        intended.order, intended.key, intended.confirmation
                    )
                }
                Entry::Released { of, .. } => format!("released {of}"),
                Entry::Torn { bytes, .. } => format!("took away a torn line of {bytes} bytes"),
            };
            lines.push(line(&format!("{} at {}", entry.seq, entry.at), what));
        }
        lines
    }
}
