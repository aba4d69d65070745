//! Lists of accounts in files, and what proves who is on them.

use crate::{
    contents::{AtHand, Spool},
    error::CliError,
    file::lines::{Bounds, Lines},
    manifest::{Faults, quoted},
    text,
};
use greatseal_protocol::{
    content::Address,
    conversion::{Absence, Account},
    hash,
    merkle::{self, Inclusion, TreeHead},
};
use std::{collections::BTreeSet, path::Path};

const HELP: &str = "a list has an account a line, in its one spelling: eip155:1:0x and 40 lower-case digits, polkadot:GENESIS:64 digits, RAIL:NAME:LABEL, or 64 lower-case hexadecimal digits";
/// All accounts of a list are in memory.
const BOUNDS: Bounds = Bounds { bytes: 1024, lines: 16_777_216 };
/// The ends of a list of those who are excluded.
const ENDS: [Account; 2] = [[0; 32], [0xFF; 32]];

/// A list as a route commits to it: sorted, each account once.
pub(crate) struct List {
    accounts: Vec<Account>,
    leaves: Vec<[u8; 32]>,
}

impl List {
    /// Reads a file; `excluded` puts the list between its ends.
    ///
    /// # Errors
    ///
    /// [`CliError::Faults`], with all lines that are no account.
    pub(crate) fn load(path: &Path, excluded: bool) -> Result<Self, CliError> {
        let (mut faults, mut accounts) = (Faults::default(), BTreeSet::new());
        let ended = Lines::open(path, BOUNDS, HELP)?.each(|line, text| match text {
            Ok(comment) if comment.starts_with('#') => {}
            Ok(text) => match text::account_bytes(text).filter(|account| !excluded || !ENDS.contains(account)) {
                Some(account) => drop(accounts.insert(account)),
                None => faults.add(line, format!("{} is no account", quoted(text))),
            },
            Err(bad) => faults.add(line, bad),
        });
        ended.map_err(|error| CliError::file(path, error, HELP))?;
        if !faults.is_empty() {
            return Err(CliError::Faults { what: path.display().to_string(), faults, help: HELP });
        }
        if excluded {
            accounts.extend(ENDS);
        }
        let accounts: Vec<Account> = accounts.into_iter().collect();
        let leaves = accounts.iter().map(|account| merkle::leaf(account, &hash::sha256)).collect();
        Ok(Self { accounts, leaves })
    }

    /// Its size and root.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] where nobody is on it, or more than a tree holds.
    pub(crate) fn head(&self, path: &Path) -> Result<TreeHead, CliError> {
        let head = TreeHead::of(&self.leaves, &hash::sha256).filter(|head| head.size > 0);
        head.ok_or_else(|| CliError::file(path, "a list of nobody, or of too many", HELP))
    }

    /// Its size and root, and the accounts kept at hand: they are a content, by their root.
    ///
    /// # Errors
    ///
    /// Those of [`Self::head`].
    pub(crate) fn kept(&self, at_hand: &AtHand, path: &Path) -> Result<TreeHead, CliError> {
        let head = self.head(path)?;
        let mut items = Spool::default();
        let failed = |error| CliError::file(path, error, HELP);
        self.accounts.iter().try_for_each(|account| items.push(account)).map_err(failed)?;
        at_hand.list(Address::Accounts(head.root), items.end()?);
        Ok(head)
    }

    /// Where an account is on it.
    pub(crate) fn place(&self, account: &Account) -> Option<Inclusion> {
        self.at(self.accounts.binary_search(account).ok()?)
    }

    /// Between whom an account is not on it.
    pub(crate) fn absence(&self, account: &Account) -> Option<Absence> {
        let above = self.accounts.binary_search(account).err()?;
        let below = above.checked_sub(1)?;
        Some(Absence {
            below: *self.accounts.get(below)?,
            below_at: self.at(below)?,
            above: *self.accounts.get(above)?,
            above_at: self.at(above)?,
        })
    }

    fn at(&self, index: usize) -> Option<Inclusion> {
        merkle::inclusion(&self.leaves, u32::try_from(index).ok()?, &hash::sha256)
    }
}
