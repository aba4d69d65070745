//! Authorities and programmes: their beginning, and every change.

mod batch;
mod hold;
mod settle;

use super::{Request, check::Moment};
use crate::{
    bytes::ReferenceHash,
    cells::{CellKey, Cells},
    council::{Council, SeatId},
    event::Event,
    genesis::NewSeat,
    language::{
        council,
        program::{self, Action, Order},
    },
    line::{Line, SetLine},
    program::{
        AUDITORS, CHALLENGE, ChangeProgram, CreateAuthority, CreateProgram, MOST_AHEAD, MOST_LINES, MOST_RULES,
        RuleSet, RulesChange, Terms,
    },
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
            Order::State(statement) => self.make_statement(statement),
            Order::Vote(vote) => self.cast_vote(vote),
            Order::Finalise { manifest, recorder, version } => self.finalise(*manifest, *recorder, *version),
            Order::HoldEntry { manifest, index, until, reason, nonce } => {
                self.hold_entry(*manifest, *index, Some((*until, *reason)), *nonce)
            }
            Order::FreeEntry { manifest, index, nonce } => self.hold_entry(*manifest, *index, None, *nonce),
        }
    }

    /// The row of an action about a programme or a batch, if it can take effect.
    #[inline(never)]
    pub(super) fn program_row(&self, row: RowId, action: &Action, moment: Moment) -> Result<RowId, Refusal> {
        match action {
            Action::CreateAuthority(new) => self.check_create_authority(new, moment),
            Action::Create(new) => self.check_create_program(new, moment),
            Action::Change(change) => self.check_change_program(change, moment),
            Action::ExecuteBatch(batch) => self.check_batch(row, batch, moment).map(|()| row.among(action.choice())),
            Action::Stop { header, .. } => self.check_batch_stop(header).map(|()| row.among(action.choice())),
            Action::Overrule { manifest, auditor, commitment, .. } => {
                self.check_overrule(*manifest, *auditor, *commitment)
            }
        }
    }

    /// What an action about a programme or a batch does, besides being executed.
    #[inline(never)]
    pub(super) fn program_effects(&self, id: ProposalId, row: RowId, action: &Action) -> Result<Vec<Event>, Refusal> {
        Ok(vec![match action {
            Action::CreateAuthority(new) => self.authority_created(id, new)?,
            Action::Create(new) => self.changed(id, new.program, Some((1, new.terms)), &new.rules, &new.lines)?,
            Action::Change(ChangeProgram { program, terms, rules, lines }) => {
                let terms = terms.map(|(previous, terms)| (previous.saturating_add(1), terms));
                self.changed(id, *program, terms, rules, lines)?
            }
            Action::ExecuteBatch(batch) => self.batch_executed(id, row, *batch)?,
            Action::Stop { header, reason } => {
                let manifest = self.manifest_hash(header);
                Event::Program(program::Event::BatchStopped { id, manifest, header: *header, reason: *reason })
            }
            Action::Overrule { manifest, auditor, commitment, reason } => {
                let (manifest, auditor, commitment, reason) = (*manifest, *auditor, *commitment, *reason);
                Event::Program(program::Event::ContradictionOverruled { id, manifest, auditor, commitment, reason })
            }
        }])
    }

    /// Authorities have one size; the genesis gave one to all, or there are none.
    #[inline(never)]
    fn check_create_authority(&self, new: &CreateAuthority, moment: Moment) -> Result<RowId, Refusal> {
        let council = Council::Program(new.authority);
        if council == Council::PROGRAM || self.cells.council(council)?.size > 0 {
            return Err(Refusal::AuthorityExists);
        }
        let size = self.cells.council(Council::PROGRAM)?.size;
        if size == 0 || new.seats.len() != usize::from(size) {
            return Err(Refusal::SeatCount);
        }
        let seats: Vec<(u8, NewSeat)> = (0..size).zip(new.seats.iter().copied()).collect();
        self.check_seats(council, size, &seats, None, moment)?;
        Ok(RowId::PROGRAM_CREATE)
    }

    /// The council comes like one that grows from nothing.
    fn authority_created(&self, id: ProposalId, new: &CreateAuthority) -> Result<Event, Refusal> {
        let council = Council::Program(new.authority);
        let epoch = self.cells.council(council)?.epoch.saturating_add(1);
        let size = self.cells.council(Council::PROGRAM)?.size;
        let added = new.seats.clone();
        Ok(Event::Council(council::Event::CouncilReconstituted { id, council, epoch, size, added }))
    }

    #[inline(never)]
    fn check_create_program(&self, new: &CreateProgram, moment: Moment) -> Result<RowId, Refusal> {
        if new.program == 0 || self.cells.load(&CellKey::Program(new.program)).is_some() {
            return Err(Refusal::ProgramExists);
        }
        self.check_terms(&new.terms)?;
        self.check_rules(new.program, 0, &new.rules, moment)?;
        self.check_lines(new.program, &new.lines, moment)?;
        Ok(RowId::PROGRAM_CREATE)
    }

    /// Each part names what it replaces, so that changes of other parts do not make it stale.
    #[inline(never)]
    fn check_change_program(&self, change: &ChangeProgram, moment: Moment) -> Result<RowId, Refusal> {
        let present = self.cells.program(change.program)?;
        if let Some((previous, terms)) = &change.terms {
            if *previous != present.version {
                return Err(Refusal::PreconditionChanged);
            }
            if terms.authority != present.terms.authority {
                return Err(Refusal::OtherAuthority);
            }
            self.check_terms(terms)?;
        } else if change.rules.is_empty() && change.lines.is_empty() {
            return Err(Refusal::BadTerms);
        }
        self.check_rules(change.program, present.rules, &change.rules, moment)?;
        self.check_lines(change.program, &change.lines, moment)?;
        Ok(RowId::PROGRAM_CHANGE)
    }

    /// The authority exists, the schedule is a document that somebody has, and there are auditors enough.
    fn check_terms(&self, terms: &Terms) -> Result<(), Refusal> {
        if terms.authority == 0 || self.cells.council(Council::Program(terms.authority))?.size == 0 {
            return Err(Refusal::UnknownAuthority);
        }
        if terms.schedule == ReferenceHash([0; 32]) {
            return Err(Refusal::DocumentMissing);
        }
        if !AUDITORS.contains(&terms.auditors) || !CHALLENGE.contains(&terms.challenge) {
            return Err(Refusal::BadTerms);
        }
        // One organisation or two: no more are asked for.
        let mut first = None;
        for index in 0..self.cells.council(Council::Auditor)?.size {
            let organisation = self.cells.seat(SeatId { council: Council::Auditor, index })?.organisation;
            if terms.auditors == 1 || first.is_some_and(|first| first != organisation) {
                return Ok(());
            }
            first = Some(organisation);
        }
        Err(Refusal::TooFewAuditors)
    }

    /// Versions rise and never come back; one that ends is not revived.
    fn check_rules(
        &self,
        program: u32,
        mut newest: u32,
        changes: &[RulesChange],
        moment: Moment,
    ) -> Result<(), Refusal> {
        if changes.len() > MOST_RULES || !ascending(changes, RulesChange::version) {
            return Err(Refusal::BadTerms);
        }
        for change in changes {
            match change {
                RulesChange::Begin { version, rules } => {
                    if *version <= newest
                        || *version > newest.saturating_add(MOST_AHEAD)
                        || !lasts(rules.effective_from, rules.effective_until)
                    {
                        return Err(Refusal::BadRules);
                    }
                    if rules.hash == ReferenceHash([0; 32]) {
                        return Err(Refusal::DocumentMissing);
                    }
                    newest = *version;
                }
                RulesChange::End { version, previous, until } => {
                    let rules: RuleSet = self.cells.rules(program, *version)?.ok_or(Refusal::RulesDiffer)?;
                    if rules.effective_until != *previous {
                        return Err(Refusal::PreconditionChanged);
                    }
                    let earlier = previous.is_none_or(|end| self.now < end && *until < end);
                    let ahead = moment.executing() || *until >= self.now;
                    if !earlier || !ahead {
                        return Err(Refusal::BadRules);
                    }
                }
            }
        }
        Ok(())
    }

    /// A line never forgets: asset and beginning stay, and so does what was spent.
    fn check_lines(&self, program: u32, lines: &[SetLine], moment: Moment) -> Result<(), Refusal> {
        if lines.len() > MOST_LINES || !ascending(lines, |set| set.line) {
            return Err(Refusal::BadTerms);
        }
        for set in lines {
            if set.line == 0 || !set.terms.sound() {
                return Err(Refusal::BadLine);
            }
            let present = self.cells.line(program, set.line)?;
            if present.map_or(0, |line: Line| line.version) != set.previous {
                return Err(Refusal::PreconditionChanged);
            }
            let ahead = moment.executing() || set.terms.until >= self.now;
            let sound = match present {
                None => set.from < set.terms.until && ahead,
                Some(line) => {
                    let stays = line.asset == set.asset && line.from == set.from;
                    stays && (ahead || set.terms.until >= line.terms.until)
                }
            };
            if !sound {
                return Err(Refusal::BadLine);
            }
        }
        Ok(())
    }

    /// What takes effect: an end that has passed by now is now.
    #[inline(never)]
    fn changed(
        &self,
        id: ProposalId,
        program: u32,
        terms: Option<(u32, Terms)>,
        rules: &[RulesChange],
        lines: &[SetLine],
    ) -> Result<Event, Refusal> {
        let mut rules = rules.to_vec();
        for change in &mut rules {
            if let RulesChange::End { until, .. } = change {
                *until = self.now.max(*until);
            }
        }
        let mut lines = lines.to_vec();
        for set in &mut lines {
            // An end that stays as it was, long ago, is not put off.
            let present = self.cells.line(program, set.line)?.map(|line| line.terms.until);
            let least = present.map_or(set.terms.until, |end| self.now.min(end));
            set.terms.until = set.terms.until.max(least);
        }
        Ok(Event::Program(program::Event::ProgramChanged { id, program, terms, rules, lines }))
    }
}

/// By number, each once.
fn ascending<T>(list: &[T], number: impl Fn(&T) -> u32) -> bool {
    list.windows(2).all(|pair| matches!(pair, [left, right] if number(left) < number(right)))
}

/// From one moment to a later one.
fn lasts(from: u64, until: Option<u64>) -> bool {
    until.is_none_or(|until| from < until)
}
