//! Which cells the contract has, so that nothing is left out that nobody asked for by its name.
//!
//! The node lists the keys of the contract's storage; where it does not, the indexer's whole history is replayed. No cell
//! is ever removed and the contract's head counts them: a list that lacks one is found out, and a history that has another
//! instead too, since each of its cells has to be on the chain. Whatever a list names is then read from the chain.

use super::audit;
use crate::{
    answers::{self, listing::Guessed},
    error::CliError,
    session::Session,
};
use greatseal_facts as facts;
use greatseal_protocol::{
    cells::{CellKey, Cells},
    council::Council,
    parameter::Parameter,
    scope::{Scope, Watched},
    state::State,
};
use std::{collections::BTreeSet, time::Duration};

/// What is looked up by its number where nobody lists everything.
const ROUTES: u32 = 16;
const PROGRAMS: u32 = 8;
/// Budget lines of a programme, and its newest rule sets, that are looked up by number where nobody lists them.
pub(crate) const LINES: u32 = 16;
pub(crate) const RULE_SETS: u32 = 32;
/// How long the indexer may need to have the session's block.
const PATIENCE: Duration = Duration::from_secs(5);

/// Keys of cells; without the contract's own book-keeping.
pub struct Listing {
    keys: BTreeSet<CellKey>,
    source: Source,
}

enum Source {
    /// The node lists every cell.
    Node,
    /// The indexer's history amounts to every cell.
    Indexer,
    /// Nobody does, and why; the keys are those that can be guessed, and what was listed in part.
    Nobody { node: String, indexer: String },
}

impl Listing {
    /// The cells at the session's block.
    ///
    /// # Errors
    ///
    /// [`CliError::Chain`] where the head cannot be read. That nobody lists the cells is an answer.
    pub async fn of(session: &Session) -> Result<Self, CliError> {
        let head = *session.cells([CellKey::Head]).await?.head()?;
        let (mut keys, node) =
            match session.chain.cell_keys(session.deployment.contract(), &session.block, head.cells).await {
                Ok(keys) => match whole(keys, head.cells) {
                    Ok(keys) => return Ok(Self { keys, source: Source::Node }),
                    Err((keys, lacks)) => (keys, format!("the node {lacks}")),
                },
                Err(error) => (BTreeSet::new(), error.to_string()),
            };
        let indexer = match replayed(session).await {
            Ok(replayed) => match whole(replayed, head.cells) {
                Ok(keys) => match made_up(session, &keys).await? {
                    None => return Ok(Self { keys, source: Source::Indexer }),
                    Some(key) => {
                        format!("the indexer's history has the cell {}, and the chain has not", facts::brief(&key))
                    }
                },
                Err((part, lacks)) => {
                    keys.extend(part);
                    format!("the indexer {lacks}")
                }
            },
            Err(error) => error.to_string(),
        };
        keys.extend(guessed());
        Ok(Self { keys, source: Source::Nobody { node, indexer } })
    }

    /// Whether every cell of the contract is there.
    pub fn complete(&self) -> bool {
        !matches!(self.source, Source::Nobody { .. })
    }

    /// Whether the contract may have this cell.
    pub fn may_have(&self, key: &CellKey) -> bool {
        !self.complete() || self.keys.contains(key)
    }

    /// What is made of the keys, ascending.
    pub fn named<'a, T: 'a>(&'a self, what: impl Fn(&CellKey) -> Option<T> + 'a) -> impl Iterator<Item = T> + 'a {
        self.keys.iter().filter_map(what)
    }

    /// Who lists the cells, as answers say it.
    pub fn told(&self) -> answers::listing::Listing {
        let guessed = match &self.source {
            Source::Node | Source::Indexer => None,
            Source::Nobody { node, indexer } => Some(Guessed {
                routes_below: ROUTES,
                programs_below: PROGRAMS.saturating_add(1),
                lines_below: LINES.saturating_add(1),
                rule_sets: RULE_SETS,
                node_error: node.clone(),
                indexer_error: indexer.clone(),
            }),
        };
        answers::listing::Listing {
            complete: self.complete(),
            source: match self.source {
                Source::Node => answers::listing::Source::Node,
                Source::Indexer => answers::listing::Source::Indexer,
                Source::Nobody { .. } => answers::listing::Source::Nobody,
            },
            cells: u32::try_from(self.keys.len()).unwrap_or(u32::MAX),
            guessed,
        }
    }
}

/// The keys of the state where they are the head and as many `others` as that counts; what there is of them, and what is wrong.
fn whole(mut keys: BTreeSet<CellKey>, others: u32) -> Result<BTreeSet<CellKey>, (BTreeSet<CellKey>, String)> {
    keys.retain(|key| !key.apart());
    let (found, all) = (keys.len(), usize::try_from(others).unwrap_or(usize::MAX).saturating_add(1));
    match found == all {
        true => Ok(keys),
        false => Err((keys, format!("lists {found} of {all} cells"))),
    }
}

/// A key that is not on the chain. Where there is none, and there are as many as the contract counts, they are the contract's:
/// a history that was made up names others.
async fn made_up(session: &Session, keys: &BTreeSet<CellKey>) -> Result<Option<CellKey>, CliError> {
    let cells = session.cells(keys.iter().copied()).await?;
    Ok(keys.iter().find(|key| cells.load(key).is_none()).copied())
}

/// Cells that the indexer's history up to the session's block amounts to.
async fn replayed(session: &Session) -> Result<BTreeSet<CellKey>, CliError> {
    let (indexer, block) = (session.indexer()?, session.block.number);
    let behind = |_| CliError::Failed(format!("the indexer does not have block {block} yet"));
    tokio::time::timeout(PATIENCE, audit::caught_up(&indexer, block)).await.map_err(behind)??;
    let state = audit::history(&indexer, session.origin.clone(), block).await?;
    Ok(state.into_keys().collect())
}

/// What people are most likely to have named.
fn guessed() -> impl Iterator<Item = CellKey> {
    let scope = |scope| [CellKey::Pause(scope), CellKey::Duty(scope)];
    let route = |id| [CellKey::Route(id), CellKey::Escalation(Watched::Route(id))];
    let program = |id| [CellKey::Program(id), CellKey::Council(Council::Program(id))];
    let scopes = [Scope::Everything, Scope::Upgrades].into_iter();
    let scopes = scopes.chain((0..ROUTES).map(Scope::Route)).chain((1..=PROGRAMS).map(Scope::Program));
    let parameters = Parameter::NAMED.map(|(name, _)| CellKey::Parameter(name));
    scopes
        .flat_map(scope)
        .chain((0..ROUTES).flat_map(route))
        .chain((1..=PROGRAMS).flat_map(program))
        .chain(parameters)
        .chain([CellKey::Escalation(Watched::Money)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_lacks_a_cell_is_found_out() {
        let state = [CellKey::Head, CellKey::Duties, CellKey::Program(2), CellKey::Pause(Scope::Route(20))];
        let all = BTreeSet::from(state);
        let with_books = all.iter().copied().chain([CellKey::Import]).collect();
        assert_eq!(whole(with_books, 3), Ok(all.clone()));
        for key in &all {
            let mut lacks = all.clone();
            lacks.remove(key);
            assert_eq!(whole(lacks.clone(), 3), Err((lacks, "lists 3 of 4 cells".to_owned())), "{key:?}");
        }
        assert!(whole(all, 2).is_err(), "one that the contract does not have");
    }
}
