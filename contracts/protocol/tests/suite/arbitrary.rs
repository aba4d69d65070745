//! Any value of every type that has bytes, sound or not: here what is said, in the modules what is kept.

mod cells;
mod records;

use greatseal_protocol::{
    action::{Action, Economics, Pause, Scope, SetRoute, Severity},
    bytes::*,
    command::{Capacity, Command, Decision, DeploymentLog, Execute, Open, Order, ProposalId},
    council::{Council, SeatId},
    envelope::Envelope,
    key::{Key, Signature},
    row::RowId,
};
use proptest::{option, prelude::*, sample::select};

pub(crate) use cells::*;
pub(crate) use records::*;

macro_rules! fixed {
    ($($name:ident: $type:ident;)*) => {$(
        pub(crate) fn $name() -> impl Strategy<Value = $type> { any::<[u8; 32]>().prop_map($type) }
    )*};
}

fixed! {
    deployment_id: DeploymentId;
    chain_genesis: ChainGenesis;
    action_hash: ActionHash;
    document_hash: DocumentHash;
    proposal_digest: ProposalDigest;
    envelope_digest: EnvelopeDigest;
    route_hash: RouteHash;
    holder_hash: HolderHash;
    reference_hash: ReferenceHash;
    asset_hash: AssetHash;
    salt: Salt;
}

pub(crate) fn label() -> impl Strategy<Value = Label> {
    "[a-z0-9-]{1,32}".prop_map(|text| Label::new(&text).unwrap())
}

pub(crate) fn council() -> impl Strategy<Value = Council> {
    use Council::*;
    let plain = [Sovereign, Policy, Technical, Emergency, Custody, Treasury, Identity, Operator, Auditor, Panel];
    prop_oneof![5 => select(plain.to_vec()), 1 => any::<u32>().prop_map(Program)]
}

pub(crate) fn seat_id() -> impl Strategy<Value = SeatId> {
    (council(), any::<u8>()).prop_map(|(council, index)| SeatId { council, index })
}

pub(crate) fn proposal_id() -> impl Strategy<Value = ProposalId> {
    (any::<u32>(), seat_id(), 0..ProposalId::SLOTS).prop_map(|(serial, author, slot)| ProposalId {
        serial,
        author,
        slot,
    })
}

pub(crate) fn key() -> impl Strategy<Value = Key> {
    prop_oneof![
        any::<[u8; 32]>().prop_map(Key::Ed25519),
        (any::<u8>(), any::<[u8; 32]>()).prop_map(|(tag, rest)| {
            let mut bytes = [tag; 33];
            bytes[1..].copy_from_slice(&rest);
            Key::P256(bytes)
        }),
    ]
}

fn signature() -> impl Strategy<Value = Signature> {
    (any::<bool>(), any::<[u8; 32]>(), any::<[u8; 32]>()).prop_map(|(first, r, s)| {
        let bytes: [u8; 64] = [r, s].concat().try_into().unwrap();
        if first { Signature::Ed25519(bytes) } else { Signature::P256(bytes) }
    })
}

pub(crate) fn scope() -> impl Strategy<Value = Scope> {
    prop_oneof![
        Just(Scope::Everything),
        Just(Scope::Upgrades),
        any::<u32>().prop_map(Scope::Route),
        any::<u32>().prop_map(Scope::Program),
        any::<[u8; 32]>().prop_map(Scope::Account),
    ]
}

pub(crate) fn incident() -> impl Strategy<Value = IncidentId> {
    any::<[u8; 16]>().prop_map(IncidentId)
}

pub(crate) fn severity() -> impl Strategy<Value = Severity> {
    select(vec![Severity::Sev1, Severity::Sev2, Severity::Sev3, Severity::Sev4])
}

pub(crate) fn pause() -> impl Strategy<Value = Pause> {
    (scope(), any::<u32>(), incident(), severity(), reference_hash())
        .prop_map(|(scope, seconds, incident, severity, reason)| Pause { scope, seconds, incident, severity, reason })
}

pub(crate) fn economics() -> impl Strategy<Value = Economics> {
    let limits = any::<(u128, u128, u128, u128, u128, u32, u32)>();
    let rate = any::<(u128, u128, u64, u64, u16, u128, u128)>();
    (asset_hash(), asset_hash(), rate, limits).prop_map(|(source, destination, rate, limits)| {
        let (rate_num, rate_den, rate_from, rate_until, fee_bps, fee_min, fee_max) = rate;
        let (tx_min, tx_max, account_max, aggregate_max, large, count_max, period) = limits;
        Economics {
            source,
            destination,
            rate_num,
            rate_den,
            rate_from,
            rate_until,
            fee_bps,
            fee_min,
            fee_max,
            tx_min,
            tx_max,
            account_max,
            aggregate_max,
            count_max,
            period,
            large,
        }
    })
}

pub(crate) fn action() -> impl Strategy<Value = Action> {
    let change = (any::<u32>(), option::of(route_hash()), economics());
    prop_oneof![
        pause().prop_map(Action::Pause),
        (scope(), incident()).prop_map(|(scope, incident)| Action::Lift { scope, incident }),
        change.prop_map(|(route, previous, economics)| Action::SetRoute(SetRoute { route, previous, economics })),
    ]
}

pub(crate) fn decision() -> impl Strategy<Value = Decision> {
    select(vec![Decision::Approve, Decision::Reject])
}

pub(crate) fn log() -> impl Strategy<Value = DeploymentLog> {
    (label(), label(), reference_hash()).prop_map(|(operator, version, sbom)| DeploymentLog { operator, version, sbom })
}

fn order() -> impl Strategy<Value = Order> {
    let open = (any::<u8>(), action(), document_hash(), any::<u32>(), any::<u32>(), any::<u64>());
    prop_oneof![
        open.prop_map(|(row, action, document, approve_within, execute_within, nonce)| {
            Order::Open(Open { row: RowId(row), action, document, approve_within, execute_within, nonce })
        }),
        (proposal_id(), proposal_digest(), decision()).prop_map(|(id, digest, decision)| Order::Decide {
            id,
            digest,
            decision
        }),
        proposal_id().prop_map(|id| Order::Cancel { id }),
        (proposal_id(), action(), log()).prop_map(|(id, action, log)| Order::Execute(Execute { id, action, log })),
        (scope(), reference_hash(), any::<u64>()).prop_map(|(scope, reference, nonce)| Order::Escalate {
            scope,
            reference,
            nonce
        }),
    ]
}

pub(crate) fn command() -> impl Strategy<Value = Command> {
    let seat = (council(), any::<u32>()).prop_map(|(council, epoch)| Capacity::Seat { council, epoch });
    let capacity = prop_oneof![1 => Just(Capacity::Anyone), 4 => seat];
    (capacity, any::<u64>(), order()).prop_map(|(capacity, expiry, order)| Command { capacity, expiry, order })
}

pub(crate) fn envelope() -> impl Strategy<Value = Envelope> {
    (any::<[u8; 4]>(), command(), key(), signature()).prop_map(|(tag, command, key, signature)| Envelope {
        version: Envelope::VERSION,
        domain: DomainTag(tag),
        command,
        key,
        signature,
    })
}
