//! A random story told to a deployment, and what must hold after every single command of it.
//!
//! Two ways to sign: with real keys of both algorithms, or with P-256 keys whose signatures nobody computes, because a
//! [`Crypto`] that trusts everybody looks at them. The second way is the whole way through `submit` all the same.

use crate::{
    dice::Dice,
    oracle::Oracle,
    remembered,
    world::{
        self, CONTRACT, COUNCILS, MICRONODE, Opened, SMALLEST, START, genesis_of, holder_of, key_named, label,
        looked_at_again,
    },
};
use greatseal_protocol::{
    bytes::{ContractAddress, Label, MAX_CELL},
    cells::{CellKey, Cells, CellsMut, Head, Succession},
    clock::{LIFE, PROTECTIVE_LIFE},
    command::{Capacity, Command, Order},
    council::{Council, CouncilHead, Seat, SeatId},
    digest::{self, Domain},
    envelope::Envelope,
    event::{Event, Record},
    evolve::evolve,
    genesis::{Genesis, NewSeat, Profile},
    hash,
    key::{Crypto, Key, Signature, Software},
    language::{contract, council, proposal},
    memory::Memory,
    outcome::{Outcome, Records},
    proposal::Proposal,
    row::RowId,
    scale::{DecodeAll, Encode},
    standing::Status,
    state::State,
    submit, table,
};
use std::{cell::Cell, collections::BTreeMap, sync::OnceLock};

/// Cells that know what a command has read and written.
#[derive(Debug)]
pub(crate) struct Store {
    cells: Memory,
    written: BTreeMap<CellKey, Option<Vec<u8>>>,
    reads: Cell<usize>,
}

impl Succession for Store {}

impl Cells for Store {
    fn load(&self, key: &CellKey) -> Option<Vec<u8>> {
        self.reads.set(self.reads.get() + 1);
        self.cells.load(key)
    }
}

impl CellsMut for Store {
    fn store(&mut self, key: &CellKey, bytes: Vec<u8>) {
        let before = self.cells.insert(*key, bytes);
        self.written.entry(*key).or_insert(before);
    }

    fn count(&mut self, before: u32) -> u32 {
        self.cells.count(before)
    }
}

/// Most cells that a command reads: the whole table of rows with its councils, and the seats of one. Independent of history.
const MOST_READS: usize = 150;
/// Most cells that a command writes.
const MOST_WRITES: usize = 100;

/// Takes every signature for good.
struct Trusting;

impl Crypto for Trusting {
    fn p256(&self, _: &[u8; 32], _: &[u8; 64], _: &[u8; 32], _: &[u8; 32]) -> bool {
        true
    }
}

/// Which deployment a story is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Standard,
    Smallest,
    Micronode,
}

pub(crate) struct Tale {
    pub(crate) store: Store,
    replay: Memory,
    pub(crate) records: Vec<Record>,
    /// How often proposals had to look again.
    changes: u32,
    domain: Domain,
    pub(crate) now: u64,
    signed: bool,
    pub(crate) kind: Kind,
    /// A story mostly about money.
    pub(crate) rich: bool,
    names: BTreeMap<Key, String>,
    successors: u32,
    /// With the row under which each was opened.
    pub(crate) proposals: Vec<(Opened, RowId)>,
    envelopes: Vec<(Vec<u8>, Order)>,
    pub(crate) oracle: Oracle,
    /// What came of the commands: numbers of refusals and kinds of events.
    pub(crate) seen: BTreeMap<String, u64>,
    pub(crate) dice: Dice,
    pub(crate) commands: u64,
    /// Everything that was sent, where somebody else is to hear the story too.
    pub(crate) sent: Option<Vec<Sent>>,
}

/// Something that was sent, and what came of it.
#[derive(Debug)]
#[allow(dead_code, reason = "tests/lab tells the same stories to the contract, and compares")]
pub(crate) struct Sent {
    pub(crate) at: u64,
    pub(crate) bytes: Vec<u8>,
    /// By the direct door: whether the caller's account was the key's.
    pub(crate) direct: Option<bool>,
    pub(crate) outcome: Outcome,
    pub(crate) records: Vec<Record>,
}

