//! What would be deployed: councils, rows, and what can never be done with them.

mod own;
mod rows;
mod seats;

pub(super) use own::OwnTable;
pub(crate) use rows::{default_sizes, rows};
pub(super) use seats::{Clocks, profile};

use crate::{
    answers::{
        self, Text,
        deploy::{Breaks, Differs},
    },
    commands::seats::SeatEntry,
    dead_end::{Gap, gaps},
    error::CliError,
    invariant,
};
use greatseal_protocol::{
    bytes::{ChainGenesis, Salt},
    council::SeatId,
    genesis::{CouncilSeats, Genesis, NewSeat, Profile},
    policy,
    row::Row,
    table::default_rows,
};
use rows::{Lack, LeftOut};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

pub(super) const SEATS_HELP: &str = "see `greatseal deploy --help` for the seats file";
const FIX: &str = "change the seats so that the invariant holds";

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
    left_out: Vec<LeftOut>,
    /// Where the table is one's own: its file.
    policy: Option<PathBuf>,
    gaps: Vec<Gap>,
    /// Seats whose holder nobody named.
    unnamed: BTreeSet<SeatId>,
    now: u64,
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
        let (councils, unnamed) = seats::councils(path, entries, profile, clocks)?;
        let (rows, left_out) = match own {
            None => rows(profile, &councils),
            Some(own) => {
                let absent = default_rows(profile).into_iter().map(|row| row.id);
                let absent = absent.filter(|id| own.rows.iter().all(|other| other.id != *id));
                (own.rows.clone(), absent.map(|row| LeftOut { row, lack: Lack::Own }).collect())
            }
        };
        let Place { chain, chain_id, salt } = place;
        let genesis = Genesis { chain, chain_id, profile, councils, rows, salt };
        own.map_or(Ok(()), |own| own.fits(&genesis))?;
        // What breaks an invariant may be a dead end too, which says more.
        let gaps = gaps(profile, &genesis.rows, |council| genesis.size(council));
        let ends: Vec<_> = gaps.iter().filter(|gap| gap.dead_end()).collect();
        if let Some(first) = ends.first() {
            let reason = ends.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            return Err(match own.filter(|_| first.of_table()) {
                Some(own) => own.dead_end(&reason),
                None => CliError::file(path, format!("a dead end: {reason}"), first.help()),
            });
        }
        if let Err(broken) = policy::check(&genesis) {
            return Err(match own.filter(|_| broken.row != 0) {
                Some(own) => own.broken(&genesis, broken),
                None => CliError::file(path, invariant::in_words(&genesis, broken), FIX),
            });
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
        let left_out = |left_out: &LeftOut| {
            let (without_seats, breaks) = match &left_out.lack {
                Lack::Own => (Vec::new(), None),
                Lack::Seats(councils) => (councils.clone(), None),
                Lack::Others { invariant, councils, one_is_enough } => {
                    (councils.clone(), Some(Breaks { invariant: *invariant, one_is_enough: *one_is_enough }))
                }
            };
            let without_seats = without_seats.into_iter().map(Text).collect();
            answers::deploy::LeftOut { row: Text(left_out.row), without_seats, breaks }
        };
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cli::ProfileName, table::Sizes, text::DAY};
    use greatseal_protocol::{bytes::ContractAddress, council::Council, hash, key::Key, row::RowId, submit};

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
        let disputes = "without seats of Panel it would break invariant 30 (complete: ";
        assert!(of("dispute-override").contains(disputes), "{}", of("dispute-override"));
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
        let places = rows.iter().map(|row| (row.id, format!("line of {}", row.id))).collect();
        Ok(OwnTable { path: "policy.toml".into(), sizes, rows, places })
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
        let without = |lines: &[crate::output::Line], row: &str| {
            let found = lines.iter().find(|(name, text)| name == row && text.starts_with("left out"));
            found.map_or(String::new(), |(_, text)| text.to_string())
        };
        assert!(without(&facts.lines(), "custody").ends_with(": policy.toml has no such row"), "{:?}", facts.lines());
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
        assert!(told(weak).contains("policy.toml: line of policy-table: invariant 9"));
        // What is missing has no place; and a table that nobody could ever change is the table's fault, not that of the seats.
        let lacks = |id| own(move |_, rows| rows.retain(|row| row.id != id)).map(told);
        let rotation = lacks(RowId::ROTATE_AUDITOR)?;
        assert!(rotation.starts_with("policy.toml: invariant 30 (complete: "), "{rotation}");
        assert!(lacks(RowId::POLICY_TABLE)?.starts_with("policy.toml: a dead end: the table has no row policy-table"));
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
