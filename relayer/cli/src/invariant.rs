//! A broken invariant in words: which organisations, seats and numbers break it.

use crate::{
    table::Sizes,
    text::{about, letter},
};
use greatseal_protocol::{
    bytes::Label,
    council::{Council, SeatId},
    genesis::{Genesis, NewSeat},
    policy::{APART, Broken, cap},
    row::Row,
    words,
};

/// An invariant that a genesis breaks, and what breaks it.
pub fn in_words(genesis: &Genesis, broken: Broken) -> String {
    match of_genesis(genesis, broken) {
        told if told.is_empty() => broken.to_string(),
        told => format!("{broken}: {told}"),
    }
}

/// What breaks it in a genesis; empty where the invariant's own words say all.
pub fn of_genesis(genesis: &Genesis, broken: Broken) -> String {
    if let Some(row) = genesis.rows.iter().find(|row| row.id.0 == broken.row) {
        let sizes = row.minima.iter().map(|(council, _)| (council, genesis.size(council))).collect();
        return of_row(row, &sizes);
    }
    let seats: Vec<(SeatId, &NewSeat)> = genesis.seats().collect();
    let found = match broken.invariant {
        1 => sizes(genesis),
        7 => crowded(genesis),
        9 => close(genesis),
        13 => two_duties(&seats),
        14 => twice(&seats),
        _ => None,
    };
    found.unwrap_or_default()
}

/// The numbers of a row.
pub fn of_row(row: &Row, sizes: &Sizes) -> String {
    let one = |(council, least): (Council, u8)| {
        let size = sizes.get(&council).copied().unwrap_or(0);
        format!("at least {least} of the {size} of {}", words::council(council))
    };
    let councils: Vec<_> = row.minima.iter().map(one).collect();
    format!(
        "{} asks for {} approval{}, {}; delay {}, decided within {}, executed within {}",
        row.id,
        row.m,
        if row.m == 1 { "" } else { "s" },
        councils.join(", "),
        words::duration(row.delay),
        words::duration(row.approve_by),
        words::duration(row.window)
    )
}

fn sizes(genesis: &Genesis) -> Option<String> {
    let many = genesis.councils.iter().find(|entry| !(1..=Council::MAX_SEATS).contains(&entry.seats.len()));
    if let Some(entry) = many {
        let (name, most) = (letter(entry.council), Council::MAX_SEATS);
        return Some(format!("council {name} has {} seats, not 1 to {most}", entry.seats.len()));
    }
    let mut programs = genesis.councils.iter().filter(|entry| entry.council.in_row() == Council::PROGRAM);
    let first = programs.next()?;
    let other = programs.find(|entry| entry.size() != first.size());
    match other {
        Some(other) => Some(format!(
            "council {} has {} seats and {} has {}: all programmes' councils have one size",
            letter(first.council),
            first.size(),
            letter(other.council),
            other.size()
        )),
        None => Some("there is no programme 0".to_owned()).filter(|_| first.council == Council::PROGRAM),
    }
}

fn crowded(genesis: &Genesis) -> Option<String> {
    genesis.councils.iter().filter(|entry| entry.council.counts()).find_map(|entry| {
        let most = cap(entry.size().into());
        let held = |organisation: Label| -> Vec<String> {
            let of = (0_u8..).zip(&entry.seats).filter(|(_, seat)| seat.organisation == organisation);
            of.map(|(index, _)| SeatId { council: entry.council, index }.to_string()).collect()
        };
        entry.seats.iter().find_map(|seat| {
            let seats = held(seat.organisation);
            let over = u32::try_from(seats.len()).is_ok_and(|number| number > most);
            over.then(|| {
                format!(
                    "organisation {} has {} of the {} seats of {} ({}), at most {most}",
                    seat.organisation,
                    seats.len(),
                    entry.seats.len(),
                    words::council(entry.council),
                    seats.join(", ")
                )
            })
        })
    })
}

fn close(genesis: &Genesis) -> Option<String> {
    genesis.councils.iter().find_map(|entry| {
        let all: Vec<_> = (0_u8..).zip(entry.seats.iter().map(|seat| seat.valid_until)).collect();
        all.iter().enumerate().find_map(|(at, (one, ends))| {
            let near = all.iter().take(at).find(|(_, other)| ends.abs_diff(*other) < APART);
            near.map(|(other, end)| {
                let [one, other] = [one, other].map(|index| SeatId { council: entry.council, index: *index });
                format!("{other} and {one} expire {} apart, 7 d at least", about(ends.abs_diff(*end)))
            })
        })
    })
}

fn two_duties(seats: &[(SeatId, &NewSeat)]) -> Option<String> {
    seats.iter().find_map(|(one, seat)| {
        let other = seats
            .iter()
            .find(|(other, it)| it.organisation == seat.organisation && duty(other.council) != duty(one.council));
        let (other, _) = other?;
        let (organisation, duties) = (seat.organisation, [one, other].map(|id| duty(id.council)));
        Some(format!("organisation {organisation} {} in {one} and {} in {other}", duties[0], duties[1]))
    })
}