/// With its first records: where nothing is signed all keys are of P-256, and have to accept their seats.
type Deployed = (Domain, Vec<Record>, Memory);

/// A deployment is the same for every story, and takes long: thirty keys are looked at.
fn deployed(kind: Kind, signed: bool) -> &'static Deployed {
    static ALL: [OnceLock<Deployed>; 6] = [const { OnceLock::new() }; 6];
    ALL[usize::from(signed) * 3 + kind as usize].get_or_init(|| deployed_at(CONTRACT, kind, signed))
}

fn deployed_at(contract: ContractAddress, kind: Kind, signed: bool) -> Deployed {
    let genesis = genesis(kind, signed);
    let domain = Domain { deployment: digest::deployment_id(&genesis), contract, chain_id: genesis.chain_id };
    let seats: Vec<(SeatId, Key)> = genesis.seats().map(|(id, seat)| (id, seat.key)).collect();
    let record = submit::deploy(genesis, contract, START).unwrap();
    let mut cells = Memory::new();
    evolve(&mut cells, &record).unwrap();
    let mut records = vec![record];
    for (seat, key) in seats.into_iter().filter(|_| !signed) {
        let order = Order::Council(council::Order::AcceptSeat { seat, previous: None });
        let command = Command { capacity: Capacity::Seat { seat, epoch: 0 }, expiry: START + PROTECTIVE_LIFE, order };
        let envelope = Envelope::seal(&domain, command, key, Signature::P256([0; 96])).to_bytes();
        let (_, accepted) = submit::submit(&mut cells, &envelope, START, &Trusting).unwrap();
        records.extend(accepted.unwrap().into_vec());
    }
    (domain, records, cells)
}

pub(crate) fn genesis(kind: Kind, signed: bool) -> Genesis {
    let standard = |councils| genesis_of(councils, Profile::Standard, table::default_rows(Profile::Standard));
    let mut genesis = match kind {
        Kind::Standard => standard(COUNCILS),
        Kind::Smallest => standard(SMALLEST),
        Kind::Micronode => world::micronode(),
    };
    debug_assert!(kind != Kind::Micronode || genesis.councils.len() == MICRONODE.len());
    for entry in &mut genesis.councils {
        for (index, seat) in (0_u8..).zip(&mut entry.seats) {
            seat.key = key(&SeatId { council: entry.council, index }.to_string(), signed);
        }
    }
    genesis
}

/// The key of a name; where nothing is signed it has the shape of one and is made at once.
fn key(name: &str, signed: bool) -> Key {
    if signed {
        return key_named(name);
    }
    let mut bytes = [2; 33];
    bytes[1..].copy_from_slice(&hash::sha256(&[b"tale/", name.as_bytes()]));
    bytes[1] &= 0x7F;
    Key::P256(bytes)
}

impl Tale {
    pub(crate) fn new(kind: Kind, signed: bool, seed: u64) -> Self {
        Self::begin_with(deployed(kind, signed), kind, signed, seed)
    }

    /// A signed story about the contract at this address, which remembers what it sends.
    #[allow(dead_code, reason = "for tests/lab")]
    pub(crate) fn for_contract(contract: ContractAddress, kind: Kind, seed: u64) -> Self {
        let tale = Self::begin_with(&deployed_at(contract, kind, true), kind, true, seed);
        Self { sent: Some(Vec::new()), ..tale }
    }

    fn begin_with((domain, records, cells): &Deployed, kind: Kind, signed: bool, seed: u64) -> Self {
        let Event::Contract(contract::Event::Deployed { genesis, .. }) = &records[0].event else { panic!() };
        let names = genesis.seats().map(|(id, seat)| (seat.key, id.to_string())).collect();
        let mut oracle = Oracle::default();
        records.iter().for_each(|record| oracle.read(std::slice::from_ref(record)));
        Self {
            store: Store { cells: cells.clone(), written: BTreeMap::new(), reads: Cell::new(0) },
            replay: cells.clone(),
            records: records.clone(),
            changes: cells.head().unwrap().changes,
            domain: *domain,
            now: START + u64::from(!signed),
            signed,
            kind,
            rich: kind != Kind::Micronode && seed % 6 == 1,
            names,
            successors: 0,
            proposals: Vec::new(),
            envelopes: Vec::new(),
            oracle,
            seen: BTreeMap::from([("Deployed".into(), 1)]),
            dice: Dice::seeded(seed),
            commands: 0,
            sent: None,
        }
    }

