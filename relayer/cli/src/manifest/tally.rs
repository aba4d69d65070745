//! What a manifest amounts to, added up entry by entry. Of each entry only its amount and hashes are kept.

use super::{Checked, faults::Faults, tree::Tree};
use crate::{
    answers::{
        Text,
        manifest::{SharedAccount, Warnings},
    },
    caip::AccountId,
};
use greatseal_protocol::{batch::Rail, bytes::Label, hash, manifest::Entry};
use std::collections::{BTreeMap, HashMap, hash_map};

/// Most accounts that are shared which are named; the others are counted.
const NAMED: usize = 1_000;

/// The entries so far.
pub(super) struct Tally {
    rail: Rail,
    tree: Tree,
    total: Option<u128>,
    key: Option<Label>,
    amounts: Vec<u128>,
    persons: Vec<([u8; 32], u32)>,
    salts: Vec<([u8; 16], u32)>,
    /// Whether entries pay entries of a parent again: all of them or none.
    again: Option<bool>,
    repaid: Vec<(u32, u32)>,
    accounts: HashMap<[u8; 16], u32>,
    shared: BTreeMap<[u8; 16], SharedAccount>,
    more_shared: u64,
    unchecked: BTreeMap<String, u64>,
    /// The index that the next entry must have.
    next: u64,
}

impl Tally {
    pub(super) fn new(rail: Rail) -> Self {
        Self {
            rail,
            tree: Tree::default(),
            total: Some(0),
            key: None,
            amounts: Vec::new(),
            persons: Vec::new(),
            salts: Vec::new(),
            again: None,
            repaid: Vec::new(),
            accounts: HashMap::new(),
            shared: BTreeMap::new(),
            more_shared: 0,
            unchecked: BTreeMap::new(),
            next: 0,
        }
    }

    /// For another rail.
    pub(super) fn on(&mut self, rail: Rail) {
        self.rail = rail;
    }

    /// Entries of a batch that has a parent or has none.
    pub(super) fn of_child(&mut self, child: bool) {
        self.again = Some(child);
    }

    /// An entry that cannot be read has a place all the same: those behind it are not blamed.
    pub(super) fn skip(&mut self) {
        self.next = self.next.saturating_add(1);
    }

    pub(super) fn add(&mut self, line: u64, entry: &Entry, account: Option<&AccountId>, faults: &mut Faults) {
        if u64::from(entry.index) != self.next {
            faults.add(line, format!("index {} stands where {} is expected", entry.index, self.next));
        }
        self.next = u64::from(entry.index).saturating_add(1);
        if entry.amount == 0 {
            faults.add(line, "pays nothing");
        }
        if self.rail == Rail::Queryable && account.is_none() {
            faults.add(line, "does not say where it is paid to");
        }
        let key = *self.key.get_or_insert(entry.person.key);
        if key != entry.person.key {
            let others = format!("has a pseudonym of the key {}, those before it of {key}", entry.person.key);
            faults.add(line, format!("{others}: the same person would not be found"));
        }
        let before = self.total;
        self.total = before.and_then(|total| total.checked_add(entry.amount));
        if before.is_some() && self.total.is_none() {
            faults.add(line, "with it the total is more than 2^128 - 1");
        }
        if self.tree.push(entry.leaf()).is_none() {
            faults.add(line, "is one too many: a manifest has at most 4294967295 entries");
        }
        let place = u32::try_from(line).unwrap_or(u32::MAX);
        self.again(line, entry.repays, faults);
        self.repaid.extend(entry.repays.map(|index| (index, place)));
        self.amounts.push(entry.amount);
        self.persons.push((entry.person.code, place));
        self.salts.push((entry.salt.0, place));
        if let Some(account) = account {
            self.pay(place, account);
        }
    }

    /// An entry says which entry of the parent it pays again exactly where there is a parent. Where no header says whether
    /// there is one, the first entry does.
    fn again(&mut self, line: u64, repays: Option<u32>, faults: &mut Faults) {
        match (*self.again.get_or_insert(repays.is_some()), repays) {
            (true, None) => faults.add(line, "does not say with `repays` which entry of the parent it pays again"),
            (false, Some(_)) => faults.add(line, "has `repays`, and there is no parent whose entries are paid again"),
            (true, Some(_)) | (false, None) => {}
        }
    }

    fn pay(&mut self, line: u32, account: &AccountId) {
        if account.form_only() {
            let count = self.unchecked.entry(account.chain().namespace().to_owned()).or_default();
            *count = count.saturating_add(1);
        }
        let hash = short(account.as_str().as_bytes());
        let first = match self.accounts.entry(hash) {
            hash_map::Entry::Vacant(place) => {
                place.insert(line);
                return;
            }
            hash_map::Entry::Occupied(place) => *place.get(),
        };
        if self.shared.len() >= NAMED && !self.shared.contains_key(&hash) {
            self.more_shared = self.more_shared.saturating_add(1);
            return;
        }
        let new = || SharedAccount { account: account.to_string(), lines: vec![first] };
        let shared = self.shared.entry(hash).or_insert_with(new);
        // As many as anybody reads; a million entries to one account are one line of an answer.
        if shared.lines.len() < NAMED {
            shared.lines.push(line);
        }
    }

    /// The manifest, where nothing is wrong with it.
    pub(super) fn end(mut self, faults: &mut Faults) -> Option<Checked> {
        let people = self.persons.iter().map(|(code, _)| *code).collect();
        let repaid = self.repaid.iter().map(|(index, _)| *index).collect();
        twice(&mut self.persons, |line, first| {
            faults.add(line.into(), format!("pays the person of line {first} again"))
        });
        twice(&mut self.salts, |line, first| faults.add(line.into(), format!("has the salt of line {first}")));
        twice(&mut self.repaid, |line, first| {
            faults.add(line.into(), format!("pays the same entry of the parent again as line {first}"))
        });
        if faults.is_empty() && self.amounts.is_empty() {
            faults.whole("a manifest has at least one entry");
        }
        if !faults.is_empty() {
            return None;
        }
        let mut shared_accounts: Vec<_> = self.shared.into_values().collect();
        shared_accounts.sort_by_key(|shared| shared.lines.first().copied());
        Some(Checked {
            header: None,
            head: self.tree.head()?,
            total: self.total?,
            rail: self.rail,
            key: self.key?,
            warnings: Warnings {
                shared_accounts,
                more_shared_accounts: Text(self.more_shared),
                unchecked_destinations: self.unchecked.into_iter().map(|(name, count)| (name, Text(count))).collect(),
            },
            amounts: self.amounts,
            people,
            repaid,
            items: None,
        })
    }
}

/// Says of each value that stands on an earlier line where it stood first.
fn twice<T: Ord + Copy>(values: &mut [(T, u32)], mut say: impl FnMut(u32, u32)) {
    values.sort_unstable();
    let mut first: Option<(T, u32)> = None;
    for (value, line) in values.iter() {
        match first {
            Some((same, line_of_first)) if same == *value => say(*line, line_of_first),
            _ => first = Some((*value, *line)),
        }
    }
}

/// Enough of a hash that two accounts do not share it.
fn short(bytes: &[u8]) -> [u8; 16] {
    let hash = hash::sha256(&[bytes]);
    std::array::from_fn(|at| hash.get(at).copied().unwrap_or_default())
}
