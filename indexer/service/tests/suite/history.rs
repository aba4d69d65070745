//! A small history, made natively as the contract makes it: signed envelopes through `submit`, framed in blocks.

use ed25519_dalek::{Signer, SigningKey};
use greatseal_block::{blake2_256, header::Header};
use greatseal_client::{BlockRef, ContractEvent};
use greatseal_deployment::Deployment;
use greatseal_indexer::{
    block::{Block, Transaction},
    ledger::Ledger,
    store::{Judged, Store},
};
use greatseal_protocol::{
    action::Action,
    bytes::{ChainGenesis, ContractAddress, DocumentHash, HolderHash, IncidentId, Label, ReferenceHash, Salt},
    command::{Capacity, Command, Order},
    council::{Council, SeatId},
    digest::{self, Domain},
    envelope::Envelope,
    event::Record,
    evolve::evolve,
    genesis::{CouncilSeats, Genesis, NewSeat, Profile},
    hash,
    key::{Key, Signature, Software},
    language::{
        emergency,
        proposal::{self, Execute, Open},
    },
    memory::Memory,
    outcome::{Outcome, Records},
    proposal_id::{Decision, ProposalId},
    row::RowId,
    scale::Encode,
    scope::{Pause, Scope, Severity},
    state::State,
    submit,
    table::default_rows,
};
use std::sync::Arc;

pub(crate) const FIRST_BLOCK: u64 = 5;
const CONTRACT: ContractAddress = ContractAddress([0xC0; 20]);
const CHAIN_ID: u64 = 420;
/// Of a deployment.
const START: u64 = 1_800_000_000;

/// Bytes of a document in canonical form.
pub(crate) const DOCUMENT: &str = r#"{"rationale":"the route is attacked","risk":"none"}"#;

pub(crate) struct History {
    pub(crate) cells: Memory,
    pub(crate) now: u64,
    pub(crate) deployment: Arc<Deployment>,
    pub(crate) blocks: Vec<Block>,
    domain: Domain,
    nonce: u64,
    pending: Vec<Record>,
    /// Bytes of the block's only transaction: all envelopes one after the other.
    transaction: Vec<u8>,
}

impl History {
    /// A deployment in block 5; `salt` tells deployments apart.
    pub(crate) fn new(salt: u8) -> Self {
        let genesis = genesis(salt);
        let domain =
            Domain { deployment: digest::deployment_id(&genesis), contract: CONTRACT, chain_id: genesis.chain_id };
        let now = START;
        let (mut cells, chain) = (Memory::new(), genesis.chain.0);
        let record = submit::deploy(genesis, CONTRACT, now).expect("the genesis holds");
        evolve(&mut cells, &record).expect("nothing was there");
        let deployment = Deployment {
            deployment: domain.deployment.0,
            contract: CONTRACT.0,
            chain_genesis: chain,
            chain_id: CHAIN_ID,
            code_hash: [0xCC; 32],
            block_number: FIRST_BLOCK,
            block_hash: block_hash(FIRST_BLOCK),
        };
        let (deployment, blocks) = (Arc::new(deployment), Vec::new());
        let mut history = Self {
            cells,
            now,
            deployment,
            blocks,
            domain,
            nonce: 0,
            pending: vec![record],
            transaction: b"deploy".to_vec(),
        };
        history.seal();
        history
    }

    /// A deployment, a pause that takes effect, a proposal that expires and gives its slot away, a refusal.
    pub(crate) fn full() -> Self {
        let mut history = Self::new(1);
        let emergency = |index| SeatId { council: Council::Emergency, index };
        let first = history.open(emergency(0), DOCUMENT);
        history.seal();
        history.decide(emergency(0), first, Decision::Approve);
        history.decide(emergency(1), first, Decision::Approve);
        history.seal();
        history.seal();
        history.execute(first);
        history.seal();
        let second = history.open(emergency(1), "{}");
        history.decide(emergency(2), second, Decision::Reject);
        history.seal();
        history.now += 3600;
        let third = history.open(emergency(1), "{}");
        assert_eq!((second.slot, third.slot), (0, 0), "the slot is given away");
        history.decide(emergency(2), second, Decision::Approve);
        history.seal();
        history
    }