    // Who

    /// The name of whoever sits here now.
    pub(crate) fn name(&self, id: SeatId) -> String {
        self.seat(id).and_then(|seat| self.names.get(&seat.key).cloned()).unwrap_or_else(|| id.to_string())
    }

    pub(crate) fn seat(&self, id: SeatId) -> Option<Seat> {
        self.store.cells.seat(id).ok().map(|seat| *seat)
    }

    pub(crate) fn council(&self, council: Council) -> CouncilHead {
        self.store.cells.council(council).unwrap()
    }

    pub(crate) fn seats(&self, council: Council) -> impl Iterator<Item = SeatId> + use<> {
        (0..self.council(council).size).map(move |index| SeatId { council, index })
    }

    /// Any seat of a council; the first one where the council has none.
    pub(crate) fn any_of(&mut self, council: Council) -> SeatId {
        let size = self.council(council).size.max(1);
        SeatId { council, index: u8::try_from(self.dice.below(size.into())).unwrap() }
    }

    pub(crate) fn any_council(&mut self) -> Council {
        use Council::*;
        let all = [
            Sovereign,
            Sovereign,
            Policy,
            Technical,
            Emergency,
            Emergency,
            Custody,
            Treasury,
            Identity,
            Program(1),
            Operator,
            Auditor,
            Panel,
        ];
        match self.kind {
            Kind::Micronode => *self.dice.one(&[Sovereign, Sovereign, Sovereign, Operator, Auditor]),
            _ => *self.dice.one(&all),
        }
    }

    pub(crate) fn any_seat(&mut self) -> SeatId {
        let council = self.any_council();
        self.any_of(council)
    }

    /// May speak for itself now.
    pub(crate) fn acts(&self, id: SeatId) -> bool {
        self.seat(id).is_some_and(|seat| seat.active(self.now) && !seat.suspended(self.now))
    }

    /// A seat of a council that acts, if there is one.
    pub(crate) fn acting(&mut self, council: Council) -> SeatId {
        let acting: Vec<SeatId> = self.seats(council).filter(|id| self.acts(*id)).collect();
        match self.dice.maybe(&acting) {
            Some(id) => *id,
            None => self.any_of(council),
        }
    }

    /// A key that never sat anywhere, and where it would sit; mostly sound in every way.
    pub(crate) fn newcomer(&mut self, id: SeatId) -> NewSeat {
        self.successors += 1;
        let name = match self.successors % 2 {
            0 => format!("p256-{}", self.successors),
            _ => format!("k{}", self.successors),
        };
        let old = self.seat(id).filter(|_| id.index < self.council(id.council).size);
        let fresh = format!("new-{}", self.successors % 5);
        let stranger =
            *self.dice.one(&[fresh.as_str(), "infra-operator", "audit-firm", "ext-auditor-1", "cabinet", "cert"]);
        let same = old.as_ref().map(|old| old.organisation);
        let organisation: Label = match same {
            Some(same) if self.dice.chance(80) => same,
            None if self.dice.chance(80) => label(&fresh),
            _ if id.council == Council::Auditor => label(self.dice.one::<&str>(&["audit-court", "audit-firm"])),
            _ => label(stranger),
        };
        let key = match self.dice.below(50) {
            0 => self.name_key(&name.clone(), Some(Key::Ed25519([0; 32]))),
            1 => *self.dice.one(&self.names.keys().copied().collect::<Vec<_>>()),
            _ => self.name_key(&name.clone(), None),
        };
        let someone = self.any_seat();
        let holder = match self.seat(someone) {
            Some(seat) if self.dice.chance(2) => seat.holder,
            _ => holder_of(&name),
        };
        NewSeat { key, holder, organisation, role: label("member"), valid_until: self.expiry(id) }
    }

