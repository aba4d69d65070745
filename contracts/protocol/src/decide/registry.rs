//! Registry: entries, revocations, releases, the way back.

use super::Request;
use crate::{
    bytes::{CodeHash, Label, ReferenceHash},
    cells::{CellKey, Cells},
    council::Council,
    event::Event,
    language::registry::{self, Action, Order},
    proposal_id::ProposalId,
    refusal::Refusal,
    registry::{Deployment, Entry, EntryKey, Registered, Release, Setting},
    row::RowId,
    state::State,
};
use alloc::{vec, vec::Vec};

use super::{check::Moment, rising};

/// Most seconds after its change window for which a release may be taken back without a decision.
const LONGEST_ROLLBACK: u64 = 90 * 24 * 60 * 60;
/// Most seconds from now until an exception for a tenant ends.
const LONGEST_EXCEPTION: u64 = 365 * 24 * 60 * 60;

impl<C: Cells> Request<'_, C> {
    /// What an order about the registry or a release does.
    #[inline(never)]
    pub(super) fn registry_order(&self, order: &Order) -> Result<Vec<Event>, Refusal> {
        match order {
            Order::RollBack { component, from, to, nonce } => self.roll_back(*component, *from, *to, *nonce),
        }
    }

    /// The row of an action about the registry or a release, if it can take effect.
    #[inline(never)]
    pub(super) fn registry_row(&self, action: &Action, moment: Moment) -> Result<RowId, Refusal> {
        match action {
            Action::Register { entry, valid_from, valid_until, replaces } => {
                self.check_register(entry, *valid_from, *valid_until, *replaces)
            }
            Action::Revoke { entry, .. } => self.check_revoke(entry),
            Action::Release(release) => self.check_release(release, moment),
        }
    }

    /// What an action about the registry or a release does, besides being executed.
    #[inline(never)]
    pub(super) fn registry_effects(&self, id: ProposalId, row: RowId, action: &Action) -> Result<Vec<Event>, Refusal> {
        let escalation = row.escalation();
        match action {
            Action::Register { entry, valid_from, valid_until, .. } => {
                let entry = self.registered(*entry, *valid_from, *valid_until)?;
                Ok(vec![Event::Registry(registry::Event::RegistryChanged { id, entry, escalation })])
            }
            Action::Revoke { entry, reason } => Ok(vec![Event::Registry(registry::Event::RegistryChanged {
                id,
                entry: self.revoked(entry, *reason)?,
                escalation,
            })]),
            Action::Release(release) => {
                Ok(vec![Event::Registry(registry::Event::ReleaseApproved { id, release: *release })])
            }
        }
    }

    #[inline(never)]
    pub(super) fn check_register(
        &self,
        entry: &Entry,
        valid_from: u64,
        valid_until: u64,
        replaces: u32,
    ) -> Result<RowId, Refusal> {
        let present = self.entry(&entry.key())?;
        if present.map_or(0, |present| present.version) != replaces {
            return Err(Refusal::PreconditionChanged);
        }
        // Whatever holds now would be gone until the new one begins.
        let cut_off = valid_from > self.now && present.is_some_and(|present| present.holds(self.now));
        if valid_from >= valid_until || self.now >= valid_until || cut_off {
            return Err(Refusal::BadValidity);
        }
        match entry {
            Entry::Issuer { organisation, .. } => {
                let mut duties = self.cells.organisation(*organisation)?;
                duties.issuer = duties.issuer.saturating_add(1);
                if !duties.separate() {
                    return Err(Refusal::SeparationOfDuties);
                }
            }
            // An exception names its tenant, and ends by itself.
            Entry::Custody { setting, tenant, .. } => {
                let nobody = *setting == Setting::PhaseException && tenant.is_none();
                let longest = self.now.saturating_add(LONGEST_EXCEPTION);
                if nobody || tenant.is_some() && valid_until > longest {
                    return Err(Refusal::UnboundedException);
                }
            }
            Entry::Component { .. }
            | Entry::Schema { .. }
            | Entry::Asset { .. }
            | Entry::Payer { .. }
            | Entry::Party { .. } => {}
        }
        if !entry.returns() && present.is_some_and(|present| present.revoked.is_some()) {
            return Err(Refusal::EntryRevoked);
        }
        Ok(entry.row(present.as_ref().map(|present| &present.entry)))
    }

    #[inline(never)]
    pub(super) fn registered(&self, entry: Entry, valid_from: u64, valid_until: u64) -> Result<Registered, Refusal> {
        let version = self.entry(&entry.key())?.map_or(0, |present| present.version).saturating_add(1);
        Ok(Registered { version, entry, valid_from, valid_until, revoked: None })
    }

    #[inline(never)]
    pub(super) fn check_revoke(&self, key: &EntryKey) -> Result<RowId, Refusal> {
        match self.entry(key)? {
            None => Err(Refusal::UnknownEntry),
            Some(present) if present.revoked.is_some() => Err(Refusal::EntryRevoked),
            Some(_) => Ok(key.revoke_row()),
        }
    }

    #[inline(never)]
    pub(super) fn revoked(&self, key: &EntryKey, reason: ReferenceHash) -> Result<Registered, Refusal> {
        let present = self.entry(key)?.ok_or(Refusal::UnknownEntry)?;
        let version = present.version.saturating_add(1);
        Ok(Registered { version, revoked: Some((self.now, reason)), ..present })
    }

    #[inline(never)]
    pub(super) fn check_release(&self, release: &Release, moment: Moment) -> Result<RowId, Refusal> {
        let component = self.entry(&EntryKey::Component(release.component))?;
        let component = component.filter(|entry| entry.holds(self.now)).ok_or(Refusal::UnknownEntry)?;
        if release.sbom == ReferenceHash([0; 32]) || release.code == CodeHash([0; 32]) {
            return Err(Refusal::DocumentMissing);
        }
        let longest = release.not_after.saturating_add(LONGEST_ROLLBACK);
        if release.not_before >= release.not_after || release.rollback_until > longest {
            return Err(Refusal::OutOfBounds);
        }
        let running: Option<Deployment> = self.cells.cell(&CellKey::Running(release.component))?;
        if running.map(|running| running.current.code) != release.replaces {
            return Err(Refusal::PreconditionChanged);
        }
        let early = moment.executing() && self.now < release.not_before;
        if early || self.now >= release.not_after {
            return Err(Refusal::OutsideWindow);
        }
        let row = component.entry.risk().release_row();
        self.window_ends(row, release.not_after, moment)?;
        Ok(row)
    }

    /// Goes back to what ran before. The decision that let the present release run has allowed it.
    #[inline(never)]
    pub(super) fn roll_back(
        &self,
        component: Label,
        from: Label,
        to: Label,
        nonce: u64,
    ) -> Result<Vec<Event>, Refusal> {
        let (seat, holder) = self.seat_of(&[Council::Operator])?;
        rising(holder, nonce)?;
        let running: Option<Deployment> = self.cells.cell(&CellKey::Running(component))?;
        let running = running.ok_or(Refusal::UnknownEntry)?;
        let before = running.before.filter(|_| self.now < running.rollback_until).ok_or(Refusal::NoRollback)?;
        if running.current.version != from || before.version != to {
            return Err(Refusal::PreconditionChanged);
        }
        self.may_go_back()?;
        Ok(vec![Event::Registry(registry::Event::ReleaseRolledBack {
            seat,
            component,
            from: running.current,
            to: before,
            nonce,
        })])
    }

    /// Whether the registry has an entry that holds now.
    #[inline(never)]
    pub(super) fn registry_holds(&self, key: EntryKey) -> Result<(), Refusal> {
        self.entry(&key)?.filter(|entry| entry.holds(self.now)).map(|_| ()).ok_or(Refusal::UnknownEntry)
    }

    fn entry(&self, key: &EntryKey) -> Result<Option<Registered>, Refusal> {
        self.cells.cell(&CellKey::Entry(*key))
    }
}
