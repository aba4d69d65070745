//! A table of one's own: read from a file, made for these seats, and blamed in its place.

use crate::{
    error::CliError,
    invariant,
    table::{Sizes, Table, TableFile},
};
use greatseal_protocol::{
    council::Council,
    genesis::{Genesis, Profile},
    policy::Broken,
    refusal::Refusal,
    row::{Row, RowId},
    words,
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

const POLICY_HELP: &str = "write one to begin with: `greatseal policy init`";
const ADD: &str = "add the row to the table: `greatseal policy init` writes one that has it";

/// A table of one's own.
pub(in crate::commands::deploy) struct OwnTable {
    pub(super) path: PathBuf,
    pub(super) sizes: Sizes,
    pub(super) rows: Vec<Row>,
    /// Where each row stands in the file.
    pub(super) places: BTreeMap<RowId, String>,
}

impl OwnTable {
    /// Reads one of this profile.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`].
    pub(in crate::commands::deploy) fn read(path: &Path, profile: Profile) -> Result<Self, CliError> {
        let Table { profile: of, sizes, rows, places } = TableFile::read(path, POLICY_HELP)?;
        if of.micronode() != profile.micronode() {
            let reason = format!("is the table of a {}, and a {} is deployed", of.name(), profile.name());
            return Err(CliError::file(path, reason, "give --profile as the file has it"));
        }
        Ok(Self { path: path.to_owned(), sizes, rows, places })
    }

    /// Refuses a table that is made for another number of seats than there are.
    pub(super) fn fits(&self, genesis: &Genesis) -> Result<(), CliError> {
        let stated = |council| self.sizes.get(&council).copied().unwrap_or(0);
        let other = Council::IN_ROWS.into_iter().find(|council| stated(*council) != genesis.size(*council));
        let Some(other) = other else { return Ok(()) };
        let (stated, seated) = (stated(other), genesis.size(other));
        let council = words::council(other);
        let reason = format!("is made for {stated} seats of {council}, and the seats file has {seated}");
        Err(CliError::file(&self.path, reason, "write the numbers of seats into `councils`"))
    }

    /// That the table leads to a dead end, for want of a row.
    pub(super) fn dead_end(&self, reason: &str) -> CliError {
        CliError::file(&self.path, format!("a dead end: {reason}"), ADD)
    }

    /// That a row breaks an invariant, or is missing; with the place of one that is there.
    pub(super) fn broken(&self, genesis: &Genesis, broken: Broken) -> CliError {
        let place = self.places.get(&RowId(broken.row)).map(|place| format!("{place}: ")).unwrap_or_default();
        let reason = format!("{place}{}", invariant::in_words(genesis, broken));
        CliError::file(&self.path, reason, Refusal::from(broken).help())
    }
}