    /// Opens a pause of the route that has the proposal's number; `document` is the text behind the hash.
    pub(crate) fn open(&mut self, seat: SeatId, document: &str) -> ProposalId {
        self.nonce += 1;
        let serial = self.cells.head().unwrap().serial;
        let open = Open {
            row: RowId::EMERGENCY_PAUSE,
            action: pause(serial),
            document: digest::document_hash(document.as_bytes()),
            approve_within: 3600,
            execute_within: 3600,
            nonce: self.nonce,
            approve: false,
        };
        self.submit(seat, Order::Proposal(proposal::Order::Open(Box::new(open))));
        let slot = (0..ProposalId::slots(seat.council))
            .find(|slot| self.cells.proposal(ProposalId { serial, author: seat, slot: *slot }).is_ok())
            .expect("it was opened");
        ProposalId { serial, author: seat, slot }
    }

    pub(crate) fn decide(&mut self, seat: SeatId, id: ProposalId, decision: Decision) {
        let digest = self.cells.proposal(id).map_or(greatseal_protocol::bytes::ProposalDigest([0; 32]), |p| p.digest);
        self.submit(seat, Order::Proposal(proposal::Order::Decide { id, digest, decision }));
    }

    pub(crate) fn execute(&mut self, id: ProposalId) {
        let label = |text| Label::new(text).unwrap();
        let (version, sbom) = (label("v1"), ReferenceHash([0; 32]));
        let seat = SeatId { council: Council::Operator, index: 0 };
        self.submit(
            seat,
            Order::Proposal(proposal::Order::Execute(Box::new(Execute {
                id,
                action: pause(id.serial),
                version,
                sbom,
            }))),
        );
    }

    /// Signs, encodes and submits, as the relayer and the contract would.
    fn submit(&mut self, seat: SeatId, order: Order) {
        let signer = signer(seat);
        let key = Key::Ed25519(signer.verifying_key().to_bytes());
        let capacity = Capacity::Seat { seat, epoch: 0 };
        let command = Command { capacity, expiry: self.now + 600, order };
        let message = digest::signed_message(&self.domain, &key, &command);
        let signature = Signature::Ed25519(signer.sign(&message).to_bytes());
        let envelope = Envelope::seal(&self.domain, command, key, signature).to_bytes();
        let (outcome, records) =
            submit::submit(&mut self.cells, &envelope, self.now, &Software).expect("cells are sound");
        assert!(!matches!(outcome, Outcome::Ignored { .. }), "{outcome:?}");
        self.transaction.extend(&envelope);
        self.pending.extend(records.map_or(Vec::new(), Records::into_vec));
    }

    /// Ends the block; another contract has its say in every one.
    pub(crate) fn seal(&mut self) {
        let number = FIRST_BLOCK + self.blocks.len() as u64;
        let records = std::mem::take(&mut self.pending);
        let mut events: Vec<ContractEvent> =
            (2_u32..).zip(&records).map(|(index, record)| event(record, index)).collect();
        let stranger = ContractAddress([0x5A; 20]);
        events.insert(0, ContractEvent { extrinsic: 1, index: 1, contract: stranger, topics: vec![], data: vec![1] });
        let bytes = std::mem::take(&mut self.transaction);
        let transactions =
            [b"time".to_vec(), bytes].map(|bytes| Transaction { hash: blake2_256(&bytes), bytes }).to_vec();
        self.blocks.push(Block {
            at: BlockRef { number, hash: block_hash(number) },
            parent: block_hash(number - 1),
            time_ms: self.now * 1000,
            events,
            transactions,
            header: header(number).encode(),
            spec_version: 7,
            proof: vec![vec![1, 2, 3]],
            justifications: None,
        });
        self.now += 6;
    }

