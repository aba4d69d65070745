//! What would be deployed: councils, rows, and what can never be done with them.

use crate::{
    answers::{
        self, Text,
        deploy::{Differs, LeftOut},
    },
    cli::ProfileName,
    commands::seats::{SeatEntry, first_expiry, second_expiry},
    date::date,
    dead_end::{Gap, gaps},
    error::CliError,
    invariant,
    table::{Sizes, TableFile},
    text::DAY,
};
use greatseal_protocol::{
    bytes::{ChainGenesis, Salt},
    council::{Council, SeatId},
    genesis::{CouncilSeats, Genesis, NewSeat, Profile},
    policy::{self, APART},
    refusal::Refusal,
    row::{Minima, Row, RowId},
    table::default_rows,
    words,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

pub(super) const SEATS_HELP: &str = "see `greatseal deploy --help` for the seats file";
const POLICY_HELP: &str = "write one to begin with: `greatseal policy init`";
const FIX: &str = "change the seats so that the invariant holds";

/// Two clocks. The contract's constructor is tried out at the last block's time and runs at the next one's, which is not
/// before either: whatever must not be too early is reckoned from the later, whatever must not be too late from the block's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clocks {
    /// The last block's, in seconds.
    pub(super) block: u64,
    /// This machine's.
    pub(super) here: u64,
}

impl Clocks {
    fn now(self) -> u64 {
        self.block.max(self.here)
    }
}

/// Where it would be deployed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) chain: ChainGenesis,
    pub(super) chain_id: u64,
    pub(super) salt: Salt,
}

/// What would be deployed.
pub(super) struct Plan {
    pub(super) genesis: Genesis,
    left_out: Vec<Row>,
    /// Where the table is one's own: its file.
    policy: Option<PathBuf>,
    gaps: Vec<Gap>,
    /// Seats whose holder nobody named.
    unnamed: BTreeSet<SeatId>,
    now: u64,
}

/// The profile's default rows that the councils with seats can use, and the others: those whose councils all have seats, with
/// operators or auditors to look where somebody must have looked, auditors for reviews and disputes and a panel for ties.
pub(crate) fn rows(profile: Profile, councils: &[CouncilSeats]) -> (Vec<Row>, Vec<Row>) {
    let sits = |council: Council| councils.iter().any(|entry| entry.council.in_row() == council);
    let strict = !profile.micronode();
    let used = |row: &Row| {
        let watched = !row.id.escalation() || sits(Council::Operator) || sits(Council::Auditor);
        let disputes = row.id == RowId::DISPUTE_OVERRIDE;
        let reviewed = matches!(row.id, RowId::EMERGENCY_PAUSE | RowId::SEAT_SUSPENSION | RowId::DEGRADED_MODE);
        let audited = !strict || !(disputes || reviewed) || sits(Council::Auditor);
        let panel = !strict || !disputes || sits(Council::Panel);
        // The first authority of a programme brings this row too.
        let programs = row.id != RowId::PROGRAM_CREATE || sits(Council::PROGRAM);
        row.minima.iter().all(|(council, _)| sits(council)) && watched && audited && panel && programs
    };
    let usable = |row: Row| match row.id {
        RowId::RETIRE | RowId::ROTATE_OPERATOR => stood_in(row, &sits),
        _ => row,
    };
    default_rows(profile).into_iter().map(usable).partition(used)
}

/// Where one of the row's councils has no seats, another one that votes takes its place: every deployment is to have retire,
/// and operators other keys.
fn stood_in(row: Row, sits: &dyn Fn(Council) -> bool) -> Row {
    let mut asked: Vec<(Council, u8)> = row.minima.iter().collect();
    for at in 0..asked.len() {
        let others = || Council::IN_ROWS.into_iter().filter(|council| council.counts() && *council != Council::PROGRAM);
        let free = others().find(|council| sits(*council) && asked.iter().all(|(other, _)| other != council));
        if let (Some((council, _)), Some(free)) = (asked.get_mut(at), free)
            && !sits(*council)
        {
            *council = free;
        }
    }
    asked.sort_unstable();
    Row { minima: Minima::new(asked).unwrap_or_else(|| row.minima.clone()), ..row }
}