fn duty(council: Council) -> &'static str {
    match council {
        Council::Operator => "operates",
        Council::Auditor => "audits",
        Council::Panel => "arbitrates",
        Council::Sovereign
        | Council::Policy
        | Council::Technical
        | Council::Emergency
        | Council::Custody
        | Council::Treasury
        | Council::Identity
        | Council::Program(_) => "approves",
    }
}

fn twice(seats: &[(SeatId, &NewSeat)]) -> Option<String> {
    seats.iter().enumerate().find_map(|(at, (one, seat))| {
        if seat.key.admit().is_err() {
            return Some(format!("the key of {one} is weak"));
        }
        let mut before = seats.iter().take(at);
        let same = before.find_map(|(other, it)| match (it.key == seat.key, it.holder == seat.holder) {
            (true, _) => Some((other, "key")),
            (_, true) => Some((other, "holder")),
            _ => None,
        });
        same.map(|(other, what)| format!("{other} and {one} have the same {what}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::hash;
    use greatseal_protocol::{
        bytes::{ChainGenesis, HolderHash, Salt},
        genesis::{CouncilSeats, Profile},
        key::Key,
        policy,
    };

    /// A council, and the organisations of its seats.
    type Seats = (Council, &'static [&'static str]);

    fn key(name: &str) -> Key {
        let mut key = Key::Ed25519(hash::sha256(&[name.as_bytes()]));
        while key.admit().is_err() {
            key = Key::Ed25519(hash::sha256(&[&key.topic()]));
        }
        key
    }

    /// Seats by organisation, a week apart.
    fn genesis(councils: &[Seats]) -> Option<Genesis> {
        let seats = |(council, organisations): &Seats| {
            let seats = (0_u64..).zip(*organisations).map(|(index, name)| {
                let organisation = Label::new(name)?;
                let key = key(&format!("{council}/{index}"));
                let holder = HolderHash(key.topic());
                Some(NewSeat { key, holder, organisation, role: organisation, valid_until: (index + 1) * APART })
            });
            Some(CouncilSeats { council: *council, seats: seats.collect::<Option<_>>()? })
        };
        Some(Genesis {
            chain: ChainGenesis([0; 32]),
            chain_id: 1,
            profile: Profile::Standard,
            councils: councils.iter().map(seats).collect::<Option<_>>()?,
            rows: Vec::new(),
            salt: Salt([0; 32]),
        })
    }

    fn told(genesis: &Genesis) -> Option<(u8, String)> {
        let broken = policy::check(genesis).err()?;
        Some((broken.invariant, of_genesis(genesis, broken)))
    }

    #[test]
    fn organisation_and_seats_that_break_an_invariant_are_named() {
        let cases: [(&[Seats], u8, &str); 4] = [
            (
                &[(Council::Sovereign, &["hospital", "hospital"])],
                7,
                "organisation hospital has 2 of the 2 seats of Sovereign (S0, S1), at most 1",
            ),
            (
                &[(Council::Sovereign, &["a", "b", "c"]), (Council::Auditor, &["b"])],
                13,
                "organisation b approves in S1 and audits in A0",
            ),
            (
                &[(Council::Program(1), &["a", "b"]), (Council::Program(2), &["a"])],
                1,
                "council Pr:1 has 2 seats and Pr:2 has 1: all programmes' councils have one size",
            ),
            (&[(Council::Sovereign, &["a"; 17])], 1, "council S has 17 seats, not 1 to 16"),
        ];
        for (councils, invariant, words) in cases {
            let found = genesis(councils).and_then(|genesis| told(&genesis));
            assert_eq!(found, Some((invariant, words.to_owned())));
        }
    }

    #[test]
    fn seats_of_one_key_one_holder_or_one_week_are_named() -> Result<(), &'static str> {
        let sound = genesis(&[(Council::Sovereign, &["a", "b", "c"]), (Council::Policy, &["d", "e"])]);
        let sound = sound.ok_or("labels")?;
        let changed = |change: fn(&mut Genesis)| {
            let mut genesis = sound.clone();
            change(&mut genesis);
            told(&genesis)
        };
        let key = changed(|genesis| genesis.councils[1].seats[1].key = genesis.councils[0].seats[2].key);
        assert_eq!(key, Some((14, "S2 and P1 have the same key".to_owned())));
        let holder = changed(|genesis| genesis.councils[1].seats[0].holder = genesis.councils[0].seats[0].holder);
        assert_eq!(holder, Some((14, "S0 and P0 have the same holder".to_owned())));
        let weak = changed(|genesis| genesis.councils[0].seats[1].key = Key::Ed25519([0; 32]));
        assert_eq!(weak, Some((14, "the key of S1 is weak".to_owned())));
        let close = changed(|genesis| genesis.councils[0].seats[2].valid_until -= 86_400);
        assert_eq!(close, Some((9, "S1 and S2 expire 6 d apart, 7 d at least".to_owned())));
        Ok(())
    }
}
