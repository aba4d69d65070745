//! A deployment in memory with real keys. Every submission is checked: sequence, Refused, Ignored, bounds.
//!
//! `who` is the name of a key everywhere. The keys of the genesis are named like their seats; whoever follows has
//! another name, under which it speaks once it has accepted: `world.applied("anna", ...)`.

use crate::audience::Audience;
pub(crate) use crate::fixture::*;
use ed25519_dalek::{Signer as _, SigningKey};
use greatseal_protocol::{
    action::Action,
    bytes::{
        ContractAddress, ContractCode, DocumentHash, EnvelopeDigest, IncidentId, MAX_CELL, ProposalDigest,
        ReferenceHash,
    },
    cells::{CellKey, Cells, CellsMut, Head},
    clock::PROTECTIVE_LIFE,
    command::{Capacity, Command, Order},
    council::{Council, CouncilHead, Seat, SeatId, Seated, Sits},
    digest::{self, Domain},
    dispute::{DisputeId, Resolution, Subject},
    envelope::Envelope,
    event::{Door, Event, Record},
    evolve::evolve,
    genesis::{Genesis, NewSeat},
    key::{Key, Signature, Software},
    language::{
        bridge, contract, council, dispute, emergency, operation, phase, policy, program,
        proposal::{self, Execute, Open},
        registry,
    },
    memory::{self, Memory},
    outcome::{Outcome, Records},
    proposal::ProposalTerms,
    proposal_id::{Decision, ProposalId},
    refusal::Refusal,
    registry::{EntryKey, Registered},
    route::Economics,
    row::{Row, RowId},
    scale::Encode,
    scope::{Scope, Watched},
    state::State,
    submit,
    succession::{self, Import},
};
use std::collections::BTreeMap;

/// What a proposal is called from outside.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    pub(crate) id: ProposalId,
    pub(crate) digest: ProposalDigest,
    pub(crate) action: Action,
}

#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) cells: Memory,
    pub(crate) records: Vec<Record>,
    pub(crate) domain: Domain,
    pub(crate) now: u64,
    /// Names of the keys that spoke, and of those that sat at the beginning.
    pub(crate) names: BTreeMap<Key, String>,
    /// Everything that was sent, and what came of it.
    pub(crate) submitted: Vec<Submission>,
    /// Who else hears it.
    audience: Audience,
}

/// Something that was sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Submission {
    pub(crate) at: u64,
    pub(crate) door: Door,
    pub(crate) bytes: Vec<u8>,
    pub(crate) outcome: Outcome,
}

impl World {
    /// The default genesis of section 4.
    pub(crate) fn new() -> Self {
        Self::deploy(genesis())
    }

    /// The smallest genesis.
    pub(crate) fn smallest() -> Self {
        Self::deploy(genesis_with(SMALLEST))
    }

    pub(crate) fn micronode() -> Self {
        Self::deploy(micronode())
    }

    /// A second after the deployment: the seats of a genesis act at once, but nothing is older than the beginning.
    pub(crate) fn deploy(genesis: Genesis) -> Self {
        let chain_id = genesis.chain_id;
        let domain = Domain { deployment: digest::deployment_id(&genesis), contract: CONTRACT, chain_id };
        let names = genesis.seats().map(|(id, seat)| (seat.key, id.to_string())).collect();
        let record = submit::deploy(genesis.clone(), CONTRACT, START).unwrap();
        let mut cells = Memory::new();
        evolve(&mut cells, &record).unwrap();
        let audience = Audience::new(&genesis, &cells);
        Self { cells, records: vec![record], domain, now: START, names, submitted: Vec::new(), audience }
    }

    // Speaking

    pub(crate) fn seal(&self, signer: &SigningKey, command: Command) -> Vec<u8> {
        seal_for(&self.domain, signer, command)
    }

    /// The same for a key of any algorithm, by its name.
    pub(crate) fn seal_as(&self, who: impl ToString, command: Command) -> Vec<u8> {
        seal_as(&self.domain, &who.to_string(), command)
    }

    /// The seat of a name's key: the one that it has or had.
    pub(crate) fn seat_of(&self, who: impl ToString) -> Option<SeatId> {
        let who = who.to_string();
        let has = self.cells.seat_of(&key_named(&who)).unwrap_or(None);
        has.or_else(|| who.parse().ok())
    }

