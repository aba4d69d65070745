//! The policy table, adopted texts and the profile.

use super::Request;
use crate::{
    cells::{CellKey, Cells},
    council::Council,
    event::Event,
    genesis::Profile,
    language::policy::{self, Action},
    policy::check_table,
    proposal_id::ProposalId,
    refusal::Refusal,
    row::{Row, RowId},
    state::State,
};
use alloc::{vec, vec::Vec};

impl<C: Cells> Request<'_, C> {
    /// The row of an action about the policy table, a text or the profile, if it can take effect.
    #[inline(never)]
    pub(super) fn policy_row(&self, action: &Action) -> Result<RowId, Refusal> {
        match action {
            Action::SetRow(new) => self.check_rows(core::slice::from_ref(new), None),
            Action::Adopt { .. } => Ok(RowId::DOCUMENT_ONLY),
            Action::RenewProfile { until } => self.check_renew(*until),
        }
    }

    /// What an action about the policy table, a text or the profile does, besides being executed.
    #[inline(never)]
    pub(super) fn policy_effects(&self, id: ProposalId, action: &Action) -> Result<Vec<Event>, Refusal> {
        match action {
            Action::SetRow(new) => Ok(vec![Event::Policy(policy::Event::RowChanged { id, row: new.clone() })]),
            Action::Adopt { .. } => Ok(Vec::new()),
            Action::RenewProfile { until } => {
                Ok(vec![Event::Policy(policy::Event::ProfileRenewed { id, until: *until })])
            }
        }
    }

    /// The whole table with these rows in it, and perhaps a council of another size, keeps every invariant. The number
    /// of rows is a constant of the protocol.
    #[inline(never)]
    pub(super) fn check_rows(&self, changed: &[Row], resized: Option<(Council, u8)>) -> Result<RowId, Refusal> {
        let mut present_sizes = Vec::with_capacity(Council::IN_ROWS.len());
        for council in Council::IN_ROWS {
            present_sizes.push((council, self.cells.council(council)?.size));
        }
        let present_size =
            |council| present_sizes.iter().find(|(known, _)| *known == council).map_or(0, |(_, size)| *size);
        let size = |council| match resized {
            Some((other, size)) if other == council => size,
            _ => present_size(council),
        };
        let mut before: Vec<Option<Row>> = Vec::with_capacity(changed.len());
        for new in changed {
            let present: Option<Row> = self.cells.cell(&CellKey::Row(new.id))?;
            let version = present.as_ref().map_or(0, |row| row.version).saturating_add(1);
            if new.version != version {
                return Err(Refusal::PreconditionChanged);
            }
            if present.as_ref().is_some_and(|row| new.delay < row.delay.div_ceil(2)) {
                return Err(Refusal::DelayHalved);
            }
            if new.m == 0 {
                return Err(Refusal::ImpossibleThreshold);
            }
            before.push(present);
        }
        let mut table = Vec::new();
        for (id, _) in RowId::NAMED {
            let present: Option<Row> = self.cells.cell(&CellKey::Row(*id))?;
            table.extend(changed.iter().find(|row| row.id == *id).cloned().or(present));
        }
        // Every changed row was found under a known name, and once.
        let known = changed.iter().all(|row| table.iter().filter(|other| *other == row).count() == 1);
        let ascending = changed.windows(2).all(|pair| matches!(pair, [left, right] if left.id < right.id));
        if !known || !ascending {
            return Err(Refusal::InvariantDeny);
        }
        if changed.iter().any(|row| u32::from(row.m) > row.seats(&size)) {
            return Err(Refusal::ImpossibleThreshold);
        }
        check_table(self.head.profile, &table, size)?;
        let fewer = |old: &Row, new: &Row| old.seats(&present_size).saturating_sub(new.seats(&size));
        let close = |old: &Row, new: &Row| new.close_to(old, fewer(old, new));
        let slowly = before.iter().zip(changed).all(|(old, new)| old.as_ref().is_none_or(|old| close(old, new)));
        slowly.then_some(RowId::POLICY_TABLE).ok_or(Refusal::ThresholdDrops)
    }

    #[inline(never)]
    pub(super) fn check_renew(&self, until: u64) -> Result<RowId, Refusal> {
        let micronode = self.head.profile.micronode();
        let in_time = until > self.now && until <= self.now.saturating_add(Profile::MICRONODE);
        (micronode && in_time).then_some(RowId::POLICY_TABLE).ok_or(Refusal::OutOfBounds)
    }
}
