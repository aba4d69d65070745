//! Companions' signatures beside the audit database: kept by relayers, exported, and checked against the replayed state.

use super::out::Out;
use crate::{
    answers::{Text, audit::Companions},
    error::CliError,
    file::lines::{Bounds, Lines, MOST},
    services::Service,
};
use greatseal_log::evidence::{Cause, Evidence};
use greatseal_protocol::{
    bytes::{EnvelopeDigest, parse_hex_bytes},
    cells::{CellKey, Cells},
    companion::Sent,
    council::SeatId,
    envelope::Envelope,
    event::{Door, Event, Record},
    key::Key,
    language::{contract, council, phase, proposal},
    memory::Memory,
    phase::Companion,
    refusal::Refusal,
    row::Executors,
    state::State,
};
use greatseal_wire::EnvelopeState;
use std::{collections::BTreeMap, io::Write as _, path::Path};

/// A line has an envelope and a signature in hexadecimal.
const BOUNDS: Bounds = Bounds { bytes: 4 * 1024 * 1024, lines: MOST };

/// Signatures by the envelope that they accompany.
#[derive(Default)]
pub(super) struct Kept(BTreeMap<EnvelopeDigest, Sent>);

/// Walks beside a replay and asks, before each command takes effect, what its council's phase asks.
pub(super) struct Check<'a> {
    kept: Option<&'a Kept>,
    /// The command before: two that bear one digest are two all the same where their actors differ.
    last: Option<(EnvelopeDigest, Option<Key>)>,
    /// Acts of hybrid councils whose companion's signature was verified.
    held: usize,
    /// Those for which there is nothing to look at.
    pub(super) unchecked: usize,
}

impl Kept {
    /// Reads an export: one hexadecimal line for each.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`].
    pub(super) fn import(path: &Path) -> Result<Self, CliError> {
        const HELP: &str = "give a file that `greatseal audit export --companions FILE` wrote";
        let mut lines = Lines::open(path, BOUNDS, HELP)?;
        let mut kept = BTreeMap::new();
        while let Some((line, text)) = lines.next_line().map_err(|bad| bad.of(path, HELP))? {
            let sent = sent(text).map_err(|reason| CliError::file(path, format!("line {line}: {reason}"), HELP))?;
            kept.insert(Envelope::digest(sent.envelope()), sent);
        }
        Ok(Self(kept))
    }
}

fn sent(text: &str) -> Result<Sent, String> {
    let bytes = parse_hex_bytes(text).map_err(|error| error.to_string())?;
    Sent::parse(&bytes).map_err(|refusal| refusal.to_string())
}

/// What came with the envelopes of events, as a relayer has it, written beside an export.
pub(super) struct Beside {
    relayer: Service,
    out: Out,
    count: usize,
}

impl Beside {
    /// Opens the place to write to.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`].
    pub(super) fn begin(relayer: Service, path: &Path, replace: bool) -> Result<Self, CliError> {
        Ok(Self { relayer, out: Out::begin(path, replace)?, count: 0 })
    }

    /// Asks the relayer for what came with each envelope.
    ///
    /// # Errors
    ///
    /// [`CliError::Unreachable`], [`CliError::Input`].
    pub(super) async fn entries(&mut self, evidence: &Evidence) -> Result<(), CliError> {
        for cause in &evidence.causes {
            if let Cause::Envelope(bytes) = cause {
                self.envelope(Envelope::digest(bytes)).await?;
            }
        }
        Ok(())
    }

    async fn envelope(&mut self, digest: EnvelopeDigest) -> Result<(), CliError> {
        let state = match self.relayer.get::<EnvelopeState>(&format!("/v1/envelopes/{digest}")).await {
            Ok(state) => state,
            // Another relayer's.
            Err(CliError::Service { problem, .. }) if problem.code == "unknown_envelope" => return Ok(()),
            Err(error) => return Err(error),
        };
        if let Some(line) = state.companioned {
            writeln!(self.out, "{line}").map_err(|error| self.out.failed(&error))?;
            self.count = self.count.saturating_add(1);
        }
        Ok(())
    }

    /// Says how many there were.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`].
    pub(super) fn finish(self) -> Result<usize, CliError> {
        self.out.finish()?;
        Ok(self.count)
    }
}

impl<'a> Check<'a> {
    /// Without an export it only counts.
    pub(super) fn new(kept: Option<&'a Kept>) -> Self {
        Self { kept, last: None, held: 0, unchecked: 0 }
    }