    /// Sound in every way; a name without a seat claims to be anyone.
    pub(crate) fn command(&self, who: impl ToString, order: Order) -> Command {
        let capacity = self.seat_of(who).map_or(Capacity::Anyone, |seat| {
            let epoch = self.cells.council(seat.council).unwrap().epoch;
            Capacity::Seat { seat, epoch }
        });
        Command { capacity, expiry: self.now + PROTECTIVE_LIFE, order }
    }

    /// The order of a name as an envelope, sound in every way.
    pub(crate) fn envelope(&self, who: impl ToString, order: Order) -> Vec<u8> {
        let who = who.to_string();
        self.seal_as(&who, self.command(&who, order))
    }

    /// Submits, and checks what holds of every submission.
    pub(crate) fn submit(&mut self, bytes: &[u8]) -> Outcome {
        let before = self.cells.clone();
        let (outcome, records) = submit::submit(&mut self.cells, bytes, self.now, &Software).unwrap();
        let records = records.map_or(Vec::new(), Records::into_vec);
        self.check(&before, bytes, &outcome, &records, Door::Envelope(Envelope::digest(bytes)));
        self.records.extend(records);
        outcome
    }

    /// Through the direct door: the bare command from the account of the key.
    pub(crate) fn act_bytes(&mut self, bytes: &[u8], caller: bool) -> Outcome {
        let before = self.cells.clone();
        let (outcome, records) = submit::act(&mut self.cells, bytes, self.now, |_| caller).unwrap();
        let records = records.map_or(Vec::new(), Records::into_vec);
        self.check(&before, bytes, &outcome, &records, Door::Direct);
        self.records.extend(records);
        outcome
    }

    pub(crate) fn act(&mut self, who: impl ToString, order: Order) -> Outcome {
        let who = who.to_string();
        self.act_bytes(&(key_named(&who), self.command(&who, order)).encode(), true)
    }

    pub(crate) fn order(&mut self, who: impl ToString, order: Order) -> Outcome {
        let who = who.to_string();
        let bytes = self.envelope(&who, order);
        self.names.insert(key_named(&who), who);
        self.submit(&bytes)
    }

    fn check(&mut self, before: &Memory, bytes: &[u8], outcome: &Outcome, records: &[Record], door: Door) {
        let sent = Submission { at: self.now, door, bytes: bytes.to_vec(), outcome: *outcome };
        self.audience.hears(before, &sent, records, &self.cells);
        self.submitted.push(sent);
        let head: Head = *before.head().unwrap();
        let seqs: Vec<u64> = records.iter().map(|record| record.seq).collect();
        let expected: Vec<u64> = (head.seq..).take(records.len()).collect();
        assert_eq!(seqs, expected, "seq is contiguous");
        assert_eq!(self.cells.head().unwrap().seq, head.seq + u64::try_from(records.len()).unwrap());
        assert!(records.iter().all(|record| record.at == self.now && record.actor.is_some() && record.door == door));
        // A bare command has no name.
        let name = if door == Door::Direct { EnvelopeDigest([0; 32]) } else { Envelope::digest(bytes) };
        match *outcome {
            Outcome::Applied { envelope, seq, events } => {
                assert_eq!(envelope, name);
                assert_eq!((seq, usize::try_from(events).unwrap()), (head.seq, records.len()));
                assert!(events >= 1, "what takes effect is on record");
            }
            Outcome::Refused { envelope, refusal, place, seq } => {
                assert_eq!((envelope, seq), (name, head.seq));
                let [record] = records else { panic!("a refusal is one record, not {records:?}") };
                let Event::Contract(contract::Event::Refused { refusal: told, place: which, expiry }) = record.event
                else {
                    panic!("{record:?}")
                };
                assert_eq!((told, which), (refusal, place));
                let mut counted = before.clone();
                if let (Door::Envelope(name), Some(actor)) = (door, record.actor) {
                    let seat = before.seat_of(&actor).unwrap().unwrap();
                    let mut remembered = before.remembered(seat, self.now).unwrap();
                    assert!(remembered.iter().all(|(other, _)| *other != name), "recorded once");
                    remembered.push((name, expiry));
                    counted.put(&CellKey::Refusals(seat), &remembered);
                }
                // Tests write cells past the rules, which count all the same.
                let cells = counted.count(0);
                counted.put(&CellKey::Head, &Head { seq: head.seq + 1, cells, ..head });
                assert_eq!(
                    self.cells, counted,
                    "refused_changes_nothing but the event counter, and what is remembered"
                );
            }
            Outcome::Ignored { .. } => {
                assert!(records.is_empty(), "what shows nothing is not on record");
                assert_eq!(self.cells, *before);
            }
        }
    }

    // Expecting

