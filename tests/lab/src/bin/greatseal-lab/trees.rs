//! Trees of many beneficiaries: their roots, and the proof of one of them.

use greatseal_protocol::{
    bytes::{Label, ReferenceHash},
    conversion::Account,
    hash::sha256,
    manifest::{Entry, EntrySalt, Pseudonym},
    merkle::{self, Inclusion, TreeHead},
};

/// Root of a manifest of so many entries of one unit. Entries are made one after the other; their leaves are kept.
pub(crate) fn manifest_root(count: u32) -> [u8; 32] {
    let key = Label::new("pseudonyms-1").expect("a label");
    let leaf = |index: u32| {
        let [code, eligibility, revocation, salt] =
            ["person", "eligible", "valid", "salt"].map(|what| sha256(&[what.as_bytes(), &index.to_le_bytes()]));
        let entry = Entry {
            index,
            person: Pseudonym { key, code },
            destination: None,
            amount: 1,
            eligibility: ReferenceHash(eligibility),
            revocation: ReferenceHash(revocation),
            repays: None,
            salt: EntrySalt(*salt.first_chunk().expect("sixteen of 32 bytes")),
        };
        entry.leaf()
    };
    let leaves: Vec<_> = (0..count).map(leaf).collect();
    TreeHead::of(&leaves, &sha256).expect("a tree").root
}

/// A route's list of so many accounts, and the place of one in its middle.
pub(crate) fn list(count: u32) -> (TreeHead, Account, Inclusion) {
    let mut accounts: Vec<Account> = (0..count).map(|index| sha256(&[b"listed", &index.to_le_bytes()])).collect();
    accounts.sort_unstable();
    let leaves: Vec<_> = accounts.iter().map(|account| merkle::leaf(account, &sha256)).collect();
    let middle = count / 2;
    let place = merkle::inclusion(&leaves, middle, &sha256).expect("a place in the list");
    let account = accounts.into_iter().nth(middle.try_into().expect("32 bits")).expect("its account");
    (TreeHead::of(&leaves, &sha256).expect("a tree"), account, place)
}
