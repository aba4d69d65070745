//! Companions' signatures beside the audit database: kept by relayers, exported, and checked against the replayed state.

use crate::{
    error::CliError,
    services::Service,
    session::{read, write},
};
use greatseal_api::wire::{EnvelopeState, EventRow};
use greatseal_protocol::{
    bytes::{EnvelopeDigest, parse_hex_bytes},
    cells::{CellKey, Cells, Memory},
    companion::Sent,
    council::SeatId,
    digest::Domain,
    envelope::Envelope,
    event::{Door, Event, Record},
    phase::Companion,
    row::Executors,
};
use std::{collections::BTreeMap, path::Path};

/// Signatures by the envelope that they accompany.
#[derive(Default)]
pub struct Kept(BTreeMap<EnvelopeDigest, Sent>);

/// Walks beside a replay and asks, before each command takes effect, what its council's phase asks.
pub struct Check<'a> {
    domain: Domain,
    kept: Option<&'a Kept>,
    last: Option<EnvelopeDigest>,
    /// Acts of hybrid councils whose companion's signature was verified.
    pub held: usize,
    /// Those for which there is nothing to look at.
    pub unchecked: usize,
}

impl Kept {
    /// Reads an export: one hexadecimal line for each.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`].
    pub fn import(path: &Path) -> Result<Self, CliError> {
        const HELP: &str = "give a file that `greatseal audit export --companions FILE` wrote";
        let bytes = read(path, HELP)?;
        let text = String::from_utf8(bytes).map_err(|error| CliError::file(path, error, HELP))?;
        let sent = |line: &str| {
            let bytes = parse_hex_bytes(line).map_err(|error| CliError::file(path, error, HELP))?;
            let sent = Sent::parse(&bytes).map_err(|refusal| CliError::file(path, refusal, HELP))?;
            Ok((Envelope::digest(sent.envelope()), sent))
        };
        text.lines().filter(|line| !line.is_empty()).map(sent).collect::<Result<_, _>>().map(Self)
    }
}

/// Asks the relayer for what came with the envelopes of these events, and writes it; says how many there were.
///
/// # Errors
///
/// [`CliError::Unreachable`].
pub(super) async fn export(relayer: &Service, rows: &[EventRow], out: &Path) -> Result<usize, CliError> {
    let mut lines = Vec::new();
    let mut last = None;
    for digest in rows.iter().filter_map(|row| row.envelope.as_ref()) {
        // The events of an envelope stand together.
        if last.replace(digest) == Some(digest) {
            continue;
        }
        match relayer.get::<EnvelopeState>(&format!("/v1/envelopes/{digest}")).await {
            Ok(state) => lines.extend(state.companioned),
            // Another relayer's.
            Err(CliError::Service { problem, .. }) if problem.code == "unknown_envelope" => {}
            Err(error) => return Err(error),
        }
    }
    write(out, lines.iter().map(|line| format!("{line}\n")).collect::<String>().as_bytes())?;
    Ok(lines.len())
}

impl<'a> Check<'a> {
    /// For a history of this deployment; without an export it only counts.
    pub fn new(domain: Domain, kept: Option<&'a Kept>) -> Self {
        Self { domain, kept, last: None, held: 0, unchecked: 0 }
    }

    /// Before `record` is folded into `state`.
    ///
    /// # Errors
    ///
    /// In words, what is missing or does not hold.
    pub fn before(&mut self, state: &Memory, record: &Record) -> Result<(), String> {
        let Some((id, asked)) = asks(state, record) else { return Ok(()) };
        let digest = match record.door {
            Door::Envelope(digest) => digest,
            Door::Direct | Door::Constructor if asked => {
                return Err("a hybrid council's seat acted without an envelope".into());
            }
            Door::Direct | Door::Constructor => return Ok(()),
        };
        if self.last.replace(digest) == Some(digest) {
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
        let phase = state.council(id.council).map_err(|refusal| refusal.to_string())?.phase;
        let named: Option<Companion> = state.cell(&CellKey::Companion(id)).map_err(|refusal| refusal.to_string())?;
        let named = named.filter(|named| Some(named.key) == record.actor).map(|named| named.companion);
        // A successor has another address.
        let domain = state.head().map_or(self.domain, |head| head.domain);
        sent.admit(&domain, phase, named).map_err(|missing| missing.to_string())?;
        self.held = self.held.saturating_add(1);
        Ok(())
    }

    /// What it amounts to.
    pub fn words(&self) -> String {
        match (self.kept, self.unchecked) {
            (Some(_), _) => format!("{} signatures, all hold, none is missing", self.held),
            (None, 0) => "none is asked for".to_owned(),
            (None, unchecked) => format!("NOT CHECKED: {unchecked} acts ask for one; give --companions FILE"),
        }
    }
}

/// The seat that acts, and whether its council's phase asks for a companion; none where no seat decides anything.
fn asks(state: &Memory, record: &Record) -> Option<(SeatId, bool)> {
    let id: SeatId = state.seat_of(&record.actor?).ok().flatten()?;
    let hybrid = state.council(id.council).is_ok_and(|head| head.phase.needs_companion());
    let asked = match &record.event {
        Event::Refused { .. } => return None,
        // Shown when it is named, in every phase.
        Event::CompanionNamed { .. } => true,
        Event::SeatAccepted { .. } | Event::SeatSuspended { id: None, .. } => false,
        // Where anyone may execute, nobody's seat counts.
        Event::Executed { id, .. } => {
            let row = state.proposal(*id).and_then(|proposal| state.row(proposal.row));
            hybrid && row.is_ok_and(|row| row.executors != Executors::Anyone)
        }
        _ => hybrid,
    };
    Some((id, asked))
}