    pub(crate) fn applied(&mut self, who: impl ToString, order: Order) {
        let who = who.to_string();
        let outcome = self.order(&who, order.clone());
        assert!(matches!(outcome, Outcome::Applied { .. }), "{who}: {outcome:?} of {order:?}");
    }

    /// Refused with this number; on record unless the rules say that it is not.
    pub(crate) fn refused(&mut self, who: impl ToString, order: Order, code: u16) {
        let who = who.to_string();
        let bytes = self.envelope(&who, order);
        self.names.insert(key_named(&who), who);
        self.refused_bytes(&bytes, code);
    }

    /// Refused when it is opened.
    pub(crate) fn refused_action(&mut self, who: impl ToString, action: &Action, code: u16) {
        let who = who.to_string();
        let open = self.opening(&who, action);
        self.refused(&who, Order::Proposal(proposal::Order::Open(Box::new(open))), code);
    }

    pub(crate) fn refused_bytes(&mut self, bytes: &[u8], code: u16) {
        let key = Envelope::parse(bytes).unwrap().key;
        let (refusal, door) = (Refusal::from_code(code).unwrap(), Door::Envelope(Envelope::digest(bytes)));
        let recorded = submit::leaves_record(&self.cells, &key, refusal, door, self.now);
        let outcome = self.submit(bytes);
        assert_eq!(code_of(&outcome), (Some(code), recorded), "{outcome:?}");
    }

    /// Ignored with this number, without a record.
    pub(crate) fn ignored_bytes(&mut self, bytes: &[u8], code: u16) {
        let outcome = self.submit(bytes);
        assert_eq!(code_of(&outcome), (Some(code), false), "{outcome:?}");
    }

    // Writing cells past the rules

    /// What is written here comes about by no record, and so the head does not know of it: proposals look again all the
    /// same.
    fn changed(&mut self) {
        let head = self.cells.head().unwrap();
        self.cells.put(&CellKey::Head, &Head { changes: head.changes + 1, ..*head });
    }

    /// Writes a seat as it would come about only after a long story.
    pub(crate) fn poke(&mut self, who: &str, change: impl FnOnce(&mut Seat)) {
        let id = self.seat_of(who).unwrap();
        let mut held = self.cells.seat(id).unwrap();
        change(&mut held);
        self.cells.put(&CellKey::Seat(id), &held);
        // What did not come about by a record: every seat is to be looked at.
        let head = self.cells.council(id.council).unwrap();
        self.cells.put(&CellKey::Council(id.council), &CouncilHead { whole_from: u64::MAX, ..head });
        self.changed();
    }

    /// Moves a council to an epoch.
    pub(crate) fn epoch(&mut self, council: Council, epoch: u32) {
        let head = self.cells.council(council).unwrap();
        self.cells.put(&CellKey::Council(council), &CouncilHead { epoch, ..head });
        for index in 0..head.size {
            let id = SeatId { council, index };
            let seat = self.cells.seat(id).unwrap();
            let sits = Some(Sits { epoch, phase: head.phase });
            self.cells.put(&CellKey::Seat(id), &Seat { sits, ..*seat });
        }
        self.changed();
    }

    /// Writes a row, whatever the invariants say.
    pub(crate) fn poke_row(&mut self, id: RowId, change: impl FnOnce(&mut Row)) {
        let mut row = self.cells.row(id).unwrap();
        change(&mut row);
        self.cells.put(&CellKey::Row(id), &row);
        self.changed();
    }

    /// Gives a seat to the key of this name at once, as a rotation does after its delay: the council's epoch rises.
    pub(crate) fn rotate(&mut self, who: &str, successor: &str) {
        let (key, id) = (key_named(successor), self.seat_of(who).unwrap());
        let since = self.cells.council(id.council).unwrap().epoch + 1;
        self.epoch(id.council, since);
        self.poke(who, |held| (held.key, held.since) = (key, since));
        self.cells.put(&CellKey::KeySeat(key), &Seated { seat: id, prepared: key.prepare().unwrap() });
        self.names.insert(key, successor.to_owned());
    }

    // Telling

    pub(crate) fn wait(&mut self, seconds: u64) {
        self.now += seconds;
    }

    pub(crate) fn nonce(&self, who: impl ToString) -> u64 {
        self.seat_of(who).and_then(|id| self.cells.seat(id).ok()).map_or(0, |seat| seat.nonce) + 1
    }

    /// The row under which this name would open the action.
    pub(crate) fn row_for(&self, who: impl ToString, action: &Action) -> RowId {
        let micronode = self.cells.head().unwrap().profile.micronode();
        let sovereign = self.seat_of(who).is_some_and(|id| id.council == Council::Sovereign);
        row_for(&self.cells, sovereign || micronode, action)
    }

