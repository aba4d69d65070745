//! The default genesis with keys that tests hold.

use ed25519_dalek::SigningKey;
use greatseal_devnet_runtime::ETHEREUM_CHAIN_ID;
use greatseal_protocol::{
    bytes::{ChainGenesis, HolderHash, Label, Salt},
    council::{Council, SeatId},
    genesis::{CouncilSeats, Genesis, NewSeat, Profile},
    hash::sha256,
    key::Key,
    table::default_rows,
};

const DAY: u64 = 24 * 60 * 60;

/// Organisations by council, one seat each: section 4 of the protocol.
const COUNCILS: [(Council, &[&str]); 11] = [
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

/// The key of a seat; `generation` 0 sits there from the beginning, later ones by rotation.
#[must_use]
pub fn key_of(seat: SeatId, generation: u32) -> SigningKey {
    SigningKey::from_bytes(&sha256(&[b"lab", seat.to_string().as_bytes(), &generation.to_le_bytes()]))
}

/// What sits down with the key of a generation.
///
/// # Panics
///
/// Where the organisation is not a label.
#[must_use]
pub fn new_seat(seat: SeatId, generation: u32, organisation: &str, valid_until: u64) -> NewSeat {
    NewSeat {
        key: Key::Ed25519(key_of(seat, generation).verifying_key().to_bytes()),
        holder: HolderHash(sha256(&[b"holder", seat.to_string().as_bytes(), &generation.to_le_bytes()])),
        organisation: Label::new(organisation).expect("a label"),
        role: Label::new("member").expect("a label"),
        valid_until,
    }
}

/// The default genesis, for a deployment at `now`.
#[must_use]
pub fn default_genesis(now: u64) -> Genesis {
    let councils = COUNCILS.map(|(council, organisations)| CouncilSeats {
        council,
        seats: (0_u8..)
            .zip(organisations)
            .map(|(index, organisation)| {
                let expiry = now + (69 + 7 * u64::from(index)) * DAY;
                new_seat(SeatId { council, index }, 0, organisation, expiry)
            })
            .collect(),
    });
    Genesis {
        chain: ChainGenesis([9; 32]),
        chain_id: ETHEREUM_CHAIN_ID,
        profile: Profile::Standard,
        councils: councils.into(),
        rows: default_rows(Profile::Standard),
        salt: Salt([5; 32]),
    }
}
