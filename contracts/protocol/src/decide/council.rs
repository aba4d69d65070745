//! Who sits where: rotation, acceptance, recovery, sizes of councils, rows of the policy table.

use super::{Request, Via, check::Moment, rising};
use crate::{
    action::Reconstitute,
    cells::{CellKey, Cells},
    command::ProposalId,
    council::{Council, Seat, SeatId},
    event::Event,
    genesis::{NewSeat, Profile},
    key::Key,
    policy,
    refusal::Refusal,
    row::{Row, RowId},
};
use alloc::{vec, vec::Vec};

/// Most seconds from now until a seat that is given expires.
const LONGEST_SEAT: u64 = 120 * 24 * 60 * 60;
/// The same for the second seat of a micronode.
const LONGEST_SECOND_SEAT: u64 = 7 * 24 * 60 * 60;

impl<C: Cells> Request<'_, C> {
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
        self.check_seats(id.council, size, &[(id.index, *new)], moment)?;
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
        if micronode && moment == Moment::Opening && self.seat.as_ref().is_none_or(|(author, _)| own(*author)) {
            return Err(Refusal::NotTheSeat);
        }
        if head.epoch != epoch {
            return Err(Refusal::PreconditionChanged);
        }
        self.check_seats(council, head.size, seats, moment)?;
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
        // All programmes' councils have one size.
        if !fits || program || change.size == head.size {
            return Err(Refusal::SeatCount);
        }
        let seats: Vec<(u8, NewSeat)> = (head.size..change.size).zip(change.added.iter().copied()).collect();
        self.check_seats(change.council, change.size, &seats, moment)?;
        self.check_rows(&change.rows, Some((change.council, change.size)))
    }

    /// A council with other seats: each new one is sound and alone with its holder; the organisations keep their duties
    /// and caps, the expiries their distance. Looks at the seats of this council and at nothing else.
    #[inline(never)]
    pub(super) fn check_seats(
        &self,
        council: Council,
        size: u8,
        changes: &[(u8, NewSeat)],
        moment: Moment,
    ) -> Result<(), Refusal> {
        let mut seats = Vec::new();
        for index in 0..size {
            let id = SeatId { council, index };
            match changes.iter().find(|(changed, _)| *changed == index) {
                Some((_, new)) => {
                    self.check_new_seat(id, new, moment)?;
                    seats.push((new.organisation, new.holder, new.key, new.valid_until));
                }
                None => {
                    let Seat { organisation, holder, key, valid_until, .. } = *self.cells.seat(id)?;
                    seats.push((organisation, holder, key, valid_until));
                }
            }
        }
        let organisations = || seats.iter().map(|(organisation, ..)| organisation);
        if council.counts() && !policy::within_cap(organisations) {
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
        spread.then_some(()).ok_or(Refusal::ExpiriesTooClose)
    }

    fn check_new_seat(&self, id: SeatId, new: &NewSeat, moment: Moment) -> Result<(), Refusal> {
        if moment == Moment::Opening {
            new.key.admit()?;
        }
        if self.cells.load(&CellKey::KeySeat(new.key)).is_some() {
            return Err(Refusal::KeyUsedBefore);
        }
        let holder: Option<SeatId> = self.cells.cell::<Option<SeatId>>(&CellKey::Holder(new.holder))?.flatten();
        if holder.is_some_and(|sits| sits != id) {
            return Err(Refusal::HolderTaken);
        }
        let mut organisation = self.cells.organisation(new.organisation)?;
        let duty = organisation.duty(id.council);
        *duty = duty.saturating_add(1);
        if !organisation.separate() {
            return Err(Refusal::SeparationOfDuties);
        }
        let second = self.head.profile.micronode() && id.council == Council::Sovereign && id.index > 0;
        let longest = if second { LONGEST_SECOND_SEAT } else { LONGEST_SEAT };
        let in_time = new.valid_until > self.now && new.valid_until <= self.now.saturating_add(longest);
        in_time.then_some(()).ok_or(Refusal::ExpiriesTooClose)
    }

    /// The whole table with these rows in it, and perhaps a council of another size, keeps every invariant. The number
    /// of rows is a constant of the protocol.
    #[inline(never)]
    pub(super) fn check_rows(&self, changed: &[Row], resized: Option<(Council, u8)>) -> Result<RowId, Refusal> {
        for new in changed {
            let present: Option<Row> = self.cells.cell(&CellKey::Row(new.id))?;
            let version = present.as_ref().map_or(0, |row| row.version).saturating_add(1);
            if new.version != version {
                return Err(Refusal::PreconditionChanged);
            }
            if present.is_some_and(|row| new.delay < row.delay.div_ceil(2)) {
                return Err(Refusal::DelayHalved);
            }
            if new.m == 0 {
                return Err(Refusal::ImpossibleThreshold);
            }
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
        let mut sizes = Vec::new();
        for council in table.iter().flat_map(|row| row.minima.iter()).map(|(council, _)| council) {
            if sizes.iter().all(|(known, _)| *known != council) {
                let size = self.cells.council(council)?.size;
                sizes.push((council, resized.filter(|(other, _)| *other == council).map_or(size, |(_, size)| size)));
            }
        }
        let size = |council| sizes.iter().find(|(known, _)| *known == council).map_or(0, |(_, size)| *size);
        for row in changed {
            let all: u32 = row.minima.iter().map(|(council, _)| u32::from(size(council))).sum();
            if u32::from(row.m) > all {
                return Err(Refusal::ImpossibleThreshold);
            }
        }
        policy::check_table(self.head.profile, &table, size)?;
        Ok(RowId::POLICY_TABLE)
    }

    #[inline(never)]
    pub(super) fn check_renew(&self, until: u64) -> Result<RowId, Refusal> {
        let micronode = self.head.profile.micronode();
        let in_time = until > self.now && until <= self.now.saturating_add(Profile::MICRONODE);
        (micronode && in_time).then_some(RowId::POLICY_TABLE).ok_or(Refusal::OutOfBounds)
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
            events.push(Event::SeatReplaced { id, seat, previous: old.key, new: *new, epoch, continuity });
        }
        Ok(events)
    }

    #[inline(never)]
    pub(super) fn reconstituted(&self, id: ProposalId, change: &Reconstitute) -> Result<Vec<Event>, Refusal> {
        let Reconstitute { council, epoch, size, added, rows } = change;
        let (epoch, added) = (epoch.saturating_add(1), added.clone());
        let mut events = vec![Event::CouncilReconstituted { id, council: *council, epoch, size: *size, added }];
        events.extend(rows.iter().map(|row| Event::RowChanged { id, row: row.clone() }));
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
            true => Ok(vec![Event::SeatAccepted { seat: id, previous: seat.previous }]),
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
            None => Ok(vec![Event::SuccessorNamed { seat: id, successor: *successor, nonce }]),
        }
    }

    #[inline(never)]
    pub(super) fn heartbeat(&self, nonce: u64) -> Result<Vec<Event>, Refusal> {
        let (id, seat) = self.any_seat()?;
        if id.council != Council::Emergency {
            return Err(Refusal::WrongCouncil);
        }
        rising(seat, nonce)?;
        Ok(vec![Event::Heartbeat { seat: id, nonce }])
    }
}

/// Organisation, holder, key, expiry.
type Sitting = (crate::bytes::Label, crate::bytes::HolderHash, Key, u64);