    /// The order that opens this action under its row, with the longest clocks that the row allows.
    pub(crate) fn opening(&self, who: impl ToString, action: &Action) -> Open {
        let who = who.to_string();
        let row = self.cells.row(self.row_for(&who, action)).unwrap();
        Open {
            row: row.id,
            action: action.clone(),
            document: DocumentHash([9; 32]),
            approve_within: row.approve_by,
            execute_within: row.window,
            nonce: self.nonce(&who),
            approve: false,
        }
    }

    pub(crate) fn open(&mut self, who: impl ToString, action: &Action) -> Opened {
        let who = who.to_string();
        let open = self.opening(&who, action);
        self.open_as(&who, open)
    }

    pub(crate) fn open_as(&mut self, who: impl ToString, open: Open) -> Opened {
        let action = open.action.clone();
        self.applied(who, Order::Proposal(proposal::Order::Open(Box::new(open))));
        match &self.records.last().unwrap().event {
            Event::Proposal(proposal::Event::Opened(opened)) => Opened { id: opened.id, digest: opened.digest, action },
            other => panic!("{other:?}"),
        }
    }

    /// What approvers of a proposal sign, from the record of its opening alone.
    pub(crate) fn terms(&self, record: &Record, opened: &proposal::Opened) -> ProposalTerms {
        ProposalTerms {
            deployment: self.domain.deployment,
            id: opened.id,
            opened_at: record.at,
            author: record.actor.unwrap(),
            nonce: opened.nonce,
            row: opened.row,
            row_version: opened.row_version,
            epochs: opened.epochs.clone(),
            action: digest::action_hash(&opened.action),
            document: opened.document,
            approve_by: opened.approve_by,
            delay: opened.delay,
            window: opened.window,
        }
    }

    pub(crate) fn approve(&mut self, who: &[&str], proposal: &Opened) {
        who.iter().for_each(|who| self.applied(who, approve(proposal)));
    }

    pub(crate) fn execute(&mut self, who: impl ToString, proposal: &Opened) {
        self.applied(who, execute(proposal));
    }

    /// Names of the seats that may decide now, in the order in which a quorum is formed: minima first.
    pub(crate) fn approvers(&self, proposal: &Opened) -> Vec<String> {
        let cell = self.cells.proposal(proposal.id).unwrap();
        let row = self.cells.row(cell.row).unwrap();
        let overdue = proposal.action.overdue();
        let (mut first, mut others) = (Vec::new(), Vec::new());
        for tally in &cell.tallies {
            let mut sitting = Vec::new();
            for index in 0..self.cells.council(tally.council).unwrap().size {
                let seat = self.cells.seat(SeatId { council: tally.council, index }).unwrap();
                let valid = self.now < seat.valid_until || overdue.includes(tally.council);
                let own =
                    SeatId { council: tally.council, index } == proposal.id.author && row.id == RowId::BATCH_SMALL;
                let may =
                    seat.active(self.now) && !seat.suspended(self.now) && seat.since <= tally.epoch && valid && !own;
                sitting.extend(self.names.get(&seat.key).filter(|_| may).cloned());
            }
            let rest = sitting.split_off(usize::from(row.minima.of(tally.council)).min(sitting.len()));
            first.extend(sitting);
            others.extend(rest);
        }
        first.extend(others);
        first.truncate(row.m.into());
        first
    }

    /// Opened and approved by as many as it takes.
    pub(crate) fn carry(&mut self, who: impl ToString, action: &Action) -> Opened {
        let proposal = self.open(who, action);
        for name in self.approvers(&proposal) {
            self.applied(name, approve(&proposal));
        }
        proposal
    }

    /// Opened, approved and, after its delay, executed.
    pub(crate) fn enact(&mut self, who: impl ToString, action: &Action) -> Opened {
        let proposal = self.carry(who, action);
        self.wait(self.cells.proposal(proposal.id).unwrap().delay.into());
        self.execute("O0", &proposal);
        proposal
    }

    pub(crate) fn escalate(&mut self, who: impl ToString, watched: Watched) {
        let who = who.to_string();
        let order = self.escalation(&who, watched);
        self.applied(who, order);
    }

    pub(crate) fn escalation(&self, who: impl ToString, watched: Watched) -> Order {
        Order::Operation(operation::Order::Escalate {
            watched,
            reference: ReferenceHash([4; 32]),
            nonce: self.nonce(who),
        })
    }