    /// The public key of a seat.
    pub(crate) fn key(&self, seat: SeatId) -> [u8; 32] {
        assert!(self.cells.seat(seat).is_ok());
        signer(seat).verifying_key().to_bytes()
    }

    pub(crate) fn ledger(&self) -> Ledger {
        Ledger::new(Arc::clone(&self.deployment))
    }
}

/// Judges and stores blocks as the follower does.
pub(crate) async fn store_blocks(store: &Store, ledger: &mut Ledger, blocks: &[Block]) -> Vec<Judged> {
    let before = ledger.place();
    let mut judge = |block: &Block| {
        let entries = ledger.take(block).expect("it follows");
        Judged::new(block.clone(), entries, ledger.head())
    };
    let judged: Vec<Judged> = blocks.iter().map(&mut judge).collect();
    store.append(before, ledger, &judged).await.expect("it is stored");
    judged
}

/// A record as the contract emits it.
pub(crate) fn event(record: &Record, index: u32) -> ContractEvent {
    let actor = record.actor.map(|key| key.topic()).unwrap_or_default();
    let subject = record.event.subject();
    let topics = vec![Record::signature_topic(record.event.kind()), subject, actor];
    ContractEvent { extrinsic: 1, index, contract: CONTRACT, topics, data: (subject, actor, record).encode() }
}

/// Every header names the one before it.
pub(crate) fn header(number: u64) -> Header {
    let parent = if number < FIRST_BLOCK { [0; 32] } else { block_hash(number - 1) };
    let number = u32::try_from(number).expect("histories are short");
    Header { parent, number, state_root: [1; 32], extrinsics_root: [2; 32], digest: Vec::new() }
}

pub(crate) fn block_hash(number: u64) -> [u8; 32] {
    header(number).hash()
}

pub(crate) fn document_hash() -> DocumentHash {
    digest::document_hash(DOCUMENT.as_bytes())
}

/// Every proposal pauses a route of its own: another pause of the same one would have to wait for a review.
fn pause(serial: u32) -> Action {
    Action::Emergency(emergency::Action::Pause(Pause {
        scope: Scope::Route(serial),
        seconds: 600,
        incident: IncidentId([7; 16]),
        severity: Severity::Sev1,
        reason: ReferenceHash([8; 32]),
    }))
}

fn signer(seat: SeatId) -> SigningKey {
    SigningKey::from_bytes(&hash::sha256(&[seat.to_string().as_bytes()]))
}

fn genesis(salt: u8) -> Genesis {
    let council = |council: Council, size: u8| {
        let seat = |index| {
            let id = SeatId { council, index };
            NewSeat {
                key: Key::Ed25519(signer(id).verifying_key().to_bytes()),
                holder: HolderHash(hash::sha256(&[b"holder", id.to_string().as_bytes()])),
                organisation: Label::new(&format!("org-{}", id.to_string().to_lowercase())).unwrap(),
                role: Label::new("member").unwrap(),
                // A week apart, as the policy demands, and not in these histories.
                valid_until: START + 60 * 86_400 + u64::from(index) * 7 * 86_400,
            }
        };
        CouncilSeats { council, seats: (0..size).map(seat).collect() }
    };
    let councils = vec![
        council(Council::Sovereign, 3),
        council(Council::Policy, 2),
        council(Council::Technical, 3),
        council(Council::Emergency, 3),
        council(Council::Treasury, 2),
        council(Council::Operator, 1),
        council(Council::Auditor, 1),
    ];
    let sits = |council: Council| councils.iter().any(|entry| entry.council == council);
    let mut rows = default_rows(Profile::Standard);
    // Nobody arbitrates here.
    rows.retain(|row| row.id != RowId::DISPUTE_OVERRIDE && row.minima.iter().all(|(council, _)| sits(council)));
    Genesis {
        chain: ChainGenesis([0x6E; 32]),
        chain_id: CHAIN_ID,
        profile: Profile::Standard,
        councils,
        rows,
        salt: Salt([salt; 32]),
    }
}
