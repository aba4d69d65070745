//! The default deployment of the tests: keys, councils, actions. The same on every machine.

use ed25519_dalek::SigningKey;
use greatseal_protocol::{
    action::{Action, Economics, Pause, Scope, SetRoute, Severity},
    bytes::{AssetHash, ChainGenesis, ContractAddress, HolderHash, IncidentId, Label, ReferenceHash, RouteHash, Salt},
    cells::Route,
    council::{Council, SeatId},
    digest::{self},
    genesis::{CouncilSeats, Genesis, NewSeat, Profile},
    key::Key,
    row::RowId,
};

/// First second of every story.
pub(crate) const START: u64 = 1_800_000_000;
pub(crate) const MINUTE: u64 = 60;
pub(crate) const HOUR: u64 = 60 * MINUTE;
pub(crate) const DAY: u64 = 24 * HOUR;
pub(crate) const CONTRACT: ContractAddress = ContractAddress([0xC0; 20]);
pub(crate) const CHAIN_ID: u64 = 420_420_421;

/// The councils that the present rows need, and those that operate and audit.
pub(crate) const COUNCILS: &[(Council, &[&str])] = &[
    (Council::Sovereign, &["cabinet", "justice", "presidency"]),
    (Council::Emergency, &["cert", "justice", "central-bank-risk"]),
    (Council::Treasury, &["central-bank", "treasury"]),
    (Council::Operator, &["infra-operator", "infra-operator"]),
    (Council::Auditor, &["audit-court", "audit-firm"]),
];

pub(crate) fn label(text: &str) -> Label {
    Label::new(text).unwrap()
}

pub(crate) fn seat(text: &str) -> SeatId {
    text.parse().unwrap()
}

/// The same private key for the same name, on every machine.
pub(crate) fn signer(name: &str) -> SigningKey {
    SigningKey::from_bytes(&digest::sha256(&[b"greatseal/test-key/", name.as_bytes()]))
}

pub(crate) fn key_of(signer: &SigningKey) -> Key {
    Key::Ed25519(signer.verifying_key().to_bytes())
}

pub(crate) fn genesis_with(councils: &[(Council, &[&str])]) -> Genesis {
    let new_seat = |council: Council, index: usize, organisation: &str| {
        let id = SeatId { council, index: u8::try_from(index).unwrap() };
        NewSeat {
            key: key_of(&signer(&id.to_string())),
            holder: HolderHash(digest::sha256(&[b"greatseal/test-holder/", id.to_string().as_bytes()])),
            organisation: label(organisation),
            valid_until: START + (69 + 7 * u64::from(id.index)) * DAY,
        }
    };
    let entry = |(council, organisations): &(Council, &[&str])| CouncilSeats {
        council: *council,
        seats: organisations.iter().enumerate().map(|(index, name)| new_seat(*council, index, name)).collect(),
    };
    Genesis {
        chain: ChainGenesis([0x6E; 32]),
        chain_id: CHAIN_ID,
        profile: Profile::Standard,
        councils: councils.iter().map(entry).collect(),
        rows: Genesis::default_rows(),
        salt: Salt([0x5A; 32]),
    }
}

pub(crate) fn genesis() -> Genesis {
    genesis_with(COUNCILS)
}

pub(crate) fn economics() -> Economics {
    Economics {
        source: AssetHash([1; 32]),
        destination: AssetHash([2; 32]),
        rate_num: 995,
        rate_den: 1_000,
        rate_from: START,
        rate_until: START + 30 * DAY,
        fee_bps: 20,
        fee_min: 1,
        fee_max: 500,
        tx_min: 10,
        tx_max: 10_000,
        account_max: 50_000,
        aggregate_max: 1_000_000,
        count_max: 5_000,
        period: 86_400,
        large: 5_000,
    }
}

/// The incident of every pause that names no other.
pub(crate) const INCIDENT: IncidentId = IncidentId([7; 16]);

pub(crate) fn pause(scope: Scope, seconds: u64) -> Action {
    pause_for(INCIDENT, scope, seconds)
}

pub(crate) fn pause_for(incident: IncidentId, scope: Scope, seconds: u64) -> Action {
    Action::Pause(Pause {
        scope,
        seconds: u32::try_from(seconds).unwrap(),
        incident,
        severity: Severity::Sev2,
        reason: ReferenceHash([8; 32]),
    })
}

pub(crate) fn lift(scope: Scope) -> Action {
    Action::Lift { scope, incident: INCIDENT }
}

/// Route 1 of [`crate::world::World::with_route`], before any change.
pub(crate) fn first() -> Route {
    version(1, economics())
}

pub(crate) fn version(version: u32, economics: Economics) -> Route {
    Route { version, economics }
}

pub(crate) fn set_route(route: u32, previous: Option<Route>, economics: Economics) -> Action {
    let previous: Option<RouteHash> = previous.as_ref().map(digest::route_hash);
    Action::SetRoute(SetRoute { route, previous, economics })
}

/// The row that a new route needs.
pub(crate) const LOOSEN: RowId = RowId::BRIDGE_LOOSEN;