    /// A pause that is in force from now on.
    pub(crate) fn paused(&mut self, scope: Scope, seconds: u64) {
        self.paused_for(INCIDENT, scope, seconds);
    }

    pub(crate) fn paused_for(&mut self, incident: IncidentId, scope: Scope, seconds: u64) {
        let proposal = self.open("E0", &pause_for(incident, scope, seconds));
        self.approve(&["E0", "E1"], &proposal);
        self.execute("E2", &proposal);
    }

    /// The review of a pause that is over, filed and attested.
    pub(crate) fn reviewed(&mut self, incident: IncidentId, scope: Scope) {
        self.applied("E2", self.file_review(scope, incident));
        self.applied("A0", self.attest_review(scope, incident));
    }

    /// What ends the pause that is in force in a scope.
    pub(crate) fn lift(&self, scope: Scope) -> Action {
        let running = self.cells.paused(scope, self.now).unwrap();
        lift(scope, running.map_or(NO_PROPOSAL, |paused| paused.set_by))
    }

    /// What ends the mode that is in force.
    pub(crate) fn leave_mode(&self) -> Action {
        let set_by = self.cells.mode(self.now).unwrap().map_or(NO_PROPOSAL, |mode| mode.set_by);
        Action::Emergency(emergency::Action::LeaveMode { set_by, incident: INCIDENT })
    }

    /// Name of what is to be reviewed in a scope.
    pub(crate) fn due(&self, scope: Scope) -> ProposalId {
        self.cells.duty(scope).unwrap().map_or(NO_PROPOSAL, |duty| duty.set_by)
    }

    /// A seat's first report on what was paused in a scope.
    pub(crate) fn file_review(&self, scope: Scope, incident: IncidentId) -> Order {
        let set_by = self.due(scope);
        let severity = greatseal_protocol::scope::Severity::Sev3;
        Order::Emergency(emergency::Order::FileReview { scope, set_by, incident, version: 1, severity, report: REPORT })
    }

    /// An auditor's word on the first report that there is, or on one that is not.
    pub(crate) fn attest_review(&self, scope: Scope, incident: IncidentId) -> Order {
        let set_by = self.due(scope);
        let seats = ["E0", "E1", "E2", "S0", "S1", "S2"].map(seat);
        let filed = |of: SeatId| self.cells.report(scope, of, set_by).unwrap().map(|report| (of, report.version));
        let (of, version) = seats.into_iter().find_map(filed).unwrap_or((seat("E0"), 1));
        Order::Emergency(emergency::Order::AttestReview { scope, set_by, incident, of, version, report: REPORT })
    }

    /// A rotation of this seat to a key of this name, in the same organisation.
    pub(crate) fn rotation(&mut self, who: &str, successor: &str) -> Action {
        let id = self.seat_of(who).unwrap();
        let seat = self.cells.seat(id).unwrap();
        let new = self.newcomer(id, successor, seat.organisation.as_str());
        Action::Council(council::Action::Rotate { seat: id, previous: seat.key, new })
    }

    /// A new seat whose expiry is a week apart from the others of its council.
    pub(crate) fn newcomer(&mut self, id: SeatId, name: &str, organisation: &str) -> NewSeat {
        let size = self.cells.council(id.council).unwrap().size;
        let others = (0..size).filter(|index| *index != id.index);
        let ends = others.map(|index| self.cells.seat(SeatId { council: id.council, index }).unwrap().valid_until);
        let ends: Vec<u64> = ends.collect();
        let micronode = self.cells.head().unwrap().profile.micronode();
        let days = if micronode && id.index > 0 { 1..=7_u64 } else { 30..=120 };
        let apart = |end: &u64| ends.iter().all(|other| other.abs_diff(*end) >= WEEK);
        let valid_until = days.map(|day| self.now + day * DAY).rev().find(apart).unwrap();
        self.names.insert(key_named(name), name.to_owned());
        new_seat(name, organisation, valid_until)
    }

    pub(crate) fn acceptance(&self, name: &str) -> Order {
        let id = self.seat_of(name).unwrap();
        Order::Council(council::Order::AcceptSeat { seat: id, previous: self.cells.seat(id).unwrap().previous })
    }

    /// A rotation from the proposal to the second in which the successor may act.
    pub(crate) fn rotated(&mut self, who: &str, successor: &str) {
        let action = self.rotation(who, successor);
        let sits = |index| self.cells.seat(SeatId { council: Council::Sovereign, index }).ok();
        let author = (0..3).filter_map(sits).find(|seat| seat.active(self.now) && !seat.suspended(self.now)).unwrap();
        self.enact(self.names[&author.key].clone(), &action);
        let accept = self.acceptance(successor);
        self.applied(successor, accept);
        self.wait(1);
    }

