//! Who comes into a seat: what a file or a switch says, and what is found where they say nothing.

use super::places;
use crate::{date::date, error::CliError, session::Session, text};
use greatseal_protocol::{
    bytes::HolderHash,
    cells::CellKey,
    council::{Council, CouncilHead, Seat, SeatId},
    genesis::NewSeat,
    hash,
    key::Key,
    policy::APART,
    state::State,
};
use serde::Deserialize;

/// Days after which the first seat of a council expires; the others a week apart.
const FIRST: u64 = 69;
/// Most days until a seat expires, less one: block time is a little later than now.
const LAST: u64 = 119;
/// Role of whom nobody gave another.
const ROLE: &str = "member";

/// One entry of a file of seats.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeatEntry {
    /// Its address, where the file is about several.
    pub seat: Option<String>,
    /// Its key.
    pub key: String,
    /// Organisation.
    pub organisation: Option<String>,
    /// What the holder does there, in a word.
    pub role: Option<String>,
    /// Salted hash of the person.
    pub holder: Option<String>,
    /// When it expires: seconds, or from now such as `+90 d`.
    pub valid_until: Option<String>,
}

impl SeatEntry {
    /// The seat; what the entry does not say is the present holder's, where there is one. `expiry` is used where no
    /// time is given.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] with the field.
    pub fn seat(&self, present: Option<&Seat>, now: u64, expiry: u64) -> Result<NewSeat, CliError> {
        const HOLDER: &str = "a holder is 64 hexadecimal digits: the salted hash of a person";
        let key = text::key(&self.key)?;
        let organisation = match (&self.organisation, present) {
            (Some(name), _) => text::label("organisation", name)?,
            (None, Some(seat)) => seat.organisation,
            (None, None) => {
                return Err(CliError::input("organisation", "missing", "name the organisation of every new seat"));
            }
        };
        let role = match (&self.role, present) {
            (Some(word), _) => text::label("role", word)?,
            (None, Some(seat)) => seat.role,
            (None, None) => text::label("role", ROLE)?,
        };
        let holder = match (&self.holder, present) {
            (Some(hex), _) => hex.parse().map_err(|error| CliError::input("holder", error, HOLDER))?,
            (None, Some(seat)) => seat.holder,
            // Nobody was named: the seat's key stands for its holder.
            (None, None) => holder_of(&key),
        };
        let valid_until = match &self.valid_until {
            Some(time) => within_a_year(text::moment("valid_until", time, now)?, now)?,
            None => expiry,
        };
        Ok(NewSeat { key, holder, organisation, role, valid_until })
    }
}

/// A seat lives for months; what is further away is a mistake in the number.
fn within_a_year(ends: u64, now: u64) -> Result<u64, CliError> {
    const LONGEST: u64 = 366 * text::DAY;
    const HELP: &str = "let the seat expire within a year, such as '+90 d'";
    match ends <= now.saturating_add(LONGEST) {
        true => Ok(ends),
        false => Err(CliError::input("valid_until", format!("{} is more than a year away", date(ends)), HELP)),
    }
}

/// What stands for a holder whom nobody has named.
pub fn holder_of(key: &Key) -> HolderHash {
    HolderHash(hash::sha256(&[b"greatseal/holder/", &key.topic()]))
}

/// When the seat with this index of a new council expires: 69, 76, 83 … 118 days, and from the ninth on 62, 55 … days: a week
/// apart, and none later than a seat may last.
pub fn first_expiry(now: u64, index: u8) -> u64 {
    let weeks = |number: u8| u64::from(number).saturating_mul(7);
    let days = match index.checked_sub(8) {
        None => FIRST.saturating_add(weeks(index)),
        Some(beyond) => FIRST.saturating_sub(weeks(beyond.saturating_add(1))),
    };
    now.saturating_add(days.saturating_mul(text::DAY))
}

/// A time at which a seat can expire beside the others of its council: as late as is usual, a week apart.
pub fn free_expiry(now: u64, others: &[u64]) -> u64 {
    let at = |day: u64| now.saturating_add(day.saturating_mul(text::DAY));
    let free = |time: &u64| others.iter().all(|other| other.abs_diff(*time) >= APART);
    // Where no whole day is free the contract says what is wrong.
    (FIRST..=LAST).chain((1..FIRST).rev()).map(at).find(free).unwrap_or_else(|| at(FIRST))
}

/// When the second seat of a micronode expires, which lives for a week from the block at which that is asked.
pub fn second_expiry(now: u64) -> u64 {
    now.saturating_add(APART).saturating_sub(text::DAY / 24)
}

/// A council as it sits.
pub struct Sitting {
    /// Its head.
    pub head: CouncilHead,
    /// Its seats by index.
    pub seats: Vec<Seat>,
}

/// A council with its seats.
///
/// # Errors
///
/// [`CliError::Chain`].
pub async fn sitting(session: &Session, council: Council) -> Result<Sitting, CliError> {
    let head = session.cells([CellKey::Council(council)]).await?.council(council)?;
    let ids = || places::first(council, head.size);
    let cells = session.cells(ids().map(CellKey::Seat)).await?;
    let seats = ids().map(|id| cells.seat(id).map(|seat| *seat)).collect::<Result<_, _>>()?;
    Ok(Sitting { head, seats })
}

impl Sitting {
    /// The seat at a place.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] where there is none.
    pub fn at(&self, id: SeatId) -> Result<&Seat, CliError> {
        let none = || CliError::input(id.to_string(), "there is no such seat", "`greatseal status` shows the councils");
        self.seats.get(usize::from(id.index)).ok_or_else(none)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::policy::spread;

    #[test]
    fn a_new_seat_expires_a_week_from_the_others() {
        let now = 1_800_000_000;
        let mut council: Vec<u64> = (0..3).map(|index| first_expiry(now, index)).collect();
        let largest: Vec<u64> = (0..16).map(|index| first_expiry(now, index)).collect();
        assert!(spread(|| largest.iter().copied()), "{largest:?}");
        assert!(largest.iter().all(|ends| (now + 86_400..=now + LAST * 86_400).contains(ends)), "{largest:?}");
        for later in [0, 86_400, 30 * 86_400] {
            let _ = council.remove(0);
            council.push(free_expiry(now + later, &council));
            assert!(spread(|| council.iter().copied()), "{council:?}");
        }
    }
}
