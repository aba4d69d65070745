//! Why somebody cannot come into a seat: which organisation, person or key stands in the way, and where.

use greatseal_protocol::{
    action::Action,
    cells::{CellKey, Cells},
    council::{Council, Organisation, SeatId},
    genesis::NewSeat,
    language::{council, program},
    refusal::Refusal,
    state::State,
    words,
};

/// The first newcomer that the refusal is about, in words.
pub(super) fn in_the_way(cells: &impl Cells, refusal: Refusal, action: &Action) -> Option<String> {
    newcomers(cells, action)?.iter().find_map(|(id, new)| match refusal {
        Refusal::KeyUsedBefore => {
            let at = cells.seat_of(&new.key).ok().flatten()?;
            Some(format!("the key {} for {id} sits or sat in {at}", new.key))
        }
        Refusal::HolderTaken => {
            let at: SeatId = cells.cell::<Option<SeatId>>(&CellKey::Holder(new.holder)).ok()??.filter(|at| at != id)?;
            Some(format!("the holder {} for {id} sits in {at}", new.holder))
        }
        Refusal::SeparationOfDuties => {
            let present = cells.organisation(new.organisation).ok()?;
            let mut then = present;
            let duty = then.duty(id.council);
            *duty = duty.saturating_add(1);
            let (organisation, council) = (new.organisation, words::council(id.council));
            let told =
                || format!("organisation {organisation} for {id} would sit in {council} and {}", duties(present));
            (!then.separate()).then(told)
        }
        Refusal::OrganisationCap => {
            let size = cells.council(id.council).ok()?.size;
            let seats = (0..size).map(|index| SeatId { council: id.council, index }).filter(|seat| seat != id);
            let of = |seat: &SeatId| cells.seat(*seat).is_ok_and(|seat| seat.organisation == new.organisation);
            let held: Vec<_> = seats.filter(of).map(|seat| seat.to_string()).collect();
            let told = || format!("organisation {} for {id} has {} already", new.organisation, held.join(", "));
            (!held.is_empty()).then(told)
        }
        _ => None,
    })
}

/// Who would come where.
fn newcomers(cells: &impl Cells, action: &Action) -> Option<Vec<(SeatId, NewSeat)>> {
    let from = |council, first: u8, seats: &[NewSeat]| {
        let places = (first..=u8::MAX).map(|index| SeatId { council, index });
        places.zip(seats.iter().copied()).collect()
    };
    match action {
        Action::Council(council::Action::Rotate { seat, new, .. }) => Some(vec![(*seat, *new)]),
        Action::Council(council::Action::Recover { council, seats, .. }) => {
            Some(seats.iter().map(|(index, new)| (SeatId { council: *council, index: *index }, *new)).collect())
        }
        Action::Council(council::Action::Reconstitute(change)) => {
            Some(from(change.council, cells.council(change.council).ok()?.size, &change.added))
        }
        Action::Program(program::Action::CreateAuthority(new)) => {
            Some(from(Council::Program(new.authority), 0, &new.seats))
        }
        _ => None,
    }
}

/// What an organisation does already.
fn duties(of: Organisation) -> String {
    let all = [
        ("approves", of.approving),
        ("operates", of.operator),
        ("audits", of.auditor),
        ("arbitrates", of.panel),
        ("issues", of.issuer),
    ];
    let told: Vec<_> =
        all.iter().filter(|(_, seats)| *seats > 0).map(|(duty, seats)| format!("{duty} ({seats})")).collect();
    told.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::{
        bytes::{HolderHash, Label},
        council::Seated,
        key::Key,
        memory::Memory,
    };
    use parity_scale_codec::Encode as _;

    #[test]
    fn organisation_person_and_key_in_the_way_are_named() -> Result<(), &'static str> {
        let seat = |council, index| SeatId { council, index };
        let audits = Label::new("audit-court").ok_or("a label")?;
        let new = NewSeat {
            key: Key::Ed25519([1; 32]),
            holder: HolderHash([2; 32]),
            organisation: audits,
            role: audits,
            valid_until: 0,
        };
        let action =
            Action::Council(council::Action::Rotate { seat: seat(Council::Sovereign, 1), previous: new.key, new });
        let mut cells = Memory::new();
        let (custody, auditor) = (seat(Council::Custody, 2), seat(Council::Auditor, 0));
        cells.insert(CellKey::KeySeat(new.key), Seated { seat: custody, prepared: None }.encode());
        cells.insert(CellKey::Holder(new.holder), Some(auditor).encode());
        let duty = Organisation { auditor: 1, ..Organisation::default() };
        cells.insert(CellKey::Organisation(audits), duty.encode());
        for (refusal, words) in [
            (Refusal::KeyUsedBefore, "for S1 sits or sat in C2"),
            (Refusal::HolderTaken, "for S1 sits in A0"),
            (Refusal::SeparationOfDuties, "organisation audit-court for S1 would sit in Sovereign and audits (1)"),
        ] {
            let told = in_the_way(&cells, refusal, &action);
            assert!(told.as_ref().is_some_and(|told| told.contains(words)), "{refusal}: {told:?}");
            assert_eq!(in_the_way(&Memory::new(), refusal, &action), None, "{refusal}: nothing is in the way");
        }
        Ok(())
    }
}
