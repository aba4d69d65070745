//! Any value of every type that has bytes, sound or not.

use greatseal_protocol::{
    action::{Action, Economics, Pause, Scope, SetRoute, Severity},
    bytes::*,
    cells::{CellKey, Escalation, Head, Paused, Route},
    command::{Capacity, Command, Decision, DeploymentLog, Execute, Open, Order, ProposalId},
    council::{Council, CouncilHead, Seat, SeatId, SeatState},
    digest::Domain,
    envelope::Envelope,
    event::{Cause, Door, Event, Opened, Record},
    genesis::{CouncilSeats, Genesis, NewSeat, Profile},
    key::{Key, Signature},
    proposal::{Proposal, Stage, Tally},
    refusal::Refusal,
    row::{Executors, Minima, Row, RowId},
};
use proptest::{collection::vec, option, prelude::*, sample::select};

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

fn severity() -> impl Strategy<Value = Severity> {
    select(vec![Severity::Sev1, Severity::Sev2, Severity::Sev3, Severity::Sev4])
}

fn pause() -> impl Strategy<Value = Pause> {
    (scope(), any::<u32>(), any::<[u8; 16]>(), severity(), reference_hash()).prop_map(
        |(scope, seconds, incident, severity, reason)| Pause {
            scope,
            seconds,
            incident: IncidentId(incident),
            severity,
            reason,
        },
    )
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
        scope().prop_map(|scope| Action::Lift { scope }),
        change.prop_map(|(route, previous, economics)| Action::SetRoute(SetRoute { route, previous, economics })),
    ]
}

fn decision() -> impl Strategy<Value = Decision> {
    select(vec![Decision::Approve, Decision::Reject])
}

