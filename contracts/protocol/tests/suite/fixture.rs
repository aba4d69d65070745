//! The default deployment of the tests: keys, councils, actions. The same on every machine.

use ed25519_dalek::SigningKey;
use greatseal_protocol::{
    action::Action,
    bytes::{
        AssetHash, ChainGenesis, ChainHash, CodeHash, DocumentHash, HolderHash, IncidentId, Label, ReferenceHash,
        RouteHash, Salt, SubjectId,
    },
    council::{Council, SeatId, Suspender, Suspension},
    digest,
    genesis::{CouncilSeats, Genesis, NewSeat, Profile},
    hash,
    key::Key,
    language::{bridge, council, emergency, policy, registry},
    proposal_id::ProposalId,
    registry::{ComponentKind, Entry, Release, Risk},
    route::{Course, Economics, Route, SetRoute},
    row::{Row, RowId},
    scope::{Mode, Pause, Scope, SetMode, Severity},
    table,
};

/// First second of every story.
pub(crate) const START: u64 = 1_800_000_000;
pub(crate) const MINUTE: u64 = 60;
pub(crate) const HOUR: u64 = 60 * MINUTE;
pub(crate) const DAY: u64 = 24 * HOUR;
pub(crate) const WEEK: u64 = 7 * DAY;
pub(crate) use crate::audience::CONTRACT;
pub(crate) const CHAIN_ID: u64 = 420_420_421;

/// Councils with the organisations of their seats.
pub(crate) type Councils = [(Council, &'static [&'static str])];

/// The default genesis of section 4, with one programme.
pub(crate) const COUNCILS: &Councils = &[
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

/// Three approving organisations, one operator, one auditor, one panel.
pub(crate) const SMALLEST: &Councils = &[
    (Council::Sovereign, &["one", "two", "three"]),
    (Council::Policy, &["one", "two"]),
    (Council::Technical, &["one", "two", "three"]),
    (Council::Emergency, &["one", "two", "three"]),
    (Council::Custody, &["one", "two", "three"]),
    (Council::Treasury, &["one", "two"]),
    (Council::Identity, &["one", "two", "three"]),
    (Council::Program(1), &["one", "two", "three"]),
    (Council::Operator, &["operator"]),
    (Council::Auditor, &["auditor"]),
    (Council::Panel, &["panel"]),
];

/// Owner and security officer, an operator and an auditor.
pub(crate) const MICRONODE: &Councils = &[
    (Council::Sovereign, &["owner", "security-officer"]),
    (Council::Operator, &["infra-operator"]),
    (Council::Auditor, &["audit-court"]),
];

/// Every seat of the default genesis.
pub(crate) const SEATS: [&str; 28] = [
    "S0", "S1", "S2", "P0", "P1", "T0", "T1", "T2", "E0", "E1", "E2", "C0", "C1", "C2", "M0", "M1", "I0", "I1", "I2",
    "Pr:1-0", "Pr:1-1", "Pr:1-2", "O0", "O1", "A0", "A1", "X0", "X1",
];

pub(crate) fn label(text: &str) -> Label {
    Label::new(text).unwrap()
}

pub(crate) fn seat(text: &str) -> SeatId {
    text.parse().unwrap()
}

/// The same private key for the same name, on every machine.
pub(crate) fn signer(name: &str) -> SigningKey {
    SigningKey::from_bytes(&hash::sha256(&[b"greatseal/test-key/", name.as_bytes()]))
}

/// The key of P-256 that belongs to a name; where a name has no seat of that kind it is nobody's.
pub(crate) fn p256_signer(name: &str) -> p256::ecdsa::SigningKey {
    p256::ecdsa::SigningKey::from_slice(&hash::sha256(&[b"greatseal/test-key-p256/", name.as_bytes()])).unwrap()
}

pub(crate) fn key_of(signer: &SigningKey) -> Key {
    Key::Ed25519(signer.verifying_key().to_bytes())
}

/// The key of a name: Ed25519, or P-256 where the name says so.
pub(crate) fn key_named(name: &str) -> Key {
    match name.starts_with("p256") {
        false => key_of(&signer(name)),
        true => {
            let point = p256_signer(name).verifying_key().to_encoded_point(true);
            Key::P256(point.as_bytes().try_into().unwrap())
        }
    }
}

pub(crate) fn holder_of(name: &str) -> HolderHash {
    HolderHash(hash::sha256(&[b"greatseal/test-holder/", name.as_bytes()]))
}

/// A seat of whoever has this name, with a key and a holder of its own.
pub(crate) fn new_seat(name: &str, organisation: &str, valid_until: u64) -> NewSeat {
    let role = label(if name == "C0" { "policy-owner" } else { "member" });
    NewSeat { key: key_named(name), holder: holder_of(name), organisation: label(organisation), role, valid_until }
}

/// Seats of one council expire a week apart, in the order of their index.
pub(crate) fn expiry(index: usize) -> u64 {
    START + (69 + 7 * u64::try_from(index).unwrap()) * DAY
}

pub(crate) fn genesis_of(councils: &Councils, profile: Profile, rows: Vec<Row>) -> Genesis {
    let entry = |(council, organisations): &(Council, &'static [&'static str])| {
        let seat = |(index, organisation): (usize, &&str)| {
            let id = SeatId { council: *council, index: u8::try_from(index).unwrap() };
            new_seat(&id.to_string(), organisation, expiry(index))
        };
        CouncilSeats { council: *council, seats: organisations.iter().enumerate().map(seat).collect() }
    };
    Genesis {
        chain: ChainGenesis([0x6E; 32]),
        chain_id: CHAIN_ID,
        profile,
        councils: councils.iter().map(entry).collect(),
        rows,
        salt: Salt([0x5A; 32]),
    }
}

