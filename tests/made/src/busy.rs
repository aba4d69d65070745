//! A long history: proposals that are opened, decided on and taken back under signed envelopes, and heartbeats of accounts whose
//! transactions nobody kept.

use crate::Made;
use ed25519_dalek::{Signer as _, SigningKey};
use greatseal_protocol::{
    action::Action,
    bytes::{DocumentHash, IncidentId, ReferenceHash, parse_hex},
    command::{Capacity, Command, Order},
    council::{Council, SeatId},
    digest::{self, Domain},
    envelope::Envelope,
    evolve::evolve,
    key::{Key, Signature, Software},
    language::{
        council, emergency,
        proposal::{self, Open},
    },
    memory::Memory,
    outcome::{Outcome, Records},
    proposal_id::{Decision, ProposalId},
    row::RowId,
    scale::Encode,
    scope::{Pause, Scope, Severity},
    state::State,
    submit,
};
use serde_json::Value;
use std::{collections::BTreeMap, fs};

/// Records in one block.
const A_BLOCK: usize = 50;

struct Busy {
    made: Made,
    state: Memory,
    domain: Domain,
    keys: BTreeMap<String, SigningKey>,
    now: u64,
    nonce: u64,
}

impl Made {
    /// At least so many records under signatures, and so many others.
    pub fn busy(signed: usize, others: usize) -> Self {
        let mut busy = Busy::new();
        let [author, judge] = [0, 1].map(|index| SeatId { council: Council::Emergency, index });
        let most = signed.max(1);
        for step in 0..most.div_ceil(3) {
            busy.cycle(author, judge);
            for _ in
                0..others.saturating_mul(step + 1) / most.div_ceil(3) - others.saturating_mul(step) / most.div_ceil(3)
            {
                busy.heartbeat(judge);
            }
        }
        busy.made
    }
}

impl Busy {
    fn new() -> Self {
        let mut made = Made::all();
        made.records.truncate(1);
        made.envelopes.clear();
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../contracts/protocol/vectors/keys.json");
        let keys: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        let key = |value: &Value| {
            let seed: [u8; 32] = parse_hex(value["seed"].as_str()?).ok()?;
            Some((value["name"].as_str()?.to_owned(), SigningKey::from_bytes(&seed)))
        };
        let mut state = Memory::new();
        evolve(&mut state, &made.records[0]).unwrap();
        let (domain, now) = (made.deployment.domain(), made.records[0].at);
        let keys = keys["keys"].as_array().unwrap().iter().filter_map(key).collect();
        Self { made, state, domain, keys, now, nonce: 0 }
    }

    /// Three commands, three records.
    fn cycle(&mut self, author: SeatId, judge: SeatId) {
        let serial = self.state.head().unwrap().serial;
        self.nonce += 1;
        let action = Action::Emergency(emergency::Action::Pause(Pause {
            scope: Scope::Route(1),
            seconds: 600,
            incident: IncidentId([7; 16]),
            severity: Severity::Sev1,
            reason: ReferenceHash([8; 32]),
        }));
        let open = Open {
            row: RowId::EMERGENCY_PAUSE,
            action,
            document: DocumentHash([6; 32]),
            approve_within: 3600,
            execute_within: 3600,
            nonce: self.nonce,
            approve: false,
        };
        self.submit(author, Order::Proposal(proposal::Order::Open(Box::new(open))));
        let id = (0..ProposalId::slots(author.council)).map(|slot| ProposalId { serial, author, slot });
        let id = id.into_iter().find(|id| self.state.proposal(*id).is_ok()).unwrap();
        let digest = self.state.proposal(id).unwrap().digest;
        self.submit(judge, Order::Proposal(proposal::Order::Decide { id, digest, decision: Decision::Reject }));
        self.submit(author, Order::Proposal(proposal::Order::Cancel { id }));
    }

    fn command(&self, seat: SeatId, order: Order) -> (Key, Command) {
        let key = Key::Ed25519(self.keys[&seat.to_string()].verifying_key().to_bytes());
        (key, Command { capacity: Capacity::Seat { seat, epoch: 0 }, expiry: self.now + 600, order })
    }

    fn submit(&mut self, seat: SeatId, order: Order) {
        let (key, command) = self.command(seat, order);
        let message = digest::signed_message(&self.domain, &key, &command);
        let signature = Signature::Ed25519(self.keys[&seat.to_string()].sign(&message).to_bytes());
        let envelope = Envelope::seal(&self.domain, command, key, signature).to_bytes();
        let (outcome, records) = submit::submit(&mut self.state, &envelope, self.now, &Software).unwrap();
        self.made.envelopes.insert(Envelope::digest(&envelope), envelope);
        self.keep(&outcome, records);
    }

    fn heartbeat(&mut self, seat: SeatId) {
        self.nonce += 1;
        let bare = self.command(seat, Order::Council(council::Order::Heartbeat { nonce: self.nonce })).encode();
        let (outcome, records) = submit::act(&mut self.state, &bare, self.now, |_| true).unwrap();
        self.keep(&outcome, records);
    }

    fn keep(&mut self, outcome: &Outcome, records: Option<Records>) {
        assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
        self.made.records.extend(records.map_or(Vec::new(), Records::into_vec));
        if self.made.records.len().is_multiple_of(A_BLOCK) {
            self.now += 6;
        }
    }
}