/// A table of one's own.
pub(super) struct OwnTable {
    path: PathBuf,
    sizes: Sizes,
    rows: Vec<Row>,
}

impl OwnTable {
    /// Reads one of this profile.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`].
    pub(super) fn read(path: &Path, profile: Profile) -> Result<Self, CliError> {
        let (of, sizes, rows) = crate::file::load::<TableFile>(path, POLICY_HELP)?.parse()?;
        if of.micronode() != profile.micronode() {
            let reason = format!("is the table of a {}, and a {} is deployed", of.name(), profile.name());
            return Err(CliError::file(path, reason, "give --profile as the file has it"));
        }
        Ok(Self { path: path.to_owned(), sizes, rows })
    }

    /// The council of which the file has another number of seats than there are.
    fn other_size(&self, genesis: &Genesis) -> Option<String> {
        let stated = |council| self.sizes.get(&council).copied().unwrap_or(0);
        let other = Council::IN_ROWS.into_iter().find(|council| stated(*council) != genesis.size(*council))?;
        let (stated, seated) = (stated(other), genesis.size(other));
        Some(format!("is made for {stated} seats of {}, and the seats file has {seated}", words::council(other)))
    }
}

/// The profile that is asked for, from now on.
///
/// # Errors
///
/// [`CliError::Input`] for a micronode's time on another profile.
pub(super) fn profile(name: ProfileName, days: Option<u64>, clocks: Clocks) -> Result<Profile, CliError> {
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

impl Plan {
    /// Reads the seats, and refuses what the contract would refuse and what would be a dead end.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] with the entry, the seat, the invariant or what could never be done.
    pub(super) fn of(
        path: &Path,
        entries: &[SeatEntry],
        own: Option<&OwnTable>,
        profile: Profile,
        clocks: Clocks,
        place: Place,
    ) -> Result<Self, CliError> {
        let (councils, unnamed) = councils(path, entries, profile, clocks)?;
        let (rows, left_out) = match own {
            None => rows(profile, &councils),
            Some(own) => {
                let absent = |row: &Row| own.rows.iter().all(|other| other.id != row.id);
                (own.rows.clone(), default_rows(profile).into_iter().filter(absent).collect())
            }
        };
        let Place { chain, chain_id, salt } = place;
        let genesis = Genesis { chain, chain_id, profile, councils, rows, salt };
        if let Some((own, reason)) = own.and_then(|own| Some((own, own.other_size(&genesis)?))) {
            return Err(CliError::file(&own.path, reason, "write the numbers of seats into `councils`"));
        }
        // What breaks an invariant may be a dead end too, which says more.
        let gaps = gaps(profile, &genesis.rows, |council| genesis.size(council));
        let ends: Vec<_> = gaps.iter().filter(|gap| gap.dead_end()).collect();
        if let Some(first) = ends.first() {
            let reason = ends.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            return Err(CliError::file(path, format!("a dead end: {reason}"), first.help()));
        }
        if let Err(broken) = policy::check(&genesis) {
            let told = invariant::of_genesis(&genesis, broken);
            let reason = if told.is_empty() { broken.to_string() } else { format!("{broken}: {told}") };
            return match own.filter(|_| broken.row != 0) {
                Some(own) => Err(CliError::file(&own.path, reason, Refusal::from(broken).help())),
                None => Err(CliError::file(path, reason, FIX)),
            };
        }
        let policy = own.map(|own| own.path.clone());
        Ok(Self { genesis, left_out, policy, gaps, unnamed, now: clocks.now() })
    }

    /// All of it, as answers say it.
    pub(super) fn facts(&self) -> answers::deploy::Plan {
        let genesis = &self.genesis;
        let council = |entry: &CouncilSeats| {
            let seats = (0_u8..).zip(&entry.seats);
            let seats = seats.map(|(index, seat)| self.seat(SeatId { council: entry.council, index }, seat));
            answers::deploy::Council { council: Text(entry.council), seats: seats.collect() }
        };
        let left_out = |row: &Row| LeftOut { row: Text(row.id), without_seats: self.missing(row) };
        let default = default_rows(genesis.profile);
        let differs = |row: &Row| match default.iter().find(|other| other.id == row.id) {
            Some(other) if other == row => None,
            other => Some(Differs { row: Text(row.id), default: other.map(answers::policy::Row::from) }),
        };
        answers::deploy::Plan {
            chain_genesis: Text(genesis.chain),
            chain_id: Text(genesis.chain_id),
            profile: answers::chain::Profile::deployed(genesis.profile),
            now: Text(self.now),
            councils: genesis.councils.iter().map(council).collect(),
            rows: genesis.rows.iter().map(answers::policy::Row::from).collect(),
            policy: self.policy.as_ref().map(|path| path.display().to_string()),
            differs: genesis.rows.iter().filter_map(differs).collect(),
            left_out: self.left_out.iter().map(left_out).collect(),
            cannot: self.gaps.clone(),
        }
    }

    fn seat(&self, id: SeatId, seat: &NewSeat) -> answers::deploy::Seat {
        answers::deploy::Seat {
            seat: Text(id),
            key: Text(seat.key),
            organisation: Text(seat.organisation),
            role: Text(seat.role),
            holder: Text(seat.holder),
            holder_named: !self.unnamed.contains(&id),
            valid_until: Text(seat.valid_until),
        }
    }

    fn missing(&self, row: &Row) -> Vec<Text<Council>> {
        let absent = row.minima.iter().filter(|(council, _)| self.genesis.size(*council) == 0);
        absent.map(|(council, _)| Text(council)).collect()
    }
}

type Seated = (Vec<CouncilSeats>, BTreeSet<SeatId>);

/// The councils of a seats file, and the seats whose holder it does not name.
fn councils(path: &Path, entries: &[SeatEntry], profile: Profile, clocks: Clocks) -> Result<Seated, CliError> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::hash;
    use greatseal_protocol::{bytes::ContractAddress, key::Key, submit};

    const BLOCK: u64 = 1_800_000_000;
    const PLACE: Place = Place { chain: ChainGenesis([7; 32]), chain_id: 1, salt: Salt([9; 32]) };

    fn entries(seats: &[(&str, &str)]) -> Vec<SeatEntry> {
        let key = |name: &str| {
            let mut key = Key::Ed25519(hash::sha256(&[name.as_bytes()]));
            while key.admit().is_err() {
                key = Key::Ed25519(hash::sha256(&[&key.topic()]));
            }
            key.to_string()
        };
        let entry = |(seat, organisation): &(&str, &str)| SeatEntry {
            seat: Some((*seat).to_owned()),
            key: key(seat),
            organisation: Some((*organisation).to_owned()),
            role: None,
            holder: None,
            valid_until: None,
        };
        seats.iter().map(entry).collect()
    }

    const MICRONODE: [(&str, &str); 4] =
        [("S0", "owner"), ("S1", "security"), ("O0", "machine-room"), ("A0", "audit-firm")];

    fn plan(entries: &[SeatEntry], profile: ProfileName, days: Option<u64>, clocks: Clocks) -> Result<Plan, CliError> {
        let profile = profile_of(profile, days, clocks)?;
        Plan::of(Path::new("seats.json"), entries, None, profile, clocks, PLACE)
    }

    use super::profile as profile_of;

    /// The dry run sees the last block's time, the transaction a later one.
    #[test]
    fn a_micronode_is_taken_however_long_ago_the_last_block_was() -> Result<(), CliError> {
        for idle in [0, 1, 3_599, 3_600, 7_200, 86_400, 6 * 86_400] {
            for days in [None, Some(60), Some(90)] {
                let clocks = Clocks { block: BLOCK, here: BLOCK + idle };
                let genesis = plan(&entries(&MICRONODE), ProfileName::Micronode, days, clocks)?.genesis;
                for now in [clocks.block, clocks.here, clocks.here + 600] {
                    let deployed = submit::deploy(genesis.clone(), ContractAddress([0; 20]), now);
                    assert_eq!(deployed.err(), None, "{idle} s idle, {days:?} days, at {now}");
                }
            }
        }
        Ok(())
    }

    #[test]
    fn a_chain_that_is_ahead_of_this_machine_is_taken_too() -> Result<(), CliError> {
        let clocks = Clocks { block: BLOCK, here: BLOCK - 30 * 86_400 };
        let genesis = plan(&entries(&MICRONODE), ProfileName::Micronode, None, clocks)?.genesis;
        assert_eq!(submit::deploy(genesis, ContractAddress([0; 20]), BLOCK + 6).err(), None);
        let stale = Clocks { block: BLOCK, here: BLOCK + 8 * 86_400 };
        let refused = plan(&entries(&MICRONODE), ProfileName::Micronode, None, stale).err();
        assert!(refused.is_some_and(|error| error.to_string().contains("entry 2, S1: valid_until: ")));
        Ok(())
    }

    fn refused(seats: &[(&str, &str)], profile: ProfileName) -> Option<(String, String)> {
        let clocks = Clocks { block: BLOCK, here: BLOCK };
        let error = plan(&entries(seats), profile, None, clocks).err()?;
        (error.exit_code() == 3).then(|| (error.to_string(), error.help()))
    }

    #[test]
    fn rule_37_a_dead_end_is_not_deployed() {
        let sovereign = [("S0", "cabinet"), ("S1", "justice"), ("S2", "presidency")];
        let (told, help) = refused(&sovereign, ProfileName::Standard).unwrap_or_default();
        assert!(told.contains("a dead end: the table has no row policy-table"), "{told}");
        assert!(help.contains("P0, P1"), "{help}");
        for (lacks, words) in [("A0", "no Auditor seat"), ("O0", "no Operator seat")] {
            let rest: Vec<_> = MICRONODE.into_iter().filter(|(seat, _)| *seat != lacks).collect();
            let (told, help) = refused(&rest, ProfileName::Micronode).unwrap_or_default();
            assert!(told.contains(words) && help.contains(lacks), "{told}; {help}");
        }
        let (told, _) = refused(&[], ProfileName::Standard).unwrap_or_default();
        assert!(told.contains("a dead end"), "{told}");
    }

    #[test]
    fn what_breaks_an_invariant_is_named_with_organisation_and_seats() {
        let one = [("S0", "hospital"), ("S1", "hospital"), ("O0", "machine-room"), ("A0", "audit-firm")];
        let (told, _) = refused(&one, ProfileName::Micronode).unwrap_or_default();
        assert!(told.contains("invariant 7 (org_cap: ") && told.contains("organisation hospital"), "{told}");
        assert!(told.contains("(S0, S1), at most 1"), "{told}");
        let two = [("S0", "owner"), ("S1", "security"), ("O0", "owner"), ("A0", "audit-firm")];
        let (told, _) = refused(&two, ProfileName::Micronode).unwrap_or_default();
        assert!(told.contains("organisation owner approves in S0 and operates in O0"), "{told}");
    }

    #[test]
    fn the_plan_says_who_sits_until_when_and_what_cannot_be_done() -> Result<(), Box<dyn std::error::Error>> {
        let seats = [("S0", "a"), ("S1", "b"), ("S2", "c"), ("P0", "d"), ("P1", "e"), ("A0", "f")];
        let clocks = Clocks { block: BLOCK, here: BLOCK };
        let mut entries = entries(&seats);
        entries[0].holder = Some("11".repeat(32));
        let plan = plan(&entries, ProfileName::Standard, None, clocks)?;
        let facts = plan.facts();
        let (lines, value) = (facts.lines(), serde_json::to_value(&facts)?);
        let of = |label: &str| lines.iter().find(|(name, _)| name == label).map_or("", |(_, text)| text);
        assert!(of("S0").starts_with("Sovereign, a, member, ed25519:"), "{}", of("S0"));
        assert!(of("S0").ends_with("until 2027-03-25 08:00 UTC (69 d)"), "{}", of("S0"));
        assert!(of("routine-upgrade").contains("left out") && of("routine-upgrade").contains("Technical"));
        assert!(of("policy-table").starts_with("4 of 5 of Sovereign"), "{}", of("policy-table"));
        assert!(of("holders").starts_with("5 of 6 seats name none"), "{}", of("holders"));
        let cannot: Vec<_> = lines.iter().filter(|(name, _)| name == "cannot").map(|(_, text)| text).collect();
        assert!(cannot.iter().any(|text| text.contains("quorum is lost")), "{cannot:?}");
        assert_eq!(value["councils"][0]["seats"][0]["holder_named"], true);
        assert_eq!(value["councils"][0]["seats"][1]["holder_named"], false);
        assert_eq!(value["councils"][0]["seats"][0]["valid_until"], (BLOCK + 69 * DAY).to_string());
        assert!(value["cannot"].as_array().is_some_and(|gaps| gaps.iter().any(|gap| gap["gap"] == "no-recovery")));
        Ok(())
    }

    const STANDARD: [(&str, &str); 8] =
        [("S0", "a"), ("S1", "b"), ("S2", "c"), ("P0", "d"), ("P1", "e"), ("O0", "f"), ("A0", "g"), ("X0", "h")];

    /// The table of these seats, with a change, as a file.
    fn own(change: impl FnOnce(&mut Sizes, &mut Vec<Row>)) -> Result<OwnTable, CliError> {
        let clocks = Clocks { block: BLOCK, here: BLOCK };
        let genesis = plan(&entries(&STANDARD), ProfileName::Standard, None, clocks)?.genesis;
        let mut sizes = Council::IN_ROWS.map(|council| (council, genesis.size(council))).into_iter().collect();
        let mut rows = genesis.rows;
        change(&mut sizes, &mut rows);
        Ok(OwnTable { path: "policy.toml".into(), sizes, rows })
    }

    fn planned(own: &OwnTable) -> Result<Plan, CliError> {
        let (clocks, seats) = (Clocks { block: BLOCK, here: BLOCK }, Path::new("seats.json"));
        Plan::of(seats, &entries(&STANDARD), Some(own), Profile::Standard, clocks, PLACE)
    }

    #[test]
    fn own_table_at_birth() -> Result<(), CliError> {
        let documents = |row: &mut Row| {
            if row.id == RowId::DOCUMENT_ONLY {
                row.approve_by = 3_600
            }
        };
        let table = own(|_, rows| rows.iter_mut().for_each(documents))?;
        let plan = planned(&table)?;
        let facts = plan.facts();
        assert_eq!(facts.policy.as_deref(), Some("policy.toml"));
        assert_eq!(
            facts.differs.iter().map(|row| row.row.0).collect::<Vec<_>>(),
            [RowId::DOCUMENT_ONLY, RowId::ROTATE_OPERATOR]
        );
        let lines = facts.lines();
        let differs = lines.iter().find(|(name, _)| name == "differs").map_or("", |(_, text)| text);
        assert!(differs.starts_with("document-only; the default is: 1 of 2 of Policy"), "{differs}");
        assert!(submit::deploy(plan.genesis, ContractAddress([0; 20]), BLOCK).is_ok());

        // Judged as the contract judges it, and made for these seats.
        let told = |table: OwnTable| planned(&table).err().map(|error| error.to_string()).unwrap_or_default();
        let weak =
            own(|_, rows| rows.iter_mut().filter(|row| row.id == RowId::POLICY_TABLE).for_each(|row| row.delay = 1))?;
        assert!(told(weak).contains("policy.toml: invariant 9"));
        let larger = own(|sizes, _| sizes.extend([(Council::Sovereign, 5)]))?;
        assert!(told(larger).contains("is made for 5 seats of Sovereign, and the seats file has 3"));
        Ok(())
    }

    #[test]
    fn keys_are_keys_and_nobody_deploys_one_that_is_none() {
        let mut entries = entries(&STANDARD);
        let off = (0..=u8::MAX).map(|x| format!("p256:02{}{x:02x}", "00".repeat(31)));
        let off = off.into_iter().find(|text| text.parse::<Key>().is_ok_and(|key| !key.is_a_point()));
        entries[1].key = off.unwrap_or_default();
        let clocks = Clocks { block: BLOCK, here: BLOCK };
        let told = plan(&entries, ProfileName::Standard, None, clocks).err().map(|error| error.to_string());
        assert!(told.as_ref().is_some_and(|told| told.contains("S1: ") && told.contains("on no curve")), "{told:?}");
    }
}
