//! Deployments for models and fuzzers: any councils, keys that cost nothing to check.

use ed25519_dalek::SigningKey;
use greatseal_protocol::{
    bytes::{ChainGenesis, ContractAddress, HolderHash, Label, Salt},
    clock::PROTECTIVE_LIFE,
    command::{Capacity, Command, Order},
    council::{Council, SeatId},
    digest::{self, Domain},
    envelope::Envelope,
    event::Record,
    evolve::evolve,
    genesis::{CouncilSeats, Genesis, NewSeat, Profile},
    hash,
    key::{Crypto, Key, Signature},
    language::council,
    memory::Memory,
    proposal_id::ProposalId,
    row::Row,
    submit, table,
};

/// First second of everything.
pub const START: u64 = 1_800_000_000;
/// Seconds of an hour.
pub const HOUR: u64 = 60 * 60;
/// Seconds of a day.
pub const DAY: u64 = 24 * HOUR;

/// A council with the organisations of its seats.
pub type Seats = (Council, &'static [&'static str]);

/// The councils of the default genesis, section 4 of the protocol.
pub const STANDARD: &[Seats] = &[
    (Council::Sovereign, &["cabinet", "justice", "presidency"]),
    (Council::Policy, &["digital-policy", "data-protection"]),
    (Council::Technical, &["cyber-centre", "standards", "it-agency"]),
    (Council::Emergency, &["cert", "justice", "central-bank-risk"]),
    (Council::Custody, &["digital-policy", "security-office", "hsm-custody"]),
    (Council::Treasury, &["central-bank", "treasury"]),
    (Council::Identity, &["civil-registry", "standards", "data-protection"]),
    (Council::Program(1), &["social-ministry", "treasury", "inspectorate"]),
    (Council::Operator, &["infra-operator", "infra-operator"]),
    (Council::Auditor, &["audit-court", "audit-firm"]),
    (Council::Panel, &["ext-auditor-1", "ext-auditor-2"]),
];

/// The councils of a micronode.
pub const MICRONODE: &[Seats] = &[
    (Council::Sovereign, &["owner", "security-officer"]),
    (Council::Operator, &["infra-operator"]),
    (Council::Auditor, &["audit-firm"]),
];

/// Which keys sit in the seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// P-256 keys whose signatures [`Believing`] believes: the door of envelopes.
    Envelopes,
    /// Ed25519 keys: the direct door, behind which there is no signature.
    Accounts,
}

impl Keys {
    /// A key of its own for every number.
    pub fn number(self, number: u32) -> Key {
        match self {
            Self::Envelopes => {
                let mut bytes = [0; 33];
                bytes[..2].copy_from_slice(&[2, 1]);
                bytes[29..].copy_from_slice(&number.to_be_bytes());
                Key::P256(bytes)
            }
            Self::Accounts => {
                let secret = hash::sha256(&[b"greatseal/model-key/", &number.to_be_bytes()]);
                Key::Ed25519(SigningKey::from_bytes(&secret).verifying_key().to_bytes())
            }
        }
    }
}

/// Takes every P-256 signature for genuine: signatures are not what is explored here.
#[derive(Clone, Copy, Debug)]
pub struct Believing;

impl Crypto for Believing {
    fn p256(&self, _: &[u8; 32], _: &[u8; 64], _: &[u8; 32], _: &[u8; 32]) -> bool {
        true
    }
}

/// A signature that [`Believing`] believes for every key of [`Keys::Envelopes`].
pub const SIGNATURE: Signature = Signature::P256([0; 96]);

/// A proposal that is not there, for what names one that sets nothing.
pub const NO_PROPOSAL: ProposalId =
    ProposalId { serial: u32::MAX, author: SeatId { council: Council::Emergency, index: 0 }, slot: 0 };

/// A label, in these files always a sound one.
pub fn label(text: &str) -> Label {
    Label::new(text).expect("a label")
}

/// A seat by its name.
pub fn seat(text: &str) -> SeatId {
    text.parse().expect("a seat")
}

/// A holder of its own for every number.
pub fn holder(number: u32) -> HolderHash {
    HolderHash(hash::sha256(&[b"greatseal/model-holder/", &number.to_be_bytes()]))
}

/// A genesis of these councils and rows; keys and holders are numbered through, from 0.
pub fn genesis(councils: &[Seats], rows: Vec<Row>, profile: Profile, keys: Keys) -> Genesis {
    let mut numbers = 0..;
    let mut new_seat = |council: Council, index: u8, organisation: &str| {
        let number = numbers.next().expect("seats are few");
        let days = match (profile, council) {
            (Profile::Micronode { .. }, Council::Sovereign) => 83 - 77 * u64::from(index),
            _ => 69 + 7 * u64::from(index),
        };
        NewSeat {
            key: keys.number(number),
            holder: holder(number),
            organisation: label(organisation),
            role: label("member"),
            valid_until: START + days * DAY,
        }
    };
    let mut entry = |(council, organisations): &Seats| CouncilSeats {
        council: *council,
        seats: (0..).zip(*organisations).map(|(index, name)| new_seat(*council, index, name)).collect(),
    };
    Genesis {
        chain: ChainGenesis([0x6E; 32]),
        chain_id: 420_420_421,
        profile,
        councils: councils.iter().map(&mut entry).collect(),
        rows,
        salt: Salt([0x5A; 32]),
    }
}

/// The default deployment of a profile.
pub fn default_genesis(micronode: bool, keys: Keys) -> Genesis {
    let (councils, profile) = match micronode {
        true => (MICRONODE, Profile::Micronode { until: START + 80 * DAY }),
        false => (STANDARD, Profile::Standard),
    };
    genesis(councils, table::default_rows(profile), profile, keys)
}

/// Deploys, and lets the keys of P-256 accept their seats: the first records, and the cells that they make.
pub fn found(genesis: Genesis) -> (Vec<Record>, Memory) {
    let contract = ContractAddress([0xC0; 20]);
    let domain = Domain { deployment: digest::deployment_id(&genesis), contract, chain_id: genesis.chain_id };
    let seats: Vec<(SeatId, Key)> = genesis.seats().map(|(id, seat)| (id, seat.key)).collect();
    let record = submit::deploy(genesis, contract, START).expect("a sound genesis");
    let mut cells = Memory::new();
    evolve(&mut cells, &record).expect("the first record fits nothing but emptiness");
    let mut records = vec![record];
    for (seat, key) in seats.into_iter().filter(|(_, key)| matches!(key, Key::P256(_))) {
        let order = Order::Council(council::Order::AcceptSeat { seat, previous: None });
        let command = Command { capacity: Capacity::Seat { seat, epoch: 0 }, expiry: START + PROTECTIVE_LIFE, order };
        let envelope = Envelope::seal(&domain, command, key, SIGNATURE).to_bytes();
        let (_, accepted) = submit::submit(&mut cells, &envelope, START, &Believing).expect("a sound envelope");
        records.extend(accepted.expect("an acceptance is on record").into_vec());
    }
    (records, cells)
}
