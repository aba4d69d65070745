//! An entry as a file has it, and as a manifest commits to it.

use super::faults::quoted;
use crate::{caip::AccountId, number::whole};
use greatseal_protocol::{
    bytes::{Label, ReferenceHash, parse_hex},
    manifest::{Destination, Entry, EntrySalt, Pseudonym},
    scale::Decode as _,
};
use serde::{Deserialize, Serialize};
use std::io::{self, Read};

/// First byte of an entry.
const VERSION: u8 = 1;

/// An entry as a file has it.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EntryFile {
    index: u32,
    person: PersonFile,
    destination: Option<String>,
    amount: String,
    eligibility: String,
    revocation: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    repays: Option<u32>,
    salt: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct PersonFile {
    key: String,
    code: String,
}

impl EntryFile {
    /// The entry, and the account that it is paid to; or everything that is wrong with it.
    pub(super) fn entry(&self) -> Result<(Entry, Option<AccountId>), Vec<String>> {
        let mut wrong = Vec::new();
        let code = hex(&mut wrong, "code", &self.person.code);
        let eligibility = hex(&mut wrong, "eligibility", &self.eligibility);
        let revocation = hex(&mut wrong, "revocation", &self.revocation);
        let salt = hex(&mut wrong, "salt", &self.salt);
        let name = |key: &str| format!("key {} is no name: 1 to 32 of a-z, 0-9 and -", quoted(key));
        let key = keep(&mut wrong, Label::new(&self.person.key).ok_or_else(|| name(&self.person.key)));
        let amount = whole(&self.amount).map_err(|reason| format!("amount {} {reason}", quoted(&self.amount)));
        let amount = keep(&mut wrong, amount);
        let account = self
            .destination
            .as_deref()
            .map(|text| AccountId::parse(text).map_err(|reason| format!("destination {} {reason}", quoted(text))));
        let account = keep(&mut wrong, account.transpose());
        let destination = account.as_ref().map(|account| match account {
            Some(account) => Destination::new(account.as_str()).map(Some),
            None => Some(None),
        });
        let (Some(code), Some(eligibility), Some(revocation)) = (code, eligibility, revocation) else {
            return Err(wrong);
        };
        let (Some(key), Some(salt), Some(amount), Some(account), Some(Some(destination))) =
            (key, salt, amount, account, destination)
        else {
            return Err(wrong);
        };
        let entry = Entry {
            index: self.index,
            person: Pseudonym { key, code },
            destination,
            amount,
            eligibility: ReferenceHash(eligibility),
            revocation: ReferenceHash(revocation),
            repays: self.repays,
            salt: EntrySalt(salt),
        };
        Ok((entry, account))
    }
}

/// Most bytes of an entry, which is far shorter.
const LONGEST: usize = 64 * 1024;

/// The entries that stand one after the other, each as it is hashed.
pub(super) fn each(input: &mut dyn Read, mut take: impl FnMut(&Entry)) -> io::Result<()> {
    let mut rest = Vec::new();
    let mut piece = vec![0; LONGEST];
    loop {
        let read = input.read(&mut piece)?;
        rest.extend_from_slice(piece.get(..read).unwrap_or_default());
        let mut left = rest.as_slice();
        while let Some((&VERSION, mut behind)) = left.split_first() {
            let Ok(entry) = Entry::decode(&mut behind) else { break };
            take(&entry);
            left = behind;
        }
        let used = rest.len().saturating_sub(left.len());
        rest.drain(..used);
        match (read, rest.len()) {
            (0, 0) => return Ok(()),
            (0, _) | (_, LONGEST..) => return Err(io::Error::other("they are no entries")),
            _ => {}
        }
    }
}

/// The value, or `None` with its fault kept.
fn keep<T>(wrong: &mut Vec<String>, read: Result<T, String>) -> Option<T> {
    read.map_err(|reason| wrong.push(reason)).ok()
}

fn hex<const N: usize>(wrong: &mut Vec<String>, what: &str, text: &str) -> Option<[u8; N]> {
    let none = |_| format!("{what} {} is not {} hexadecimal digits", quoted(text), N.saturating_mul(2));
    keep(wrong, parse_hex(text).map_err(none))
}
