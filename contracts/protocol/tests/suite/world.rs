//! A deployment in memory with real keys. Every submission is checked: sequence, Refused, Ignored, bounds.

pub(crate) use crate::fixture::*;
use ed25519_dalek::{Signer as _, SigningKey};
use greatseal_protocol::{
    action::{Action, Economics, Scope},
    bytes::{DocumentHash, IncidentId, ProposalDigest, ReferenceHash},
    cells::{CellKey, Cells, CellsMut, Head, MAX_CELL, Memory},
    command::{Capacity, Command, Decision, DeploymentLog, Execute, Open, Order, PROTECTIVE_LIFE, ProposalId},
    council::{Council, CouncilHead, Seat, SeatId},
    digest::{self, Domain},
    envelope::Envelope,
    event::{Door, Event, Record},
    evolve::evolve,
    genesis::Genesis,
    key::Signature,
    submit::{self, Outcome},
};

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
}

impl World {
    pub(crate) fn new() -> Self {
        Self::deploy(genesis())
    }

    pub(crate) fn deploy(genesis: Genesis) -> Self {
        let chain_id = genesis.chain_id;
        let domain = Domain { deployment: digest::deployment_id(&genesis), contract: CONTRACT, chain_id };
        let record = submit::deploy(genesis, CONTRACT, START).unwrap();
        let mut cells = Memory::new();
        evolve(&mut cells, &record).unwrap();
        Self { cells, records: vec![record], domain, now: START }
    }

    // Speaking

    pub(crate) fn seal(&self, signer: &SigningKey, command: Command) -> Vec<u8> {
        seal_for(&self.domain, signer, command)
    }

    pub(crate) fn command(&self, who: SeatId, order: Order) -> Command {
        let epoch = self.cells.council(who.council).unwrap().epoch;
        let capacity = Capacity::Seat { council: who.council, epoch };
        Command { capacity, expiry: self.now + PROTECTIVE_LIFE, order }
    }

    /// The order of a seat as an envelope, sound in every way.
    pub(crate) fn envelope(&self, who: SeatId, order: Order) -> Vec<u8> {
        self.seal(&signer(&who.to_string()), self.command(who, order))
    }

    /// Submits, and checks what holds of every submission.
    pub(crate) fn submit(&mut self, bytes: &[u8]) -> Outcome {
        let before = self.cells.clone();
        let (outcome, records) = submit::submit(&mut self.cells, bytes, self.now).unwrap();
        self.check(&before, bytes, &outcome, &records);
        self.records.extend(records);
        outcome
    }

    pub(crate) fn order(&mut self, who: SeatId, order: Order) -> Outcome {
        let bytes = self.envelope(who, order);
        self.submit(&bytes)
    }

    fn check(&self, before: &Memory, bytes: &[u8], outcome: &Outcome, records: &[Record]) {
        let head: Head = before.head().unwrap();
        let seqs: Vec<u64> = records.iter().map(|record| record.seq).collect();
        let expected: Vec<u64> = (head.seq..).take(records.len()).collect();
        assert_eq!(seqs, expected, "seq is contiguous");
        assert_eq!(self.cells.head().unwrap().seq, head.seq + u64::try_from(records.len()).unwrap());
        let door = Door::Envelope(Envelope::digest(bytes));
        assert!(records.iter().all(|record| record.at == self.now && record.actor.is_some() && record.door == door));
        match *outcome {
            Outcome::Applied { envelope, seq, events } => {
                assert_eq!(envelope, Envelope::digest(bytes));
                assert_eq!((seq, usize::try_from(events).unwrap()), (head.seq, records.len()));
                assert!(events >= 1, "what takes effect is on record");
            }
            Outcome::Refused { envelope, refusal, seq } => {
                assert_eq!((envelope, seq), (Envelope::digest(bytes), head.seq));
                let [record] = records else { panic!("a refusal is one record, not {records:?}") };
                assert_eq!(record.event, Event::Refused { refusal });
                let mut counted = before.clone();
                counted.put(&CellKey::Head, &Head { seq: head.seq + 1, ..head });
                assert_eq!(self.cells, counted, "refused_changes_nothing but the event counter");
            }
            Outcome::Ignored { .. } => {
                assert!(records.is_empty(), "what shows nothing is not on record");
                assert_eq!(self.cells, *before);
            }
        }
    }

    // Expecting

    pub(crate) fn applied(&mut self, who: &str, order: Order) {
        let outcome = self.order(seat(who), order);
        assert!(matches!(outcome, Outcome::Applied { .. }), "{who}: {outcome:?}");
    }

    /// Refused with this number and on record.
    pub(crate) fn refused(&mut self, who: &str, order: Order, code: u16) {
        let bytes = self.envelope(seat(who), order);
        self.refused_bytes(&bytes, code);
    }

    pub(crate) fn refused_bytes(&mut self, bytes: &[u8], code: u16) {
        let outcome = self.submit(bytes);
        assert_eq!(code_of(&outcome), (Some(code), true), "{outcome:?}");
    }

    /// Ignored with this number, without a record.
    pub(crate) fn ignored_bytes(&mut self, bytes: &[u8], code: u16) {
        let outcome = self.submit(bytes);
        assert_eq!(code_of(&outcome), (Some(code), false), "{outcome:?}");
    }