    /// Before `record` is folded into `state`.
    ///
    /// # Errors
    ///
    /// In words, what is missing or does not hold.
    pub(super) fn before(&mut self, state: &Memory, record: &Record) -> Result<(), String> {
        let Some((id, asked)) = asks(state, record).map_err(untold)? else { return Ok(()) };
        let digest = match record.door {
            Door::Envelope(digest) => digest,
            Door::Direct | Door::Constructor if asked => {
                return Err("a hybrid council's seat acted without an envelope".into());
            }
            Door::Direct | Door::Constructor => return Ok(()),
        };
        if self.last.replace((digest, record.actor)) == Some((digest, record.actor)) {
            return Ok(());
        }
        let Some(kept) = self.kept else {
            self.unchecked = self.unchecked.saturating_add(usize::from(asked));
            return Ok(());
        };
        let Some(sent) = kept.0.get(&digest) else {
            let missing = format!("no companion's signature is kept for the envelope {digest}");
            return if asked { Err(missing) } else { Ok(()) };
        };
        let phase = state.council(id.council).map_err(untold)?.phase;
        let named: Option<Companion> = state.cell(&CellKey::Companion(id)).map_err(untold)?;
        let named = named.filter(|named| Some(named.key) == record.actor).map(|named| named.companion);
        // A successor has another address than the deployment.
        let domain = state.head().map_err(untold)?.domain;
        sent.admit(&domain, phase, named).map_err(|missing| missing.to_string())?;
        self.held = self.held.saturating_add(1);
        Ok(())
    }

    /// What it amounts to.
    pub(super) fn facts(&self) -> Companions {
        let count = |acts: usize| Text(u64::try_from(acts).unwrap_or(u64::MAX));
        Companions { given: self.kept.is_some(), held: count(self.held), unchecked: count(self.unchecked) }
    }
}

fn untold(refusal: Refusal) -> String {
    format!("whether a companion is asked for cannot be told: {refusal}")
}

/// The seat that acts, and whether its council's phase asks for a companion; none where no seat decides anything.
fn asks(state: &Memory, record: &Record) -> Result<Option<(SeatId, bool)>, Refusal> {
    let Some(actor) = record.actor else { return Ok(None) };
    let Some(id) = state.seat_of(&actor)? else { return Ok(None) };
    let hybrid = state.council(id.council)?.phase.needs_companion();
    let asked = match &record.event {
        Event::Contract(contract::Event::Refused { .. }) => return Ok(None),
        // Shown when it is named, in every phase.
        Event::Phase(phase::Event::CompanionNamed { .. }) => true,
        Event::Council(council::Event::SeatAccepted { .. })
        | Event::Council(council::Event::SeatSuspended { id: None, .. }) => false,
        // Where anyone may execute, nobody's seat counts.
        Event::Proposal(proposal::Event::Executed { id, .. }) if hybrid => {
            state.row(state.proposal(*id)?.row)?.executors != Executors::Anyone
        }
        _ => hybrid,
    };
    Ok(Some((id, asked)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::{
        bytes::{ActionHash, Label, ReferenceHash},
        cells::CellsMut as _,
        council::{Council, CouncilHead, Phase},
        key::Key,
        language::proposal::DeploymentLog,
        proposal_id::ProposalId,
    };

    const ACTOR: Key = Key::Ed25519([7; 32]);
    const SEAT: SeatId = SeatId { council: Council::Emergency, index: 0 };
    const PROPOSAL: ProposalId = ProposalId { serial: 1, author: SEAT, slot: 0 };

    fn hybrid() -> Memory {
        let mut state = Memory::new();
        state.put(&CellKey::KeySeat(ACTOR), &SEAT);
        let head = CouncilHead { size: 1, phase: Phase::Hybrid, ..CouncilHead::default() };
        state.put(&CellKey::Council(SEAT.council), &head);
        state
    }

    fn record(event: Event) -> Record {
        Record { seq: 1, at: 1, door: Door::Envelope(EnvelopeDigest([1; 32])), actor: Some(ACTOR), event }
    }

    #[test]
    fn a_hybrid_councils_act_asks_for_a_companion() {
        let heartbeat = record(Event::Council(council::Event::Heartbeat { seat: SEAT, nonce: 1 }));
        let mut check = Check::new(None);
        assert_eq!(check.before(&hybrid(), &heartbeat), Ok(()));
        assert_eq!(check.unchecked, 1);
        let kept = Kept::default();
        assert!(Check::new(Some(&kept)).before(&hybrid(), &heartbeat).is_err());
    }

    #[test]
    fn what_cannot_be_read_is_not_taken_for_an_act_that_asks_for_nothing() -> Result<(), &'static str> {
        let heartbeat = record(Event::Council(council::Event::Heartbeat { seat: SEAT, nonce: 1 }));
        for cell in [CellKey::KeySeat(ACTOR), CellKey::Council(SEAT.council)] {
            let mut state = hybrid();
            state.insert(cell, vec![0xff]);
            let answer = Check::new(None).before(&state, &heartbeat);
            assert!(answer.is_err_and(|missing| missing.contains("cannot be told")), "{cell:?}");
        }
        // Of which proposal it is, and who may execute it, nobody knows.
        let word = Label::new("word").ok_or("no label")?;
        let log = DeploymentLog { operator: Some(word), version: Some(word), sbom: ReferenceHash([0; 32]) };
        let executed =
            record(Event::Proposal(proposal::Event::Executed { id: PROPOSAL, action: ActionHash([1; 32]), log }));
        assert!(Check::new(None).before(&hybrid(), &executed).is_err());
        Ok(())
    }
}