    /// Route 1 with [`economics`], a little over an hour later.
    pub(crate) fn with_route() -> Self {
        let mut world = Self::new();
        let proposal = world.loosening(economics());
        world.wait(HOUR);
        world.execute("O0", &proposal);
        world.wait(1);
        world
    }

    /// An approved change of route 1 whose delay begins now.
    pub(crate) fn loosening(&mut self, economics: Economics) -> Opened {
        let current = self.cells.route(1).unwrap().map(|route| *route);
        self.escalate("O0", Watched::Route(1));
        let proposal = self.open("M0", &set_route(1, current, economics));
        self.approve(&["S0", "S1", "M0"], &proposal);
        proposal
    }

    /// Another contract goes on: it is retired for it, and its cells are brought over, so many at a time.
    pub(crate) fn succeeded(&mut self, contract: ContractAddress, at_once: usize) {
        let author = self.names[&self.cells.seat(seat("P0")).unwrap().key].clone();
        self.enact(author, &retire(contract));
        let mut next = awaiting(self.domain.contract);
        let keys: Vec<CellKey> = memory::keys(&self.cells).collect();
        let mut records = Vec::new();
        for chunk in keys.chunks(at_once) {
            let (_, record) = bring(&mut next, contract, chunk, self.now, &self.cells).unwrap();
            records.extend(record);
        }
        let [record] = &records[..] else { panic!("one record at the end: {records:?}") };
        evolve(&mut next, record).unwrap();
        next.retain(|key, _| !key.apart());
        self.cells = next;
        self.domain.contract = contract;
        self.records.extend(records);
    }

    /// The stored bytes are what the records fold to, and no cell is too large.
    pub(crate) fn folds(&self) {
        let mut replay = Memory::new();
        self.records.iter().for_each(|record| evolve(&mut replay, record).unwrap());
        assert_eq!(replay, self.cells, "folding the records gives the stored state, byte for byte");
        let changes = self.records.iter().filter(|record| looked_at_again(&record.event)).count();
        assert_eq!(
            usize::try_from(self.cells.head().unwrap().changes),
            Ok(changes),
            "changes are counted, all of them"
        );
        self.bounded();
    }

    /// What follows cannot be told to a contract on a chain, for this reason.
    pub(crate) fn unheard(&mut self, why: &str) {
        assert!(!why.is_empty());
        self.audience.leaves();
    }

    pub(crate) fn bounded(&self) {
        let largest = self.cells.iter().max_by_key(|(_, bytes)| bytes.len()).unwrap();
        assert!(largest.1.len() <= MAX_CELL, "{:?} has {} bytes", largest.0, largest.1.len());
    }
}

/// After which every proposal looks at its row and councils again.
pub(crate) fn looked_at_again(event: &Event) -> bool {
    let kinds = [
        "SeatSuspended",
        "SeatReinstated",
        "SeatReplaced",
        "SeatAccepted",
        "CouncilReconstituted",
        "SeatVacated",
        "RowChanged",
    ];
    kinds.contains(&event.kind())
}

/// In favour of this contract.
pub(crate) fn retire(successor: ContractAddress) -> Action {
    Action::Contract(contract::Action::Retire { successor, code: ContractCode([0xCC; 32]) })
}

/// What a contract that awaits another's state stores.
pub(crate) fn awaiting(predecessor: ContractAddress) -> Memory {
    [(CellKey::Import, Import::of(predecessor).encode())].into()
}

/// Brings cells that the old contract stores. A call that fails is undone.
pub(crate) fn bring(
    next: &mut Memory,
    contract: ContractAddress,
    keys: &[CellKey],
    now: u64,
    old: &Memory,
) -> Result<(u32, Option<Record>), Refusal> {
    let mut after = next.clone();
    let read = |_: &ContractAddress, keys: &[CellKey]| Some(keys.iter().map(|key| old.load(key)).collect());
    let brought = succession::import(&mut after, contract, keys, now, read)?;
    *next = after;
    Ok(brought)
}