    fn name_key(&mut self, name: &str, other: Option<Key>) -> Key {
        let key = other.unwrap_or_else(|| key(name, self.signed));
        self.names.entry(key).or_insert_with(|| name.to_owned());
        key
    }

    /// Of a name that nobody has yet.
    pub(crate) fn next_key(&mut self) -> Key {
        self.successors += 1;
        let name = format!("p256-{}", self.successors);
        self.name_key(&name, None)
    }

    /// Mostly a week apart from the others.
    fn expiry(&mut self, id: SeatId) -> u64 {
        let delay = self.store.cells.row(RowId::rotate(id.council)).map_or(0, |row| u64::from(row.delay));
        let others: Vec<u64> = self
            .seats(id.council)
            .filter(|other| *other != id)
            .filter_map(|other| self.seat(other))
            .map(|seat| seat.valid_until)
            .collect();
        let short = self.kind == Kind::Micronode && id.index > 0;
        let (first, days) = if short { (1, 7) } else { (20, 100) };
        if self.dice.chance(6) {
            return self.now + self.dice.below(150) * world::DAY;
        }
        let start = first + self.dice.below(days - first + 1);
        let apart = |end: &u64| others.iter().all(|other| other.abs_diff(*end) >= world::WEEK);
        let candidates = (start..=days).chain(first..start).map(|day| self.now + day * world::DAY);
        let found = candidates.filter(|end| *end > self.now + delay).find(apart);
        found.unwrap_or(self.now + days * world::DAY)
    }

    // Saying

    /// What a name says, mostly in its present capacity and with a sound clock.
    pub(crate) fn say(&mut self, who: SeatId, order: Order) -> Outcome {
        let name = self.name(who);
        let mut epoch = self.council(who.council).epoch;
        let mut seat = who;
        match self.dice.below(200) {
            0 => epoch = epoch.wrapping_add(1),
            1 => seat.council = Council::Auditor,
            2 => seat.index = (seat.index + 1) % 3,
            _ => {}
        }
        let life = match self.dice.below(150) {
            0 => 0,
            1 => LIFE + 1,
            2..=20 => LIFE,
            _ => PROTECTIVE_LIFE,
        };
        let command = Command { capacity: Capacity::Seat { seat, epoch }, expiry: self.now + life, order };
        self.command(&name, command)
    }

    /// A key without a seat, or one that claims none.
    pub(crate) fn anyone(&mut self, order: Order) -> Outcome {
        let name = if self.dice.chance(50) { "stranger".to_owned() } else { "O0".to_owned() };
        let capacity = match self.dice.chance(95) {
            true => Capacity::Anyone,
            false => Capacity::Seat { seat: world::seat("O0"), epoch: 0 },
        };
        let command = Command { capacity, expiry: self.now + PROTECTIVE_LIFE, order };
        self.command(&name, command)
    }

    fn command(&mut self, name: &str, command: Command) -> Outcome {
        let signer = self.names.iter().find(|(_, known)| *known == name).map(|(key, _)| *key);
        let signer = signer.unwrap_or_else(|| key(name, self.signed));
        let order = command.order.clone();
        // The other door, now and then: for keys of Ed25519, of which there are none where nothing is signed.
        if self.dice.chance(if self.signed { 25 } else { 1 }) {
            let bytes = (signer, command).encode();
            let caller = self.dice.chance(90);
            return self.act(&bytes, caller, order);
        }
        let bytes = match (self.signed, signer) {
            (true, _) => world::seal_as(&self.domain, name, command),
            (false, key) => Envelope::seal(&self.domain, command, key, Signature::P256([0; 96])).to_bytes(),
        };
        self.envelopes.push((bytes.clone(), order.clone()));
        self.submit(&bytes, Some(&order))
    }