/// These councils with the default table.
pub(crate) fn genesis_with(councils: &Councils) -> Genesis {
    genesis_of(councils, Profile::Standard, table::default_rows(Profile::Standard))
}

pub(crate) fn genesis() -> Genesis {
    genesis_with(COUNCILS)
}

/// A micronode: its second seat is valid for a week, its profile for ninety days.
pub(crate) fn micronode() -> Genesis {
    let profile = Profile::Micronode { until: START + 90 * DAY };
    let mut genesis = genesis_of(MICRONODE, profile, table::default_rows(profile));
    genesis.councils[0].seats[1].valid_until = START + WEEK;
    genesis
}

/// The place of a row in a genesis.
pub(crate) fn row_at(genesis: &Genesis, id: RowId) -> usize {
    genesis.rows.iter().position(|row| row.id == id).unwrap()
}

/// The place of a council in a genesis.
pub(crate) fn council_at(genesis: &Genesis, council: Council) -> usize {
    genesis.councils.iter().position(|entry| entry.council == council).unwrap()
}

pub(crate) fn economics() -> Economics {
    Economics {
        source: AssetHash([1; 32]),
        destination: AssetHash([2; 32]),
        course: Course::ToPublic,
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
        lot_max: 0,
        rate_band_bps: 0,
    }
}

/// The incident of every pause that names no other.
pub(crate) const INCIDENT: IncidentId = IncidentId([7; 16]);
/// The reason of everything that names no other.
pub(crate) const REASON: ReferenceHash = ReferenceHash([8; 32]);
/// The report of every review.
pub(crate) const REPORT: ReferenceHash = ReferenceHash([5; 32]);

pub(crate) fn pause(scope: Scope, seconds: u64) -> Action {
    pause_for(INCIDENT, scope, seconds)
}

pub(crate) fn pause_for(incident: IncidentId, scope: Scope, seconds: u64) -> Action {
    let seconds = u32::try_from(seconds).unwrap();
    Action::Emergency(emergency::Action::Pause(Pause {
        scope,
        seconds,
        incident,
        severity: Severity::Sev2,
        reason: REASON,
    }))
}

/// Of a pause that this proposal set.
pub(crate) fn lift(scope: Scope, set_by: ProposalId) -> Action {
    Action::Emergency(emergency::Action::Lift { scope, set_by, incident: INCIDENT })
}

/// A proposal that is not there, for what names one that sets nothing.
pub(crate) const NO_PROPOSAL: ProposalId =
    ProposalId { serial: u32::MAX, author: SeatId { council: Council::Emergency, index: 0 }, slot: 0 };

pub(crate) fn set_mode(mode: Mode, seconds: u64) -> Action {
    let seconds = u32::try_from(seconds).unwrap();
    Action::Emergency(emergency::Action::SetMode(SetMode {
        mode,
        seconds,
        incident: INCIDENT,
        severity: Severity::Sev1,
        reason: REASON,
    }))
}

/// Sets the seat of this name aside, which still has its first key.
pub(crate) fn suspend(who: &str) -> Action {
    Action::Council(council::Action::Suspend { seat: seat(who), key: key_named(who), reason: REASON, recovery: None })
}

pub(crate) fn reinstate(who: &str) -> Action {
    Action::Council(council::Action::Reinstate { seat: seat(who), key: key_named(who), reason: REASON })
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
    Action::Bridge(bridge::Action::SetRoute(SetRoute { route, previous, economics }))
}

/// A tightening of route 1: protective, no delay, 3 of 5 with S1 M1.
pub(crate) fn tighter() -> Action {
    set_route(1, Some(first()), Economics { tx_max: 9_000, ..economics() })
}

pub(crate) fn adopt(name: &str) -> Action {
    Action::Policy(policy::Action::Adopt { name: label(name), text: DocumentHash(hash::sha256(&[name.as_bytes()])) })
}

pub(crate) fn component(name: &str, kind: ComponentKind, risk: Risk) -> Entry {
    Entry::Component { name: label(name), kind, risk }
}

/// A new entry, valid for a year.
pub(crate) fn register(entry: Entry) -> Action {
    Action::Registry(registry::Action::Register {
        entry,
        valid_from: START,
        valid_until: START + 365 * DAY,
        replaces: 0,
    })
}

/// An asset of this name and the chain on which it is settled.
pub(crate) fn asset(id: AssetHash) -> Entry {
    Entry::Asset { id, chain: ChainHash([0xC1; 32]) }
}

pub(crate) fn issuer(name: &str, organisation: &str) -> Entry {
    Entry::Issuer { id: subject(name), organisation: label(organisation) }
}

pub(crate) fn subject(name: &str) -> SubjectId {
    SubjectId(hash::sha256(&[b"subject/", name.as_bytes()]))
}

/// A release of a component that may be put to work from `from` on for a month.
pub(crate) fn release(name: &str, version: &str, replaces: Option<&str>, from: u64) -> Release {
    Release {
        component: label(name),
        version: label(version),
        code: code(version),
        sbom: ReferenceHash([0xB0; 32]),
        not_before: from,
        not_after: from + 30 * DAY,
        replaces: replaces.map(code),
        rollback_until: from + 60 * DAY,
    }
}

pub(crate) fn code(version: &str) -> CodeHash {
    CodeHash(hash::sha256(&[b"code/", version.as_bytes()]))
}

/// A suspension without an end, by the Sovereign council.
pub(crate) const SET_ASIDE: Suspension = Suspension { from: 0, until: u64::MAX, by: Suspender::Sovereign };

/// The row that a new route needs.
pub(crate) const LOOSEN: RowId = RowId::BRIDGE_LOOSEN;