/// The row that an action needs; `sovereign` where the Sovereign council is to decide what the Emergency could too.
pub(crate) fn row_for(cells: &impl Cells, sovereign: bool, action: &Action) -> RowId {
    let of = |emergency, other| if sovereign { other } else { emergency };
    match action {
        Action::Emergency(emergency::Action::Pause(_)) => of(RowId::EMERGENCY_PAUSE, RowId::SOVEREIGN_PAUSE),
        Action::Council(council::Action::Suspend { .. }) => of(RowId::SEAT_SUSPENSION, RowId::SOVEREIGN_SUSPENSION),
        Action::Emergency(emergency::Action::SetMode(_)) => of(RowId::DEGRADED_MODE, RowId::MANUAL_OVERRIDE),
        Action::Emergency(emergency::Action::Lift { .. }) | Action::Council(council::Action::Reinstate { .. }) => {
            RowId::LIFT_EARLY
        }
        Action::Emergency(emergency::Action::LeaveMode { .. }) => RowId::DEGRADED_MODE_OFF,
        Action::Bridge(bridge::Action::SetRoute(change)) => match cells.route(change.route).unwrap() {
            Some(route) if route.economics.tightens_to(&change.economics) => RowId::BRIDGE_TIGHTEN,
            _ => LOOSEN,
        },
        Action::Bridge(bridge::Action::SetCompliance(change)) => match cells.served(change.route).unwrap() {
            Some(served) if served.compliance.tightens_to(&change.compliance) => RowId::BRIDGE_TIGHTEN,
            _ => LOOSEN,
        },
        Action::Policy(policy::Action::SetRow(_))
        | Action::Council(council::Action::Reconstitute(_))
        | Action::Policy(policy::Action::RenewProfile { .. }) => RowId::POLICY_TABLE,
        Action::Council(council::Action::Rotate { seat, .. }) => RowId::rotate(seat.council),
        Action::Council(council::Action::Recover { council: Council::Policy, .. }) => RowId::RECOVER_POLICY,
        Action::Council(council::Action::Recover { .. }) => RowId::RECOVER_SOVEREIGN,
        Action::Registry(registry::Action::Register { entry, .. }) => {
            let present: Option<Registered> = cells.cell(&CellKey::Entry(entry.key())).unwrap();
            entry.row(present.as_ref().map(|present| &present.entry))
        }
        Action::Registry(registry::Action::Revoke { entry, .. }) => entry.revoke_row(),
        Action::Registry(registry::Action::Release(release)) => {
            let key = CellKey::Entry(EntryKey::Component(release.component));
            let component: Option<Registered> = cells.cell(&key).unwrap();
            component.map_or(RowId::ROUTINE_UPGRADE, |present| present.entry.risk().release_row())
        }
        Action::Operation(operation::Action::SetBaseline { .. }) => RowId::CONFIG_OUTSIDE_BAND,
        Action::Phase(phase::Action::SetPhase(_)) => RowId::CUSTODY,
        Action::Phase(phase::Action::RevokeWayBack(_)) => of(RowId::DEGRADED_MODE, RowId::MANUAL_OVERRIDE),
        Action::Contract(contract::Action::Retire { .. }) => RowId::RETIRE,
        Action::Policy(policy::Action::Adopt { .. }) => RowId::DOCUMENT_ONLY,
        Action::Emergency(emergency::Action::Consent { .. }) => RowId::MANUAL_OVERRIDE,
        Action::Dispute(dispute::Action::Resolve { .. }) => RowId::DISPUTE_OVERRIDE,
        Action::Program(program::Action::Create(_)) => RowId::PROGRAM_CREATE,
        Action::Program(program::Action::Change(_)) => RowId::PROGRAM_CHANGE,
        Action::Program(program::Action::CreateAuthority(_)) => RowId::PROGRAM_CREATE,
        Action::Program(program::Action::Stop { .. }) if sovereign => RowId::MANUAL_OVERRIDE,
        Action::Program(program::Action::Stop { .. }) => RowId::BATCH_STOP,
        Action::Program(program::Action::ExecuteBatch(batch)) => match cells.line(batch.program, batch.line).unwrap() {
            Some(line) if batch.parent.is_none() && batch.total <= line.terms.small_one => RowId::BATCH_SMALL,
            _ => RowId::BATCH_LARGE,
        },
        Action::Program(program::Action::Overrule { .. }) => RowId::DISPUTE_OVERRIDE,
        Action::Dispute(dispute::Action::Extend { .. }) => RowId::MANUAL_OVERRIDE,
    }
}

pub(crate) fn seal_for(domain: &Domain, signer: &SigningKey, command: Command) -> Vec<u8> {
    let key = key_of(signer);
    let signature = Signature::Ed25519(signer.sign(&digest::signed_message(domain, &key, &command)).to_bytes());
    Envelope::seal(domain, command, key, signature).to_bytes()
}