    /// An earlier envelope once more.
    pub(crate) fn replay(&mut self) {
        let recent = self.envelopes.len().saturating_sub(12);
        if let Some((bytes, order)) = self.dice.maybe(&self.envelopes[recent..]).cloned() {
            self.submit(&bytes, Some(&order));
        }
    }

    /// Altered, cut off or sealed for another chain: never takes effect. Without signatures only what does not parse.
    pub(crate) fn altered(&mut self) {
        let Some((mut bytes, order)) = self.dice.maybe(&self.envelopes).cloned() else { return };
        match self.dice.below(if self.signed { 6 } else { 4 }) {
            0 => bytes.truncate(self.dice.index(bytes.len())),
            1 => bytes[0] = 2,
            2 => bytes.resize(Envelope::MAX + 1, 0),
            3 => bytes[1] ^= 1,
            4 => {
                let domain = Domain { chain_id: 1, ..self.domain };
                let command = Command { capacity: Capacity::Anyone, expiry: self.now + 60, order: order.clone() };
                bytes = world::seal_as(&domain, "stranger", command);
            }
            _ => {
                let at = self.dice.index(bytes.len());
                bytes[at] ^= 0x40;
            }
        }
        let outcome = self.submit(&bytes, None);
        let ignored = matches!(outcome, Outcome::Ignored { .. });
        self.oracle.found.must("codec", ignored, || format!("an altered envelope: {outcome:?}"));
    }

    fn submit(&mut self, bytes: &[u8], order: Option<&Order>) -> Outcome {
        self.begin();
        let (outcome, records) = match self.signed {
            true => submit::submit(&mut self.store, bytes, self.now, &Software),
            false => submit::submit(&mut self.store, bytes, self.now, &Trusting),
        }
        .unwrap();
        let records = records.map_or(Vec::new(), Records::into_vec);
        self.remember(bytes, None, &outcome, &records);
        self.check(&outcome, &records, order);
        outcome
    }

    fn remember(&mut self, bytes: &[u8], direct: Option<bool>, outcome: &Outcome, records: &[Record]) {
        if let Some(sent) = &mut self.sent {
            let (bytes, outcome, records) = (bytes.to_vec(), *outcome, records.to_vec());
            sent.push(Sent { at: self.now, bytes, direct, outcome, records });
        }
    }

    fn act(&mut self, bytes: &[u8], caller: bool, order: Order) -> Outcome {
        self.begin();
        let (outcome, records) = submit::act(&mut self.store, bytes, self.now, |_| caller).unwrap();
        let records = records.map_or(Vec::new(), Records::into_vec);
        self.remember(bytes, Some(caller), &outcome, &records);
        let accepted =
            records.iter().any(|record| matches!(record.event, Event::Council(council::Event::SeatAccepted { .. })));
        self.oracle.found.must("one_seat", !accepted, || "a seat was accepted without an envelope".into());
        self.check(&outcome, &records, Some(&order));
        outcome
    }

    fn begin(&mut self) {
        self.commands += 1;
        self.store.written.clear();
        self.store.reads.set(0);
    }

    // Checking

    fn check(&mut self, outcome: &Outcome, records: &[Record], order: Option<&Order>) {
        match outcome {
            Outcome::Applied { .. } => {}
            Outcome::Refused { refusal, .. } | Outcome::Ignored { refusal } => {
                *self.seen.entry(refusal.code().to_string()).or_default() += 1;
                if let Some(order) = order {
                    self.oracle.refused(order, refusal.code(), self.now);
                }
                self.refused_changes_nothing(matches!(outcome, Outcome::Refused { .. }), records);
            }
        }
        for record in records {
            *self.seen.entry(record.event.kind().into()).or_default() += 1;
        }
        self.oracle.read(records);
        self.codec_and_fold(records);
        remembered::look(&self.store.cells, self.now, &mut self.oracle.found);
        self.changes += u32::try_from(records.iter().filter(|record| looked_at_again(&record.event)).count()).unwrap();
        let counted = self.store.cells.head().unwrap().changes == self.changes;
        self.oracle.found.must("settled", counted, || format!("{} changes", self.changes));
        self.bounded();
        for record in records {
            if let Event::Proposal(proposal::Event::Opened(opened)) = &record.event {
                let (id, digest, action) = (opened.id, opened.digest, opened.action.clone());
                self.proposals.push((Opened { id, digest, action }, opened.row));
            }
        }
        self.records.extend_from_slice(records);
    }

