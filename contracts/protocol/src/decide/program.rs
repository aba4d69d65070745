//! Programmes: their beginning, with a council of their own, and every change.

mod batch;
mod settle;

use super::{Request, check::Moment};
use crate::{
    bytes::{ProgramHash, ReferenceHash},
    cells::{CellKey, Cells},
    council::Council,
    digest,
    event::Event,
    genesis::NewSeat,
    language::{
        council,
        program::{self, Action, Order},
    },
    program::{AssetTerms, ChangeProgram, CreateProgram, MOST_ASSETS, Terms},
    proposal_id::ProposalId,
    refusal::Refusal,
    row::RowId,
    state::State,
};
use alloc::{vec, vec::Vec};

impl<C: Cells> Request<'_, C> {
    /// What an order about a programme or a batch does.
    #[inline(never)]
    pub(super) fn program_order(&self, order: &Order) -> Result<Vec<Event>, Refusal> {
        match order {
            Order::RecordSettlement { manifest, from, settled } => self.record_settlement(*manifest, *from, settled),
            Order::AttestSettlement(attestation) => self.attest_settlement(attestation),
            Order::Reconcile { manifest } => self.reconcile(*manifest),
        }
    }

    /// The row of an action about a programme or a batch, if it can take effect.
    #[inline(never)]
    pub(super) fn program_row(&self, row: RowId, action: &Action, moment: Moment) -> Result<RowId, Refusal> {
        match action {
            Action::Create(new) => self.check_create_program(new, moment),
            Action::Change(change) => self.check_change_program(change),
            Action::ExecuteBatch(batch) => self.check_batch(row, batch, moment).map(|()| action.chosen(row)),
            Action::Except { manifest, from, up_to, amount, .. } => {
                self.check_except(*manifest, (*from, *up_to), *amount, moment)
            }
        }
    }

    /// What an action about a programme or a batch does, besides being executed.
    #[inline(never)]
    pub(super) fn program_effects(&self, id: ProposalId, row: RowId, action: &Action) -> Result<Vec<Event>, Refusal> {
        match action {
            Action::Create(new) => self.program_created(id, new),
            Action::Change(change) => Ok(vec![self.program_changed(id, change)?]),
            Action::ExecuteBatch(batch) => Ok(vec![self.batch_executed(id, row, *batch)?]),
            Action::Except { manifest, from, up_to, amount, evidence } => {
                Ok(vec![Event::Program(program::Event::EntryExcepted {
                    id,
                    manifest: *manifest,
                    from: *from,
                    up_to: *up_to,
                    amount: *amount,
                    evidence: *evidence,
                })])
            }
        }
    }

    #[inline(never)]
    pub(super) fn check_create_program(&self, new: &CreateProgram, moment: Moment) -> Result<RowId, Refusal> {
        let council = Council::Program(new.program);
        if council == Council::PROGRAM || self.cells.load(&CellKey::Program(new.program)).is_some() {
            return Err(Refusal::ProgramExists);
        }
        documented(&new.terms)?;
        if new.terms.rules.version == 0 || new.assets.is_empty() || !sound(&new.assets) {
            return Err(Refusal::BadTerms);
        }
        // Where the genesis gave it a council, that one is it. All programmes' councils have one size.
        let present = self.cells.council(council)?.size;
        let size = self.cells.council(Council::PROGRAM)?.size;
        let missing = if present > 0 { 0 } else { size };
        if size == 0 || new.seats.len() != usize::from(missing) {
            return Err(Refusal::SeatCount);
        }
        let seats: Vec<(u8, NewSeat)> = (0..missing).zip(new.seats.iter().copied()).collect();
        if !seats.is_empty() {
            self.check_seats(council, size, &seats, &[], moment)?;
        }
        Ok(RowId::PROGRAM_CREATE)
    }

    #[inline(never)]
    pub(super) fn check_change_program(&self, change: &ChangeProgram) -> Result<RowId, Refusal> {
        let present = self.cells.program(change.program)?;
        let hash = ProgramHash(self.cells.sha256(&[&digest::program_preimage(change.program, &present)]));
        if hash != change.previous {
            return Err(Refusal::PreconditionChanged);
        }
        documented(&change.terms)?;
        let (old, new) = (present.terms.rules, change.terms.rules);
        if (new != old && new.version <= old.version) || !sound(&change.assets) {
            return Err(Refusal::BadTerms);
        }
        Ok(RowId::PROGRAM_CHANGE)
    }

    /// The council comes like one that grows from nothing.
    #[inline(never)]
    pub(super) fn program_created(&self, id: ProposalId, new: &CreateProgram) -> Result<Vec<Event>, Refusal> {
        let mut events = Vec::new();
        if !new.seats.is_empty() {
            let council = Council::Program(new.program);
            let epoch = self.cells.council(council)?.epoch.saturating_add(1);
            let size = self.cells.council(Council::PROGRAM)?.size;
            events.push(Event::Council(council::Event::CouncilReconstituted {
                id,
                council,
                epoch,
                size,
                added: new.seats.clone(),
            }));
        }
        let (program, terms, assets) = (new.program, new.terms, new.assets.clone());
        events.push(Event::Program(program::Event::ProgramChanged { id, program, version: 1, terms, assets }));
        Ok(events)
    }

    #[inline(never)]
    pub(super) fn program_changed(&self, id: ProposalId, change: &ChangeProgram) -> Result<Event, Refusal> {
        let version = self.cells.program(change.program)?.version.saturating_add(1);
        let (program, terms, assets) = (change.program, change.terms, change.assets.clone());
        Ok(Event::Program(program::Event::ProgramChanged { id, program, version, terms, assets }))
    }
}

/// Rules and schedule are documents that somebody has.
fn documented(terms: &Terms) -> Result<(), Refusal> {
    let nothing = ReferenceHash([0; 32]);
    let stated = terms.rules.hash != nothing && terms.schedule != nothing;
    stated.then_some(()).ok_or(Refusal::DocumentMissing)
}

/// In order, each once, not too many, and each with limits that fit each other.
fn sound(assets: &[AssetTerms]) -> bool {
    let ascending = assets.windows(2).all(|pair| matches!(pair, [left, right] if left.asset < right.asset));
    ascending && assets.len() <= MOST_ASSETS && assets.iter().all(|asset| asset.limits.sound())
}