pub(crate) fn seal_as(domain: &Domain, who: &str, command: Command) -> Vec<u8> {
    match key_named(who) {
        Key::Ed25519(_) => seal_for(domain, &signer(who), command),
        key @ Key::P256(_) => {
            let signature = sign_p256(who, &digest::signed_message(domain, &key, &command));
            Envelope::seal(domain, command, key, signature).to_bytes()
        }
    }
}

/// Deterministic (RFC 6979), low-s, with the second coordinate of the key.
pub(crate) fn sign_p256(who: &str, message: &[u8]) -> Signature {
    use p256::ecdsa::signature::Signer as _;
    let signer = p256_signer(who);
    let signature: p256::ecdsa::Signature = signer.sign(message);
    let signature = signature.normalize_s().unwrap_or(signature).to_bytes();
    let point = signer.verifying_key().to_encoded_point(false);
    let y: [u8; 32] = (*point.y().unwrap()).into();
    Signature::P256([&signature[..], &y].concat().try_into().unwrap())
}

pub(crate) fn decide(proposal: &Opened, decision: Decision) -> Order {
    Order::Proposal(proposal::Order::Decide { id: proposal.id, digest: proposal.digest, decision })
}

/// A subject that nobody knows but by a hash.
pub(crate) fn doubtful(byte: u8) -> Subject {
    Subject::Other(ReferenceHash([byte; 32]))
}

/// The dispute of a seat.
pub(crate) fn dispute_of(who: &str, subject: Subject) -> DisputeId {
    DisputeId { subject, seat: seat(who) }
}

pub(crate) fn dispute(subject: Subject) -> Order {
    Order::Dispute(dispute::Order::Open { subject, reason: REASON })
}

pub(crate) fn acknowledge(dispute: DisputeId) -> Order {
    Order::Dispute(dispute::Order::Acknowledge { dispute })
}

pub(crate) fn triage(dispute: DisputeId) -> Order {
    Order::Dispute(dispute::Order::Triage { dispute, finding: REASON })
}

pub(crate) fn retract(subject: Subject) -> Order {
    Order::Dispute(dispute::Order::Retract { subject, reason: REASON })
}

/// Answers the dispute that is there.
pub(crate) fn resolve(cells: &impl Cells, dispute: DisputeId, outcome: Resolution) -> Action {
    let opened = cells.dispute(dispute).unwrap().map_or(0, |found| found.at);
    Action::Dispute(dispute::Action::Resolve { dispute, opened, outcome, statement: REASON })
}

pub(crate) fn extend(dispute: DisputeId, previous: u64, until: u64) -> Action {
    Action::Dispute(dispute::Action::Extend { dispute, previous, until, reason: REASON })
}

pub(crate) fn approve(proposal: &Opened) -> Order {
    decide(proposal, Decision::Approve)
}

pub(crate) fn reject(proposal: &Opened) -> Order {
    decide(proposal, Decision::Reject)
}

pub(crate) fn veto(proposal: &Opened) -> Order {
    Order::Proposal(proposal::Order::Veto { id: proposal.id, digest: proposal.digest })
}

pub(crate) fn cancel(proposal: &Opened) -> Order {
    Order::Proposal(proposal::Order::Cancel { id: proposal.id })
}

pub(crate) fn call_panel(proposal: &Opened) -> Order {
    Order::Proposal(proposal::Order::CallPanel { id: proposal.id })
}

pub(crate) fn panel_approve(proposal: &Opened) -> Order {
    Order::Proposal(proposal::Order::PanelApprove { id: proposal.id, digest: proposal.digest })
}

pub(crate) fn execute(proposal: &Opened) -> Order {
    execute_with(proposal, proposal.action.clone())
}

/// A release's log names its version and its bill of materials, any other's nothing in particular.
pub(crate) fn execute_with(proposal: &Opened, action: Action) -> Order {
    let (version, sbom) = match &action {
        Action::Registry(registry::Action::Release(release)) => (release.version, release.sbom),
        _ => (label("1"), ReferenceHash([0; 32])),
    };
    Order::Proposal(proposal::Order::Execute(Box::new(Execute { id: proposal.id, action, version, sbom })))
}

/// Number of the refusal, and whether it is on record.
pub(crate) fn code_of(outcome: &Outcome) -> (Option<u16>, bool) {
    match outcome {
        Outcome::Applied { .. } => (None, true),
        Outcome::Refused { refusal, .. } => (Some(refusal.code()), true),
        Outcome::Ignored { refusal } => (Some(refusal.code()), false),
    }
}