    fn refused_changes_nothing(&mut self, on_record: bool, records: &[Record]) {
        let mut changed = self.store.written.iter();
        let sound = match (on_record, changed.next(), changed.next()) {
            (false, None, _) => records.is_empty(),
            (true, Some((CellKey::Head, Some(before))), rest) => {
                let (before, after) = (Head::decode_all(&mut &**before).unwrap(), *self.store.cells.head().unwrap());
                let cells = before.cells + u32::from(rest.is_some_and(|(_, before)| before.is_none()));
                let remembered = rest.is_none_or(|(key, _)| matches!(key, CellKey::Refusals(_)));
                after == Head { seq: before.seq + 1, cells, ..before }
                    && records.len() == 1
                    && remembered
                    && self.store.written.len() <= 2
            }
            _ => false,
        };
        self.oracle.found.must("refused_changes_nothing", sound, || format!("{:?}", self.store.written));
    }

    /// The records, decoded from their bytes, fold to the cells byte for byte.
    fn codec_and_fold(&mut self, records: &[Record]) {
        for record in records {
            let bytes = record.encode();
            let again = Record::decode_all(&mut &*bytes);
            self.oracle.found.must("codec", again.as_ref() == Ok(record), || format!("{record:?}"));
            let folded = again.is_ok_and(|again| evolve(&mut self.replay, &again).is_ok());
            self.oracle.found.must("fold", folded, || format!("{record:?} does not fold"));
        }
        let same = self.store.written.keys().all(|key| self.replay.get(key) == self.store.cells.get(key));
        self.oracle.found.must("fold", same, || format!("other cells after {records:?}"));
    }

    fn bounded(&mut self) {
        let (reads, writes) = (self.store.reads.get(), self.store.written.len());
        let cheap = reads <= MOST_READS && writes <= MOST_WRITES;
        self.oracle.found.must("bounded", cheap, || format!("{reads} reads, {writes} writes"));
        let most = self.seen.entry("reads at most".into()).or_default();
        *most = (*most).max(u64::try_from(reads).unwrap());
        for key in self.store.written.keys() {
            let size = self.store.cells[key].len();
            let small = size <= MAX_CELL && key.encoded_size() <= 128;
            self.oracle.found.must("bounded", small, || format!("{key:?} has {size} bytes"));
        }
    }

    /// At the end: nothing was missed on the way, and each open proposal's digest can be computed again by anybody.
    pub(crate) fn ended(&mut self) {
        let same = self.replay == self.store.cells;
        self.oracle.found.must("fold", same, || "other cells at the end".into());
        for (proposal, _) in &self.proposals {
            let Ok(cell) = self.store.cells.proposal(proposal.id) else { continue };
            let again = digest::proposal_digest(&cell.terms(self.domain.deployment, proposal.id));
            self.oracle.found.must("codec", again == proposal.digest, || format!("digest of {}", proposal.id));
        }
    }

    // Looking

    pub(crate) fn cell(&self, proposal: &Opened) -> Option<(Proposal, Status)> {
        let cell = self.store.cells.proposal(proposal.id).ok()?;
        let status = cell.status(&self.store.cells, self.now).ok()?;
        Some((*cell, status))
    }

    /// Proposals to which something can still happen, of the last few.
    pub(crate) fn living(&self) -> Vec<(Opened, RowId, Status)> {
        let recent = self.proposals.len().saturating_sub(10);
        let alive = self.proposals[recent..].iter().filter_map(|(proposal, row)| {
            let (_, status) = self.cell(proposal)?;
            (!status.finished()).then(|| (proposal.clone(), *row, status))
        });
        alive.collect()
    }

    pub(crate) fn cells(&self) -> &Memory {
        &self.store.cells
    }
}