    /// Writes a seat as no command does yet.
    pub(crate) fn poke(&mut self, who: &str, change: impl FnOnce(&mut Seat)) {
        let mut held = self.cells.seat(seat(who)).unwrap();
        change(&mut held);
        self.cells.put(&CellKey::Seat(seat(who)), &held);
    }

    /// Moves a council to an epoch, as no command does yet.
    pub(crate) fn epoch(&mut self, council: Council, epoch: u32) {
        let head = self.cells.council(council).unwrap();
        self.cells.put(&CellKey::Council(council), &CouncilHead { epoch, ..head });
    }

    /// Gives a seat to the key of this name, as a rotation does: the council's epoch rises.
    pub(crate) fn rotate(&mut self, who: &str, successor: &str) {
        let (key, id) = (key_of(&signer(successor)), seat(who));
        let since = self.cells.council(id.council).unwrap().epoch + 1;
        self.epoch(id.council, since);
        self.poke(who, |held| (held.key, held.since) = (key, since));
        self.cells.put(&CellKey::KeySeat(key), &id);
    }

    // Telling

    pub(crate) fn wait(&mut self, seconds: u64) {
        self.now += seconds;
    }

    pub(crate) fn nonce(&self, who: SeatId) -> u64 {
        self.cells.seat(who).unwrap().nonce + 1
    }

    /// The order that opens this action under its row, with the longest clocks that the row allows.
    pub(crate) fn opening(&self, who: SeatId, action: &Action) -> Open {
        let current = match action {
            Action::SetRoute(change) => self.cells.route(change.route).unwrap().map(|route| route.economics),
            Action::Pause(_) | Action::Lift { .. } => None,
        };
        let row = self.cells.row(action.row(current.as_ref())).unwrap();
        Open {
            row: row.id,
            action: action.clone(),
            document: DocumentHash([9; 32]),
            approve_within: row.approve_by,
            execute_within: row.window,
            nonce: self.nonce(who),
        }
    }

    pub(crate) fn open(&mut self, who: &str, action: &Action) -> Opened {
        let open = self.opening(seat(who), action);
        self.open_as(who, open)
    }

    pub(crate) fn open_as(&mut self, who: &str, open: Open) -> Opened {
        let action = open.action.clone();
        self.applied(who, Order::Open(open));
        match &self.records.last().unwrap().event {
            Event::Opened(opened) => Opened { id: opened.id, digest: opened.digest, action },
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn approve(&mut self, who: &[&str], proposal: &Opened) {
        who.iter().for_each(|who| self.applied(who, approve(proposal)));
    }

    pub(crate) fn execute(&mut self, who: &str, proposal: &Opened) {
        self.applied(who, execute(proposal));
    }

    pub(crate) fn escalate(&mut self, who: &str, scope: Scope) {
        let order = self.escalation(who, scope);
        self.applied(who, order);
    }

    pub(crate) fn escalation(&self, who: &str, scope: Scope) -> Order {
        Order::Escalate { scope, reference: ReferenceHash([4; 32]), nonce: self.nonce(seat(who)) }
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
        let current = self.cells.route(1).unwrap();
        self.escalate("O0", Scope::Route(1));
        let proposal = self.open("M0", &set_route(1, current, economics));
        self.approve(&["S0", "S1", "M0"], &proposal);
        proposal
    }

    /// The stored bytes are what the records fold to, and no cell is too large.
    pub(crate) fn folds(&self) {
        let mut replay = Memory::new();
        self.records.iter().for_each(|record| evolve(&mut replay, record).unwrap());
        assert_eq!(replay, self.cells, "folding the records gives the stored state, byte for byte");
        self.bounded();
    }

    pub(crate) fn bounded(&self) {
        let largest = self.cells.iter().max_by_key(|(_, bytes)| bytes.len()).unwrap();
        assert!(largest.1.len() <= MAX_CELL, "{:?} has {} bytes", largest.0, largest.1.len());
    }
}

pub(crate) fn seal_for(domain: &Domain, signer: &SigningKey, command: Command) -> Vec<u8> {
    let key = key_of(signer);
    let signature = Signature::Ed25519(signer.sign(&digest::signed_message(domain, &key, &command)).to_bytes());
    Envelope::seal(domain, command, key, signature).to_bytes()
}

pub(crate) fn decide(proposal: &Opened, decision: Decision) -> Order {
    Order::Decide { id: proposal.id, digest: proposal.digest, decision }
}

pub(crate) fn approve(proposal: &Opened) -> Order {
    decide(proposal, Decision::Approve)
}

pub(crate) fn reject(proposal: &Opened) -> Order {
    decide(proposal, Decision::Reject)
}

pub(crate) fn cancel(proposal: &Opened) -> Order {
    Order::Cancel { id: proposal.id }
}

pub(crate) fn execute(proposal: &Opened) -> Order {
    execute_with(proposal, proposal.action.clone())
}

pub(crate) fn execute_with(proposal: &Opened, action: Action) -> Order {
    let log = DeploymentLog { operator: label("operator"), version: label("1"), sbom: ReferenceHash([0; 32]) };
    Order::Execute(Execute { id: proposal.id, action, log })
}

/// Number of the refusal, and whether it is on record.
pub(crate) fn code_of(outcome: &Outcome) -> (Option<u16>, bool) {
    match outcome {
        Outcome::Applied { .. } => (None, true),
        Outcome::Refused { refusal, .. } => (Some(refusal.code()), true),
        Outcome::Ignored { refusal } => (Some(refusal.code()), false),
    }
}
