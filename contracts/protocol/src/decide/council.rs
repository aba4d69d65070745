//! Who sits where: rotation, acceptance, recovery, sizes of councils, rows of the policy table.

mod suspension;

use super::{Request, Via, check::Moment, rising};
use crate::{
    cells::{CellKey, Cells},
    council::{Council, LONGEST_SEAT, Seat, SeatId},
    event::Event,
    genesis::NewSeat,
    key::Key,
    language::{
        self,
        council::{self, Action, Order, Reconstitute},
    },
    policy,
    proposal_id::ProposalId,
    refusal::Refusal,
    row::RowId,
    state::State,
};
use alloc::{vec, vec::Vec};

/// Most seconds from now until the second seat of a micronode expires.
const LONGEST_SECOND_SEAT: u64 = 7 * 24 * 60 * 60;

/// Fewest seats of the first authority of a programme.
const LEAST_AUTHORITY: u8 = 3;
/// Rows that come with it.
const OF_PROGRAMS: [RowId; 6] = [
    RowId::PROGRAM_CREATE,
    RowId::PROGRAM_CHANGE,
    RowId::BATCH_LARGE,
    RowId::BATCH_SMALL,
    RowId::ROTATE_PROGRAM,
    RowId::BATCH_STOP,
];

impl<C: Cells> Request<'_, C> {
    /// What an order about a council or a seat does.
    #[inline(never)]
    pub(super) fn council_order(&self, order: &Order) -> Result<Vec<Event>, Refusal> {
        match order {
            Order::AcceptSeat { seat, previous } => self.accept_seat(*seat, previous.as_ref()),
            Order::SuspendSelf => self.suspend_self(),
            Order::Heartbeat { nonce } => self.heartbeat(*nonce),
            Order::NameSuccessor { successor, nonce } => self.name_successor(successor, *nonce),
        }
    }

    /// The row of an action about a council or a seat, if it can take effect.
    #[inline(never)]
    pub(super) fn council_row(&self, row: RowId, action: &Action, moment: Moment) -> Result<RowId, Refusal> {
        match action {
            Action::Suspend { seat, key, recovery, .. } => {
                self.check_suspend(row, *seat, key, *recovery).map(|()| row.among(action.choice()))
            }
            Action::Reinstate { seat, key, .. } => self.check_reinstate(*seat, key, moment),
            Action::Rotate { seat, previous, new } => self.check_rotate(*seat, previous, new, moment),
            Action::Recover { council, epoch, seats } => self.check_recover(*council, *epoch, seats, moment),
            Action::Reconstitute(change) => self.check_reconstitute(change, moment),
        }
    }

    /// What an action about a council or a seat does, besides being executed.
    #[inline(never)]
    pub(super) fn council_effects(&self, id: ProposalId, row: RowId, action: &Action) -> Result<Vec<Event>, Refusal> {
        match action {
            Action::Suspend { seat, .. } => Ok(vec![self.suspended(id, row, *seat)?]),
            Action::Reinstate { seat, .. } => {
                Ok(vec![Event::Council(council::Event::SeatReinstated { id, seat: *seat })])
            }
            Action::Rotate { seat, new, .. } => self.replaced(id, seat.council, &[(seat.index, *new)]),
            Action::Recover { council, seats, .. } => {
                let opened = self.cells.proposal(id)?.opened_at;
                let mut events = Vec::new();
                for seat in self.in_the_way(*council, seats, Moment::Executing { opened })? {
                    let key = self.cells.seat(seat)?.key;
                    events.push(Event::Council(council::Event::SeatVacated { id, seat, key }));
                }
                events.extend(self.replaced(id, *council, seats)?);
                Ok(events)
            }
            Action::Reconstitute(change) => self.reconstituted(id, change),
        }
    }

    #[inline(never)]
    pub(super) fn check_rotate(
        &self,
        id: SeatId,
        previous: &Key,
        new: &NewSeat,
        moment: Moment,
    ) -> Result<RowId, Refusal> {
        self.seat_with(id, previous)?;
        let size = self.cells.council(id.council)?.size;
        self.check_seats(id.council, size, &[(id.index, *new)], None, moment)?;
        Ok(RowId::rotate(id.council))
    }

    #[inline(never)]
    pub(super) fn check_recover(
        &self,
        council: Council,
        epoch: u32,
        seats: &[(u8, NewSeat)],
        moment: Moment,
    ) -> Result<RowId, Refusal> {
        let row = Self::recovery_row(council)?;
        let head = self.cells.council(council)?;
        let ascending = seats.windows(2).all(|pair| matches!(pair, [(left, _), (right, _)] if left < right));
        if !ascending || seats.is_empty() || seats.iter().any(|(index, _)| *index >= head.size) {
            return Err(Refusal::SeatCount);
        }
        // One seat of a micronode recovers the other, never itself.
        let own = |author: SeatId| seats.len() > 1 || seats.iter().any(|(index, _)| *index == author.index);
        let micronode = self.head.profile.micronode();
        if micronode && !moment.executing() && self.seat.as_ref().is_none_or(|(author, _)| own(*author)) {
            return Err(Refusal::NotTheSeat);
        }
        if head.epoch != epoch {
            return Err(Refusal::PreconditionChanged);
        }
        let vacated = self.in_the_way(council, seats, moment)?;
        self.check_seats(council, head.size, seats, Some(&vacated), moment)?;
        Ok(row)
    }

    #[inline(never)]
    pub(super) fn check_reconstitute(&self, change: &Reconstitute, moment: Moment) -> Result<RowId, Refusal> {
        let head = self.cells.council(change.council)?;
        if head.epoch != change.epoch {
            return Err(Refusal::PreconditionChanged);
        }
        let most = u8::try_from(Council::MAX_SEATS).unwrap_or(u8::MAX);
        let program = change.council.in_row() == Council::PROGRAM;
        let added = change.size.saturating_sub(head.size);
        let fits = (1..=most).contains(&change.size) && change.added.len() == usize::from(added);
        // All programmes' councils have one size, which the first of them brings.
        let first = program && change.council != Council::PROGRAM && self.cells.council(Council::PROGRAM)?.size == 0;
        if !fits || program && !first || change.size == head.size {
            return Err(Refusal::SeatCount);
        }
        if first {
            let mut complete = change.size >= LEAST_AUTHORITY;
            for id in OF_PROGRAMS {
                let brought = change.rows.iter().any(|row| row.id == id);
                complete &= brought || self.cells.load(&CellKey::Row(id)).is_some();
            }
            if !complete {
                return Err(Refusal::FirstAuthority);
            }
        }
        let seats: Vec<(u8, NewSeat)> = (head.size..change.size).zip(change.added.iter().copied()).collect();
        self.check_seats(change.council, change.size, &seats, None, moment)?;
        self.check_rows(&change.rows, Some((change.council.in_row(), change.size)))
    }

    /// A council with other seats: each new one is sound and alone with its holder; the organisations keep their duties
    /// and caps, the expiries their distance. Looks at the seats of this council and at nothing else. A recovery says which
    /// seats it vacates.
    #[inline(never)]
    pub(super) fn check_seats(
        &self,
        council: Council,
        size: u8,
        changes: &[(u8, NewSeat)],
        recovery: Option<&[SeatId]>,
        moment: Moment,
    ) -> Result<(), Refusal> {
        let vacated = recovery.unwrap_or_default();
        let mut seats = Vec::new();
        for index in 0..size {
            let id = SeatId { council, index };
            match changes.iter().find(|(changed, _)| *changed == index) {
                Some((_, new)) => {
                    self.check_new_seat(id, new, recovery, moment)?;
                    seats.push((new.organisation, new.holder, new.key, new.valid_until));
                }
                None => {
                    let Seat { organisation, holder, key, valid_until, vacant, .. } = *self.cells.seat(id)?;
                    if !vacant && !vacated.contains(&id) {
                        seats.push((organisation, holder, key, valid_until));
                    }
                }
            }
        }
        let organisations = || seats.iter().map(|(organisation, ..)| organisation);
        if council.counts() && !policy::within_cap(size.into(), organisations) {
            return Err(Refusal::OrganisationCap);
        }
        let twice = |same: fn(&Sitting, &Sitting) -> bool| {
            seats.iter().enumerate().any(|(at, one)| seats.iter().skip(at).skip(1).any(|other| same(one, other)))
        };
        if twice(|one, other| one.2 == other.2) {
            return Err(Refusal::KeyUsedBefore);
        }
        if twice(|one, other| one.1 == other.1) {
            return Err(Refusal::HolderTaken);
        }
        let spread = changes.is_empty() || policy::spread(|| seats.iter().map(|(.., valid_until)| *valid_until));
        Refusal::ExpiriesTooClose.unless(spread)
    }

    /// Seats that were given to keys which had not accepted them when a recovery was opened, and have a key, a holder or an
    /// organisation that it needs: whoever can rotate some other council could else keep its new keys from sitting.
    fn in_the_way(&self, council: Council, seats: &[(u8, NewSeat)], moment: Moment) -> Result<Vec<SeatId>, Refusal> {
        let mut found: Vec<SeatId> = Vec::new();
        for (index, new) in seats {
            let holder: Option<SeatId> = self.cells.cell::<Option<SeatId>>(&CellKey::Holder(new.holder))?.flatten();
            let mut suspects: Vec<SeatId> = self.cells.seat_of(&new.key)?.into_iter().chain(holder).collect();
            let mut organisation = self.cells.organisation(new.organisation)?;
            *organisation.duty(council) = 1;
            if !organisation.separate() {
                for other in [Council::Operator, Council::Auditor, Council::Panel] {
                    suspects.extend((0..self.cells.council(other)?.size).map(|index| SeatId { council: other, index }));
                }
            }
            let own = SeatId { council, index: *index };
            for id in suspects.into_iter().filter(|id| *id != own) {
                let seat = self.cells.seat(id)?;
                let same = seat.key == new.key || seat.holder == new.holder || seat.organisation == new.organisation;
                let late = seat.accepted.is_some_and(|at| moment.since().is_some_and(|opened| at >= opened));
                if same && (seat.pending() || late) && seat.sits.is_some() && !found.contains(&id) {
                    found.push(id);
                }
            }
        }
        Ok(found)
    }

    fn check_new_seat(
        &self,
        id: SeatId,
        new: &NewSeat,
        recovery: Option<&[SeatId]>,
        moment: Moment,
    ) -> Result<(), Refusal> {
        let vacated = recovery.unwrap_or_default();
        if !moment.executing() {
            new.key.admit()?;
        }
        let free = |sits: &SeatId| vacated.contains(sits);
        if let Some(sat) = self.cells.seat_of(&new.key)?.filter(|sat| !free(sat)) {
            // Whoever gives the key of a recovery to a seat of another council, and then another key to that seat, has not used
            // it up: its envelopes from there name that seat.
            if recovery.is_none() || sat.council == id.council || self.cells.seat(sat)?.key == new.key {
                return Err(Refusal::KeyUsedBefore);
            }
        }
        let holder: Option<SeatId> = self.cells.cell::<Option<SeatId>>(&CellKey::Holder(new.holder))?.flatten();
        if holder.is_some_and(|sits| sits != id && !free(&sits)) {
            return Err(Refusal::HolderTaken);
        }
        let mut organisation = self.cells.organisation(new.organisation)?;
        for sits in vacated {
            if self.cells.seat(*sits)?.organisation == new.organisation {
                let duty = organisation.duty(sits.council);
                *duty = duty.saturating_sub(1);
            }
        }
        let duty = organisation.duty(id.council);
        *duty = duty.saturating_add(1);
        if !organisation.separate() {
            return Err(Refusal::SeparationOfDuties);
        }
        let second = self.head.profile.micronode() && id.council == Council::Sovereign && id.index > 0;
        let longest = if second { LONGEST_SECOND_SEAT } else { LONGEST_SEAT };
        let in_time = new.valid_until > self.now && new.valid_until <= self.now.saturating_add(longest);
        Refusal::ExpiriesTooClose.unless(in_time)
    }

    #[inline(never)]
    pub(super) fn replaced(
        &self,
        id: ProposalId,
        council: Council,
        seats: &[(u8, NewSeat)],
    ) -> Result<Vec<Event>, Refusal> {
        let mut epoch = self.cells.council(council)?.epoch;
        let mut events = Vec::with_capacity(seats.len());
        for (index, new) in seats {
            epoch = epoch.saturating_add(1);
            let seat = SeatId { council, index: *index };
            let old = self.cells.seat(seat)?;
            let continuity = old.successor == Some(new.key);
            events.push(Event::Council(council::Event::SeatReplaced {
                id,
                seat,
                previous: old.key,
                new: *new,
                epoch,
                continuity,
            }));
        }
        Ok(events)
    }

    #[inline(never)]
    pub(super) fn reconstituted(&self, id: ProposalId, change: &Reconstitute) -> Result<Vec<Event>, Refusal> {
        let Reconstitute { council, epoch, size, added, rows } = change;
        let (epoch, added) = (epoch.saturating_add(1), added.clone());
        let mut events = vec![Event::Council(council::Event::CouncilReconstituted {
            id,
            council: *council,
            epoch,
            size: *size,
            added,
        })];
        events
            .extend(rows.iter().map(|row| Event::Policy(language::policy::Event::RowChanged { id, row: row.clone() })));
        Ok(events)
    }

    /// The new key's own word, which names the one that it follows.
    #[inline(never)]
    pub(super) fn accept_seat(&self, id: SeatId, previous: Option<&Key>) -> Result<Vec<Event>, Refusal> {
        let (own, seat) = self.any_seat()?;
        // The signature is the proof that somebody holds the key: an account's call could come by other ways.
        if self.via == Via::Account {
            return Err(Refusal::DoorClosed);
        }
        if own != id {
            return Err(Refusal::NotTheSeat);
        }
        match seat.previous.as_ref() == previous {
            true => Ok(vec![Event::Council(council::Event::SeatAccepted { seat: id, previous: seat.previous })]),
            false => Err(Refusal::PreconditionChanged),
        }
    }

    #[inline(never)]
    pub(super) fn name_successor(&self, successor: &Key, nonce: u64) -> Result<Vec<Event>, Refusal> {
        let (id, seat) = self.any_seat()?;
        rising(seat, nonce)?;
        successor.admit()?;
        match self.cells.load(&CellKey::KeySeat(*successor)) {
            Some(_) => Err(Refusal::KeyUsedBefore),
            None => Ok(vec![Event::Council(council::Event::SuccessorNamed { seat: id, successor: *successor, nonce })]),
        }
    }

    #[inline(never)]
    pub(super) fn heartbeat(&self, nonce: u64) -> Result<Vec<Event>, Refusal> {
        let (id, seat) = self.any_seat()?;
        if id.council != Council::Emergency {
            return Err(Refusal::WrongCouncil);
        }
        rising(seat, nonce)?;
        Ok(vec![Event::Council(council::Event::Heartbeat { seat: id, nonce })])
    }

    /// A recovery row belongs to its council.
    #[inline(never)]
    pub(super) fn recovery_row(council: Council) -> Result<RowId, Refusal> {
        match council {
            Council::Sovereign => Ok(RowId::RECOVER_SOVEREIGN),
            Council::Policy => Ok(RowId::RECOVER_POLICY),
            _ => Err(Refusal::WrongRow),
        }
    }
}

/// Organisation, holder, key, expiry.
type Sitting = (crate::bytes::Label, crate::bytes::HolderHash, Key, u64);