fn log() -> impl Strategy<Value = DeploymentLog> {
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

pub(crate) fn row() -> impl Strategy<Value = Row> {
    let minima = vec((council(), any::<u8>()), 1..=Minima::MAX).prop_map(|mut list| {
        list.sort();
        list.dedup_by_key(|(council, _)| *council);
        Minima::new(list).unwrap()
    });
    let numbers = any::<(u8, u32, u8, u32, u32, u32, bool, bool, bool)>();
    (minima, numbers).prop_map(|(minima, numbers)| {
        let (id, version, m, delay, approve_by, window, operator, protective, escalation) = numbers;
        let executors = if operator { Executors::Operator } else { Executors::Anyone };
        Row { id: RowId(id), version, m, minima, delay, approve_by, window, executors, protective, escalation }
    })
}

pub(crate) fn genesis() -> impl Strategy<Value = Genesis> {
    let seat = (key(), holder_hash(), label(), any::<u64>())
        .prop_map(|(key, holder, organisation, valid_until)| NewSeat { key, holder, organisation, valid_until });
    let councils = vec((council(), vec(seat, 0..4)), 0..4)
        .prop_map(|list| list.into_iter().map(|(council, seats)| CouncilSeats { council, seats }).collect());
    (chain_genesis(), any::<u64>(), councils, vec(row(), 0..4), salt()).prop_map(
        |(chain, chain_id, councils, rows, salt)| Genesis {
            chain,
            chain_id,
            profile: Profile::Standard,
            councils,
            rows,
            salt,
        },
    )
}

fn opened() -> impl Strategy<Value = Opened> {
    let epochs = vec((council(), any::<u32>()), 0..5);
    let hashes = (proposal_digest(), document_hash());
    let numbers = any::<(u8, u32, u64, u64, u32, u32)>();
    (proposal_id(), hashes, epochs, action(), numbers).prop_map(|(id, (digest, document), epochs, action, numbers)| {
        let (row, row_version, nonce, approve_by, delay, window) = numbers;
        let row = RowId(row);
        Opened { id, digest, row, row_version, epochs, action, document, nonce, approve_by, delay, window }
    })
}

fn event() -> impl Strategy<Value = Event> {
    let causes = vec![Cause::Decisions, Cause::ApproveByPassed, Cause::ExecuteByPassed, Cause::Stale];
    let deployed = (deployment_id(), any::<[u8; 20]>(), genesis());
    let changed = (proposal_id(), any::<(u32, u32, bool)>(), economics());
    prop_oneof![
        deployed.prop_map(|(deployment, contract, genesis)| {
            Event::Deployed { deployment, contract: ContractAddress(contract), genesis }
        }),
        select(Refusal::ALL).prop_map(|refusal| Event::Refused { refusal }),
        opened().prop_map(Event::Opened),
        (proposal_id(), seat_id(), decision(), any::<bool>()).prop_map(|(id, seat, decision, quorum)| Event::Decided {
            id,
            seat,
            decision,
            quorum
        }),
        (proposal_id(), any::<u64>(), any::<u64>()).prop_map(|(id, eta, execute_by)| Event::QuorumReached {
            id,
            eta,
            execute_by
        }),
        proposal_id().prop_map(|id| Event::Cancelled { id }),
        (proposal_id(), select(causes)).prop_map(|(id, cause)| Event::Rejected { id, cause }),
        (proposal_id(), action_hash(), log()).prop_map(|(id, action, log)| Event::Executed { id, action, log }),
        (proposal_id(), pause(), any::<u64>()).prop_map(|(id, pause, until)| Event::Paused { id, pause, until }),
        (proposal_id(), scope()).prop_map(|(id, scope)| Event::Lifted { id, scope }),
        (seat_id(), scope(), reference_hash(), any::<u64>())
            .prop_map(|(seat, scope, reference, nonce)| Event::Escalated { seat, scope, reference, nonce }),
        changed.prop_map(|(id, (route, version, escalation), economics)| {
            Event::RouteChanged { id, route, version, economics, escalation }
        }),
    ]
}

pub(crate) fn record() -> impl Strategy<Value = Record> {
    let door = prop_oneof![5 => envelope_digest().prop_map(Door::Envelope), 1 => Just(Door::Constructor)];
    (any::<u64>(), any::<u64>(), door, option::of(key()), event()).prop_map(|(seq, at, door, actor, event)| Record {
        seq,
        at,
        door,
        actor,
        event,
    })
}

pub(crate) fn proposal() -> impl Strategy<Value = Proposal> {
    let tally = (council(), any::<(u32, u32, u32)>()).prop_map(|(council, (epoch, approve, reject))| Tally {
        council,
        epoch,
        approve,
        reject,
    });
    let finished = [Stage::Open, Stage::Executed, Stage::Cancelled, Stage::Rejected];
    let approved = any::<u64>().prop_map(|quorum_at| Stage::Approved { quorum_at });
    let stage = prop_oneof![select(finished.to_vec()), approved];
    let hashes = (proposal_digest(), action_hash(), document_hash());
    let numbers = any::<(u32, u8, u32, u64, u64, u64, u32, u32)>();
    (key(), hashes, stage, vec(tally, 0..=4), numbers).prop_map(|(author, hashes, stage, tallies, numbers)| {
        let (digest, action, document) = hashes;
        let (serial, row, row_version, nonce, opened_at, approve_by, delay, window) = numbers;
        Proposal {
            serial,
            digest,
            row: RowId(row),
            row_version,
            author,
            nonce,
            action,
            document,
            opened_at,
            approve_by,
            delay,
            window,
            stage,
            tallies,
        }
    })
}

pub(crate) fn head() -> impl Strategy<Value = Head> {
    (deployment_id(), chain_genesis(), any::<([u8; 20], u64, u64, u32)>()).prop_map(|(deployment, chain, numbers)| {
        let (contract, chain_id, seq, serial) = numbers;
        Head { domain: Domain { deployment, contract: ContractAddress(contract), chain_id }, chain, seq, serial }
    })
}

pub(crate) fn seat() -> impl Strategy<Value = Seat> {
    let state = select(vec![SeatState::Pending, SeatState::Active, SeatState::Suspended]);
    (key(), holder_hash(), label(), any::<(u64, u64)>(), state).prop_map(
        |(key, holder, organisation, (valid_until, nonce), state)| Seat {
            key,
            holder,
            organisation,
            valid_until,
            state,
            nonce,
        },
    )
}

pub(crate) fn paused() -> impl Strategy<Value = Paused> {
    (any::<(u64, u64, [u8; 16])>(), proposal_id(), severity(), reference_hash()).prop_map(
        |((until, since, incident), proposal, severity, reason)| Paused {
            until,
            since,
            proposal,
            incident: IncidentId(incident),
            severity,
            reason,
        },
    )
}

pub(crate) fn route() -> impl Strategy<Value = Route> {
    (any::<u32>(), economics()).prop_map(|(version, economics)| Route { version, economics })
}

pub(crate) fn escalation() -> impl Strategy<Value = Escalation> {
    (any::<u64>(), seat_id(), reference_hash(), any::<bool>()).prop_map(|(at, seat, reference, used)| Escalation {
        at,
        seat,
        reference,
        used,
    })
}

pub(crate) fn council_head() -> impl Strategy<Value = CouncilHead> {
    any::<(u32, u8)>().prop_map(|(epoch, size)| CouncilHead { epoch, size })
}

pub(crate) fn cell_key() -> impl Strategy<Value = CellKey> {
    prop_oneof![
        Just(CellKey::Head),
        any::<u8>().prop_map(|row| CellKey::Row(RowId(row))),
        council().prop_map(CellKey::Council),
        seat_id().prop_map(CellKey::Seat),
        key().prop_map(CellKey::KeySeat),
        (seat_id(), any::<u8>()).prop_map(|(seat, slot)| CellKey::Proposal(seat, slot)),
        scope().prop_map(CellKey::Pause),
        any::<u32>().prop_map(CellKey::Route),
        scope().prop_map(CellKey::Escalation),
    ]
}
