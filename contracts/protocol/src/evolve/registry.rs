//! Entries, and what components run.

use super::{Unfit, read};
use crate::{
    bytes::Label,
    cells::{CellKey, CellsMut},
    council::Organisation,
    evolve::{use_escalation, use_nonce},
    language::registry::Event,
    registry::{Deployment, Entry, Registered, Release, Running},
    scope::Watched,
};

/// Applies an event about the registry and releases.
#[inline(never)]
pub(super) fn apply(cells: &mut impl CellsMut, event: &Event) -> Result<(), Unfit> {
    match event {
        Event::RegistryChanged { entry, escalation, .. } => {
            use_escalation(cells, *escalation, Watched::Money)?;
            write(cells, entry)?;
        }
        Event::ReleaseApproved { release, .. } => self::release(cells, release)?,
        Event::ReleaseRolledBack { seat, component, to, nonce, .. } => {
            roll_back(cells, *component, *to);
            use_nonce(cells, *seat, *nonce)?;
        }
    }
    Ok(())
}

#[inline(never)]
pub(super) fn write(cells: &mut impl CellsMut, entry: &Registered) -> Result<(), Unfit> {
    let key = CellKey::Entry(entry.entry.key());
    let before: Option<Registered> = read(cells, &key)?;
    // An issuer's organisation may not operate: it is counted while the entry is not revoked.
    for (present, add) in [(before.as_ref(), false), (Some(entry), true)] {
        let Some(Registered { entry: Entry::Issuer { organisation, .. }, revoked: None, .. }) = present else {
            continue;
        };
        let key = CellKey::Organisation(*organisation);
        let mut duties: Organisation = read(cells, &key)?.unwrap_or_default();
        duties.issuer = if add { duties.issuer.saturating_add(1) } else { duties.issuer.saturating_sub(1) };
        cells.put(&key, &duties);
    }
    cells.put(&key, entry);
    Ok(())
}

#[inline(never)]
pub(super) fn release(cells: &mut impl CellsMut, release: &Release) -> Result<(), Unfit> {
    let key = CellKey::Running(release.component);
    let before: Option<Deployment> = read(cells, &key)?;
    let current = Running { version: release.version, code: release.code };
    let before = before.map(|deployment| deployment.current);
    cells.put(&key, &Deployment { current, before, rollback_until: release.rollback_until });
    Ok(())
}

#[inline(never)]
pub(super) fn roll_back(cells: &mut impl CellsMut, component: Label, to: Running) {
    let deployment = Deployment { current: to, before: None, rollback_until: 0 };
    cells.put(&CellKey::Running(component), &deployment);
}
