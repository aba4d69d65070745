//! A second opinion on a story: reads the records only, keeps no cell, calls no rule of the code under test.
//!
//! Each check has the name that section 15 of the protocol gives to its invariant. What breaks one is a finding.

use crate::{
    checks::{self, Stop},
    doubts::{Doubts, Scene},
    ledger::{Known, Ledger},
    oracle_phase::Phases,
    reckoning::{Reckoning, Weather},
};
use greatseal_protocol::{
    action::Action,
    bytes::{EnvelopeDigest, HolderHash, Label, ManifestHash},
    command::Order,
    council::{Council, SeatId, Suspender},
    dispute::{DisputeId, Subject},
    event::{Door, Event, Record},
    genesis::{Genesis, NewSeat, Profile},
    hash,
    key::Key,
    language::{
        bridge, contract, council, dispute, emergency, operation, phase, policy, program,
        proposal::{self, Opened},
        registry,
    },
    proposal::Cause,
    proposal_id::{Decision, ProposalId},
    registry::{Entry, EntryKey, Registered},
    route::Economics,
    row::{Executors, Row},
    scale::Encode,
    scope::{Mode, Scope, Watched},
};
use std::collections::BTreeMap;

const DAY: u64 = 86_400;

/// How often each check looked, and what it found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) looked: BTreeMap<&'static str, u64>,
    pub(crate) broken: Vec<(&'static str, String)>,
}

impl Findings {
    pub(crate) fn must(&mut self, name: &'static str, holds: bool, words: impl FnOnce() -> String) {
        *self.looked.entry(name).or_default() += 1;
        if !holds {
            self.broken.push((name, words()));
        }
    }
}

/// Who sits in a seat.
#[derive(Clone, Debug)]
pub(crate) struct Sits {
    pub(crate) key: Key,
    pub(crate) holder: HolderHash,
    pub(crate) organisation: Label,
    valid_until: u64,
    accepted: Option<u64>,
    suspension: Option<(u64, u64, Suspender)>,
    /// Epoch in which the Emergency council set it aside.
    set_aside_in: Option<u32>,
    /// A recovery has taken its key, holder or organisation over before it was accepted.
    pub(crate) vacant: bool,
}

impl Sits {
    fn new(new: &NewSeat, accepted: Option<u64>) -> Self {
        let NewSeat { key, holder, organisation, valid_until, .. } = *new;
        Self { key, holder, organisation, valid_until, accepted, suspension: None, set_aside_in: None, vacant: false }
    }

    fn suspended(&self, at: u64) -> bool {
        self.suspension.is_some_and(|(from, until, _)| (from..until).contains(&at))
    }

    fn acts(&self, at: u64) -> bool {
        self.acts_on((0, false), at)
    }

