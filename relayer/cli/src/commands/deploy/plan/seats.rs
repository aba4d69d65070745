//! The seats file as councils, and the times from which its seats and its profile are reckoned.

use super::SEATS_HELP;
use crate::{
    cli::ProfileName,
    commands::seats::{SeatEntry, first_expiry, second_expiry},
    date::date,
    error::CliError,
    text::DAY,
};
use greatseal_protocol::{
    council::{Council, SeatId},
    genesis::{CouncilSeats, NewSeat, Profile},
    policy::APART,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// Two clocks. The contract's constructor is tried out at the last block's time and runs at the next one's, which is not
/// before either: whatever must not be too early is reckoned from the later, whatever must not be too late from the block's.
#[derive(Clone, Copy, Debug)]
pub(in crate::commands::deploy) struct Clocks {
    /// The last block's, in seconds.
    pub(in crate::commands::deploy) block: u64,
    /// This machine's.
    pub(in crate::commands::deploy) here: u64,
}

impl Clocks {
    pub(super) fn now(self) -> u64 {
        self.block.max(self.here)
    }
}

/// The profile that is asked for, from now on.
///
/// # Errors
///
/// [`CliError::Input`] for a micronode's time on another profile.
pub(in crate::commands::deploy) fn profile(
    name: ProfileName,
    days: Option<u64>,
    clocks: Clocks,
) -> Result<Profile, CliError> {
    const HELP: &str = "give --profile micronode with it, or leave it out";
    match name {
        ProfileName::Standard if days.is_some() => Err(CliError::input("--profile-until", "not a micronode", HELP)),
        ProfileName::Standard => Ok(Profile::Standard),
        ProfileName::Micronode => {
            let seconds = days.map_or(Profile::MICRONODE, |days| days.saturating_mul(DAY));
            Ok(Profile::Micronode { until: clocks.block.saturating_add(seconds) })
        }
    }
}

type Seated = (Vec<CouncilSeats>, BTreeSet<SeatId>);

/// The councils of a seats file, and the seats whose holder it does not name.
pub(super) fn councils(
    path: &Path,
    entries: &[SeatEntry],
    profile: Profile,
    clocks: Clocks,
) -> Result<Seated, CliError> {
    let wrong = |reason: String| CliError::file(path, reason, SEATS_HELP);
    let (mut seats, mut unnamed) = (BTreeMap::new(), BTreeSet::new());
    for (number, entry) in (1_u32..).zip(entries) {
        let name = entry.seat.as_deref().ok_or_else(|| wrong(format!("entry {number} names no seat")))?;
        let id: SeatId = name.parse().map_err(|error| wrong(format!("entry {number}: `{name}` is {error}")))?;
        let seat = seat(entry, id, profile, clocks).map_err(|error| at(path, number, id, error))?;
        if entry.holder.is_none() {
            unnamed.insert(id);
        }
        if seats.insert(id, seat).is_some() {
            return Err(wrong(format!("entry {number}: {id} stands twice")));
        }
    }
    let mut councils: BTreeMap<Council, Vec<NewSeat>> = BTreeMap::new();
    for (id, seat) in seats {
        let list = councils.entry(id.council).or_default();
        if usize::from(id.index) != list.len() {
            return Err(wrong(format!("{id} stands without the seats before it")));
        }
        list.push(seat);
    }
    let councils = councils.into_iter().map(|(council, seats)| CouncilSeats { council, seats }).collect();
    Ok((councils, unnamed))
}

/// Adds the place in the file to a mistake.
fn at(path: &Path, number: u32, id: SeatId, error: CliError) -> CliError {
    match error {
        CliError::Input { what, reason, help } => {
            CliError::input(format!("{}: entry {number}, {id}: {what}", path.display()), reason, help)
        }
        other => other,
    }
}

fn seat(entry: &SeatEntry, id: SeatId, profile: Profile, clocks: Clocks) -> Result<NewSeat, CliError> {
    const WAIT: &str = "wait until the chain makes a block";
    // The second seat of a micronode lives for a week from the block.
    let second = profile.micronode() && id.council == Council::Sovereign && id.index > 0;
    let expiry = match second {
        true => second_expiry(clocks.block),
        false => first_expiry(clocks.now(), id.index),
    };
    let seat = entry.seat(None, clocks.now(), expiry)?;
    let ends = date(seat.valid_until);
    if seat.valid_until <= clocks.now() {
        return Err(CliError::input("valid_until", format!("{ends} is over, or nearly: {WAIT}"), SEATS_HELP));
    }
    if second && seat.valid_until > clocks.block.saturating_add(APART) {
        let reason = format!("{ends} is more than a week away: the second seat of a micronode lives for a week");
        return Err(CliError::input("valid_until", reason, SEATS_HELP));
    }
    Ok(seat)
}
