//! The contract begins, ends, and goes on in another one.

use super::{Fold, Unfit};
use crate::{
    bytes::Written,
    cells::{CellKey, CellsMut, Head},
    digest::Domain,
    event::{Door, Record},
    evolve::council::found,
    genesis::Genesis,
    language::contract::Event,
    state::State,
};

/// Applies an event about the contract itself.
#[inline(never)]
pub(super) fn apply(cells: &mut impl CellsMut, fold: &mut Fold<'_>, event: &Event) -> Result<(), Unfit> {
    match event {
        Event::Deployed { .. } => return Err(Unfit::Missing),
        Event::Refused { expiry, .. } => remember(cells, fold, *expiry)?,
        Event::Retired { successor, .. } => fold.head.successor = Some(*successor),
        Event::Succeeded { predecessor, contract, last, cells: count } => {
            // This record is the next after the last; every cell came over, and the head is one of them.
            let next = last.checked_add(2) == Some(fold.head.seq);
            let whole = fold.head.cells.checked_add(1) == Some(*count);
            let named = (fold.head.domain.contract, fold.head.successor) == (*predecessor, Some(*contract));
            if !(next && whole && named) {
                return Err(Unfit::Missing);
            }
            (fold.head.domain.contract, fold.head.successor) = (*contract, None);
        }
    }
    Ok(())
}

/// The envelope is on record, once.
fn remember(cells: &mut impl CellsMut, fold: &Fold<'_>, expiry: u64) -> Result<(), Unfit> {
    let (Door::Envelope(name), Some(actor)) = (fold.door, fold.actor) else { return Ok(()) };
    let seat = cells.seat_of(actor).ok().flatten().ok_or(Unfit::Missing)?;
    let mut remembered = cells.remembered(seat, fold.at).map_err(|_| Unfit::Missing)?;
    remembered.push((name, expiry));
    cells.put(&CellKey::Refusals(seat), &remembered);
    Ok(())
}

pub(super) fn deploy(
    cells: &mut impl CellsMut,
    record: &Record,
    domain: Domain,
    genesis: &Genesis,
) -> Result<(), Unfit> {
    if record.seq != 0 || cells.load(&CellKey::Head).is_some() {
        return Err(Unfit::OutOfSequence { expected: 0, found: record.seq });
    }
    if cells.sha256(&[&Written::once(genesis)]) != domain.deployment.0 {
        return Err(Unfit::Missing);
    }
    for row in &genesis.rows {
        cells.put(&CellKey::Row(row.id), row);
    }
    found(cells, genesis)?;
    let (chain, profile) = (genesis.chain, genesis.profile);
    let count = cells.count(0);
    let head =
        Head { domain, chain, seq: 1, serial: 1, profile, cells: count, changes: 0, stops_until: 0, successor: None };
    cells.put(&CellKey::Head, &head);
    Ok(())
}