    /// Where a council is recovered, nobody is silenced but by their own word; an Emergency seat not by the Sovereign where
    /// it decides about one of its seats.
    fn acts_on(&self, (row, spared): (u8, bool), at: u64) -> bool {
        let by = |who| self.suspension.is_some_and(|(.., by)| by == who);
        let heard = matches!(row, 36 | 37) && !by(Suspender::Itself) || spared && by(Suspender::Sovereign);
        let silenced = self.suspended(at) && !heard;
        self.accepted.is_some_and(|accepted| accepted < at) && !silenced
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Sitting {
    epoch: u32,
    pub(crate) seats: Vec<Sits>,
}

#[derive(Clone, Debug)]
struct Life {
    opened: Opened,
    /// When it was opened.
    at: u64,
    /// The key that opened it.
    author: Key,
    /// With the key that spoke for the seat.
    decisions: BTreeMap<SeatId, (Decision, Key)>,
    vetoes: BTreeMap<SeatId, Key>,
    quorum_since: Option<u64>,
    panel: Option<(u64, u64, bool)>,
    over: bool,
    executed: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Oracle {
    profile: Option<Profile>,
    pub(crate) rows: BTreeMap<u8, Row>,
    pub(crate) councils: BTreeMap<Council, Sitting>,
    ever: BTreeMap<Key, SeatId>,
    lives: BTreeMap<ProposalId, Life>,
    nonces: BTreeMap<Key, u64>,
    /// Envelopes that were refused: whose, and until when they live.
    refused: BTreeMap<EnvelopeDigest, (Key, u64)>,
    pauses: BTreeMap<Scope, (u64, ProposalId)>,
    /// Until when the Sovereign's majority pauses upgrades.
    sovereign: u64,
    mode: Option<(Mode, u64)>,
    stops: Vec<Stop>,
    escalations: BTreeMap<Watched, Option<u64>>,
    routes: BTreeMap<u32, (u32, Economics)>,
    bridge: Reckoning,
    entries: BTreeMap<EntryKey, Registered>,
    phases: Phases,
    ledger: Ledger,
    doubts: Doubts,
    next: u64,
    pub(crate) found: Findings,
}

impl Oracle {
    pub(crate) fn micronode(&self) -> bool {
        matches!(self.profile, Some(Profile::Micronode { .. }))
    }

    /// The records of one command.
    pub(crate) fn read(&mut self, records: &[Record]) {
        for (at, record) in records.iter().enumerate() {
            self.found
                .must("fold", record.seq == self.next, || format!("seq {} where {} is next", record.seq, self.next));
            self.next += 1;
            self.record(record, records);
            let life = record.event.proposal().and_then(|id| self.lives.get(&id));
            let seat = record.actor.and_then(|key| self.ever.get(&key)).and_then(|id| self.sits(*id));
            let known = Known {
                row: life.map(|life| life.opened.row.0),
                action: life.map(|life| &life.opened.action),
                entries: &self.entries,
                organisation: seat.map(|sits| sits.organisation),
            };
            self.ledger.read(record, &known, &mut self.found);
            self.dispute(record);
            if at + 1 == records.len() {
                self.settled(records);
            }
        }
    }

    /// What disputes come to, and that none is in the way of what was executed.
    fn dispute(&mut self, record: &Record) {
        let (councils, lives, ledger) = (&self.councils, &self.lives, &self.ledger);
        let sits = |id: SeatId| {
            let sits = councils.get(&id.council)?.seats.get(usize::from(id.index))?;
            Some((sits.key, sits.organisation, sits.suspended(record.at)))
        };
        let row = |id: ProposalId| lives.get(&id).map(|life| life.opened.row.0);
        let authority = |manifest| ledger.authority(manifest);
        let scene = Scene { sits: &sits, row: &row, authority: &authority };
        self.doubts.read(record, &scene, &mut self.found);
        let held = match &record.event {
            Event::Proposal(proposal::Event::Executed { id, .. }) => lives.get(id).is_some_and(|life| {
                let Opened { row, digest, action, .. } = &life.opened;
                let mut subjects = vec![Subject::Proposal(*id, *digest)];
                if let Action::Program(program::Action::ExecuteBatch(header)) = action {
                    let manifest = ManifestHash(hash::sha256(&[&[11], &header.encode()]));
                    subjects.push(Subject::Batch(manifest));
                }
                self.doubts.in_the_way(row.0, &subjects, record.at, &scene)
            }),
            Event::Program(program::Event::StatementFinal { manifest, .. }) => {
                self.doubts.unfinal(*manifest, record.at, &scene)
            }
            _ => false,
        };
        self.found.must("disputes", !held, || format!("{:?} in spite of a dispute", record.event));
    }

    /// What must hold once everything that a command does is done.
    fn settled(&mut self, records: &[Record]) {
        let any = |which: fn(&Event) -> bool| records.iter().any(|record| which(&record.event));
        let table = |event: &Event| {
            matches!(
                event,
                Event::Contract(contract::Event::Deployed { .. })
                    | Event::Policy(policy::Event::RowChanged { .. })
                    | Event::Council(council::Event::CouncilReconstituted { .. })
            )
        };
        if any(table) {
            checks::table(self.micronode(), &self.rows, &self.sizes(), &mut self.found);
        }
        let seats = |event: &Event| {
            matches!(
                event,
                Event::Contract(contract::Event::Deployed { .. })
                    | Event::Council(council::Event::SeatReplaced { .. })
                    | Event::Council(council::Event::CouncilReconstituted { .. })
                    | Event::Registry(registry::Event::RegistryChanged { .. })
            )
        };
        if any(seats) {
            let issuers = self.entries.values().filter(|entry| entry.revoked.is_none());
            let issuers: Vec<Label> = issuers
                .filter_map(|entry| match entry.entry {
                    Entry::Issuer { organisation, .. } => Some(organisation),
                    _ => None,
                })
                .collect();
            checks::seats(&self.councils, &issuers, &mut self.found);
        }
    }

    pub(crate) fn sizes(&self) -> BTreeMap<Council, u32> {
        let size = |(council, sitting): (&Council, &Sitting)| {
            let council = if matches!(council, Council::Program(_)) { Council::PROGRAM } else { *council };
            (council, u32::try_from(sitting.seats.len()).unwrap())
        };
        self.councils.iter().map(size).collect()
    }

    fn sits(&self, id: SeatId) -> Option<&Sits> {
        self.councils.get(&id.council)?.seats.get(usize::from(id.index))
    }

    fn sits_mut(&mut self, id: SeatId) -> &mut Sits {
        &mut self.councils.get_mut(&id.council).unwrap().seats[usize::from(id.index)]
    }

    /// The actor has this seat, accepted it in an earlier second and is not set aside.
    fn acts(&mut self, id: SeatId, record: &Record) {
        self.acts_on((0, false), id, record);
    }

    fn acts_on(&mut self, row: (u8, bool), id: SeatId, record: &Record) {
        let acts = self.sits(id).is_some_and(|sits| Some(sits.key) == record.actor && sits.acts_on(row, record.at));
        self.found.must("one_seat", acts, || format!("{id} does not act in {record:?}"));
        self.phases.acts(id, record, &mut self.found);
    }

    fn nonce(&mut self, record: &Record, nonce: u64) {
        let before = self.nonces.insert(record.actor.unwrap(), nonce).unwrap_or(0);
        self.found.must("executed_once", before < nonce, || format!("nonce {nonce} after {before}"));
    }

    /// Each decision that is not said to be skipped has a record of its own, in the order of the command.
    fn together(&mut self, seat: SeatId, choices: &[proposal::Decided], batch: &[Record]) {
        let told =
            choices.iter().filter(|choice| choice.skipped.is_none()).map(|choice| (choice.id, seat, choice.decision));
        let decided = batch.iter().filter_map(|record| match record.event {
            Event::Proposal(proposal::Event::Decided { id, seat, decision, .. }) => Some((id, seat, decision)),
            _ => None,
        });
        let (told, decided): (Vec<_>, Vec<_>) = (told.collect(), decided.collect());
        let alone = |id: &ProposalId| self.lives.get(id).is_some_and(|life| life.opened.row.decided_alone());
        let sound = told == decided && !told.is_empty() && !choices.iter().any(|choice| alone(&choice.id));
        self.found.must("counted", sound, || format!("{seat} decided {choices:?}, on record is {decided:?}"));
    }

    fn record(&mut self, record: &Record, batch: &[Record]) {
        let at = record.at;
        match &record.event {
            Event::Contract(contract::Event::Deployed { genesis, .. }) => self.deployed(genesis),
            Event::Contract(contract::Event::Refused { refusal, expiry, .. }) => {
                let silent = [106, 107, 108, 402, 409, 600, 922].contains(&refusal.code());
                self.found.must("refused_changes_nothing", !silent, || format!("{refusal} is on record"));
                let Door::Envelope(name) = record.door else { return };
                let actor = record.actor.unwrap();
                let living = self.refused.iter().filter(|(_, (key, until))| *key == actor && at < *until).count();
                self.found.must("refused_changes_nothing", living < 8, || format!("{living} refusals of {actor:?}"));
                let again = self.refused.insert(name, (actor, *expiry)).is_some();
                self.found.must("refused_changes_nothing", !again, || "an envelope is refused twice".into());
            }
            Event::Proposal(proposal::Event::Opened(opened)) => self.opened(opened, record),
            Event::Proposal(proposal::Event::Decided { id, seat, decision, quorum }) => {
                self.decided(*id, *seat, *decision, *quorum, record, batch)
            }
            Event::Proposal(proposal::Event::DecidedTogether { seat, choices }) => self.together(*seat, choices, batch),
            Event::Proposal(proposal::Event::QuorumReached { id, eta, execute_by }) => {
                let life = self.live(*id);
                life.quorum_since = Some(at);
                let (delay, window) = (u64::from(life.opened.delay), u64::from(life.opened.window));
                let stands = self.quorum(*id, at);
                let sound = stands && *eta == at + delay && *execute_by == eta + window;
                self.found.must("counted", sound, || format!("{:?}", record.event));
            }
            Event::Proposal(proposal::Event::Cancelled { id }) => {
                self.acts(id.author, record);
                let stands = self.quorum(*id, at);
                self.found.must("counted", !stands, || format!("{id} cancelled with a quorum"));
                self.live(*id).over = true;
            }
            Event::Proposal(proposal::Event::Vetoed { id, seat }) => {
                self.acts(*seat, record);
                self.live(*id).vetoes.insert(*seat, record.actor.unwrap());
            }
            Event::Proposal(proposal::Event::Rejected { id, cause }) => self.rejected(*id, *cause, record),
            Event::Proposal(proposal::Event::Executed { id, action, .. }) => self.executed(*id, action.0, record),
            Event::Proposal(proposal::Event::Deadlocked { id, seat, from, until }) => {
                self.acts(*seat, record);
                let missing = self.missing(*id, at);
                let life = self.live(*id);
                let neutral = matches!(life.opened.action, Action::Dispute(dispute::Action::Resolve { .. }));
                let from_then = life.opened.approve_by.max(life.at + DAY);
                let in_time = (from_then..from_then + DAY).contains(&at);
                let clocks = *from == at + 2 * DAY && *until == from + DAY && life.panel.is_none();
                life.panel = Some((*from, *until, false));
                let sound = neutral && in_time && clocks && missing == 1;
                self.found.must("counted", sound, || format!("{id} is no tie: {missing} missing"));
            }
            Event::Proposal(proposal::Event::PanelApproved { id, seat }) => {
                self.acts(*seat, record);
                let organisation = self.sits(*seat).map(|sits| sits.organisation);
                let party = match self.live(*id).opened.action {
                    Action::Dispute(dispute::Action::Resolve { dispute, .. }) => {
                        organisation.is_some_and(|organisation| self.doubts.party(&dispute, organisation))
                    }
                    _ => true,
                };
                let life = self.live(*id);
                // Once; and again only to call a quorum that fell and came back by itself, like any other seat.
                let again = life.quorum_since.is_none();
                let turn =
                    life.panel.is_some_and(|(from, until, done)| (from..until).contains(&at) && (!done || again));
                life.panel = life.panel.map(|(from, until, _)| (from, until, true));
                let sound = turn && seat.council == Council::Panel && !party;
                self.found.must("counted", sound, || format!("{seat} breaks no tie of {id}"));
            }
            Event::Emergency(emergency::Event::Paused { id, pause, until, capped }) => {
                let running = self.pauses.get(&pause.scope).filter(|(until, _)| at < *until).copied();
                let from = running.map_or(at, |(until, _)| until);
                let ends = (at + u64::from(pause.seconds)).max(from);
                self.found.must("fold", *until == ends, || format!("a pause until {until}, not {ends}"));
                let set_by = running.filter(|_| *capped).map_or(*id, |(_, set_by)| set_by);
                self.pauses.insert(pause.scope, (*until, set_by));
                if pause.scope == Scope::Upgrades {
                    self.sovereign = match (capped, running) {
                        (false, _) => *until,
                        (true, None) => 0,
                        (true, Some(_)) => self.sovereign,
                    };
                }
                self.stopped(*id, pause.scope, false, at, from, *until, pause.seconds);
            }
            Event::Emergency(emergency::Event::Lifted { scope, .. }) => {
                let paused = self.paused(*scope, at);
                self.found.must("fold", paused, || format!("lifted {scope}, which was not paused"));
                if let Some(pause) = self.pauses.get_mut(scope) {
                    pause.0 = at;
                }
                checks::ended(&mut self.stops, *scope, false, at);
            }
            Event::Emergency(emergency::Event::ModeChanged { id, set, until, .. }) => {
                let row = self.lives[id].opened.row.0;
                let running = self.mode.filter(|(_, until)| at < *until).map(|(_, until)| until);
                match set {
                    // The Sovereign's word replaces what runs.
                    Some(set) if row == 24 => {
                        checks::ended(&mut self.stops, Scope::Everything, true, at);
                        self.mode = Some((set.mode, *until));
                        self.stopped(*id, Scope::Everything, true, at, at, *until, set.seconds);
                    }
                    Some(set) => {
                        self.mode = Some((set.mode, *until));
                        self.stopped(*id, Scope::Everything, true, at, running.unwrap_or(at), *until, set.seconds);
                    }
                    None => {
                        self.mode = self.mode.map(|(mode, _)| (mode, at));
                        checks::ended(&mut self.stops, Scope::Everything, true, at);
                    }
                }
            }
            Event::Council(council::Event::SeatReplaced { id, seat, previous, new, epoch, .. }) => {
                let left = self.sits(*seat).map(|sits| sits.key) == Some(*previous);
                let next = self.councils[&seat.council].epoch + 1 == *epoch;
                self.found.must("one_seat", left && next, || format!("{:?}", record.event));
                *self.sits_mut(*seat) = Sits::new(new, None);
                self.councils.get_mut(&seat.council).unwrap().epoch = *epoch;
                let recovers = matches!(self.lives[id].opened.row.0, 36 | 37);
                self.seated(*seat, new.key, recovers);
            }
            Event::Council(council::Event::SeatAccepted { seat, .. }) => {
                let envelope = matches!(record.door, Door::Envelope(_));
                let own =
                    self.sits(*seat).is_some_and(|sits| Some(sits.key) == record.actor && sits.accepted.is_none());
                self.found.must("one_seat", envelope && own, || format!("{seat} was not accepted by its key"));
                self.sits_mut(*seat).accepted = Some(at);
            }
            Event::Council(council::Event::SeatSuspended { id, seat, by, until }) => {
                self.suspended(*id, *seat, *by, *until, record)
            }
            Event::Council(council::Event::SeatReinstated { seat, .. }) => {
                let sits = self.sits_mut(*seat);
                let theirs = sits.suspended(at) && sits.suspension.is_some_and(|(.., by)| by != Suspender::Itself);
                sits.suspension = sits.suspension.map(|(.., by)| (at, at, by));
                self.found.must("suspension_cap", theirs, || format!("{seat} was not set aside by others"));
            }
            Event::Council(council::Event::SeatVacated { id, seat, key }) => {
                let opened = self.lives[id].at;
                let late = |accepted: Option<u64>| accepted.is_none_or(|at| at >= opened);
                let taken = self.sits(*seat).is_some_and(|sits| sits.key == *key && late(sits.accepted));
                let recovers = matches!(self.lives[id].opened.row.0, 36 | 37);
                self.found.must("one_seat", taken && recovers, || format!("{seat} was not for the taking"));
                self.ever.remove(key);
                (self.sits_mut(*seat).vacant, self.sits_mut(*seat).accepted) = (true, None);
            }
            Event::Council(council::Event::CouncilReconstituted { council, epoch, size, added, .. }) => {
                let sitting = self.councils.entry(*council).or_insert(Sitting { epoch: 0, seats: Vec::new() });
                sitting.seats.truncate(usize::from(*size));
                let first = sitting.seats.len();
                sitting.seats.extend(added.iter().map(|new| Sits::new(new, None)));
                let sound = sitting.epoch + 1 == *epoch && sitting.seats.len() == usize::from(*size);
                sitting.epoch = *epoch;
                self.found.must("one_seat", sound, || format!("{:?}", record.event));
                for (index, new) in (first..).zip(added) {
                    self.seated(SeatId { council: *council, index: u8::try_from(index).unwrap() }, new.key, false);
                }
            }
            Event::Policy(policy::Event::RowChanged { row, .. }) => {
                if let Some(old) = self.rows.insert(row.id.0, row.clone()) {
                    let halved = 2 * u64::from(row.delay) >= u64::from(old.delay);
                    let sound = halved && row.version == old.version + 1;
                    self.found.must("bounds", sound, || format!("{old:?} became {row:?}"));
                }
            }
            Event::Council(council::Event::Heartbeat { seat, nonce })
            | Event::Council(council::Event::SuccessorNamed { seat, nonce, .. })
            | Event::Program(program::Event::EntryHeld { seat, nonce, .. }) => {
                self.acts(*seat, record);
                self.nonce(record, *nonce);
            }
            Event::Operation(operation::Event::Escalated { seat, watched, nonce, .. }) => {
                self.acts(*seat, record);
                self.nonce(record, *nonce);
                let looks = matches!(seat.council, Council::Operator | Council::Auditor);
                self.found.must("who_counts", looks, || format!("{seat} escalates"));
                self.escalations.insert(*watched, Some(at));
            }
            Event::Operation(operation::Event::Tuned { seat, nonce, .. })
            | Event::Operation(operation::Event::DrillFiled { seat, nonce, .. }) => {
                self.acts(*seat, record);
                self.nonce(record, *nonce);
            }
            Event::Emergency(emergency::Event::ReviewFiled { seat, .. })
            | Event::Emergency(emergency::Event::ReviewAttested { seat, .. })
            | Event::Registry(registry::Event::ReleaseRolledBack { seat, .. })
            | Event::Dispute(dispute::Event::DisputeAcknowledged { seat, .. })
            | Event::Dispute(dispute::Event::DisputeTriaged { seat, .. })
            | Event::Dispute(dispute::Event::DisputeOpened { dispute: DisputeId { seat, .. }, .. })
            | Event::Dispute(dispute::Event::DisputeRetracted { dispute: DisputeId { seat, .. }, .. })
            | Event::Program(program::Event::StatementMade { seat, .. })
            | Event::Program(program::Event::VoteCast { seat, .. }) => self.acts(*seat, record),
            Event::Registry(registry::Event::RegistryChanged { entry, .. }) => {
                self.entries.insert(entry.entry.key(), *entry);
            }
            Event::Bridge(bridge::Event::RouteChanged { id, route, version, economics, .. }) => {
                let row = self.lives[id].opened.row.0;
                let old = self.routes.insert(*route, (*version, *economics));
                let tighter = old.is_some_and(|(_, old)| checks::tighter(&old, economics));
                self.found.must("direction", tighter == (row == 14), || format!("{route} under row {row}"));
                let next = *version == old.map_or(1, |(version, _)| version + 1);
                self.found.must("fold", next, || format!("version {version} of route {route}"));
                self.bridge.route_changed(*route, *version, economics, at);
            }
            Event::Bridge(bridge::Event::ComplianceChanged { id, route, version, compliance, .. }) => {
                let row = self.lives[id].opened.row.0;
                let tighter = self.bridge.compliance(*route).is_some_and(|old| checks::narrower(&old, compliance));
                self.found.must("direction", tighter == (row == 14), || format!("{route} under row {row}"));
                self.bridge.compliance_changed(*route, *version, compliance, &mut self.found);
            }
            Event::Bridge(bridge::Event::ConversionAuthorized { seat, conversion, .. })
            | Event::Bridge(bridge::Event::ConversionRefused { seat, conversion, .. }) => {
                self.acts(*seat, record);
                let mode = self.mode.filter(|(_, until)| at < *until).map(|(mode, _)| mode);
                let transfer = &conversion.transfer;
                let account = transfer.account.map(Scope::Account);
                let mut scopes = [Scope::Everything, Scope::Route(transfer.route)].into_iter().chain(account);
                let blocked = mode == Some(Mode::ReadOnly) || scopes.any(|scope| self.paused(scope, at));
                let stands = |asset| {
                    let entry = self.entries.get(&EntryKey::Asset(asset));
                    entry.is_some_and(|entry: &Registered| entry.holds(at))
                };
                let route = self.routes.get(&transfer.route).map(|(_, economics)| economics);
                let registered = route.is_some_and(|route| stands(route.source) && stands(route.destination));
                let weather = Weather { blocked, limited: mode == Some(Mode::Limited), registered };
                let organisation = None;
                self.bridge.read(record, organisation, weather, &mut self.found);
            }
            Event::Bridge(bridge::Event::WordGiven { seat, nonce, .. })
            | Event::Bridge(bridge::Event::WordWithdrawn { seat, nonce, .. })
            | Event::Bridge(bridge::Event::RateStated { seat, nonce, .. })
            | Event::Bridge(bridge::Event::RateWithdrawn { seat, nonce, .. })
            | Event::Bridge(bridge::Event::ListsStated { seat, nonce, .. }) => {
                self.acts(*seat, record);
                self.nonce(record, *nonce);
                let organisation = self.sits(*seat).map(|sits| sits.organisation);
                self.bridge.read(record, organisation, Weather::default(), &mut self.found);
            }
            Event::Bridge(bridge::Event::ConversionCompleted { seat, .. }) => {
                self.acts(*seat, record);
                self.bridge.read(record, None, Weather::default(), &mut self.found);
            }
            Event::Policy(policy::Event::ProfileRenewed { until, .. }) => {
                self.found.must("bounds", *until <= at + 90 * DAY && self.micronode(), || format!("until {until}"));
                self.profile = Some(Profile::Micronode { until: *until });
            }
            Event::Phase(phase::Event::PhaseChanged { id, council, .. }) => {
                let opened = &self.lives[id].opened;
                let keys: Vec<Key> = self.councils[council].seats.iter().map(|sits| sits.key).collect();
                self.phases.changed(record, &opened.action, &keys, opened.row.0, &mut self.found);
            }
            Event::Phase(phase::Event::PhaseRolledBack { seat, nonce, .. }) => {
                self.acts(*seat, record);
                self.nonce(record, *nonce);
                self.phases.rolled_back(record, &mut self.found);
            }
            Event::Phase(phase::Event::WayBackRevoked { id, way }) => {
                let row = self.lives[id].opened.row.0;
                self.found.must("phases", matches!(row, 7 | 24), || format!("{id} closed {way:?}"));
                self.phases.closed(way);
            }
            Event::Phase(phase::Event::CompanionNamed { seat, .. }) => {
                self.acts(*seat, record);
                self.phases.named(record, &mut self.found);
            }
            Event::Registry(registry::Event::ReleaseApproved { .. })
            | Event::Contract(contract::Event::Retired { .. })
            | Event::Contract(contract::Event::Succeeded { .. })
            | Event::Operation(operation::Event::BaselineChanged { .. })
            | Event::Emergency(emergency::Event::OverrideUsed { .. })
            | Event::Program(program::Event::ProgramChanged { .. })
            | Event::Program(program::Event::BatchExecuted { .. })
            | Event::Program(program::Event::ContradictionOverruled { .. })
            | Event::Program(program::Event::StatementFinal { .. })
            | Event::Program(program::Event::BatchStopped { .. })
            | Event::Dispute(dispute::Event::DisputeExtended { .. })
            | Event::Dispute(dispute::Event::DisputeResolved { .. }) => {}
        }
    }

    fn deployed(&mut self, genesis: &Genesis) {
        self.profile = Some(genesis.profile);
        self.rows = genesis.rows.iter().map(|row| (row.id.0, row.clone())).collect();
        for (id, new) in genesis.seats() {
            let sitting = self.councils.entry(id.council).or_insert(Sitting { epoch: 0, seats: Vec::new() });
            // A key of P-256 has to show that it signs.
            sitting.seats.push(Sits::new(new, matches!(new.key, Key::Ed25519(_)).then_some(0)));
            self.seated(id, new.key, false);
        }
    }

    /// A key sits in one seat for ever. Only a recovery takes one that was in another council and is there no more: it begins
    /// anew, because what it has signed names that seat.
    fn seated(&mut self, id: SeatId, key: Key, recovers: bool) {
        let before = self.ever.insert(key, id);
        let left = before.is_none_or(|before| {
            let there = self.sits(before).is_some_and(|sits| sits.key == key);
            recovers && before.council != id.council && !there
        });
        self.nonces.remove(&key);
        self.found.must("one_seat", left, || format!("{key} sat in {before:?} before {id}"));
    }

    fn opened(&mut self, opened: &Opened, record: &Record) {
        self.acts_on(on(opened, opened.id.author), opened.id.author, record);
        self.nonce(record, opened.nonce);
        let newest = self.lives.keys().all(|id| id.serial < opened.id.serial)
            && opened.id.slot < if matches!(opened.id.author.council, Council::Program(_)) { 8 } else { 4 };
        let mut freed = true;
        for (id, life) in &mut self.lives {
            if (id.author, id.slot) == (opened.id.author, opened.id.slot) {
                // Executed, cancelled or rejected on record before the slot is given away.
                freed &= life.over;
            }
        }
        self.found.must("executed_once", newest && freed, || format!("{} takes a living slot", opened.id));
        let row = self.rows.get(&opened.row.0).cloned();
        self.found.must("deny", row.is_some(), || format!("{} is no row", opened.row));
        let Some(row) = row else { return };
        let author = opened.id.author.council;
        let program = if matches!(author, Council::Program(_)) { Council::PROGRAM } else { author };
        let operator = author == Council::Operator && matches!(opened.row.0, 2..=4 | 19 | 20);
        let may = operator || row.minima.iter().any(|(council, _)| council == program);
        self.found.must("who_counts", may, || format!("{} opens under {}", opened.id.author, opened.row));
        let approve_within = opened.approve_by - record.at;
        let clocks = (300..=u64::from(row.approve_by)).contains(&approve_within)
            && (3_600..=row.window).contains(&opened.window)
            && opened.delay == row.delay;
        self.found.must("bounds", clocks, || format!("clocks of {opened:?}"));
        let longest = if self.micronode() { 2 } else { 4 } * 3_600;
        let outlasts = opened.delay == 0 || opened.window >= 2 * longest;
        self.found.must("pause_window", outlasts, || format!("window of {opened:?}"));
        let directed = (!checks::protective(row.id.0) || opened.delay == 0)
            && (!checks::loosening(row.id.0) || opened.delay >= 3_600);
        self.found.must("direction", directed, || format!("delay of {opened:?}"));
        let now =
            |(council, epoch): &(Council, u32)| self.councils.get(council).map(|sitting| sitting.epoch) == Some(*epoch);
        let epochs = opened.epochs.iter().all(now) && opened.row_version == row.version;
        self.found.must("counted", epochs, || format!("epochs of {opened:?}"));
        let life = Life {
            at: record.at,
            opened: opened.clone(),
            author: record.actor.unwrap(),
            decisions: BTreeMap::new(),
            vetoes: BTreeMap::new(),
            quorum_since: None,
            panel: None,
            over: false,
            executed: false,
        };
        self.lives.insert(opened.id, life);
    }

    fn decided(
        &mut self,
        id: ProposalId,
        seat: SeatId,
        decision: Decision,
        quorum: bool,
        record: &Record,
        batch: &[Record],
    ) {
        let row = self.lives[&id].opened.row.0;
        let acting = on(&self.lives[&id].opened, seat);
        self.acts_on(acting, seat, record);
        let own = row == 20 && decision == Decision::Approve && seat == id.author;
        self.found.must("counted", !own, || format!("{seat} approves its own small batch {id}"));
        let at = record.at;
        let valid_until = self.sits(seat).map_or(0, |sits| sits.valid_until);
        let stood = self.quorum(id, at) && self.live(id).quorum_since.is_some();
        let back = self.somebody_came_back(id, at);
        let life = self.live(id);
        let overdue = match life.opened.action {
            Action::Council(council::Action::Rotate { .. })
            | Action::Council(council::Action::Recover { .. })
            | Action::Council(council::Action::Reconstitute(_)) => true,
            Action::Emergency(emergency::Action::Pause(_))
            | Action::Council(council::Action::Suspend { .. })
            | Action::Phase(phase::Action::RevokeWayBack(_)) => seat.council == Council::Emergency,
            _ => false,
        };
        let in_time = decision == Decision::Reject || at < life.opened.approve_by;
        let before = life.decisions.insert(seat, (decision, record.actor.unwrap())).map(|(before, _)| before);
        // Said again only to call a quorum that came back by itself.
        let grows = match (before, decision) {
            (None, _) | (Some(Decision::Approve), Decision::Reject) => true,
            (Some(Decision::Approve), Decision::Approve) => quorum && !stood,
            _ => false,
        };
        let valid = at < valid_until || overdue;
        self.found.must("counted", grows && in_time && valid, || format!("{before:?} in {record:?}"));
        let counted = self.quorum(id, at);
        self.found.must("counted", counted == quorum, || format!("counted {counted} in {record:?}"));
        let life = self.live(id);
        // Only what its own approver takes back is gone; what a suspension took comes back by itself.
        let taken_back = (before, decision) == (Some(Decision::Approve), Decision::Reject);
        life.quorum_since = life.quorum_since.filter(|_| quorum || !taken_back);
        let told = |which: &dyn Fn(&Event) -> bool| batch.iter().any(|record| which(&record.event));
        let reached =
            told(&|event| matches!(event, Event::Proposal(proposal::Event::QuorumReached { id: it, .. }) if *it == id));
        // A quorum that may have come back by itself is called anew by the next decision.
        let called = reached == (quorum && !stood) || reached && quorum && back;
        self.found.must("counted", called, || format!("quorum reached in {batch:?}"));
        let rejected = told(
            &|event| matches!(event, Event::Proposal(proposal::Event::Rejected { id: it, cause: Cause::Decisions }) if *it == id),
        );
        let hopeless = self.hopeless(id);
        self.found.must("counted", rejected == hopeless, || format!("hopeless {hopeless} in {batch:?}"));
    }

    /// Whether a suspension of one who approves ended after the quorum was called.
    fn somebody_came_back(&self, id: ProposalId, at: u64) -> bool {
        let life = &self.lives[&id];
        let ended = |seat: &SeatId| self.sits(*seat).and_then(|sits| sits.suspension).map(|(_, until, _)| until);
        let since = life.quorum_since.unwrap_or(u64::MAX);
        life.decisions.keys().filter_map(ended).any(|until| since < until && until <= at)
    }

    fn rejected(&mut self, id: ProposalId, cause: Cause, record: &Record) {
        let at = record.at;
        let life = self.live(id).clone();
        let row = &self.rows[&life.opened.row.0];
        let execute_by =
            life.quorum_since.map(|since| since + u64::from(life.opened.delay) + u64::from(life.opened.window));
        let sound = match cause {
            Cause::Decisions => self.hopeless(id),
            Cause::ApproveByPassed => life.quorum_since.is_none() && at >= life.opened.approve_by,
            Cause::ExecuteByPassed => execute_by.is_some_and(|execute_by| at >= execute_by),
            Cause::Stale => {
                let moved = |(council, epoch): &(Council, u32)| self.councils[council].epoch != *epoch;
                // Or its author's seat has another key, which has made room.
                life.quorum_since.is_none() && self.sits(id.author).is_none_or(|sits| sits.key != life.author)
                    || row.version != life.opened.row_version
                    || checks::epochs(row.id.0) == 0 && life.opened.epochs.iter().any(moved)
            }
            Cause::Veto => {
                let council = match row.id.0 {
                    37 => Council::Policy,
                    _ => Council::Sovereign,
                };
                let mine = |(seat, key): (&SeatId, &Key)| {
                    seat.council == council && self.sits(*seat).is_some_and(|sits| sits.key == *key && sits.acts(at))
                };
                let (given, size) =
                    (life.vetoes.iter().filter(|veto| mine(*veto)).count(), self.councils[&council].seats.len());
                given >= if row.id.0 == 37 { size } else { size / 2 + 1 }
            }
        };
        self.found.must("counted", sound, || format!("{id} ended by {cause:?} at {at}: {life:?}"));
        self.live(id).over = true;
    }

    fn executed(&mut self, id: ProposalId, hash: [u8; 32], record: &Record) {
        let at = record.at;
        let life = self.live(id).clone();
        self.found.must("executed_once", !life.executed, || format!("{id} twice"));
        let Some(row) = self.rows.get(&life.opened.row.0).cloned() else {
            return self.found.must("deny", false, || format!("{id} under no row"));
        };
        let all: u32 = row.minima.iter().map(|(council, _)| self.sizes().get(&council).copied().unwrap_or(0)).sum();
        self.found.must("deny", (1..=all).contains(&row.m.into()), || format!("{} of {all}", row.m));
        let stands = self.quorum(id, at) && row.version == life.opened.row_version;
        self.found.must("counted", stands, || format!("{id} was executed without a quorum"));
        let since = life.quorum_since.unwrap_or(u64::MAX / 2);
        let (delay, window) = (u64::from(life.opened.delay), u64::from(life.opened.window));
        let in_time = (since + delay..since + delay + window).contains(&at);
        self.found.must("counted", in_time, || format!("{id} was executed at {at}, quorum at {since}"));
        // A suspension that lapsed in the delay: the quorum stood without that seat, or the delay began anew.
        for seat in life.decisions.keys() {
            let lapsed = self.sits(*seat).and_then(|sits| sits.suspension).map(|(_, until, _)| until);
            if let Some(until) = lapsed.filter(|until| *until > since && *until <= at && at - until < delay) {
                let stood = self.quorum(id, until - 1);
                self.found.must("counted", stood, || format!("{id} did not stand until {until}, executed at {at}"));
            }
        }
        let named = hash == hash::sha256(&[&[3], &life.opened.action.encode()]);
        self.found.must("executed_once", named, || format!("{id} did something else"));
        self.executor(&life, &row, since, record);
        let blocked = self.blocked(row.id.0, checks::scope(&life.opened.action), at)
            || checks::account(&life.opened.action).is_some_and(|account| self.blocked(row.id.0, account, at));
        self.found.must("never_blocked", !blocked, || format!("{id} was executed though paused"));
        if matches!(row.id.0, 12 | 13) {
            let watched = match &life.opened.action {
                Action::Bridge(bridge::Action::SetRoute(change)) => Watched::Route(change.route),
                Action::Bridge(bridge::Action::SetCompliance(change)) => Watched::Route(change.route),
                _ => Watched::Money,
            };
            let looked = self.escalations.get_mut(&watched).and_then(Option::take);
            let fresh = looked.is_some_and(|looked| at < looked + 7 * DAY);
            self.found.must("direction", fresh, || format!("{id} loosened without an escalation"));
        }
        if let Action::Bridge(bridge::Action::SetRoute(change)) = &life.opened.action {
            let now = self.routes.get(&change.route).map(|route| hash::sha256(&[&[5], &route.encode()]));
            let same = change.previous.map(|hash| hash.0) == now;
            self.found.must("executed_once", same, || format!("{id} built on another value"));
        }
        if let Action::Emergency(emergency::Action::Lift { scope, set_by, .. }) = &life.opened.action {
            let same = self.pauses.get(scope).is_some_and(|(_, running)| running == set_by);
            self.found.must("never_blocked", same, || format!("{id} lifted another pause"));
        }
        let life = self.live(id);
        (life.over, life.executed) = (true, true);
    }

    /// Operators, or the row's own councils: at once, or after half of the window.
    fn executor(&mut self, life: &Life, row: &Row, since: u64, record: &Record) {
        if row.executors == Executors::Anyone {
            return;
        }
        let seat = record.actor.and_then(|key| self.ever.get(&key)).copied();
        let Some(seat) = seat else {
            return self.found.must("who_counts", false, || format!("a stranger executed {}", life.opened.id));
        };
        self.acts(seat, record);
        let half = since + u64::from(life.opened.delay) + u64::from(life.opened.window) / 2;
        let votes = life.opened.epochs.iter().any(|(council, _)| *council == seat.council);
        let members = votes && (row.executors == Executors::Members || record.at >= half);
        let may = seat.council == Council::Operator || members;
        self.found.must("who_counts", may, || format!("{seat} executed {} at {}", life.opened.id, record.at));
    }

    fn suspended(&mut self, id: Option<ProposalId>, seat: SeatId, by: Suspender, until: u64, record: &Record) {
        let at = record.at;
        let row = id.map(|id| self.lives[&id].opened.row.0);
        let epoch = self.councils[&seat.council].epoch;
        let sound = match (row, by) {
            (None, Suspender::Itself) => {
                // Whoever is set aside by others can still give up for good.
                let own = |sits: &Sits| Some(sits.key) == record.actor && sits.accepted.is_some_and(|from| from < at);
                let first = |sits: &Sits| sits.suspension.is_none_or(|(.., by)| by != Suspender::Itself);
                until == u64::MAX && self.sits(seat).is_some_and(|sits| own(sits) && first(sits))
            }
            // A minority of a council at most.
            (Some(9), Suspender::Sovereign) => {
                let seats = &self.councils[&seat.council].seats;
                let silenced = |(index, sits): (usize, &Sits)| {
                    let theirs = sits.suspension.is_some_and(|(.., by)| by == Suspender::Sovereign);
                    index != usize::from(seat.index) && theirs && sits.suspended(at)
                };
                let others = seats.iter().enumerate().filter(|(index, sits)| silenced((*index, sits))).count();
                let minority = others < (seats.len().saturating_sub(1) / 2).max(1);
                minority && seat.council != Council::Sovereign && until == u64::MAX
            }
            (Some(6), Suspender::Emergency) => {
                let others = self.councils[&seat.council].seats.iter().enumerate();
                let set_aside = |sits: &Sits| {
                    sits.suspended(at) && sits.suspension.is_some_and(|(.., by)| by == Suspender::Emergency)
                };
                let alone =
                    others.filter(|(index, _)| *index != usize::from(seat.index)).all(|(_, sits)| !set_aside(sits));
                let once = self.sits(seat).is_some_and(|sits| sits.set_aside_in != Some(epoch) && !sits.suspended(at));
                // Once more while it runs and a recovery of the council stands.
                let prolonged = || {
                    let Action::Council(council::Action::Suspend { recovery: Some(recovery), .. }) =
                        &self.lives[&id.unwrap()].opened.action
                    else {
                        return false;
                    };
                    let live = &self.lives[recovery];
                    let row = if seat.council == Council::Policy { 37 } else { 36 };
                    let stands = live.opened.row.0 == row && !live.over && live.quorum_since.is_some();
                    stands && self.quorum(*recovery, at) && self.sits(seat).is_some_and(set_aside)
                };
                alone && (once || prolonged()) && seat.council != Council::Emergency && until == at + 7 * DAY
            }
            _ => false,
        };
        self.found.must("suspension_cap", sound, || format!("{:?}", record.event));
        let sits = self.sits_mut(seat);
        let running = sits.suspension.filter(|(_, until, who)| at < *until && *who == by);
        sits.suspension = Some((running.map_or(at, |(from, ..)| from), until, by));
        if by == Suspender::Emergency {
            sits.set_aside_in = Some(epoch);
        }
    }

    /// A pause or a mode, from where it adds to what ran already.
    #[expect(clippy::too_many_arguments, reason = "an event's fields")]
    fn stopped(&mut self, id: ProposalId, scope: Scope, mode: bool, at: u64, from: u64, until: u64, seconds: u32) {
        let row = self.lives[&id].opened.row.0;
        let alone = self.micronode() || matches!(row, 5 | 7);
        let each = match (self.micronode(), alone) {
            (true, _) => 30 * 60,
            (false, true) => 60 * 60,
            (false, false) => 72 * 60 * 60,
        };
        self.found.must("pause_cap", (1..=each).contains(&seconds), || format!("{seconds} s of {scope} in one go"));
        if alone && !matches!(scope, Scope::Account(_)) {
            self.stops.push(Stop { scope, mode, from, until });
            let most = if self.micronode() { 2 } else { 4 } * 3_600;
            checks::pause_cap(&self.stops, scope, at, most, &mut self.found);
        }
    }

    /// A refusal that is on record or not: nothing that cures is ever blocked, and nothing else without a reason.
    pub(crate) fn refused(&mut self, order: &Order, code: u16, at: u64) {
        if code != 500 {
            return;
        }
        let (row, scope) = match order {
            // Only the Sovereign's majority stops who goes back.
            Order::Registry(registry::Order::RollBack { .. }) | Order::Phase(phase::Order::RollBack { .. }) => {
                let paused = at < self.sovereign && self.paused(Scope::Upgrades, at);
                return self.found.must("never_blocked", paused, || format!("{order:?} was blocked at {at}"));
            }
            Order::Proposal(proposal::Order::Execute(execute)) => {
                let opened = &self.lives[&execute.id].opened;
                let frozen = checks::account(&opened.action).filter(|account| self.paused(*account, at));
                (opened.row.0, frozen.unwrap_or(checks::scope(&opened.action)))
            }
            other => return self.found.must("never_blocked", false, || format!("{other:?} was blocked")),
        };
        let blocked = self.blocked(row, scope, at);
        self.found.must("never_blocked", blocked, || format!("row {row} was blocked at {at} by nothing"));
    }

    fn blocked(&self, row: u8, scope: Scope, at: u64) -> bool {
        let mode = self.mode.filter(|(_, until)| at < *until).map(|(mode, _)| mode);
        let narrowed = match mode {
            Some(Mode::ReadOnly) => true,
            Some(Mode::Limited) => checks::loosening(row) || row == 19,
            _ => false,
        };
        checks::blockable(row) && (narrowed || self.paused(Scope::Everything, at) || self.paused(scope, at))
    }

    /// Approvals of members who have their seats now as they had them when they spoke.
    fn counted(&self, life: &Life, council: Council, epoch: u32, at: u64) -> u32 {
        let Some(sitting) = self.councils.get(&council) else { return 0 };
        let moved = u64::from(sitting.epoch) - u64::from(epoch);
        if moved > checks::epochs(life.opened.row.0) {
            return 0;
        }
        let mine = |(seat, (decision, key)): (&SeatId, &(Decision, Key))| {
            let row = on(&life.opened, *seat);
            let sits = self.sits(*seat).is_some_and(|sits| sits.key == *key && sits.acts_on(row, at));
            seat.council == council && *decision == Decision::Approve && sits
        };
        u32::try_from(life.decisions.iter().filter(|given| mine(*given)).count()).unwrap()
    }

    fn missing(&self, id: ProposalId, at: u64) -> u32 {
        let life = &self.lives[&id];
        let row = &self.rows[&life.opened.row.0];
        let (mut total, mut short) = (0, 0);
        for (council, epoch) in &life.opened.epochs {
            let counted = self.counted(life, *council, *epoch, at);
            total += counted;
            short += checks::minimum(row, *council).saturating_sub(counted);
        }
        short.max(u32::from(row.m).saturating_sub(total))
    }

    fn quorum(&self, id: ProposalId, at: u64) -> bool {
        let panel = self.lives[&id].panel.is_some_and(|(.., approved)| approved);
        self.missing(id, at) <= u32::from(panel)
    }

    fn hopeless(&self, id: ProposalId) -> bool {
        let life = &self.lives[&id];
        let row = &self.rows[&life.opened.row.0];
        let rejects = |council: Council| {
            let mine =
                life.decisions.iter().filter(|(seat, given)| seat.council == council && given.0 == Decision::Reject);
            u32::try_from(mine.count()).unwrap()
        };
        // Who opened a small batch does not approve it, so there is one less who can.
        let author = id.author;
        let own_reject = life.decisions.get(&author).is_some_and(|given| given.0 == Decision::Reject);
        let barred = row.id.0 == 20 && !own_reject;
        let left = |council: &Council| {
            let seats = u32::try_from(self.councils[council].seats.len()).unwrap();
            seats.saturating_sub(rejects(*council)).saturating_sub(u32::from(barred && *council == author.council))
        };
        let total: u32 = life.opened.epochs.iter().map(|(council, _)| left(council)).sum();
        let short = life.opened.epochs.iter().any(|(council, _)| left(council) < checks::minimum(row, *council));
        // On a micronode whoever is to be replaced needs only to speak up.
        let contradicted = row.id.0 == 36 && self.micronode() && rejects(Council::Sovereign) > 0;
        total < row.m.into() || short || contradicted
    }

    /// Over is over: executed, cancelled or rejected once.
    fn live(&mut self, id: ProposalId) -> &mut Life {
        let over = self.lives.get(&id).is_none_or(|life| life.over);
        self.found.must("executed_once", !over, || format!("{id} was over"));
        self.lives.get_mut(&id).expect("a proposal that was opened")
    }

    fn paused(&self, scope: Scope, at: u64) -> bool {
        self.pauses.get(&scope).is_some_and(|(until, _)| at < *until)
    }
}

/// The row, and whether the seat is an Emergency seat that decides about one of the Sovereign's.
fn on(opened: &Opened, seat: SeatId) -> (u8, bool) {
    let about = matches!(&opened.action, Action::Council(council::Action::Suspend { seat, .. }) if seat.council == Council::Sovereign);
    (opened.row.0, about && seat.council == Council::Emergency)
}
